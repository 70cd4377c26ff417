"""One device, open: PortAudio calls back from threads of its own.

The callbacks copy, put and return. A lost device raises nothing anywhere: its callbacks end. `lost`
finds it by looking.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np

from assistant.devices import portaudio
from assistant.devices.block import LOUDSPEAKER, MICROPHONE, Block, Blocks
from assistant.devices.rate import Rate
from assistant.errors import AudioError
from assistant.messages import BLOCK_SAMPLES, SAMPLE_RATE_HZ
from assistant.speaking.synthesiser import Samples

PATIENCE_SECONDS = 1.0
"""A device that has not called back for so long is lost: the sound system may be frozen."""
_IN_TIME_SECONDS = 0.005
"""Callbacks closer than this fill a buffer in advance; sound flows once they come in time."""
_BLOCKS_A_SECOND = SAMPLE_RATE_HZ // BLOCK_SAMPLES


class Device:
    """One open stream of either kind.

    Args:
        part: `MICROPHONE` or `LOUDSPEAKER`.
        name: which device, by name or number; None for the system's default.

    Raises:
        AudioError: it does not exist or cannot be used.
    """

    def __init__(self, part: str, name: str | None) -> None:
        self.part = part
        self._finished = False
        self._called_at: float | None = None
        self.flows = False
        sounddevice = portaudio.library()
        device = portaudio.find(part, name)
        self.rate_hz, self.channels = portaudio.format_of(part, device)
        opener = getattr(sounddevice, f"{portaudio.KIND[part].capitalize()}Stream")
        try:
            self._stream = opener(
                device=device["index"],
                samplerate=self.rate_hz,
                channels=self.channels,
                dtype="float32",
                blocksize=self.rate_hz // _BLOCKS_A_SECOND,
                latency="low",
                callback=self._callback,
                finished_callback=self._on_finished,
            )
            self._stream.start()
        except sounddevice.PortAudioError as error:
            raise AudioError(portaudio.unusable(part, device["name"])) from error

    @property
    def latency_seconds(self) -> float:
        """How long a sample is under way inside the device, as it says."""
        return float(self._stream.latency)

    def lost(self, now: float) -> str | None:
        """Return why the device is lost at monotonic second `now`, or None while it works."""
        if self._finished or not self._stream.active:
            return f"The {self.part} is gone; connect it again."
        if self.flows and self._called_at and now - self._called_at > PATIENCE_SECONDS:
            return f"The {self.part} has stopped working; check the sound system."
        return None

    def excuse(self, now: float) -> None:
        """Begin counting the silence of the callbacks at `now`."""
        self._called_at = now

    def close(self) -> None:
        """Be silent at once and let go of the device."""
        with suppress(portaudio.library().PortAudioError):  # it may be gone already
            self._stream.abort()  # `stop` would first play what is queued
            self._stream.close()

    def _note_call(self) -> None:
        now = time.monotonic()
        if self._called_at is not None and now - self._called_at > _IN_TIME_SECONDS:
            self.flows = True
        self._called_at = now

    def _on_finished(self) -> None:
        self._finished = True

    def _callback(self, data: Any, frames: int, time_info: Any, status: Any) -> None:
        raise NotImplementedError


class Microphone(Device):
    """Puts what it hears into `blocks`."""

    def __init__(self, name: str | None, blocks: Blocks) -> None:
        self._blocks = blocks
        self._rate: Rate | None = None
        self._after_gap = False
        super().__init__(MICROPHONE, name)

    def _callback(self, data: Any, frames: int, time_info: Any, status: Any) -> None:  # noqa: ARG002
        self._note_call()
        if self._rate is None:
            self._rate = Rate(self.rate_hz, SAMPLE_RATE_HZ)
        self._after_gap |= status.input_overflow
        self._rate.put(data.mean(axis=1))
        while (block := self._rate.take(BLOCK_SAMPLES)) is not None:
            self._blocks.put(Block(MICROPHONE, block, self._after_gap))
            self._after_gap = False


class Loudspeaker(Device):
    """Plays what `speak` returns and puts the same into `blocks`; silent until `speaks` is set."""

    def __init__(self, name: str | None, blocks: Blocks, speak: Callable[[int], Samples]) -> None:
        self._blocks, self._speak = blocks, speak
        self._rate: Rate | None = None
        self.speaks = False
        super().__init__(LOUDSPEAKER, name)

    def _callback(self, data: Any, frames: int, time_info: Any, status: Any) -> None:  # noqa: ARG002
        self._note_call()
        data[:] = 0
        if not self.speaks:
            return
        if self._rate is None:
            self._rate = Rate(SAMPLE_RATE_HZ, self.rate_hz)
        while (played := self._rate.take(frames)) is None:
            block = self._speak(BLOCK_SAMPLES)
            self._blocks.put(Block(LOUDSPEAKER, block))
            self._rate.put(block)
        data[:] = played[:, np.newaxis]
