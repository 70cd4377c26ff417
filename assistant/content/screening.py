"""What is asked before a session, and the fixed words for when something is wrong."""

from enum import StrEnum
from typing import Annotated

from annotated_types import Interval, Len
from pydantic.dataclasses import dataclass

from assistant.content.routine import Part, Side, Stroke
from assistant.content.strict import STRICT


class Kind(StrEnum):
    """What a question of the screen is answered with."""

    YES_NO = "yes_no"
    CONDITION = "condition"
    """The id of a condition."""
    NUMBER = "number"
    """Zero to ten: how sore it is."""


@dataclass(frozen=True, config=STRICT)
class Consequence:
    """What follows from an answer: all that is named; without any, the next question."""

    rule: str = ""
    """A stop rule: its words are said and nothing starts. `named`: that of the condition named."""
    ask: str = ""
    """A follow-up, asked next."""
    limit: str = ""
    """A limit on what is offered."""


NOTHING = Consequence()


@dataclass(frozen=True, config=STRICT)
class ScreeningQuestion:
    """One question of the screen. `again` asks it in other words.

    `{where}` and `{leg}` are filled in.
    """

    id: str
    ask: str
    again: str
    every_time: bool = False
    """Asked before every massage; the others at first use and then monthly."""
    of_leg: bool = False
    """Whether an answer holds only for the leg, or legs, that it was given for."""
    answered_with: Kind = Kind.YES_NO
    yes: Consequence = NOTHING
    """Also what follows from naming a condition."""
    no: Consequence = NOTHING
    flags: tuple[str, ...] = ()
    """Warning signs, by rule, whose report is a yes here and not the end yet."""

    def kept_as(self, legs: Side) -> tuple[str, ...]:
        """Return what its answer is kept under: its id, or a name for each of `legs`."""
        if not self.of_leg:
            return (self.id,)
        each = (Side.LEFT, Side.RIGHT) if legs is Side.BOTH else (legs,)
        return tuple(f"{self.id}_{leg.value}" for leg in each)


@dataclass(frozen=True, config=STRICT)
class Condition:
    """An illness or a medicine that a doctor has to agree about, and the rule that says so."""

    id: str
    name: str
    rule: str


@dataclass(frozen=True, config=STRICT)
class Band:
    """What follows from a baseline up to `most`, above the band before."""

    most: Annotated[int, Interval(ge=0, le=10)]
    then: Consequence = NOTHING


@dataclass(frozen=True, config=STRICT)
class Limit:
    """What suits somebody who gave a certain answer. Steps that press nothing always do."""

    id: str
    why: Annotated[str, Len(1, 300)]
    """Said where something is left out or not offered for it."""
    advice: str = ""
    """Said before every massage under this limit."""
    routines: tuple[str, ...] | None = None
    """Only these, the most suitable first; None: any."""
    first_choice: bool = False
    """Whether the first of `routines` is offered before another one begins."""
    strokes: tuple[Stroke, ...] | None = None
    """Only these; None: any."""
    not_strokes: tuple[Stroke, ...] = ()
    not_parts: tuple[Part, ...] = ()


@dataclass(frozen=True, config=STRICT)
class StopRule:
    """What is said when a warning sign is reported.

    `{emergency_number}` and `{helpline}` are filled in.
    """

    id: str
    say: str
    sources: Annotated[tuple[str, ...], Len(1)]
    times: Annotated[int, Interval(ge=1, le=2)] = 1
    """How often it is said, one after the other."""


@dataclass(frozen=True, config=STRICT)
class Screening:
    """The whole file."""

    full_every_days: Annotated[int, Interval(ge=1, le=31)]
    """After so many days all questions are asked again."""
    one_leg: str
    """What the left or the right leg is called; `{side}` is filled in."""
    either_leg: str
    """What both are called, where a massage is for both."""
    questions: tuple[ScreeningQuestion, ...]
    follow_ups: tuple[ScreeningQuestion, ...]
    conditions: tuple[Condition, ...]
    baseline: Annotated[tuple[Band, ...], Len(1)]
    limits: tuple[Limit, ...]
    rules: tuple[StopRule, ...]

    def name_of(self, legs: Side) -> str:
        """Return what `legs` are called in a question."""
        return self.either_leg if legs is Side.BOTH else self.one_leg.format(side=legs.value)

    @property
    def monthly(self) -> tuple[ScreeningQuestion, ...]:
        """The questions, with their follow-ups, whose answers are remembered."""
        return tuple(q for q in (*self.questions, *self.follow_ups) if not q.every_time)


@dataclass(frozen=True, config=STRICT)
class PainPolicy:
    """What follows from a pain number, 0 to 10. Published limits are in the file's comments."""

    green_most: Annotated[int, Interval(ge=0, le=10)]
    amber_most: Annotated[int, Interval(ge=0, le=10)]
    red_most: Annotated[int, Interval(ge=0, le=10)]
    leap: Annotated[int, Interval(ge=1, le=10)]
    leap_lands_on: Annotated[int, Interval(ge=0, le=10)]
    amber_seconds: Annotated[float, Interval(gt=0, le=170)]
    rest_seconds: Annotated[float, Interval(gt=0, le=600)]
    skips_to_end: Annotated[int, Interval(ge=1)]
    answer_seconds: Annotated[float, Interval(gt=0, le=60)]
    tries: Annotated[int, Interval(ge=1, le=5)]
    misses_to_end: Annotated[int, Interval(ge=1, le=10)]
    longest_gap_seconds: Annotated[float, Interval(gt=0, le=600)]
