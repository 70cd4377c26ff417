"""What massage is said to be good for, and what is known about it."""

from enum import StrEnum
from typing import Annotated

from annotated_types import Len
from pydantic.dataclasses import dataclass

from assistant.content.strict import STRICT


class Verdict(StrEnum):
    """How a claim stands against published studies."""

    SUPPORTED = "supported"
    MIXED = "mixed"
    WEAK = "weak"
    WRONG = "wrong as worded"


@dataclass(frozen=True, config=STRICT)
class Benefit:
    """One claim with its verdict. `say` is spoken and carries the verdict itself."""

    id: str
    name: str
    verdict: Verdict
    say: Annotated[str, Len(1, 400)]
    sources: Annotated[tuple[str, ...], Len(1)]


@dataclass(frozen=True, config=STRICT)
class Topic:
    """What one article claims: a summary, and its benefits in the article's order."""

    id: str
    name: str
    summary: str
    benefits: Annotated[tuple[Benefit, ...], Len(1)]


@dataclass(frozen=True, config=STRICT)
class Answer:
    """An answer to a question that no single benefit covers."""

    id: str
    say: Annotated[str, Len(1, 400)]
    sources: Annotated[tuple[str, ...], Len(1)]


@dataclass(frozen=True, config=STRICT)
class Benefits:
    """The whole file."""

    topics: tuple[Topic, ...]
    answers: tuple[Answer, ...]
