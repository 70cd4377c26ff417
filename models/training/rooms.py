"""Changes made to the sound itself, before its features are kept: reading, speed and rooms."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import fftconvolve, resample_poly

from models.training.features import RATE_HZ, Floats

PEAK = 0.5
"""Clips are brought to this peak; their level is drawn later."""
DECAY_TO_60_DB = 6.9
ROOM_SHARE = 0.6


def read(path: Path) -> Floats:
    """Return a recording as samples in -1..1 at 16 kHz, one channel."""
    samples, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    return resample(samples[:, 0], rate_hz, RATE_HZ)


def resample(samples: Floats, from_hz: int, to_hz: int) -> Floats:
    """Change the sample rate; naming a wrong rate on purpose changes speed and pitch."""
    if from_hz == to_hz or not len(samples):
        return samples
    common = int(np.gcd(from_hz, to_hz))
    changed: Floats = resample_poly(samples, to_hz // common, from_hz // common).astype(np.float32)
    return changed


def normalise(samples: Floats) -> Floats:
    """Bring the peak to `PEAK`."""
    peak = float(np.abs(samples).max(initial=0.0))
    return samples if peak == 0 else (samples * (PEAK / peak)).astype(np.float32)


def trim(samples: Floats, below_peak_db: float = 40.0, margin_s: float = 0.1) -> Floats:
    """Cut silence off both ends, keeping a margin."""
    level = np.abs(samples)
    loud = np.nonzero(level > level.max(initial=0.0) * 10 ** (-below_peak_db / 20))[0]
    if not len(loud):
        return samples
    margin = int(margin_s * RATE_HZ)
    return samples[max(0, loud[0] - margin) : loud[-1] + margin]


def room_response(rng: np.random.Generator) -> Floats:
    """Return a made-up room's response: the direct sound, then noise that dies away."""
    seconds = rng.uniform(0.1, 0.6)
    time = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    tail = rng.normal(size=len(time)) * np.exp(-DECAY_TO_60_DB * time / seconds)
    tail[: int(rng.uniform(0.001, 0.008) * RATE_HZ)] = 0
    tail *= rng.uniform(0.1, 1.0) / np.sqrt((tail**2).sum() + 1e-9)
    tail[0] = 1
    response: Floats = tail.astype(np.float32)
    return response


def in_room(samples: Floats, rng: np.random.Generator) -> Floats:
    """Return the samples as heard in a random room, tail included."""
    tail = np.zeros(int(0.2 * RATE_HZ), np.float32)
    heard: Floats = fftconvolve(np.concatenate([samples, tail]), room_response(rng))
    return heard[: len(samples) + len(tail)].astype(np.float32)


def perturb(samples: Floats, rng: np.random.Generator) -> Floats:
    """Speak slower or faster (pitch follows), and perhaps in a room."""
    percent = int(rng.choice([88, 92, 96, 100, 104, 108, 113]))
    faster = resample(samples, RATE_HZ * percent // 100, RATE_HZ)
    return normalise(in_room(faster, rng) if rng.random() < ROOM_SHARE else faster)
