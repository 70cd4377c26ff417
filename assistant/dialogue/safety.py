"""What is decided before anything else: the words that act at once, and the pain policy."""

from enum import StrEnum

from assistant.content.phrases import Meaning
from assistant.content.screening import PainPolicy
from assistant.dialogue.state import Question
from assistant.dialogue.understanding import Phrasebook
from assistant.messages import samples

UTTERANCE_GAP_SECONDS = 2.0
"""After so long without a result, what is heard is a new utterance."""


class Zone(StrEnum):
    """What a pain number allows."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    END = "end"


def zone(number: int, policy: PainPolicy) -> Zone:
    """Return the zone of a pain number from 0 to 10."""
    if number <= policy.green_most:
        return Zone.GREEN
    if number <= policy.amber_most:
        return Zone.AMBER
    return Zone.RED if number <= policy.red_most else Zone.END


class Outcome(StrEnum):
    """What follows from an answer about pain; each is said in the line of the same name."""

    GREEN = "green"
    """Go on."""
    AMBER = "amber"
    """The same step with a lighter touch; where it was lighter already, leave it out."""
    RED = "red"
    """Hands off for a while."""
    GREEN_FINAL = "green_final"
    AMBER_FINAL = "amber_final"
    """The routine is finished."""
    SETTLED = "settled"
    NOT_SETTLED = "not_settled"
    TOO_SORE = "too_sore"
    """The massage is over."""


def outcome(question: Question, number: int, policy: PainPolicy) -> Outcome:
    """Return what follows from `number` in answer to `question`."""
    found = zone(number, policy)
    if found is Zone.END:
        return Outcome.TOO_SORE
    if question is Question.SETTLE:
        return Outcome.SETTLED if found is Zone.GREEN else Outcome.NOT_SETTLED
    if found is Zone.RED:
        return Outcome.RED
    if question in {Question.FINAL, Question.FINAL_SOFT}:
        return Outcome.GREEN_FINAL if found is Zone.GREEN else Outcome.AMBER_FINAL
    return Outcome.GREEN if found is Zone.GREEN else Outcome.AMBER


class HotWords:
    """Finds stop and pain words in partial results, each stop of an utterance once.

    A partial result grows ("stop", "stop", "stop stop") and is then repeated by the final one, so
    the stops already acted on are counted until the utterance ends. The final result may never
    come (it may be taken for the assistant's own voice), so a silence ends an utterance too.
    """

    def __init__(self, book: Phrasebook) -> None:
        self._book = book
        self._stops = 0
        self._heard_at = 0
        self.hurt_before = False
        """Whether the utterance has held a pain word, also one that was taken back."""

    def new_stop(self, text: str, now: int) -> bool:
        """Whether `text`, heard at `now`, holds a stop that was not in the utterance before."""
        if not self.stopped(now):
            self.utterance_ended()
        self._heard_at = now
        count = self._book.count(text, "reading", Meaning.STOP)
        new = count > self._stops
        self._stops = max(count, self._stops)
        return new

    def stopped(self, now: int) -> bool:
        """Whether the utterance that is being heard at `now` has held a stop."""
        return self._stops > 0 and now - self._heard_at <= samples(UTTERANCE_GAP_SECONDS)

    def hurt(self, text: str) -> bool:
        """Whether `text` holds a pain word."""
        found = self._book.count(text, "reading", Meaning.HURT) > 0
        self.hurt_before = self.hurt_before or found
        return found

    def utterance_ended(self) -> None:
        """Count anew."""
        self._stops = 0
        self.hurt_before = False
