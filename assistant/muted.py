"""Notices a microphone that is open but switched off: it delivers zeros and nothing else.

A quiet room is never silent to the digit, but some devices do deliver zeros while nobody speaks. So
one that was heard for a second is thought to be switched off only after longer than anybody would
have nothing to say, and told of once; one that was not, after ten seconds: a click is no sound.
"""

from assistant.devices.block import MICROPHONE
from assistant.messages import DeviceBack, MicrophoneMuted, samples
from assistant.speaking.synthesiser import Samples

PATIENCE = samples(10.0)
"""How long it may deliver zeros before it was heard,"""
LONG_PATIENCE = samples(180.0)
"""and how long afterwards: somebody is asked a question at least every three minutes."""
_HEARD = samples(1.0)
"""How much sound shows that it works."""


class MuteWatch:
    """Follows a microphone from the moment it is opened."""

    def __init__(self) -> None:
        self._heard = self._zeros = 0
        self._told = self._told_late = False

    def follow(self, near: Samples) -> MicrophoneMuted | DeviceBack | None:
        """Take a block, shape (frames,), and return what there is to tell."""
        if near.any():
            back, self._told = self._told, False
            self._heard, self._zeros = self._heard + len(near), 0
            return DeviceBack(MICROPHONE) if back else None
        self._zeros += len(near)
        works = self._heard >= _HEARD
        if self._told or self._told_late or self._zeros < (LONG_PATIENCE if works else PATIENCE):
            return None
        self._told, self._told_late = True, works
        return MicrophoneMuted()
