"""A simulated room: what the microphone hears of the user, the loudspeaker and the noise."""

from dataclasses import dataclass

import numpy as np

from assistant.messages import BLOCK_SAMPLES, SAMPLE_RATE_HZ
from assistant.speaking.synthesiser import Samples

_FRAME = SAMPLE_RATE_HZ // 50
_ACTIVE_DB = 30.0


@dataclass(frozen=True)
class Acoustics:
    """The room as samples. `echo_gain` scales the loudspeaker's voice, 0 where it is not heard."""

    echo_gain: float
    echo_delay: int
    """From loudspeaker to microphone, in samples."""
    impulse_response: Samples
    """Of the echo path, shape (taps,)."""
    noise: Samples
    """Looped, already at its level, shape (frames,); one zero where there is none."""


class SimulatedRoom:
    """Mixes the microphone's signal block by block; the same input gives the same samples."""

    def __init__(self, acoustics: Acoustics) -> None:
        self._acoustics = acoustics
        self._echo = _Echo(acoustics)
        self._voices: list[tuple[int, Samples]] = []
        self._now = 0

    def user_says(self, speech: Samples, at: int) -> None:
        """Let the user begin `speech` at sample `at`, or now if that is past."""
        self._voices.append((max(at, self._now), speech))

    def microphone(self, far: Samples) -> Samples:
        """Return the block heard while the loudspeaker plays `far`; equal shapes (frames,)."""
        block = self._echo.of(far) + self._noise(len(far))
        for start, speech in self._voices:
            _mix(block, speech, start - self._now)
        self._now += len(far)
        self._voices = [(s, v) for s, v in self._voices if s + len(v) > self._now]
        heard: Samples = np.clip(block, -1, 1).astype(np.float32)
        return heard

    def _noise(self, frames: int) -> Samples:
        at = np.arange(self._now, self._now + frames) % len(self._acoustics.noise)
        noise: Samples = self._acoustics.noise[at]
        return noise


class _Echo:
    """The loudspeaker's signal through the echo path."""

    def __init__(self, acoustics: Acoustics) -> None:
        delay = np.zeros(acoustics.echo_delay, np.float32)
        path = np.concatenate([delay, acoustics.impulse_response]) * acoustics.echo_gain
        self._silent = not path.any()
        self._size = 1 << (len(path) + BLOCK_SAMPLES - 1).bit_length()
        self._spectrum = np.fft.rfft(path, self._size)
        self._heard = np.zeros(self._size, np.float32)

    def of(self, far: Samples) -> Samples:
        if self._silent:
            return np.zeros(len(far), np.float32)
        self._heard = np.concatenate([self._heard[len(far) :], far])
        if not self._heard.any():
            return np.zeros(len(far), np.float32)
        echo = np.fft.irfft(np.fft.rfft(self._heard) * self._spectrum, self._size)
        return echo[-len(far) :].astype(np.float32)


def _mix(block: Samples, speech: Samples, start: int) -> None:
    begin, end = max(start, 0), min(start + len(speech), len(block))
    if begin < end:
        block[begin:end] += speech[begin - start : end - start]


def active_rms(speech: Samples) -> float:
    """Return the RMS over active speech: 20 ms frames within 30 dB of the loudest."""
    frames = speech[: len(speech) // _FRAME * _FRAME].reshape(-1, _FRAME).astype(np.float64)
    power = (frames**2).mean(axis=1) if len(frames) else np.zeros(1)
    active = power[power >= power.max() * 10 ** (-_ACTIVE_DB / 10)]
    return float(np.sqrt(active.mean()))


def at_peak(speech: Samples, level_db: float) -> Samples:
    """Return `speech` scaled so that its peak is at `level_db` dBFS; silence stays silence."""
    peak = float(np.abs(speech).max(initial=0.0))
    return speech if peak == 0 else (speech * (10 ** (level_db / 20) / peak)).astype(np.float32)
