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

UNKNOWN = "[unk]"
"""What the recogniser writes for sounds that are no phrase."""

Words = tuple[str, ...]

_PAIN = {Meaning.PAIN, Meaning.PAIN_UNNUMBERED, Meaning.LOOKALIKE}


@dataclass(frozen=True)
class Understood:
    """One meaning. `value` is an id, `number` a pain number, a step or a benefit."""

    means: Meaning
    value: str = ""
    number: int | None = None


class Phrasebook:
    """Every phrase by state, made from the content.

    Raises:
        ValueError: a phrase has two meanings in one state.
    """

    def __init__(self, phrases: Phrases, routines: Iterable[Routine]) -> None:
        self._spoken_numbers = phrases.spoken_numbers
        self._spellings = phrases.spellings
        self._fillers = set(phrases.fillers)
        self._by_state: dict[str, dict[Words, Understood]] = {}
        for group in (*phrases.phrases, *_routine_groups(routines)):
            for state in _states(group, phrases.groups):
                self._add(group, state)

    @property
    def states(self) -> tuple[str, ...]:
        """The states in which anything is listened for."""
        return tuple(self._by_state)

    def grammar(self, state: str) -> tuple[str, ...]:
        """Return the phrases to listen for in `state`, in the order of the file."""
        return tuple(" ".join(words) for words in self._by_state[state])

    def hot_phrases(self) -> tuple[str, ...]:
        """Return the stop and pain phrases, which are listened for all the time."""
        found = self._meaning("reading", Meaning.STOP, Meaning.HURT)
        return tuple(" ".join(words) for words in found)

    def understand(self, text: str, state: str) -> Understood | None:
        """Return what `text` means in `state`, or None where it is unclear."""
        words = self.words(text)
        for meaning in (Meaning.FLAG, Meaning.STOP, Meaning.HURT):
            if found := self._first(words, state, meaning):
                return found
        return _agreed(self._segments(words, state))

    def count(self, text: str, state: str, meaning: Meaning) -> int:
        """Count how often phrases of `meaning` occur in `text`."""
        words = self.words(text)
        phrases = self._meaning(state, meaning)
        return sum(any(_at(words, i, phrase) for phrase in phrases) for i in range(len(words)))

    def words(self, text: str) -> Words:
        """Write `text` the way the recogniser would: lower case, numbers as words, no signs."""
        plain = text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
        found = re.findall(r"\[unk\]|[a-z']+|\d+", plain)
        return tuple(word for part in found for word in self._spelt(part).split())

    def _spelt(self, word: str) -> str:
        if word.isdigit():
            number = int(word)
            known = self._spoken_numbers
            return known[number] if number < len(known) else UNKNOWN
        return self._spellings.get(word, word)

    def _add(self, group: PhraseGroup, state: str) -> None:
        phrases = self._by_state.setdefault(state, {})
        for text, number in self._expanded(group):
            meaning = Understood(group.means, group.value, number)
            other = phrases.setdefault(tuple(text.split()), meaning)
            if other != meaning:
                raise ValueError(f"{text!r} means both {other} and {meaning} when {state}")

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
        if not words:
            return []
        for length in range(len(words), 0, -1):
            head = words[:length]
            found = self._by_state[state].get(head)
            filler = length == 1 and head[0] in self._fillers
            if not (found or filler):
                continue
            rest = self._segments(words[length:], state)
            if rest is not None:
                return [found, *rest] if found else rest
        return None


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
    numbered = [one for one in found if one.number is not None]
    worst = max(numbered, key=lambda one: one.number or 0, default=None)
    vague = [one for one in found if one.number is None]
    if worst is None or (vague and not worst.number):
        return vague[0]  # "no, it hurts" is no zero
    return worst
