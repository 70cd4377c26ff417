"""The microphone and the loudspeaker: two streams that stay open for a whole session.

PortAudio calls back from threads of its own; the callbacks copy, put and return. Opening and
closing can hang for as long as the sound system is frozen, so whoever must stay awake does them
with `Attempt`.

A lost device raises nothing anywhere: its callbacks end. `lost` finds it by looking.
"""

import atexit
import importlib
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
import soxr

from assistant.errors import AudioError
from assistant.messages import BLOCK_SAMPLES, SAMPLE_RATE_HZ
from assistant.speaking.synthesiser import Samples

MICROPHONE, LOUDSPEAKER = "microphone", "loudspeaker"
"""The parts, by the names that events and settings use."""

_KIND = {MICROPHONE: "input", LOUDSPEAKER: "output"}
_PATIENCE_SECONDS = 1.0
"""A device that has not called back for so long is lost: the sound system may be frozen."""
_FIRST_PATIENCE_SECONDS = 8.0
"""How long the first block may take; a sound server that has just started takes 2 s."""
_IN_TIME_SECONDS = 0.005
"""Callbacks closer than this fill a buffer in advance; sound flows once they come in time."""
_BLOCKS_A_SECOND = SAMPLE_RATE_HZ // BLOCK_SAMPLES


@dataclass(frozen=True)
class Block:
    """`BLOCK_SAMPLES` that `part` heard or plays, shape (frames,)."""

    part: str
    samples: Samples
    after_gap: bool = False
    """Whether the device lost what came just before."""


Blocks = queue.SimpleQueue[Block]


def list_devices() -> list[str]:
    """Return a line for every microphone and loudspeaker.

    Raises:
        AudioError: there is no microphone or no loudspeaker.
    """
    sounddevice = _sounddevice()
    _restart(sounddevice)
    devices = list(sounddevice.query_devices())
    for part in (MICROPHONE, LOUDSPEAKER):
        _require_any(devices, part)
    default = dict(zip((MICROPHONE, LOUDSPEAKER), sounddevice.default.device, strict=True))
    return [
        f"{part:<11} {device['index']:>3}  {device['name']}"
        + ("  (used unless another is chosen)" if device["index"] == default[part] else "")
        for part in (MICROPHONE, LOUDSPEAKER)
        for device in devices
        if device[f"max_{_KIND[part]}_channels"]
    ]


class Rate:
    """Turns blocks of any length at a device's rate into blocks of another, as a stream."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        self._resampler = (
            None if from_hz == to_hz else soxr.ResampleStream(from_hz, to_hz, 1, quality="MQ")
        )
        self._rest = np.zeros(0, np.float32)

    def put(self, samples: Samples) -> None:
        """Take samples, shape (frames,)."""
        if self._resampler:
            samples = self._resampler.resample_chunk(np.ascontiguousarray(samples))
        self._rest = np.concatenate([self._rest, samples])

    def take(self, frames: int) -> Samples | None:
        """Return `frames` samples that are the caller's to keep, or None while there are fewer."""
        if len(self._rest) < frames:
            return None
        taken, self._rest = self._rest[:frames].copy(), self._rest[frames:]
        return taken


class _Device:
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
        sounddevice = _sounddevice()
        device = _find(sounddevice, part, name)
        self.rate_hz, self.channels = _format(sounddevice, part, device)
        opener = getattr(sounddevice, f"{_KIND[part].capitalize()}Stream")
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
            raise AudioError(_unusable(part, device["name"])) from error

    @property
    def latency_seconds(self) -> float:
        """How long a sample is under way inside the device, as it says."""
        return float(self._stream.latency)

    def lost(self, now: float) -> str | None:
        """Return why the device is lost at monotonic second `now`, or None while it works."""
        if self._finished or not self._stream.active:
            return f"The {self.part} is gone; connect it again."
        if self.flows and self._called_at and now - self._called_at > _PATIENCE_SECONDS:
            return f"The {self.part} has stopped working; check the sound system."
        return None

    def excuse(self, now: float) -> None:
        """Begin counting the silence of the callbacks at `now`."""
        self._called_at = now

    def close(self) -> None:
        """Be silent at once and let go of the device."""
        with suppress(_sounddevice().PortAudioError):  # it may be gone already
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


class Microphone(_Device):
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


class Loudspeaker(_Device):
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
        self._open: list[_Device] = []
        self._looked_at = time.monotonic()

    def open(self) -> None:
        """Open both and wait until sound flows; nothing is spoken before `begin`. May hang.

        Raises:
            AudioError: one is missing or does not work.
        """
        _restart(_sounddevice())  # else it does not see what was connected since
        self._blocks = queue.SimpleQueue()  # what lost devices left behind is stale
        try:
            self._open.append(Microphone(self._microphone, self._blocks))
            self._open.append(Loudspeaker(self._loudspeaker, self._blocks, self._speak))
            self._wait_for_sound()
        except AudioError:
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
        if now - self._looked_at > _PATIENCE_SECONDS / 2:  # we were the ones who slept
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
                    raise AudioError(_unusable(device.part, "that was opened"))
                time.sleep(0.01)


class Attempt:
    """Something that may hang, done in a thread that nobody has to wait for."""

    def __init__(self, action: Callable[[], None]) -> None:
        self._action = action
        self._error: AudioError | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def done(self, timeout_seconds: float) -> bool:
        """Whether it has come to its end within this time.

        Raises:
            AudioError: it did, and failed.
        """
        self._thread.join(timeout_seconds)
        if self._error is not None:
            raise self._error
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._action()
        except AudioError as error:
            self._error = error


def leave_hanging() -> None:
    """Let the process end though a stream cannot be closed: sounddevice would wait for it."""
    atexit.unregister(_sounddevice()._exit_handler)


def _sounddevice() -> Any:
    try:
        return importlib.import_module("sounddevice")
    except OSError as error:  # the Python package is there, the library is not
        raise AudioError(
            "PortAudio is missing; install it with: apt-get install libportaudio2"
        ) from error


def _restart(sounddevice: Any) -> None:
    """Make PortAudio look for devices anew, which it does only when it starts."""
    sounddevice._terminate()
    sounddevice._initialize()


def _require_any(devices: list[Any], part: str) -> None:
    if not any(device[f"max_{_KIND[part]}_channels"] for device in devices):
        raise AudioError(
            f"There is no {part}; connect one, or use `massage-assistant run --typed`."
        )


def _find(sounddevice: Any, part: str, name: str | None) -> Any:
    _require_any(list(sounddevice.query_devices()), part)
    wanted = int(name) if name is not None and name.isdecimal() else name
    try:
        return sounddevice.query_devices(wanted, _KIND[part])
    except (ValueError, sounddevice.PortAudioError) as error:
        which = "chosen by default" if name is None else repr(name)
        raise AudioError(
            f"There is no {part} {which}, or more than one; `massage-assistant devices` lists them."
        ) from error


def _format(sounddevice: Any, part: str, device: Any) -> tuple[int, int]:
    """Return the rate in hertz and the channels to open a device with: ours if it can."""
    check = getattr(sounddevice, f"check_{_KIND[part]}_settings")
    for rate_hz in (SAMPLE_RATE_HZ, int(device["default_samplerate"])):
        for channels in (1, 2):
            try:
                check(
                    device=device["index"], channels=channels, dtype="float32", samplerate=rate_hz
                )
            except sounddevice.PortAudioError:
                continue
            return rate_hz, channels
    raise AudioError(_unusable(part, device["name"]))


def _unusable(part: str, name: str) -> str:
    return f"The {part} {name} does not work; choose another with --{part}."
