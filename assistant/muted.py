"""Notices a microphone that is open but switched off: it delivers zeros and nothing else.

A quiet room is never silent to the digit. Some devices do deliver zeros while nobody speaks, so
only one that has delivered nothing else since it was opened is thought to be switched off.
"""

from assistant.devices.block import MICROPHONE
from assistant.messages import DeviceBack, MicrophoneMuted, samples
from assistant.speaking.synthesiser import Samples

PATIENCE = samples(10.0)
"""How long it may deliver zeros after it was opened."""


class MuteWatch:
    """Follows a microphone from the moment it is opened."""

    def __init__(self) -> None:
        self._zeros = 0
        self._alive = self._told = False

    def follow(self, near: Samples) -> MicrophoneMuted | DeviceBack | None:
        """Take a block, shape (frames,), and return what there is to tell, once each."""
        if near.any():
            back, self._alive, self._told = self._told, True, False
            return DeviceBack(MICROPHONE) if back else None
        self._zeros += len(near)
        if self._alive or self._told or self._zeros < PATIENCE:
            return None
        self._told = True
        return MicrophoneMuted()
