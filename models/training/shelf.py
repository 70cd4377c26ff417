"""The shelf: every clip's sound and what the network is to write for it, in one file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray
from tqdm import tqdm

from models.training import lexicon
from models.training.corpus import Clip
from models.training.features import RATE_HZ

PEAK = 0.5
"""Every clip's peak, as a share of full scale."""
SHORTEST_S, LONGEST_S = 0.15, 4.0
TRIM_DB, MARGIN_S = 45.0, 0.05
"""Synthesised clips are cut where they are so far below their peak, but for a margin."""
WORD_DB, FRAME = 30.0, 160
"""The word itself is from the first to the last 10 ms within so much of the loudest."""
DRAWS = 4
"""Ways of saying a clip's text that are kept: training takes one at random each time."""

Samples = NDArray[np.int16]
Sound = NDArray[np.float32]


@dataclass(frozen=True)
class Shelf:
    """Many clips, one after the other."""

    samples: Samples
    starts: NDArray[np.int64]
    """First sample of each clip, and the end of the last."""
    outside: NDArray[np.float32]
    """(clips, 2): share of each clip before and after the word itself."""
    targets: NDArray[np.int16]
    """Units of every way of every clip, one after the other."""
    target_starts: NDArray[np.int64]
    """First unit of each of the `DRAWS` ways of each clip, and the end of the last."""
    texts: NDArray[np.str_]
    groups: NDArray[np.str_]
    """Which collection a clip is of, or the synthesiser."""
    units: int

    def __len__(self) -> int:
        return len(self.texts)

    def save(self, path: Path) -> None:
        """Write the file."""
        np.savez(path, **vars(self))


def load(path: Path) -> Shelf:
    """Read the file."""
    data = dict(np.load(path))
    return Shelf(**{**data, "units": int(data["units"])})


def read(path: Path) -> Sound:
    """Return a recording as mono at 16 kHz, its peak at `PEAK`."""
    sound, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    sound = sound[:, 0]
    if rate_hz != RATE_HZ:
        sound = soxr.resample(sound, rate_hz, RATE_HZ)
    peak = np.abs(sound).max(initial=1e-3)
    normal: Sound = sound * np.float32(PEAK / peak)
    return normal


def trim(sound: Sound) -> Sound:
    """Cut what is far below the peak at both ends."""
    loud = np.nonzero(np.abs(sound) > PEAK * 10 ** (-TRIM_DB / 20))[0]
    margin = int(MARGIN_S * RATE_HZ)
    return sound[max(0, loud[0] - margin) : loud[-1] + margin] if len(loud) else sound


def outside(sound: Sound) -> tuple[float, float]:
    """Return the share of a clip before and after the word itself."""
    frames = sound[: len(sound) // FRAME * FRAME].reshape(-1, FRAME)
    level_db = 10 * np.log10((frames**2).mean(1) + 1e-12)
    loud = np.nonzero(level_db > level_db.max() - WORD_DB)[0]
    return float(loud[0] / len(frames)), float(1 - (loud[-1] + 1) / len(frames))


def ways(text: str, rng: np.random.Generator) -> list[list[int]] | None:
    """Return `DRAWS` unit sequences for a text, or None where a word has no pronunciation."""
    words = [lexicon.units().ways(word) for word in text.split() if word in lexicon.dictionary()]
    if len(words) < len(text.split()):
        return None
    return [
        [unit for ways in words for unit in ways[rng.integers(len(ways))]] for _ in range(DRAWS)
    ]


def fill(clips: Iterable[Clip], seed: int) -> Shelf:
    """Put clips on a shelf; those that are too short, too long or unpronounceable stay off."""
    rng = np.random.default_rng(seed)
    sounds, ends, targets, texts, groups = [], [], [], [], []
    for clip in tqdm(list(clips), unit="clip"):
        said = ways(clip.text, rng)
        sound = read(clip.path) if said else np.zeros(0, np.float32)
        sound = sound if clip.human else trim(sound)
        if said and SHORTEST_S < len(sound) / RATE_HZ < LONGEST_S:
            sounds.append(np.round(sound * 32767).astype(np.int16))
            ends.append(outside(sound))
            targets.extend(said)
            texts.append(clip.text)
            groups.append(clip.group)
    return Shelf(
        np.concatenate(sounds),
        np.cumsum([0, *map(len, sounds)]),
        np.array(ends, np.float32),
        np.concatenate(targets).astype(np.int16),
        np.cumsum([0, *map(len, targets)]),
        np.array(texts),
        np.array(groups),
        len(lexicon.units()),
    )
