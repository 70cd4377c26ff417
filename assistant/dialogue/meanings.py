"""What one utterance may mean, and which of several meanings counts."""

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.content.phrases import Meaning

Words = tuple[str, ...]

BARE_NO, BARE_YES = "no", "yes"
"""The values of a plain "no" or "yes" among the pain answers: they mean what was asked."""
NUMBER = "number"
"""The value of the pain answers that name a number."""
WORSE, SAME, LESS = "worse", "same", "less"
"""The values of a comparison with the pain before."""
NEXT_ONE = "next_one"
"""The value of "next one": of a list that is being read, or else the next step."""
VAGUE = "vague"
"""The value of the pain answers that say nothing amid other words: "a bit"."""

WISHES = (
    Meaning.PAUSE,
    Meaning.REPEAT,
    Meaning.SOFTER,
    Meaning.LOUDER,
    Meaning.QUIETER,
    Meaning.SLOWER,
    Meaning.FASTER,
    Meaning.LONGER,
    Meaning.HELP,
)
"""Wishes that lead nowhere new, and so may stand amid other words; the first found counts, where it
begins or ends a clause: in the middle of one it is only a word."""
PAIN = {Meaning.PAIN, Meaning.PAIN_UNNUMBERED, Meaning.LOOKALIKE, Meaning.COMPARED}
_UNNUMBERED_SEVERITY, _LOOKALIKE_SEVERITY = 2.5, 4.5
"""Asked back rather than taken for a number below; a number above is the safer reading."""
_SORE_FROM = 3
"""A pain number from here on outranks whatever else was said."""
_WORDS_ROUND_UP = 1
"""Words stand for a number at most so much above the one that somebody may mean."""

_GOING_ON = {Meaning.CONTINUE, Meaning.READY, Meaning.NEXT, Meaning.YES}
_POLITE = ({Meaning.READY, Meaning.YES}, {Meaning.CONTINUE})
"""What is said before a wish and gives way to it, the weakest first: "okay, a bit softer"."""


@dataclass(frozen=True)
class Understood:
    """One meaning. `value` is an id, `number` a pain number, a step or a benefit."""

    means: Meaning
    value: str = ""
    number: int | None = None

    @property
    def sore(self) -> bool:
        """Whether it says that something hurts, so that it must not be passed over."""
        if self.means is Meaning.COMPARED:
            return self.value == WORSE
        return self.means in PAIN and (self.number or 0) >= _SORE_FROM

    @property
    def leads_on(self) -> bool:
        """Whether the massage may go on because of it."""
        return self.means in _GOING_ON or (self.means in PAIN and not self.sore)


ByState = Mapping[str, Understood]
"""What the same words mean in each state that they mean anything in."""


def agreed(found: list[Understood]) -> Understood | None:
    """Return the one thing that all of `found` say; where they differ in safety, the safer one."""
    pains = _answers([one for one in found if one.means in PAIN])
    others = [one for one in found if one.means not in PAIN]
    if pains and (worst(pains).sore or all(one.means in _GOING_ON for one in others)):
        return worst(pains)
    if pauses := [one for one in others if one.means is Meaning.PAUSE]:
        return pauses[0]
    for polite in _POLITE:
        others = [one for one in others if one.means not in polite] or others
    conditions = all(one.means is Meaning.CONDITION for one in others)  # the first one counts
    same = others and not pains and (conditions or all(one == others[0] for one in others))
    return others[0] if same else None


def _answers(pains: list[Understood]) -> list[Understood]:
    """Leave out what only leads up to an answer: "it hurts, a two", "yeah, lovely"."""
    pains = _within_the_number(pains)
    taken_back = any(one.value == BARE_NO for one in pains)
    if any(one.value == NUMBER and one.number for one in pains) and not taken_back:
        answer = {Meaning.PAIN, Meaning.LOOKALIKE}
        return [one for one in pains if one.means in answer or one.value == WORSE]
    answers = [one for one in pains if one.value != BARE_YES]
    return answers if any(one.value != BARE_NO for one in answers) else pains


def _within_the_number(pains: list[Understood]) -> list[Understood]:
    """Leave out words that say no more than the number beside them: "seven, it is killing me"."""
    numbers = [one.number or 0 for one in pains if one.value == NUMBER]
    if not numbers:
        return pains
    rated = max(numbers)
    most = rated + _WORDS_ROUND_UP if rated >= _SORE_FROM else _SORE_FROM - 1
    return [
        one
        for one in pains
        if one.value in {NUMBER, BARE_NO}
        or one.means is not Meaning.PAIN
        or (one.number or 0) > most
    ]


def worst(pains: list[Understood]) -> Understood:
    """Return the worst of several pain answers: "no, it hurts" is no zero."""
    return max(pains, key=_severity)


def _severity(one: Understood) -> float:
    if one.means in {Meaning.PAIN, Meaning.HURT}:
        return one.number or 0
    return _LOOKALIKE_SEVERITY if one.means is Meaning.LOOKALIKE else _UNNUMBERED_SEVERITY
