"""A simulated room: what the microphone hears of the user, the loudspeaker and the noise."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.messages import BLOCK_SAMPLES, SAMPLE_RATE_HZ, samples
from assistant.speaking.synthesiser import Samples

_FRAME = SAMPLE_RATE_HZ // 50
_ACTIVE_DB = 30.0
JUMP_AT = samples(10)
"""When the echo's delay jumps, where it does."""
_MARGIN = 64
"""Samples that a delay by a part of a sample reaches around itself."""


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
    drift_ppm: float = 0.0
    """How much faster the microphone's clock runs than the loudspeaker's, in millionths; negative
    where it runs slower."""
    jump: int = 0
    """By how many samples the echo's delay changes `JUMP_AT` samples after the beginning."""
    clip: float = 1.0
    """The loudspeaker plays nothing louder than this; full scale is 1."""

    def late(self, now: int) -> float:
        """Return by how many samples the echo is late at sample `now`.

        Where the clocks have drifted apart by a whole block, one of the microphone's is left out,
        or heard twice, as in a live session: the echo is as late as at first again.
        """
        drifted = self._drifted(now) - self.left_out(now) * BLOCK_SAMPLES
        return self.echo_delay + drifted + (self.jump if now >= JUMP_AT else 0)

    def left_out(self, now: int) -> int:
        """Return how many of the microphone's blocks were left out by then; below 0: repeated."""
        return math.trunc(self._drifted(now) / BLOCK_SAMPLES)

    def _drifted(self, now: int) -> float:
        return now * self.drift_ppm * 1e-6


class SimulatedRoom:
    """Mixes the microphone's signal block by block; the same input gives the same samples."""

    def __init__(self, acoustics: Acoustics) -> None:
        self._acoustics = acoustics
        self._echo = _Echo(acoustics)
        self._voices: list[tuple[int, Samples]] = []
        self._now = 0
        self.slipped = 0
        """By how many samples later the echo is from the last block on, or earlier."""

    def user_says(self, speech: Samples, at: int) -> None:
        """Let the user begin `speech` at sample `at`, or now if that is past."""
        self._voices.append((max(at, self._now), speech))

    def microphone(self, far: Samples) -> Samples:
        """Return the block heard while the loudspeaker plays `far`; equal shapes (frames,)."""
        left_out = [self._acoustics.left_out(at) for at in (self._now - len(far), self._now)]
        self.slipped = (left_out[0] - left_out[1]) * BLOCK_SAMPLES
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
        self._acoustics = acoustics
        path = acoustics.impulse_response * acoustics.echo_gain
        self._silent = not path.any()
        self._size = 1 << (len(path) + BLOCK_SAMPLES + 2 * _MARGIN - 1).bit_length()
        self._spectrum = np.fft.rfft(path, self._size)
        self._delay, self._late_spectrum = 0.0, self._spectrum
        self._most_late = acoustics.echo_delay + BLOCK_SAMPLES + max(acoustics.jump, 0) + 1
        self._played = np.zeros(self._size + self._most_late, np.float32)
        self._now = 0

    def of(self, far: Samples) -> Samples:
        if self._silent:
            return np.zeros(len(far), np.float32)
        played = np.clip(far, -self._acoustics.clip, self._acoustics.clip)
        self._played = np.concatenate([self._played[len(far) :], played])
        late = max(0.0, self._acoustics.late(self._now))
        self._now += len(far)
        return self._heard(late)[-len(far) :]

    def _heard(self, late: float) -> Samples:
        """Return the end of what is heard of what was played, `late` samples late."""
        whole, part = int(late), late % 1
        ahead = min(whole, _MARGIN)  # so that a delay by a part of a sample has both its sides
        end = len(self._played) - (whole - ahead)
        recent = self._played[end - self._size : end]
        if not recent.any():
            return recent
        spectrum = np.fft.rfft(recent) * self._delayed(ahead + part)
        return np.fft.irfft(spectrum, self._size).astype(np.float32)

    def _delayed(self, delay: float) -> NDArray[np.complex128]:
        """Return the echo path's spectrum, late by a few samples; mostly the one of last time."""
        if delay != self._delay:
            turns = np.arange(len(self._spectrum)) / self._size * delay
            self._delay, self._late_spectrum = delay, self._spectrum * np.exp(-2j * np.pi * turns)
        return self._late_spectrum


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


def gain_for_echo(echo_db: float, user_rms: float, voice: Samples, response: Samples) -> float:
    """Return the echo path's gain that puts `voice` at `echo_db` over the user's level.

    Args:
        echo_db: the voice at the microphone relative to the user's.
        user_rms: the user's level at the microphone, see `active_rms`.
        voice: what the loudspeaker plays, shape (frames,).
        response: from loudspeaker to microphone, shape (taps,).
    """
    echo = np.convolve(voice, response).astype(np.float32)
    return float(user_rms / active_rms(echo) * 10 ** (echo_db / 20))
