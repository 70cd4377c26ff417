"""Words -> what they mean, in a given state.

Warning signs come before everything else and are patterns (flags.py). Stop and pain phrases count
wherever they stand in an utterance. Every other meaning needs the whole utterance to be made of
phrases that agree, or is one that free talk surely has; what is unclear never does anything.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from assistant.content.flags import FlagPatterns
from assistant.content.phrases import Meaning, Phrases
from assistant.content.routine import Routine
from assistant.dialogue.flags import Flags
from assistant.dialogue.free_talk import Listener
from assistant.dialogue.meanings import (
    BARE_NO,
    NUMBER,
    PAIN,
    WISHES,
    Understood,
    Words,
    agreed,
    worst,
)
from assistant.dialogue.phrase_table import Piece, Wordings, tables
from assistant.dialogue.vocabulary import Vocabulary
from assistant.dialogue.writing import UNKNOWN, Contractions, Writer

__all__ = ["BARE_NO", "RATED", "UNKNOWN", "Phrasebook", "Understood"]

_QUESTION_WORDS = 3
"""A question mark after fewer words shows doubt rather than a question."""
_MERE_TALK = ("~",)
"""Stands for talk that is cut out; it is a word of nothing."""
RATED = "check"
"""The state in which it is asked how sore it is."""
_READING = "reading"
"""A state in which pain is told of unasked: stop and pain words are what they are here."""
_RATED = (RATED, "baseline")
"""Where it is asked how sore it is. A rating is understood at any time in a massage, too."""


class Phrasebook:
    """Every phrase by state, made from the content.

    Raises:
        ContentError: a phrase has two meanings in one state, or a word that cannot be recognised.
    """

    def __init__(self, phrases: Phrases, routines: Iterable[Routine], flags: FlagPatterns) -> None:
        self._flags = Flags(flags)
        self._flag_phrases = tuple(phrase for rule in flags.rules for phrase in rule.listen)
        self._writer = Writer(phrases.spellings | phrases.free_talk.spellings)
        self._contractions = Contractions(phrases.spellings)
        self._massage_states = phrases.groups.get("routine", ())
        self._hot, self._decoys = phrases.hot, phrases.decoys
        self._listener = Listener(phrases.free_talk, self._writer)
        self._mere_talk = Wordings(self._writer.all_phrases(*phrases.free_talk.mere_talk))
        links = self._writer.all_phrases(*phrases.free_talk.links)
        self._links = {word for link in links for word in link}
        fillers = {self.words(filler) for filler in phrases.fillers} | self._listener.fillers
        self._vocabulary = Vocabulary(phrases, routines, self._writer)
        self._tables = tables(self._vocabulary.listened, self._vocabulary.phrases, fillers)

    @property
    def states(self) -> tuple[str, ...]:
        """The states in which anything is listened for."""
        return tuple(self._tables)

    def grammar(self, state: str | None = None) -> tuple[str, ...]:
        """Return the phrases to listen for in `state`, or in any, in the order of the file.

        A recogniser writes only what it listens for, so what can be said in short is there twice.
        """
        states = self.states if state is None else (state,)
        phrases = (text for s in states for text in self._vocabulary.listened[s])
        known = dict.fromkeys((*self._flag_phrases, *phrases))
        short = (said for phrase in known for said in self._contractions.of(phrase))
        return tuple(dict.fromkeys((*known, *short)))

    def hot_phrases(self) -> tuple[str, ...]:
        """Return the stop and pain words that are listened for all the time."""
        return self._hot

    def decoys(self) -> tuple[str, ...]:
        """Return what is listened for beside the hot phrases so as not to be taken for them."""
        return self._decoys

    def understand(self, text: str, state: str) -> Understood | None:
        """Return what `text` means in `state`, or None where it is unclear."""
        if rule := self.sign(text):
            return Understood(Meaning.FLAG, rule)
        words = self.words(text)
        if urgent := self._urgent(words, state):
            return urgent
        if alone := self._vocabulary.alone.get(words, {}).get(state):
            return alone
        clauses = [self._without_talk(clause) for clause in self._writer.clauses(text)]
        words = self._without_talk(words)
        if state in self._massage_states and self._listener.sore_elsewhere(words):
            return Understood(Meaning.ELSEWHERE)
        if hurts := self._listener.reports(words, self._tables[state]):
            return worst(hurts)
        if state in _RATED:
            clauses = self._listener.of_now(clauses, self._tables[state])
            words = tuple(word for clause in clauses for word in clause)
        found = self._throughout(words, clauses, state) or self._freely(words, clauses, state)
        if found and found.value == NUMBER:
            also = (*self._same_answer(found, clauses, state), *self._at_times(clauses, state))
            found = worst([found, *also])
        answers = found and found.means in {*PAIN, Meaning.CONTINUE, Meaning.READY, Meaning.YES}
        asked = answers and self._listener.only_asks(clauses)
        return None if asked else found

    def sign(self, text: str) -> str | None:
        """Return the rule of the warning sign in `text`, or None."""
        return self._flags.find(text)

    def _without_talk(self, words: Words) -> Words:
        return self._mere_talk.cut_out(words, leaving=_MERE_TALK)

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

    def _wished(self, wish: Understood, clauses: list[Words], state: str) -> bool:
        """Whether one of `clauses` begins or ends with `wish`, but for what is known."""
        table = self._tables[state]
        for pieces in map(table.pieces, clauses):
            for at in (at for at, piece in enumerate(pieces) if piece.says == wish):
                before, after = pieces[:at], pieces[at + 1 :]
                if any(all(piece.known for piece in rest) for rest in (before, after)):
                    return True
        return False

    def _same_answer(self, found: Understood, clauses: list[Words], state: str) -> list[Understood]:
        """Return the numbers that are linked to `found`: the highest of a range is meant."""
        pieces = [piece for clause in clauses for piece in self._tables[state].pieces(clause)]
        linked: list[Understood] = []
        for at, piece in enumerate(pieces):
            if piece.says and piece.says.value == NUMBER and not self._counts(pieces[at + 1 :]):
                linked.append(piece.says)
            elif not self._links.issuperset(piece.words):
                if found in linked:
                    break
                linked = []
        return linked if found in linked else []

    def _at_times(self, clauses: list[Words], state: str) -> Iterator[Understood]:
        """Yield the numbers that hold at times: "five when I bend it"."""
        for pieces in map(self._tables[state].pieces, clauses):
            for at, piece in enumerate(pieces):
                after = tuple(word for rest in pieces[at + 1 :] for word in rest.words)
                if piece.says and piece.says.value == NUMBER:
                    yield from [piece.says] * self._listener.circumstances.begin(after)

    def _counts(self, after: list[Piece]) -> bool:
        """Whether a number counts what stands `after` it: "nine people"."""
        return self._listener.units.begin(tuple(word for piece in after for word in piece.words))

    def talks(self, text: str, state: str) -> bool:
        """Whether `text` is plain talk that is no answer."""
        return self._listener.talks(self._writer.clauses(text), self._tables[state])

    def asks(self, text: str) -> bool:
        """Whether `text` is put as a question."""
        marked = text.rstrip().endswith("?") and len(self.words(text)) >= _QUESTION_WORDS
        return marked or self._listener.asks(self._writer.clauses(text))

    def count(self, text: str, state: str, meaning: Meaning) -> int:
        """Count how often phrases of `meaning` occur in `text`, side by side."""
        return len(self._anywhere(self.words(text), state, meaning))

    def stops(self, text: str) -> int:
        """Count the stop words in `text`."""
        return self.count(text, _READING, Meaning.STOP)

    def hurts(self, text: str) -> bool:
        """Whether `text` holds a pain word."""
        return self.count(text, _READING, Meaning.HURT) > 0

    def holds_one_stop(self, text: str) -> bool:
        """Whether `text` holds a single stop word and no pain word."""
        return self.stops(text) == 1 and not self.hurts(text)

    def words(self, text: str) -> Words:
        """Write `text` the way the recogniser would: lower case, numbers as words, no signs."""
        return self._writer.words(text)

    def _anywhere(self, words: Words, state: str, meaning: Meaning) -> list[Understood]:
        hits = self._tables[state].anywhere(words, lambda says: says.means is meaning)
        return [says for _, says in hits]

    def _freely(self, words: Words, clauses: list[Words], state: str) -> Understood | None:
        """Read free talk: in its state, or as a rating that nobody asked for."""
        if state not in (*self._massage_states, *_RATED):
            return None
        found = self._listener.understand(clauses, self._tables[state])
        if found and found.means in WISHES and not self._wished(found, clauses, state):
            found = None
        if state not in _RATED:
            rated = self._listener.understand(clauses, self._tables[RATED])
            found = _volunteered(rated, found) if rated else found
        return found if found and (_hurts(found) or UNKNOWN not in words) else None


def _volunteered(rated: Understood, found: Understood | None) -> Understood | None:
    """Return a rating that nobody asked for, as a report where it is sore, or else `found`."""
    if rated.sore and rated.value in {"", NUMBER}:
        return replace(rated, means=Meaning.HURT)
    return rated if found is None and rated.means is Meaning.PAIN else found


def _hurts(found: Understood) -> bool:
    return found.sore or found.means is Meaning.HURT
