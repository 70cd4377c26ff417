"""Which answer a question is like, by its concepts, its words and its pairs of words.

A second opinion beside the patterns: they know what an answer is asked by, this knows what example
questions were about as a whole. It is a linear model over hashed features.
"""

import math
import zlib
from collections.abc import Collection, Sequence
from itertools import pairwise

from assistant.content.leanings import Leanings


def features(concepts: Collection[str], words: Sequence[str]) -> set[str]:
    """Return what a question is known by; no concept is like a word."""
    pairs = (f"{first} {second}" for first, second in pairwise(words))
    return {*(f"~{concept}" for concept in concepts), *words, *pairs}


def places(known_by: Collection[str], buckets: int) -> set[int]:
    """Return the buckets of features."""
    return {zlib.crc32(feature.encode()) % buckets for feature in known_by}


class Likeness:
    """Judges questions by what was learnt."""

    def __init__(self, learnt: Leanings) -> None:
        self._learnt = learnt
        size, weights = len(learnt.answers), memoryview(learnt.weights).cast("b")
        self._rows = [weights[at : at + size] for at in range(0, len(weights), size)]

    def judge(self, concepts: Collection[str], words: Sequence[str]) -> dict[str, float]:
        """Return how likely each answer is, from 0 to 1; together they are 1."""
        learnt = self._learnt
        rows = [self._rows[at] for at in places(features(concepts, words), learnt.buckets)]
        worth = learnt.unit / math.sqrt(len(rows) or 1)
        sums = map(sum, zip(*rows, strict=True)) if rows else [0] * len(learnt.answers)
        scores = [worth * total + bias for total, bias in zip(sums, learnt.biases, strict=True)]
        highest = max(scores)
        shares = [math.exp(score - highest) for score in scores]
        whole = sum(shares)
        return {one: share / whole for one, share in zip(learnt.answers, shares, strict=True)}
