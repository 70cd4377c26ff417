"""What is decided before anything else: the words that act at once."""

from assistant.dialogue.understanding import Phrasebook
from assistant.messages import samples

UTTERANCE_GAP_SECONDS = 2.0
"""After so long without a result, what is heard is a new utterance."""


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
        count = self._book.stops(text)
        new = count > self._stops
        self._stops = max(count, self._stops)
        return new

    def stopped(self, now: int) -> bool:
        """Whether the utterance that is being heard at `now` has held a stop."""
        return self._stops > 0 and now - self._heard_at <= samples(UTTERANCE_GAP_SECONDS)

    def hurt(self, text: str) -> bool:
        """Whether `text` holds a pain word."""
        found = self._book.hurts(text)
        self.hurt_before = self.hurt_before or found
        return found

    def utterance_ended(self) -> None:
        """Count anew."""
        self._stops = 0
        self.hurt_before = False
