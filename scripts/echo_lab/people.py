"""Recordings of people: a folder with a `manifest.csv` (`file,text,...`)."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.audio_files import read_audio
from assistant.messages import SAMPLE_RATE_HZ
from assistant.speaking.synthesiser import Samples

_FRAME = SAMPLE_RATE_HZ // 100
_WORD_DB = 35.0


@dataclass(frozen=True)
class Recording:
    """What somebody said, and where."""

    path: Path
    text: str

    def samples(self) -> Samples:
        """Read it: mono, shape (frames,)."""
        return read_audio(self.path)


def recordings(folder: Path) -> list[Recording]:
    """Return all recordings of a folder, in the manifest's order."""
    with (folder / "manifest.csv").open() as manifest:
        return [Recording(folder / row["file"], row["text"]) for row in csv.DictReader(manifest)]


def word_bounds(speech: Samples) -> tuple[int, int]:
    """Return where speech begins and ends: its first and last 10 ms within 35 dB of the loudest."""
    frames = speech[: len(speech) // _FRAME * _FRAME].reshape(-1, _FRAME).astype(np.float64)
    level = 10 * np.log10((frames**2).mean(axis=1) + 1e-12)
    spoken = np.flatnonzero(level > level.max() - _WORD_DB)
    return int(spoken[0]) * _FRAME, int(spoken[-1] + 1) * _FRAME
