"""A massage routine: steps that are read, practised and checked, one after the other."""

from enum import StrEnum
from string import Formatter
from typing import Annotated, Literal

from annotated_types import Interval, Len
from pydantic import AfterValidator
from pydantic.dataclasses import dataclass

from assistant.content.strict import STRICT

Line = Annotated[str, Len(1, 300)]
"""Something that is said; two short sentences fit."""


def _only_side(say: str) -> str:
    """Refuse braces other than `{side}`, which could not be filled in."""
    fields = [field for _, *field in Formatter().parse(say) if field[0] is not None]
    if any(field != ["side", "", None] for field in fields):
        raise ValueError("only {side} may stand in braces")
    return say


def _no_braces(text: str) -> str:
    """Refuse braces, which are not filled in here."""
    if "{" in text or "}" in text:
        raise ValueError("no braces may stand here")
    return text


class Side(StrEnum):
    """Which leg a step is for. `chosen` is the one named at the start."""

    CHOSEN = "chosen"
    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


class Stroke(StrEnum):
    """What the hands do in a step, so that what suits somebody can be told from what does not."""

    SETTLE = "settle"
    """Sit, warm the hands, breathe: nothing is pressed."""
    MOVE = "move"
    """The leg moves by itself: nothing is pressed."""
    HOLD = "hold"
    GLIDE = "glide"
    CIRCLE = "circle"
    STRETCH = "stretch"
    KNEAD = "knead"
    TAP = "tap"
    RUB = "rub"
    NUDGE = "nudge"


class Part(StrEnum):
    """What a step is for."""

    FOOT = "foot"
    LOWER_LEG = "lower_leg"
    KNEE = "knee"
    THIGH = "thigh"


class Check(StrEnum):
    """What is asked after a step before anything else happens."""

    CALIBRATE = "calibrate"
    STEP = "step"
    FINAL = "final"
    FINAL_SOFT = "final_soft"


@dataclass(frozen=True, config=STRICT)
class Step:
    """One action. `say` may name the chosen leg as `{side}`."""

    say: Annotated[Line, AfterValidator(_only_side)]
    seconds: Annotated[float, Interval(gt=0, le=170)]
    """Practice time, counted from the end of the sentence. Below the three minutes that may
    pass between two checks."""
    side: Side = Side.BOTH
    check: Check | None = None
    leave_out_if: Annotated[str, Len(0, 200), AfterValidator(_no_braces)] = ""
    """Who should leave the step out; spoken before it."""
    stroke: Stroke | None = None
    """None may be anything, so the step is left out where not everything suits."""
    parts: tuple[Part, ...] = ()
    """Every part of the leg that is touched; none named may be any."""
    position: Annotated[str, Len(0, 200), AfterValidator(_only_side)] = ""
    """How to sit or lie for it, said before it unless one does already; empty: as for the step
    before. Holds good whatever the position before was, so any step may be left out."""


@dataclass(frozen=True, config=STRICT)
class Routine:
    """A whole routine, as one file holds it."""

    id: Annotated[str, Len(1, 40)]
    title: Annotated[str, Len(1, 80), AfterValidator(_no_braces)]
    steps: Annotated[tuple[Step, ...], Len(1, 60)]
    minutes: Annotated[int, Interval(gt=0, le=60)] = 10
    """About how long it takes, speech included."""
    names: tuple[Line, ...] = ()
    """What it is called after "start"."""
    topic: Literal["knee", "leg", "stretches"] = "knee"
    """Whose benefits are meant by "what are the benefits?"."""
    setup: Annotated[Line, AfterValidator(_no_braces)] = "Make yourself comfortable."
    """What is needed, said before the first step."""
    soft_voice: bool = False
    """Speak slower and quieter."""

    @property
    def needs_side(self) -> bool:
        """Whether a leg has to be chosen first."""
        texts = (text for step in self.steps for text in (step.position, step.say))
        named = any("{side}" in text for text in texts)
        return named or any(step.side is Side.CHOSEN for step in self.steps)

    @property
    def for_one_leg(self) -> bool:
        """Whether it leaves the other leg alone."""
        return self.needs_side and not any(s.side in {Side.LEFT, Side.RIGHT} for s in self.steps)

    def longest_gap_seconds(self) -> float:
        """The most practice between two checks, or before the first."""
        gap = longest = 0.0
        for step in self.steps:
            gap += step.seconds
            longest = max(longest, gap)
            if step.check:
                gap = 0.0
        return longest
