"""Levels of blocks, what is usual of them, and the quietest of them; all in dB of full scale."""

import math
from bisect import bisect_left, insort
from collections import deque
from functools import cache

import numpy as np

from assistant.messages import SAMPLE_RATE_HZ
from assistant.speaking.synthesiser import Samples

SILENCE_DB = -70.0
"""What is below is silence."""
_QUIETEST_BLOCKS, _SMOOTHED_BLOCKS = 100, 5
_TINY = 1e-12


class Usual:
    """The level that a share of the last blocks stays below.

    Args:
        share: of the blocks, from 0 to 1.
        fewest: how many blocks it takes to know.
        blocks: how many are remembered.
    """

    def __init__(self, share: float, fewest: int, blocks: int) -> None:
        self._share, self._fewest, self._blocks = share, fewest, blocks
        self._levels: deque[float] = deque()
        self._sorted: list[float] = []  # kept so: sorting every block's anew is slow

    def learn(self, block_db: float) -> None:
        """Take a block's level."""
        if len(self._levels) == self._blocks:
            self._drop(self._levels.popleft())
        self._levels.append(block_db)
        insort(self._sorted, block_db)

    def forget(self, blocks: int) -> None:
        """Leave out the last blocks."""
        for _ in range(min(blocks, len(self._levels))):
            self._drop(self._levels.pop())

    def level(self, unknown_db: float) -> float:
        """Return it, or `unknown_db` while too few blocks were heard."""
        if len(self._sorted) < self._fewest:
            return unknown_db
        return self._sorted[int(self._share * len(self._sorted))]

    def _drop(self, block_db: float) -> None:
        del self._sorted[bisect_left(self._sorted, block_db)]


class Floor:
    """The quietest of the last 2 s."""

    def __init__(self) -> None:
        self._recent: deque[float] = deque(maxlen=_SMOOTHED_BLOCKS)
        self._smooth: deque[float] = deque(maxlen=_QUIETEST_BLOCKS)

    def over(self, block_db: float) -> float:
        """Take a block's level and return by how much it is above; silence is above nothing."""
        self._recent.append(10 ** (block_db / 10))
        self._smooth.append(sum(self._recent) / len(self._recent))
        quietest_db = 10 * math.log10(min(self._smooth) + _TINY)
        return block_db - quietest_db if block_db > SILENCE_DB else -math.inf


def level_db(block: Samples) -> float:
    """Return a block's level; shape (frames,)."""
    return 10 * math.log10(float(block @ block) / len(block) + _TINY)


def level_db_above(hertz: int, block: Samples) -> float:
    """Return how much of a block is above a frequency, per band; shape (frames,)."""
    waves = _waves_above(hertz, len(block))
    parts = waves @ block  # for few bands less work than a Fourier transform
    return 10 * math.log10(2 * float(parts @ parts) / len(waves) + _TINY)


@cache
def _waves_above(hertz: int, frames: int) -> Samples:
    """Return the cosines and sines of a block's bands above a frequency, shape (waves, frames)."""
    bands = np.arange(hertz * frames // SAMPLE_RATE_HZ, frames // 2 + 1)
    angles = 2 * np.pi / frames * np.outer(bands, np.arange(frames))
    waves = np.concatenate([np.cos(angles), np.sin(angles)]) * np.hanning(frames)
    return waves.astype(np.float32)
