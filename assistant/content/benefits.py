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


Spoken = Annotated[str, Len(1, 220)]
"""About twelve seconds of speech."""


@dataclass(frozen=True, config=STRICT)
class Benefit:
    """One claim with its verdict. `say` is spoken and carries the verdict itself."""

    id: str
    name: str
    verdict: Verdict
    say: Spoken
    sources: Annotated[tuple[str, ...], Len(1)]
    more: str = ""
    """What else there is to say, when it is asked for."""


@dataclass(frozen=True, config=STRICT)
class Topic:
    """What one article claims: the names of its benefits, and these in the article's order."""

    id: str
    name: str
    verdict: Verdict
    """How the claims stand all in all."""
    sources: Annotated[tuple[str, ...], Len(1)]
    benefits: Annotated[tuple[Benefit, ...], Len(1)]
    say: str = ""
    """Every name with its verdict; nothing where there is a single benefit."""
    more: str = ""
    """The names that `say` has no time for."""


@dataclass(frozen=True, config=STRICT)
class Benefits:
    """The whole file."""

    topics: tuple[Topic, ...]
