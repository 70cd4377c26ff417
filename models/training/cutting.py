"""Cuts recordings of several words into single words, by where a trained network writes them.

People who read numbers in a row say each digit fast and close to the next: what is cut out of that
is what single fast digits sound like, of which there are few recordings.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import torch
from numpy.typing import NDArray

from models.training import lexicon, network
from models.training.corpus import CUT, Clip
from models.training.features import RATE_HZ, Mfcc
from models.training.shelf import Sound, read

BLANK = 0
SHORTEST_S, LONGEST_S = 0.1, 1.2
OUTPUT_S = 0.03
FRAME = 160
"""Samples in which loudness is measured."""
SILENCE_S = 0.4
"""Put before and after a recording, so that the network has heard a beginning and an end."""


@dataclass(frozen=True)
class Word:
    """A word cut out of a recording."""

    text: str
    sound: Sound


def path(log_probs: NDArray[np.float32], units: list[int]) -> list[int]:
    """Return the output at which each unit is written first, on the likeliest path."""
    states = [BLANK]
    for unit in units:
        states += [unit, BLANK]
    skips = [
        at > 1 and states[at] != BLANK and states[at] != states[at - 2] for at in range(len(states))
    ]
    score = np.full(len(states), -np.inf)
    score[:2] = log_probs[0, states[:2]]
    back = np.zeros((len(log_probs), len(states)), int)
    for time in range(1, len(log_probs)):
        step = np.concatenate([[-np.inf], score[:-1]])
        jump = np.where(skips, np.concatenate([[-np.inf] * 2, score[:-2]]), -np.inf)
        ways = np.stack([score, step, jump])
        back[time] = ways.argmax(0)
        score = ways.max(0) + log_probs[time, states]
    at = len(states) - 1 - int(score[-2] > score[-1])
    first = [0] * len(units)
    for time in range(len(log_probs) - 1, -1, -1):
        if at % 2:
            first[at // 2] = time
        at -= back[time, at]
    return first


def quietest(sound: Sound, first_s: float, last_s: float) -> int:
    """Return the sample between two moments around which it is quietest."""
    start, end = int(first_s * RATE_HZ), max(int(last_s * RATE_HZ), int(first_s * RATE_HZ) + FRAME)
    energy = np.convolve(sound**2, np.ones(FRAME), "same")[start:end]
    return start + int(energy.argmin()) if len(energy) else start


def words(clip: Clip, net: network.Tdnn, mfcc: Mfcc) -> Iterator[Word]:
    """Yield the own words of a recording, each cut out where it is quietest beside it."""
    said, units = clip.text.split(), lexicon.units()
    ways = [units.ways(word)[0] for word in said]
    silence = np.zeros(int(SILENCE_S * RATE_HZ), np.float32)
    sound = np.concatenate([silence, read(clip.path), silence])
    with torch.no_grad():
        scores = net(mfcc(torch.from_numpy(sound)[None]))[0].numpy()
    times_s = np.array(path(scores, [unit for way in ways for unit in way])) * OUTPUT_S
    ends = np.cumsum([0, *map(len, ways)])
    for at, word in enumerate(said):
        if word in lexicon.OWN_WORDS:
            first_s, last_s = times_s[ends[at]], times_s[ends[at + 1] - 1]
            before_s = times_s[ends[at] - 1] if at else first_s - SILENCE_S
            after_s = times_s[ends[at + 1]] if at + 1 < len(said) else last_s + SILENCE_S
            start = quietest(sound, max(0.0, before_s), first_s)
            end = quietest(sound, last_s + OUTPUT_S, after_s)
            yield Word(word, sound[start:end])


def cut(clips: Iterable[Clip], net: network.Tdnn, folder: Path) -> int:
    """Write the own words of recordings of several words, with a manifest; return how many."""
    folder.mkdir(parents=True, exist_ok=True)
    mfcc, rows = Mfcc(), []
    known = [
        clip
        for clip in clips
        if " " in clip.text and set(clip.text.split()) <= {*lexicon.dictionary()}
    ]
    for clip in known:
        for at, word in enumerate(words(clip, net, mfcc)):
            if SHORTEST_S < len(word.sound) / RATE_HZ < LONGEST_S:
                name = f"{clip.path.stem}-{at}.wav"
                soundfile.write(folder / name, word.sound, RATE_HZ)
                rows.append((name, word.text, CUT))
    with (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("file", "text", "set"), *rows])
    return len(rows)
