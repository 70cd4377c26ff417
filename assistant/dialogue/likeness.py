"""Which answer a question is like, and which sign a sentence: what examples have in common.

A second opinion beside the patterns: they know what a thing is called, this knows what example
sentences were about as a whole. It is a linear model over hashed features.
"""

import math
import zlib
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from assistant.content.leanings import Leanings

_LETTERS = (3, 4, 5)
"""Lengths of the pieces of words that a sign is known by."""


def of_question(concepts: Collection[str], words: Sequence[str]) -> set[str]:
    """Return what a question is known by; no concept is like a word."""
    return {*(f"~{concept}" for concept in concepts), *words, *_pairs(words)}


def of_sentence(words: Sequence[str]) -> set[str]:
    """Return what a sentence is known by: words, pairs also across a word, pieces of words."""
    across = (f"{first} _ {third}" for first, third in zip(words, words[2:], strict=False))
    return {*words, *_pairs(words), *across, *_pieces(words)}


def _pairs(words: Sequence[str]) -> Iterator[str]:
    return (f"{first} {second}" for first, second in pairwise(words))


def _pieces(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        whole = f"_{word}_"
        for length in _LETTERS:
            for start in range(len(whole) - length + 1):
                yield f"#{whole[start : start + length]}"


def places(known_by: Collection[str], buckets: int) -> set[int]:
    """Return the buckets of features."""
    return {zlib.crc32(feature.encode()) % buckets for feature in known_by}


class Likeness:
    """Judges by what was learnt."""

    def __init__(self, learnt: Leanings) -> None:
        self._learnt = learnt
        size, weights = len(learnt.answers), memoryview(learnt.weights).cast("b")
        self._rows = [weights[at : at + size] for at in range(0, len(weights), size)]

    def judge(self, known_by: Collection[str]) -> dict[str, float]:
        """Return how likely each answer is, from 0 to 1; together they are 1."""
        learnt = self._learnt
        rows = [self._rows[at] for at in places(known_by, learnt.buckets)]
        worth = learnt.unit / math.sqrt(len(rows) or 1)
        sums = map(sum, zip(*rows, strict=True)) if rows else [0] * len(learnt.answers)
        scores = [worth * total + bias for total, bias in zip(sums, learnt.biases, strict=True)]
        highest = max(scores)
        shares = [math.exp(score - highest) for score in scores]
        whole = sum(shares)
        return {one: share / whole for one, share in zip(learnt.answers, shares, strict=True)}
