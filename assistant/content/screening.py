"""What is asked before a session, and the fixed words for when something is wrong."""

from typing import Annotated

from annotated_types import Interval, Len
from pydantic.dataclasses import dataclass

from assistant.content.strict import STRICT


@dataclass(frozen=True, config=STRICT)
class ScreeningQuestion:
    """A yes-or-no question; yes invokes `rule`. `again` asks it in other words."""

    rule: str
    ask: str
    again: str


@dataclass(frozen=True, config=STRICT)
class StopRule:
    """What is said when a warning sign is reported. `{emergency_number}` is filled in."""

    id: str
    say: str
    sources: Annotated[tuple[str, ...], Len(1)]


@dataclass(frozen=True, config=STRICT)
class Screening:
    """The whole file."""

    questions: tuple[ScreeningQuestion, ...]
    rules: tuple[StopRule, ...]


@dataclass(frozen=True, config=STRICT)
class PainPolicy:
    """What follows from a pain number, 0 to 10. Published limits are in the file's comments."""

    green_most: Annotated[int, Interval(ge=0, le=10)]
    amber_most: Annotated[int, Interval(ge=0, le=10)]
    red_most: Annotated[int, Interval(ge=0, le=10)]
    amber_seconds: Annotated[float, Interval(gt=0, le=170)]
    rest_seconds: Annotated[float, Interval(gt=0, le=600)]
    skips_to_end: Annotated[int, Interval(ge=1)]
    answer_seconds: Annotated[float, Interval(gt=0, le=60)]
    tries: Annotated[int, Interval(ge=1, le=5)]
    longest_gap_seconds: Annotated[float, Interval(gt=0, le=600)]
