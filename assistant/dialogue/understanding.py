"""Words -> what they mean, in a given state.

Whole phrases only: what the grammar does not hold is unclear, and unclear never does anything.
Stop, flag and pain phrases count wherever they stand in an utterance; every other meaning needs
the whole utterance to be made of phrases that agree.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.content.phrases import Meaning, PhraseGroup, Phrases
from assistant.content.routine import Routine
from assistant.errors import ContentError

UNKNOWN = "[unk]"
"""What the recogniser writes for sounds that are no phrase."""

Words = tuple[str, ...]

_PAIN = {Meaning.PAIN, Meaning.PAIN_UNNUMBERED, Meaning.LOOKALIKE}
_UNNUMBERED_SEVERITY, _LOOKALIKE_SEVERITY = 0.5, 4.5
"""Asked back rather than taken for a number below; a number above is the safer reading."""


@dataclass(frozen=True)
class Understood:
    """One meaning. `value` is an id, `number` a pain number, a step or a benefit."""

    means: Meaning
    value: str = ""
    number: int | None = None


class Phrasebook:
    """Every phrase by state, made from the content.

    Raises:
        ContentError: a phrase has two meanings in one state, or a word that cannot be recognised.
    """

    def __init__(self, phrases: Phrases, routines: Iterable[Routine]) -> None:
        self._spoken_numbers = phrases.spoken_numbers
        self._spellings = phrases.spellings
        self._fillers = set(phrases.fillers)
        self._hot, self._decoys = phrases.hot, phrases.decoys
        self._by_state: dict[str, dict[Words, Understood]] = {}
        for group in (*phrases.phrases, *_routine_groups(routines)):
            for state in _states(group, phrases.groups):
                self._add(group, state)

    @property
    def states(self) -> tuple[str, ...]:
        """The states in which anything is listened for."""
        return tuple(self._by_state)

    def grammar(self, state: str | None = None) -> tuple[str, ...]:
        """Return the phrases to listen for in `state`, or in any, in the order of the file."""
        states = self.states if state is None else (state,)
        return tuple(dict.fromkeys(" ".join(words) for s in states for words in self._by_state[s]))

    def hot_phrases(self) -> tuple[str, ...]:
        """Return the stop and pain words that are listened for all the time."""
        return self._hot

    def decoys(self) -> tuple[str, ...]:
        """Return what is listened for beside the hot phrases so as not to be taken for them."""
        return self._decoys

    def understand(self, text: str, state: str) -> Understood | None:
        """Return what `text` means in `state`, or None where it is unclear."""
        words = self.words(text)
        for meaning in (Meaning.FLAG, Meaning.STOP, Meaning.HURT):
            if found := self._first(words, state, meaning):
                return found
        return _agreed(self._segments(words, state))

    def count(self, text: str, state: str, meaning: Meaning) -> int:
        """Count how often phrases of `meaning` occur in `text`, side by side."""
        words = self.words(text)
        phrases = sorted(self._meaning(state, meaning), key=len, reverse=True)
        count = start = 0
        while start < len(words):
            found = next((phrase for phrase in phrases if _at(words, start, phrase)), None)
            count += found is not None
            start += len(found) if found else 1
        return count

    def words(self, text: str) -> Words:
        """Write `text` the way the recogniser would: lower case, numbers as words, no signs."""
        plain = text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
        plain = plain.replace("/", " out of ")
        found = re.findall(r"\[unk\]|[a-z]+(?:'[a-z]+)*|\d+", plain)
        return tuple(word for part in found for word in self._spelt(part).split())

    def _spelt(self, word: str) -> str:
        if word.isdigit():
            known = self._spoken_numbers
            return known[int(word)] if len(word) < 4 and int(word) < len(known) else UNKNOWN
        return self._spellings.get(word, word)

    def _add(self, group: PhraseGroup, state: str) -> None:
        phrases = self._by_state.setdefault(state, {})
        for text, number in self._expanded(group):
            meaning = Understood(group.means, group.value, number)
            words = self.words(text)
            if not words or UNKNOWN in words:
                raise ContentError(f"The phrase {text!r} cannot be listened for; use plain words.")
            other = phrases.setdefault(words, meaning)
            if other != meaning:
                raise ContentError(
                    f"The phrase {text!r} means two things when {state}: "
                    f"{other.means} {other.value} and {meaning.means} {meaning.value}."
                )

    def _expanded(self, group: PhraseGroup) -> Iterator[tuple[str, int | None]]:
        for text in group.say:
            if not group.numbers:
                yield text, group.number
            for number in group.numbers:
                yield text.replace("{number}", self._spoken_numbers[number]), number

    def _meaning(self, state: str, *meanings: Meaning) -> dict[Words, Understood]:
        phrases = self._by_state[state]
        return {words: found for words, found in phrases.items() if found.means in meanings}

    def _first(self, words: Words, state: str, meaning: Meaning) -> Understood | None:
        for phrase, found in self._meaning(state, meaning).items():
            if any(_at(words, i, phrase) for i in range(len(words))):
                return found
        return None

    def _segments(self, words: Words, state: str) -> list[Understood] | None:
        """Cut `words` into phrases of `state`, longest first, or None where that fails."""
        tails: list[list[Understood] | None] = [[]]  # the last 0, 1, 2, ... words, cut
        for start in reversed(range(len(words))):
            tails.append(self._cut(words[start:], tails, state))
        return tails[-1]

    def _cut(
        self, words: Words, tails: list[list[Understood] | None], state: str
    ) -> list[Understood] | None:
        phrases = self._by_state[state]
        for length in range(min(len(words), _longest(phrases)), 0, -1):
            head, rest = words[:length], tails[len(words) - length]
            if rest is not None and head in phrases:
                return [phrases[head], *rest]
        return tails[-1] if words[0] in self._fillers else None


def _longest(phrases: Iterable[Words]) -> int:
    return max(map(len, phrases))


def _at(words: Words, start: int, phrase: Words) -> bool:
    return words[start : start + len(phrase)] == phrase


def _states(group: PhraseGroup, groups: dict[str, Words]) -> Iterator[str]:
    for name in group.states:
        yield from groups.get(name, (name,))


def _routine_groups(routines: Iterable[Routine]) -> Iterator[PhraseGroup]:
    for routine in routines:
        starts = tuple(f"start {name}" for name in routine.names)
        yield PhraseGroup(Meaning.START, ("any",), starts, routine.id)
        yield PhraseGroup(Meaning.ROUTINE, ("choosing_routine",), routine.names, routine.id)


def _agreed(found: list[Understood] | None) -> Understood | None:
    """Return the one thing that all of `found` say; of several pain answers the worse one."""
    if not found:
        return None
    if all(one.means in _PAIN for one in found):
        return _worst(found)
    return found[0] if all(one == found[0] for one in found) else None


def _worst(found: list[Understood]) -> Understood:
    return max(found, key=_severity)


def _severity(one: Understood) -> float:
    """Rank pain answers: "no, it hurts" is no zero, and "two, fine" may be a nine."""
    if one.number is not None:
        return one.number
    return _LOOKALIKE_SEVERITY if one.means is Meaning.LOOKALIKE else _UNNUMBERED_SEVERITY
