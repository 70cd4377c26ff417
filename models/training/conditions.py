"""The conditions that a listener is measured under: noise, levels, telephones, rooms."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import butter, fftconvolve, sosfilt

from models.training import shelf
from models.training.features import RATE_HZ
from models.training.shelf import Sound

FLOOR = 3e-4
"""Level of the hiss that lies under every clip."""
ROOM_RT60_S, ROOM_LATE_TO_DIRECT = 0.5, 0.5
"""A living room: how long its echo lasts, and its energy beside the direct sound's."""

Change = Callable[[Sound, np.random.Generator], Sound]


def quiet(sound: Sound, rng: np.random.Generator) -> Sound:
    """Only the hiss."""
    hissed: Sound = sound + (rng.normal(size=len(sound)) * FLOOR).astype(np.float32)
    return hissed


def noisy(folder: Path, snr_db: float) -> Change:
    """Add recorded noise from a folder, so far below the mean power of the clip."""
    noises = [soundfile.read(path, dtype="float32")[0] for path in sorted(folder.glob("*.flac"))]

    def change(sound: Sound, rng: np.random.Generator) -> Sound:
        noise = noises[rng.integers(len(noises))]
        noise = np.tile(noise, len(sound) // len(noise) + 1)
        noise = noise[rng.integers(len(noise) - len(sound) + 1) :][: len(sound)]
        spoken = np.trim_zeros(sound)
        ratio = (spoken**2).mean() / ((noise**2).mean() + 1e-12)
        mixed: Sound = sound + np.sqrt(ratio) * 10 ** (-snr_db / 20) * noise
        return mixed

    return change


def level(peak_dbfs: float) -> Change:
    """Bring the peak to a level."""
    return lambda sound, rng: quiet(sound / shelf.PEAK * 10 ** (peak_dbfs / 20), rng)


def clipped(sound: Sound, rng: np.random.Generator) -> Sound:
    """Four times too loud, so that it clips."""
    return quiet(np.clip(sound * 8, -1, 1), rng)


def telephone(sound: Sound, rng: np.random.Generator) -> Sound:
    """Keep what a telephone passes: 300 to 3400 Hz."""
    band = butter(6, (300, 3400), "bandpass", fs=RATE_HZ, output="sos")
    return quiet(sosfilt(band, sound).astype(np.float32), rng)


def hum(sound: Sound, rng: np.random.Generator) -> Sound:
    """Add a steady hum of 50 Hz and overtones, 15 dB below the peak."""
    at_s = np.arange(len(sound)) / RATE_HZ
    tone = sum(np.sin(2 * np.pi * 50 * n * at_s) / n for n in range(1, 8))
    return quiet((sound + 0.06 * tone).astype(np.float32), rng)


def room(sound: Sound, rng: np.random.Generator) -> Sound:
    """Add the echoes of a made-up room."""
    time_s = np.arange(int(ROOM_RT60_S * RATE_HZ)) / RATE_HZ
    tail = rng.normal(size=len(time_s)) * 10 ** (-3 * time_s / ROOM_RT60_S)
    tail *= np.sqrt(ROOM_LATE_TO_DIRECT / (tail**2).sum())
    tail[0] = 1
    return quiet(fftconvolve(sound, tail)[: len(sound)].astype(np.float32), rng)
