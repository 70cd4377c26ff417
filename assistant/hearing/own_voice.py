"""Tells the assistant's own words, heard through the microphone, from the user's.

What is made of words that the assistant was saying at that time is its own. Stop and pain words are
masked only while that very word is being said, 0.3 s around it: heard again, they always act.
"""

from collections.abc import Callable, Iterable

from assistant.dialogue.understanding import UNKNOWN
from assistant.hearing.recogniser import holds_any
from assistant.messages import Heard, samples

HOT_MARGIN = samples(0.3)
"""How far around a stop or pain word of its own it is masked."""
WORD_TO_PARTIAL = samples(0.25)
"""A word begins about this long before the first partial result that holds it."""
MASKED_SAMPLES = samples(2.0)
"""For how long the same text stays masked: up to its final result, not for ever."""

BEGINNING_MARGIN = samples(0.3)
"""Of its own is also what it said this long before the words seem to begin: partial results come
late where an echo is faint."""

WordsSaid = Callable[[int, int], set[str]]
"""(since, until) in audio samples -> the words the assistant was saying then."""


class OwnVoice:
    """Judges every `Heard` in the order they come.

    Args:
        words_said: what the assistant was saying, by the loudspeaker's samples.
        hot_phrases: stop and pain words.
        delay: tells how many samples later the microphone hears it.
    """

    def __init__(
        self, words_said: WordsSaid, hot_phrases: Iterable[str], delay: Callable[[], int]
    ) -> None:
        self._words_said, self._delay = words_said, delay
        self._hot_phrases = tuple(hot_phrases)
        self._began: int | None = None
        self._masked, self._masked_at = "", 0

    def said(self, heard: Heard, now: int) -> bool:
        """Whether `heard`, at sample `now`, is the assistant's own voice."""
        if self._began is None:
            self._began = now - WORD_TO_PARTIAL
        own = heard.text == self._masked and now - self._masked_at <= MASKED_SAMPLES
        if not own:
            own = self._is_own(heard.text, now)
            self._masked, self._masked_at = heard.text if own else "", now
        if heard.final:
            self._began, self._masked = None, ""
        return own

    def _is_own(self, text: str, now: int) -> bool:
        assert self._began is not None
        words = set(text.split()) - {UNKNOWN}
        if not words:
            return False
        if holds_any(text, self._hot_phrases):
            return words <= self._heard(now - HOT_MARGIN - WORD_TO_PARTIAL, now + HOT_MARGIN)
        return words <= self._heard(self._began - BEGINNING_MARGIN, now)

    def _heard(self, since: int, until: int) -> set[str]:
        """Return which of its own words the microphone may have heard between two samples."""
        delay = self._delay()
        return self._words_said(since - delay, until - delay)
