"""The warning signs that people report, as patterns of words, and what makes them harmless."""

import re
from typing import Annotated

from annotated_types import Len
from pydantic.dataclasses import dataclass

from assistant.content.strict import STRICT

Patterns = tuple[str, ...]
"""Sequences of words, classes and gaps; warning_signs/words.toml describes the notation."""


@dataclass(frozen=True, config=STRICT)
class Signs:
    """Patterns that report the same kind of trouble."""

    say: Annotated[Patterns, Len(1)]
    despite: tuple[str, ...] = ()
    """Circumstances, by name, that do not clear these signs."""


@dataclass(frozen=True, config=STRICT)
class FlagRule:
    """A rule that a sign invokes."""

    id: str
    listen: Annotated[tuple[str, ...], Len(1)]
    """The likeliest wordings, which the recogniser listens for in every state."""
    signs: Annotated[tuple[Signs, ...], Len(1)]


@dataclass(frozen=True, config=STRICT)
class Circumstance:
    """What makes a sign harmless where it stands: a negation, somebody else's trouble, the past.

    It applies where any pattern of `before`, `within`, `after`, `around` or `across` fits, and none
    of `unless_within` and `unless_around` does.
    """

    name: str
    denies: bool = False
    """It says that there is no such sign, or none any more."""
    before: Patterns = ()
    """Ends where the sign begins."""
    within: Patterns = ()
    """Lies in the sign."""
    after: Patterns = ()
    """Begins where the sign ends."""
    around: Patterns = ()
    """Lies in the clause of the sign."""
    across: Patterns = ()
    """Begins before the end of the sign, and ends no earlier."""
    unless_within: Patterns = ()
    unless_around: Patterns = ()
    """Lies anywhere in what was said."""


@dataclass(frozen=True, config=STRICT)
class ToldNo:
    """What denies by its place in the sentence: expressions on lower-case text with punctuation."""

    asked: re.Pattern[str]
    """Denies what was asked, and not what is said next."""
    before: tuple[re.Pattern[str], ...]
    """Denies what was said before it."""
    after: tuple[re.Pattern[str], ...]
    """Ends with a denial of its first group."""


@dataclass(frozen=True, config=STRICT)
class FlagPatterns:
    """The whole file."""

    rules: tuple[FlagRule, ...]
    """The gravest first: it wins where several are reported."""
    circumstances: tuple[Circumstance, ...]
    classes: dict[str, tuple[str, ...]]
    """Words and phrases that stand for each other, by name."""
    forms: dict[str, str]
    """Other ways of writing a word, such as contractions."""
    endings: dict[str, str]
    """What an ending stands for."""
    long_words: tuple[str, ...]
    """Words that are known with a letter missing, added, changed or moved, too."""
    short_words: tuple[str, ...]
    """Words that are known with two neighbouring letters swapped."""
    told_no: ToldNo
    ignored: tuple[str, ...]
    """Words that change nothing, left out before anything else."""
    harmless: Patterns
    """Idioms and things that are no signs, though they hold the words of signs."""
    breaks: Patterns
    """Where a new clause begins."""
