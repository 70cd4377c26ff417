"""The shelf: features of every clip, in one file that training maps into memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from models.training import rooms
from models.training.corpus import Clip
from models.training.features import Floats, log_mel

SHORTEST_FRAMES = 12


@dataclass(frozen=True)
class Shelf:
    """Log-mel energies of many clips, one after the other."""

    frames: NDArray[np.float16]
    """(all frames, 40)"""
    starts: NDArray[np.int64]
    """First frame of each clip, and the end of the last."""
    texts: tuple[str, ...]
    human: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.texts)

    def clip(self, at: int) -> Floats:
        """Return one clip's log-mel energies (frames, 40)."""
        return self.frames[self.starts[at] : self.starts[at + 1]].astype(np.float32)


def _copies(clip: Clip, count: int, rng: np.random.Generator) -> Iterator[Floats]:
    """Features of the clip as it is, then of altered copies."""
    samples = rooms.normalise(rooms.read(clip.path))
    samples = samples if clip.human else rooms.trim(samples)
    for copy in range(count):
        yield log_mel(samples if copy == 0 else rooms.perturb(samples, rng))


def fill(path: Path, clips: list[Clip], copies: int, seed: int) -> None:
    """Write the shelf for these clips, several copies of each."""
    frames, texts, human = [], [], []
    for at, clip in enumerate(tqdm(clips, unit="clip")):
        for mel in _copies(clip, copies, np.random.default_rng((seed, at))):
            if len(mel) >= SHORTEST_FRAMES:
                frames.append(mel.astype(np.float16))
                texts.append(clip.text)
                human.append(clip.human)
    starts = np.cumsum([0, *map(len, frames)])
    np.savez(path, frames=np.concatenate(frames), starts=starts, texts=texts, human=human)


def load(paths: list[Path]) -> Shelf:
    """Read shelves and put them side by side."""
    parts = [dict(np.load(path)) for path in paths]
    offsets = np.cumsum([0, *(len(part["frames"]) for part in parts)])
    starts = [part["starts"][:-1] + offset for part, offset in zip(parts, offsets, strict=False)]
    return Shelf(
        np.concatenate([part["frames"] for part in parts]),
        np.concatenate([*starts, offsets[-1:]]),
        tuple(str(text) for part in parts for text in part["texts"]),
        np.concatenate([part["human"] for part in parts]),
    )
