"""Sentences in people's own words: what is surely meant is understood, the rest is unclear.

What goes on needs a clause that is understood throughout ("Two, the kettle is on" has one), or a
number said to be the pain ("that's only a two now I've eased off"). What is sore counts amid any
words, unless it is taken back ("not too painful") or is no report ("if it hurts"). Wishes that
cannot do harm count amid any words too.
"""

from collections.abc import Iterable

from assistant.content.phrases import FreeTalk, Meaning
from assistant.dialogue.meanings import (
    BARE_NO,
    BARE_YES,
    NUMBER,
    VAGUE,
    WISHES,
    Understood,
    Words,
    agreed,
)
from assistant.dialogue.phrase_table import PhraseTable, Piece, Wordings
from assistant.dialogue.writing import Writer

_TALK_FROM = 2
"""So many words that are part of no phrase make plain talk of a sentence."""
_RANGE = 2
"""The pieces that make a range of a number: "or", and another."""
_DENIAL_REACH = 2
"""How many words after a denial it still takes a sore word back."""


class Listener:
    """Reads what is not made of phrases throughout."""

    def __init__(self, talk: FreeTalk, writer: Writer) -> None:
        phrases = writer.all_phrases
        self.frames = phrases(*talk.frames)
        self.fillers = phrases(*talk.fillers) | self.frames
        self._hypothetical = phrases(*talk.hypothetical)
        self._denials = Wordings(phrases(*talk.denials) | self._hypothetical)
        self._elsewhere = Wordings(phrases(*talk.elsewhere))
        self._complaints = Wordings(phrases(*talk.complaints))
        self._here = Wordings(phrases(*talk.here))
        self._openings = Wordings(phrases(*talk.question_openings))
        self.no_stop = Wordings(phrases(*talk.no_stop))
        self._turns = Wordings(phrases(*talk.turns))
        self._present = Wordings(phrases(*talk.present))
        self._bygone = Wordings(phrases(*talk.bygone))
        self._by_touch = Wordings(phrases(*talk.bygone_unless))
        self._pleas = Wordings(phrases(*talk.pleas))
        self._tails = Wordings(phrases(*talk.tails))
        self.units = Wordings(phrases(*talk.units))
        self.circumstances = Wordings(phrases(*talk.circumstances))
        self._cautions = Wordings(phrases(*talk.cautions, *talk.complaints))
        self._hesitations = Wordings(phrases(*talk.hesitations))
        self._reversals = phrases(*talk.reversals)
        self._ordinary = phrases(*talk.ordinary)

    def sore_elsewhere(self, words: Words) -> bool:
        """Whether something hurts that is not being massaged."""
        elsewhere = self._elsewhere.are_in(words) and self._complaints.are_in(words)
        return elsewhere and not self._here.are_in(words)

    def asks(self, clauses: Iterable[Words]) -> bool:
        """Whether one of `clauses` begins like a question."""
        return any(self._openings.begin(clause) for clause in clauses)

    def wonders(self, clause: Words, table: PhraseTable, means: Meaning) -> bool:
        """Whether a phrase that `means` this is only a word of the question `clause`.

        "Will it stop my cramps" is one; "can we stop" and "why does it hurt" are not.
        """
        if self._pleas.are_in(clause):
            return False
        hits = table.anywhere(clause, lambda says: says.means is means)
        return means is Meaning.HURT or all(_goes_on(table, clause[at:]) for at, _ in hits)

    def understand(self, clauses: list[Words], table: PhraseTable) -> Understood | None:
        """Return what `clauses` surely mean, or None."""
        cut = [table.pieces(clause) for clause in clauses]
        found = [one for pieces in cut if not self.reversed(pieces) for one in self._found(pieces)]
        found = [one for one in found if one.value not in {BARE_NO, BARE_YES}]  # to somebody else?
        if self.asks(clauses):  # only a number is an answer all the same
            return agreed([one for one in found if one.value == NUMBER])
        one = agreed(found) if found else _harmless(clauses, table)
        return None if one and one.leads_on and self._worrying(cut) else one

    def of_now(self, clauses: list[Words], table: PhraseTable) -> list[Words]:
        """Leave out the numbers of before beside the one of now: "it was six but ..."."""
        parts = [part for clause in clauses for part in self._turning(clause)]
        rated = [part for part in parts if table.anywhere(part, lambda says: says.value == NUMBER)]
        bygone = [part for part in rated if self._is_bygone(part)]
        if not rated or (rated[-1] in bygone and not self._has_present(parts, bygone[0])):
            return clauses
        return [part for part in parts if part not in bygone] if bygone else clauses

    def _has_present(self, parts: list[Words], bygone: Words) -> bool:
        """Whether a number that is said to be of now stands before the first of before."""
        return any(map(self._present.are_in, parts[: parts.index(bygone)]))

    def _is_bygone(self, part: Words) -> bool:
        return self._bygone.are_in(part) and not self._by_touch.are_in(part)

    def _turning(self, clause: Words) -> list[Words]:
        """Cut `clause` before each turn."""
        cuts = [at for at in range(1, len(clause)) if self._turns.begin(clause, at)]
        return [clause[a:b] for a, b in zip([0, *cuts], [*cuts, len(clause)], strict=True)]

    def only_asks(self, clauses: list[Words]) -> bool:
        """Whether every one of `clauses` begins like a question."""
        return bool(clauses) and all(self._openings.begin(clause) for clause in clauses)

    def talks(self, clauses: list[Words], table: PhraseTable) -> bool:
        """Whether `clauses` are plain talk: words most of which are known, but no answer."""
        if any(self._hesitations.are_in(clause) for clause in clauses):
            return False
        pieces = [piece for clause in clauses for piece in table.pieces(clause)]
        strange = [piece for piece in pieces if not piece.known]
        unheard = [piece for piece in strange if piece.words not in self._ordinary]
        return len(strange) >= _TALK_FROM and 2 * len(unheard) <= len(_words(pieces))

    def reversed(self, pieces: list[Piece]) -> bool:
        """Whether something in a clause denies a good word after it: "hardly comfortable"."""
        denied = False
        for at, piece in enumerate(pieces):
            if denied and piece.says and piece.says.leads_on and piece.says.value != NUMBER:
                return True
            denied |= any(_words(pieces[at : at + n]) in self._reversals for n in (1, 2))
        return False

    def reports(self, words: Words, table: PhraseTable) -> list[Understood]:
        """Return what hurts by itself; "if it hurts" does not."""
        hits = table.anywhere(words, lambda says: says.means is Meaning.HURT)
        return [one for at, one in hits if words[max(0, at - 1) : at] not in self._hypothetical]

    def _found(self, pieces: list[Piece]) -> list[Understood]:
        """Return what the pieces of a clause say: all, or what counts amid unknown words."""
        whole = all(piece.known for piece in pieces)
        return [
            piece.says
            for place, piece in enumerate(pieces)
            if piece.says and (whole or self._counts(pieces, place))
        ]

    def _worrying(self, cut: Iterable[list[Piece]]) -> bool:
        """Whether a clause that is not understood may take back what the others say."""
        return any(
            self._cautions.are_in(_words(pieces))
            for pieces in cut
            if not all(piece.known for piece in pieces)
        )

    def _denied(self, before: Words) -> bool:
        """Whether the words `before` a sore word take it back."""
        return self._denials.are_in(before[-_DENIAL_REACH - 1 :])

    def _counts(self, pieces: list[Piece], place: int) -> bool:
        """Whether the pain answer at `place` counts amid words that are not understood."""
        says = pieces[place].says
        assert says
        if says.value == NUMBER:
            return self._rates(pieces, place, sore=says.sore)
        return (
            says.sore
            and says.value != VAGUE
            and not self._denied(_words(pieces[max(0, place - _DENIAL_REACH - 1) : place]))
        )

    def _rates(self, pieces: list[Piece], place: int, *, sore: bool) -> bool:
        """Whether the number at `place` is the pain, and counts nothing else: "four minutes".

        A low one needs known words up to where something begins that may follow a number.
        """
        led = all(piece.known for piece in pieces[:place]) or self._framed(pieces, place)
        rest = pieces[place + 1 :]
        known = next((at for at, piece in enumerate(rest) if not piece.known), len(rest))
        after = [_words(rest[at:]) for at in range(known + 1)]
        if not led or self.units.begin(after[0]) or self._counted(rest[:known], after[-1]):
            return False
        followed = known == len(rest) or any(map(self._tails.begin, after))
        return followed or (sore and known > 0)

    def _counted(self, between: list[Piece], unit: Words) -> bool:
        """Whether a number counts things: "four minutes", "four or five minutes"."""
        number = between and between[-1].says and between[-1].says.value == NUMBER
        near = not between or (number and len(between) <= _RANGE)
        return bool(near) and self.units.begin(unit)

    def _framed(self, pieces: list[Piece], place: int) -> bool:
        """Whether the number at `place` is said to be the pain: "it is a four", "call it four"."""
        before = pieces[max(0, place - 1) : place]
        return len(pieces[place].words) > 1 or any(piece.words in self.frames for piece in before)


def _goes_on(table: PhraseTable, words: Words) -> bool:
    """Whether more follows in `words` than phrases and fillers."""
    return not all(piece.known for piece in table.pieces(words))


def _harmless(clauses: list[Words], table: PhraseTable) -> Understood | None:
    found = [
        one
        for clause in clauses
        for _, one in table.anywhere(clause, lambda says: says.means in WISHES)
    ]
    return min(found, key=lambda one: WISHES.index(one.means), default=None)


def _words(pieces: Iterable[Piece]) -> Words:
    return tuple(word for piece in pieces for word in piece.words)
