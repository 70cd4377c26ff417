"""What the assistant makes of a sentence, for whoever wants to look inside."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum

from assistant.app import typed_phrasebook
from assistant.content.loader import Content, did_you_mean
from assistant.content.phrases import Meaning
from assistant.dialogue.meanings import (
    BARE_NO,
    LESS,
    NEXT_ONE,
    NUMBER,
    PAIN,
    SAME,
    WORSE,
    Understood,
)
from assistant.dialogue.pain import Zone, zone
from assistant.dialogue.writing import sayable
from assistant.errors import ContentError

PRACTICE = "practice"
"""The state of the timed practice of a step, in which a sentence is understood unless told."""


class Asked(StrEnum):
    """What was asked last: about pain, or whether a lighter touch is okay."""

    STEP = "step"
    CALIBRATE = "calibrate"
    OKAY = "okay"


_STATE_WHEN_ASKED = {Asked.STEP: "check", Asked.CALIBRATE: "check", Asked.OKAY: "okay"}

_CHOICES = ("choosing_routine", "choosing_side")
"""The states in which a massage or a leg is named."""

_COMMANDS = {
    Meaning.STOP,
    Meaning.PAUSE,
    Meaning.CONTINUE,
    Meaning.NEXT,
    Meaning.SKIP,
    Meaning.BACK,
    Meaning.REPEAT,
    Meaning.SOFTER,
    Meaning.LONGER,
    Meaning.LOUDER,
    Meaning.QUIETER,
    Meaning.SLOWER,
    Meaning.FASTER,
    Meaning.HELP,
    Meaning.START,
    Meaning.GOODBYE,
}
_SAME_AS = {Meaning.READY: Meaning.CONTINUE}
_WHEN_ASKED_OKAY = {Meaning.YES: Meaning.CONTINUE, Meaning.NO: Meaning.STOP}
_QUESTIONS = {Meaning.QUESTION, Meaning.MORE, Meaning.ITEM, Meaning.TIME_LEFT, Meaning.WHERE}


@dataclass(frozen=True)
class Reading:
    """One sentence as it is understood, in the words of the command's output."""

    meaning: str
    value: str | int | None = None
    """A command's name; a number, or the one that a word is treated as until one comes."""
    zone: str | None = None
    flag: str | None = None

    def as_json(self) -> str:
        """Write it on one line."""
        return json.dumps(asdict(self))


class Inspector:
    """Understands sentences as the dialogue does in `state`, or once `asked` was asked.

    Raises:
        ContentError: there is no such state or question, or both are given.
    """

    def __init__(self, content: Content, state: str | None, asked: str | None) -> None:
        if state and asked:
            raise ContentError("A question has a state of its own; say --state or --question.")
        self._policy, self._book = content.pain, typed_phrasebook(content)
        self._asked = Asked(_known(asked, tuple(Asked), "question")) if asked else None
        place = _STATE_WHEN_ASKED[self._asked] if self._asked else state or PRACTICE
        self._state = _known(place, self._book.states, "state")
        self._in_a_massage = self._state in content.phrases.groups["routine"]

    def read(self, text: str) -> Reading:
        """Return what `text` is understood as."""
        text = sayable(text)
        found = self._book.understand(text, self._state)
        if found is None or (found.means is Meaning.LOOKALIKE and found.number is None):
            return Reading(self._not_acted_on(text))
        return self._described(found)

    def _not_acted_on(self, text: str) -> str:
        """Tell what would be an answer to another question from the unclear."""
        found = [self._book.understand(text, state) for state in _CHOICES]
        chosen = any(one.means in {Meaning.ROUTINE, Meaning.SIDE} for one in found if one)
        return "other" if chosen or self._book.talks(text, self._state) else "unclear"

    def _described(self, found: Understood) -> Reading:
        means = _SAME_AS.get(found.means, found.means)
        if self._asked is Asked.OKAY:
            means = _WHEN_ASKED_OKAY.get(means, means)
        if found.value == NEXT_ONE and self._in_a_massage:
            means = Meaning.NEXT  # no list is being read
        if means is Meaning.FLAG:
            return Reading("other", flag=found.value)
        if means in PAIN or means is Meaning.HURT:
            return self._rated(found)
        if means in _COMMANDS:
            return Reading("command", means.value)
        return Reading("question" if means in _QUESTIONS else "other")

    def _rated(self, found: Understood) -> Reading:
        if found.value == BARE_NO and self._asked is Asked.CALIBRATE:
            return Reading("unclear")
        if found.value in {WORSE, SAME, LESS}:  # there is no number before it to compare with
            return Reading("zone", zone=Zone.AMBER.value if found.value == WORSE else None)
        assert found.number is not None
        kind = "number" if found.value == NUMBER else "zone"
        return Reading(kind, found.number, zone(found.number, self._policy).value)


def _known(name: str, names: Iterable[str], kind: str) -> str:
    known = [str(each) for each in names]
    if name not in known:
        near = did_you_mean(name, known, f"; there are {', '.join(known)}")
        raise ContentError(f"There is no {kind} {name!r}{near}")
    return name
