"""What a pain number means, and what follows from it. The numbers are those of the policy.

A baseline is how sore it was before anything was touched. Whoever began at three or four stays at
that without being worse: they go on, with a light touch. Whoever leaps up from it has hands off,
also below five.
"""

from enum import StrEnum

from assistant.content.screening import PainPolicy
from assistant.dialogue.meanings import SAME, WORSE
from assistant.dialogue.state import Question


class Zone(StrEnum):
    """What a pain number allows."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    END = "end"


class Outcome(StrEnum):
    """What follows from an answer about pain; each is said in the line of the same name."""

    GREEN = "green"
    """Go on."""
    AS_BEFORE = "as_before"
    """No worse than before the massage: go on, and stay light."""
    AMBER = "amber"
    """The same step with a lighter touch, if that is okay; then the question again."""
    STEP_LEFT_OUT = "step_left_out"
    """A lighter touch was no better: leave the step out."""
    RED = "red"
    """Hands off for a while."""
    GREEN_FINAL = "green_final"
    AS_BEFORE_FINAL = "as_before_final"
    AMBER_FINAL = "amber_final"
    """The routine is finished."""
    SETTLED = "settled"
    NOT_SETTLED = "not_settled"
    TOO_SORE = "too_sore"
    """The massage is over."""


_FINAL = {
    Outcome.GREEN: Outcome.GREEN_FINAL,
    Outcome.AS_BEFORE: Outcome.AS_BEFORE_FINAL,
    Outcome.AMBER: Outcome.AMBER_FINAL,
}


def zone(number: int, policy: PainPolicy, baseline: int | None = None) -> Zone:
    """Return the zone of a pain number from 0 to 10."""
    if number > policy.red_most:
        return Zone.END
    if number > policy.amber_most or _leapt(number, policy, baseline):
        return Zone.RED
    return Zone.GREEN if number <= policy.green_most else Zone.AMBER


def outcome(
    question: Question,
    number: int,
    policy: PainPolicy,
    baseline: int | None = None,
    *,
    lighter: bool = False,
) -> Outcome:
    """Return what follows from `number`; `lighter`: the step was repeated for it already."""
    found = zone(number, policy, baseline)
    if found is Zone.END:
        return Outcome.TOO_SORE
    if question is Question.SETTLE:
        return Outcome.SETTLED if found is Zone.GREEN else Outcome.NOT_SETTLED
    if found is Zone.RED:
        return Outcome.RED
    below_red = _below_red(found, number, baseline)
    if question in {Question.FINAL, Question.FINAL_SOFT}:
        return _FINAL[below_red]
    return Outcome.STEP_LEFT_OUT if lighter and below_red is Outcome.AMBER else below_red


def begins_light(policy: PainPolicy, baseline: int | None) -> bool:
    """Whether it was sore enough before the massage to keep every step light."""
    return baseline is not None and baseline > policy.green_most


def compared(word: str, last: int | None, policy: PainPolicy) -> int | None:
    """Return the number that "same" or "less" stands for after `last`, or None to ask for one.

    "Less" is taken for a number only where whatever is less is green. "Worse" never is.
    """
    if last is None or word == WORSE:
        return None
    if word == SAME:
        return last
    return max(0, last - 1) if last - 1 <= policy.green_most else None


def _leapt(number: int, policy: PainPolicy, baseline: int | None) -> bool:
    leap = 0 if baseline is None else number - baseline
    return leap >= policy.leap and number >= policy.leap_lands_on


def _below_red(found: Zone, number: int, baseline: int | None) -> Outcome:
    if found is Zone.GREEN:
        return Outcome.GREEN
    as_before = baseline is not None and number <= baseline
    return Outcome.AS_BEFORE if as_before else Outcome.AMBER
