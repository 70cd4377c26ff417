"""Words -> what they mean, in a given state.

Warning signs come before everything else and are patterns (flags.py). Stop and pain phrases count
wherever they stand in an utterance. Every other meaning needs the whole utterance to be made of
phrases that agree, or is one that free talk surely has; what is unclear never does anything.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from assistant.content.flags import FlagPatterns
from assistant.content.phrases import Meaning, PhraseGroup, Phrases, choices
from assistant.content.routine import Routine
from assistant.dialogue import wording
from assistant.dialogue.flags import Flags
from assistant.dialogue.free_talk import Listener
from assistant.dialogue.meanings import BARE_NO, NUMBER, PAIN, Understood, Words, agreed, worst
from assistant.dialogue.phrase_table import PhraseTable
from assistant.errors import ContentError

__all__ = ["BARE_NO", "UNKNOWN", "Phrasebook", "Understood"]

UNKNOWN = "[unk]"
"""What the recogniser writes for sounds that are no phrase."""
_QUESTION_WORDS = 3
"""A question mark after fewer words shows doubt rather than a question."""
_RATED = ("check", "baseline")
"""Where it is asked how sore it is. A rating is understood at any time in a massage, too."""


class Phrasebook:
    """Every phrase by state, made from the content.

    Raises:
        ContentError: a phrase has two meanings in one state, or a word that cannot be recognised.
    """

    def __init__(self, phrases: Phrases, routines: Iterable[Routine], flags: FlagPatterns) -> None:
        self._flags = Flags(flags)
        self._flag_phrases = tuple(phrase for rule in flags.rules for phrase in rule.listen)
        self._spoken_numbers = phrases.spoken_numbers
        self._spellings = phrases.spellings | phrases.free_talk.spellings
        self._parts: dict[str, Words] = {}
        self._groups, self._massage_states = phrases.groups, phrases.groups.get("routine", ())
        self._hot, self._decoys = phrases.hot, phrases.decoys
        self._listener = Listener(phrases.free_talk, self.words)
        fillers = {self.words(filler) for filler in phrases.fillers} | self._listener.fillers
        self._by_state: dict[str, dict[Words, Understood]] = {}
        self._grammars: dict[str, dict[str, None]] = {}
        self._alone: dict[str, dict[Words, Understood]] = {}
        for group in (*phrases.phrases, *phrases.free_talk.phrases, *_routine_groups(routines)):
            self._add(group)
        self._tables = {state: PhraseTable(own, fillers) for state, own in self._by_state.items()}

    @property
    def states(self) -> tuple[str, ...]:
        """The states in which anything is listened for."""
        return tuple(self._by_state)

    def grammar(self, state: str | None = None) -> tuple[str, ...]:
        """Return the phrases to listen for in `state`, or in any, in the order of the file."""
        states = self.states if state is None else (state,)
        phrases = (text for s in states for text in self._grammars[s])
        return tuple(dict.fromkeys((*self._flag_phrases, *phrases)))

    def hot_phrases(self) -> tuple[str, ...]:
        """Return the stop and pain words that are listened for all the time."""
        return self._hot

    def decoys(self) -> tuple[str, ...]:
        """Return what is listened for beside the hot phrases so as not to be taken for them."""
        return self._decoys

    def understand(self, text: str, state: str) -> Understood | None:
        """Return what `text` means in `state`, or None where it is unclear."""
        if rule := self._flags.find(text):
            return Understood(Meaning.FLAG, rule)
        words = self.words(text)
        if urgent := self._urgent(words, state):
            return urgent
        if alone := self._alone.get(state, {}).get(words):
            return alone
        if state in self._massage_states and self._listener.sore_elsewhere(words):
            return Understood(Meaning.ELSEWHERE)
        if hurts := self._listener.reports(words, self._tables[state]):
            return worst(hurts)
        clauses = self._clauses(text)
        if state in _RATED:
            clauses = self._listener.of_now(clauses, self._tables[state])
            words = tuple(word for clause in clauses for word in clause)
        found = self._throughout(words, clauses, state) or self._freely(words, clauses, state)
        answers = found and found.means in {*PAIN, Meaning.CONTINUE, Meaning.READY, Meaning.YES}
        asked = answers and self._listener.only_asks(clauses)
        return None if asked else found

    def _urgent(self, words: Words, state: str) -> Understood | None:
        """Find a warning sign or a stop wherever it stands."""
        commands = self._listener.no_stop.cut_out(words)
        signs = self._anywhere(words, state, Meaning.FLAG)
        return next(iter(signs or self._anywhere(commands, state, Meaning.STOP)), None)

    def _throughout(self, words: Words, clauses: list[Words], state: str) -> Understood | None:
        """Read a text made of phrases: as a whole, or clause by clause where that is sorer."""
        table = self._tables[state]
        if any(self._listener.reversed(table.pieces(clause)) for clause in clauses):
            return None
        whole = agreed(table.cut(words) or [])
        parts = [table.cut(clause) or [] for clause in clauses]
        apart = agreed([one for part in parts for one in part])
        return apart if whole and apart and apart.sore else whole

    def talks(self, text: str, state: str) -> bool:
        """Whether `text` is plain talk that is no answer."""
        return self._listener.talks(self._clauses(text), self._tables[state])

    def asks(self, text: str) -> bool:
        """Whether `text` is put as a question."""
        marked = text.rstrip().endswith("?") and len(self.words(text)) >= _QUESTION_WORDS
        return marked or self._listener.asks(self._clauses(text))

    def count(self, text: str, state: str, meaning: Meaning) -> int:
        """Count how often phrases of `meaning` occur in `text`, side by side."""
        return len(self._anywhere(self.words(text), state, meaning))

    def words(self, text: str) -> Words:
        """Write `text` the way the recogniser would: lower case, numbers as words, no signs."""
        plain = re.sub(r"(?i)/(?=\s*(?:10|ten))", " out of ", text).replace("/", " or ")
        return tuple(word for part in plain.split() for word in self._written(part))

    def _written(self, part: str) -> Words:
        """Write what stands between spaces; the content says the same few thousand many times."""
        if part not in self._parts:
            self._parts[part] = self._rewritten(part)
        return self._parts[part]

    def _rewritten(self, part: str) -> Words:
        plain = part.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
        plain = re.sub(r"([a-z])\1{2,}", r"\1", plain)  # "stopppp"
        found = re.findall(r"\[unk\]|[a-z]+(?:'[a-z]+)*|\d+(?:\.\d+)?", plain)
        return tuple(word for part in found for word in self._spelt(part).split())

    def _spelt(self, word: str) -> str:
        if not word[0].isdigit() or word in self._spellings:
            return self._spellings.get(word, word.replace("'s", " is"))
        whole, _, part = word.partition(".")
        if len(whole) > 3:
            return UNKNOWN
        return wording.number(int(whole)) + (" and a half" if part.strip("0") else "")

    def _clauses(self, text: str) -> list[Words]:
        return [
            words for part in re.split(r"[,;:!?\n]|\.(?!\d)", text) if (words := self.words(part))
        ]

    def _anywhere(self, words: Words, state: str, meaning: Meaning) -> list[Understood]:
        hits = self._tables[state].anywhere(words, lambda says: says.means is meaning)
        return [says for _, says in hits]

    def _freely(self, words: Words, clauses: list[Words], state: str) -> Understood | None:
        """Read free talk: in its state, or as a rating that nobody asked for."""
        if state not in (*self._massage_states, *_RATED):
            return None
        found = self._listener.understand(clauses, self._tables[state])
        if state not in _RATED:
            rated = self._listener.understand(clauses, self._tables[_RATED[0]])
            found = _volunteered(rated, found) if rated else found
        return found if found and (_hurts(found) or UNKNOWN not in words) else None

    def _add(self, group: PhraseGroup) -> None:
        """Add a group to the states it is for."""
        said = list(self._expanded(group.say, group))
        typed = list(self._expanded(_templates(group), group))
        known = self._alone if group.alone else self._by_state
        for state in _states(group, self._groups):
            phrases = known.setdefault(state, {})
            for text, words, meaning in (*said, *typed):
                phrases[words] = _settled(phrases.get(words, meaning), meaning, text, state)
            grammar = self._grammars.setdefault(state, {})
            grammar |= {" ".join(words): None for _, words, _ in said}

    def _expanded(
        self, texts: Iterable[str], group: PhraseGroup
    ) -> Iterator[tuple[str, Words, Understood]]:
        for text in texts:
            for number in group.numbers or (None,):
                spoken = "" if number is None else self._spoken_numbers[number]
                meant = group.number if number is None else number + group.add
                words = self.words(text.replace("{number}", spoken))
                if not words or UNKNOWN in words:
                    raise ContentError(
                        f"The phrase {text!r} cannot be listened for; use plain words."
                    )
                yield text, words, Understood(group.means, group.value, meant)


def _volunteered(rated: Understood, found: Understood | None) -> Understood | None:
    """Return a rating that nobody asked for, as a report where it is sore, or else `found`."""
    if rated.sore and rated.value in {"", NUMBER}:
        return replace(rated, means=Meaning.HURT)
    return rated if found is None and rated.means is Meaning.PAIN else found


def _hurts(found: Understood) -> bool:
    return found.sore or found.means is Meaning.HURT


def _templates(group: PhraseGroup) -> Iterator[str]:
    return (text for template in group.typed for text in choices(template))


def _settled(known: Understood, new: Understood, text: str, state: str) -> Understood:
    """Return the one meaning of a phrase: a warning sign, or of two wordings of pain the sorer."""
    if known == new or known.means is Meaning.FLAG:
        return known
    if known.means in PAIN and new.means in PAIN:
        return worst([known, new])
    raise ContentError(
        f"The phrase {text!r} means two things when {state}: "
        f"{known.means} {known.value} and {new.means} {new.value}."
    )


def _states(group: PhraseGroup, groups: dict[str, Words]) -> Iterator[str]:
    for name in group.states:
        yield from groups.get(name, (name,))


def _routine_groups(routines: Iterable[Routine]) -> Iterator[PhraseGroup]:
    for routine in routines:
        starts = tuple(f"start {name}" for name in routine.names)
        begin = "(begin|start|do|try) (the |my |a |)"
        typed = tuple(f"{begin}{name}( one| massage| routine|)" for name in routine.names)
        yield PhraseGroup(Meaning.START, ("any",), starts, routine.id, typed=typed)
        yield PhraseGroup(Meaning.ROUTINE, ("choosing_routine",), routine.names, routine.id)
