"""Both devices, as a session has them.

Opening and closing can hang for as long as the sound system is frozen, so whoever must stay awake
does them with `Attempt`.
"""

import queue
import time
from collections.abc import Callable, Iterator

from assistant.devices import portaudio
from assistant.devices.block import LOUDSPEAKER, Block, Blocks
from assistant.devices.stream import PATIENCE_SECONDS, Device, Loudspeaker, Microphone
from assistant.errors import AudioError
from assistant.speaking.synthesiser import Samples

_FIRST_PATIENCE_SECONDS = 8.0
"""How long the first block may take; a sound server that has just started takes 2 s."""


class Devices:
    """Both devices, opened and closed together.

    Args:
        microphone, loudspeaker: which, by name or number; None for the system's default.
        speak: returns the next samples for the loudspeaker; called from a callback.
    """

    def __init__(
        self, microphone: str | None, loudspeaker: str | None, speak: Callable[[int], Samples]
    ) -> None:
        self._microphone, self._loudspeaker, self._speak = microphone, loudspeaker, speak
        self._blocks: Blocks = queue.SimpleQueue()
        self._open: list[Device] = []
        self._looked_at = time.monotonic()

    def open(self) -> None:
        """Open both and wait until sound flows; nothing is spoken before `begin`. May hang.

        Raises:
            AudioError: one is missing or does not work.
        """
        portaudio.restart()  # else it does not see what was connected since
        self._blocks = queue.SimpleQueue()  # what lost devices left behind is stale
        try:
            self._open.append(Microphone(self._microphone, self._blocks))
            self._open.append(Loudspeaker(self._loudspeaker, self._blocks, self._speak))
            self._wait_for_sound()
        except Exception:
            self.close()
            raise

    def begin(self) -> None:
        """Let the loudspeaker speak and the microphone be heard from now on."""
        self._looked_at = time.monotonic()
        for device in self._open:
            if isinstance(device, Loudspeaker):
                device.speaks = True

    def take(self, timeout_seconds: float) -> Iterator[Block]:
        """Yield the blocks that have come, waiting for the first."""
        try:
            yield self._blocks.get(timeout=timeout_seconds)
            while True:
                yield self._blocks.get_nowait()
        except queue.Empty:
            return

    def lost(self) -> dict[str, str]:
        """Return the parts that are lost, and why."""
        now = time.monotonic()
        if now - self._looked_at > PATIENCE_SECONDS / 2:  # we were the ones who slept
            for device in self._open:
                device.excuse(now)
        self._looked_at = now
        return {d.part: reason for d in self._open if (reason := d.lost(now)) is not None}

    def finish(self) -> None:
        """Wait until what was spoken has been heard."""
        time.sleep(sum(d.latency_seconds for d in self._open if d.part == LOUDSPEAKER) + 0.06)

    def close(self) -> None:
        """Close both. May hang."""
        while self._open:
            self._open.pop().close()

    def _wait_for_sound(self) -> None:
        until = time.monotonic() + _FIRST_PATIENCE_SECONDS
        for device in self._open:
            while not device.flows:
                if time.monotonic() > until or device.lost(time.monotonic()):
                    raise AudioError(portaudio.unusable(device.part, "that was opened"))
                time.sleep(0.01)
