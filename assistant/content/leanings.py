"""What the words of a question speak for, learnt from example questions.

A file is one line of JSON and then a table of signed bytes. `models/questions` makes it.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import ContentError


@dataclass(frozen=True)
class Leanings:
    """Weights of a linear model; its features are hashed into `buckets`."""

    answers: tuple[str, ...]
    """The ids of the answers."""
    biases: tuple[float, ...]
    """What speaks for each answer before a word is said."""
    unit: float
    """What a weight of one is worth, in nats."""
    buckets: int
    weights: bytes
    """(buckets, answers), signed."""


def load_leanings(path: Path) -> Leanings:
    """Read a file of leanings.

    Raises:
        ContentError: it is not there, cut off, or something else.
    """
    try:
        head, weights = path.read_bytes().split(b"\n", 1)
        fields = json.loads(head)
        answers = tuple(map(str, fields["answers"]))
        biases = tuple(map(float, fields["biases"]))
        unit, buckets = float(fields["unit"]), int(fields["buckets"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _broken(path) from error
    if len(weights) != buckets * len(answers) or len(biases) != len(answers):
        raise _broken(path)
    return Leanings(answers, biases, unit, buckets, weights)


def _broken(path: Path) -> ContentError:
    return ContentError(
        f"{path}: cannot be read as what questions lean to; install the assistant again."
    )
