"""What a live session does with its devices, on fake ones and in no real time."""

import queue
from collections.abc import Callable

from assistant.devices.block import Blocks
from assistant.devices.stream import Loudspeaker, Microphone
from assistant.pairing import Pair, Pairing
from assistant.speaking.synthesiser import Samples
from tests.support.fake_sounddevice import BLOCKS_A_SECOND, FakeSounddevice


class FakeLive:
    """Both streams, paired.

    Args:
        device: what they are opened on.
        speak: returns the next samples for the loudspeaker.
        hear: takes what was heard beside what was played.
    """

    def __init__(
        self,
        device: FakeSounddevice,
        speak: Callable[[int], Samples],
        hear: Callable[[Pair], None],
    ) -> None:
        self._device, self._speak, self._hear = device, speak, hear
        self._pairing = Pairing()
        self._open()

    def pass_time(self, seconds: float, *, asleep: bool = False, **fault: bool) -> None:
        """Go on for a while.

        Args:
            seconds: for how long.
            asleep: nobody pairs or hears meanwhile, as when the process is held up.
            fault: those of `FakeSounddevice.pass_time`.
        """
        for _ in range(round(seconds * BLOCKS_A_SECOND)):
            self._device.pass_time(1 / BLOCKS_A_SECOND, **fault)
            if not asleep:
                self._catch_up()

    def reopen(self) -> None:
        """Close both streams and open them again."""
        self._microphone.close()
        self._loudspeaker.close()
        self._catch_up()
        for pair in self._pairing.rest():
            self._hear(pair)
        self._open()

    def _open(self) -> None:
        self._blocks: Blocks = queue.SimpleQueue()
        self._microphone = Microphone(None, self._blocks)
        self._loudspeaker = Loudspeaker(None, self._blocks, self._speak)
        self._loudspeaker.speaks = True

    def _catch_up(self) -> None:
        while not self._blocks.empty():
            self._pairing.put(self._blocks.get())
        for pair in self._pairing.pairs():
            self._hear(pair)
