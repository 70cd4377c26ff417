"""Recordings of people, where they lie beside the project, or else a synthesised voice."""

import csv
from pathlib import Path

import numpy as np

from assistant.audio_files import read_audio
from assistant.speaking.synthesiser import Samples, Synthesiser

RECORDINGS = Path(__file__).parents[3] / "shared/speech/dev"
VOICES = ("gmw/en-us", "gmw/en", "gmw/en-gb-x-rp", "gmw/en-us-nyc", "gmw/en-gb-x-gbclan")


def stops(synthesiser: Synthesiser, most: int, seed: int = 1) -> list[Samples]:
    """Return up to `most` ways of saying "stop", by people if their recordings are here."""
    if not (RECORDINGS / "manifest.csv").exists():
        return [synthesiser.render("stop", voice, rate) for voice in VOICES for rate in (140, 160)]
    with (RECORDINGS / "manifest.csv").open() as manifest:
        files = [row["file"] for row in csv.DictReader(manifest) if row["text"] == "stop"]
    chosen = np.random.default_rng(seed).permutation(files)[:most]
    return [read_audio(RECORDINGS / file) for file in chosen]
