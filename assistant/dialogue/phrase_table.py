"""The phrases of one state, and how an utterance is cut into them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from assistant.dialogue.meanings import ByState, Understood, Words


@dataclass(frozen=True)
class Piece:
    """Some words of an utterance: a phrase, a filler, or one word that is neither."""

    words: Words
    says: Understood | None
    known: bool


Hit = tuple[int, Understood]
"""The place of a phrase's first word, and what it says."""


_UNKNOWN_COST = 1000
"""Counts for so many pieces that a word is unknown."""


@dataclass(frozen=True)
class PhraseTable:
    """The phrases of one state, each with one meaning, and fillers that mean nothing."""

    state: str
    phrases: Mapping[Words, ByState]
    fillers: AbstractSet[Words]
    longest: Mapping[Words, int]
    """How many words the longest phrase or filler of any state has, by its first two."""

    def cut(self, words: Words) -> list[Understood] | None:
        """Return what `words` say, or None where they are not phrases and fillers throughout."""
        pieces = self.pieces(words)
        whole = all(piece.known for piece in pieces)
        return [piece.says for piece in pieces if piece.says] if whole else None

    def pieces(self, words: Words) -> list[Piece]:
        """Cut `words` into as few pieces as can be, with the fewest words that are unknown."""
        ways, pieces, start = self._ways(words), [], 0
        while start < len(words):
            pieces.append(ways[start])
            start += len(ways[start].words)
        return pieces

    def anywhere(self, words: Words, counts: Callable[[Understood], bool]) -> list[Hit]:
        """Return where phrases whose meaning `counts` begin in `words`, side by side."""
        hits, start = [], 0
        while start < len(words):
            fits = (piece for piece in self._at(words, start) if piece.says and counts(piece.says))
            piece = next(fits, None)
            if piece and piece.says:
                hits.append((start, piece.says))
            start += len(piece.words) if piece else 1
        return hits

    def _ways(self, words: Words) -> list[Piece]:
        """Return for each word the piece that should begin there."""
        costs = [0] * (len(words) + 1)
        ways = [_unknown(words, start) for start in range(len(words))]
        for start in reversed(range(len(words))):
            costs[start] = _UNKNOWN_COST + costs[start + 1]
            for piece in self._at(words, start):
                cost = 1 + costs[start + len(piece.words)]
                if cost < costs[start]:
                    costs[start], ways[start] = cost, piece
        return ways

    def _at(self, words: Words, start: int) -> Iterator[Piece]:
        """Yield the phrases and fillers that begin at `start`, the longest first."""
        longest = self.longest.get(words[start : start + 2], 1)
        for length in range(min(len(words) - start, longest), 0, -1):
            head = words[start : start + length]
            if says := self.phrases.get(head, {}).get(self.state):
                yield Piece(head, says, True)
            elif head in self.fillers:
                yield Piece(head, None, True)


def tables(
    states: Iterable[str], phrases: Mapping[Words, ByState], fillers: AbstractSet[Words]
) -> dict[str, PhraseTable]:
    """Return the phrase table of each state."""
    shortest_first = sorted((*phrases, *fillers), key=len)
    longest = {words[:2]: len(words) for words in shortest_first}
    return {state: PhraseTable(state, phrases, fillers, longest) for state in states}


def _unknown(words: Words, start: int) -> Piece:
    return Piece(words[start : start + 1], None, known=False)


class Wordings:
    """Phrases that are only looked for."""

    def __init__(self, phrases: AbstractSet[Words]) -> None:
        self._phrases = phrases
        self._longest = max(map(len, phrases), default=0)

    def begin(self, words: Words, start: int = 0) -> bool:
        """Whether one of them begins at `start` in `words`."""
        lengths = range(1, self._longest + 1)
        return any(words[start : start + length] in self._phrases for length in lengths)

    def cut_out(self, words: Words, leaving: Words = ()) -> Words:
        """Return `words` without any of them, and with `leaving` in their place."""
        start = next((at for at in range(len(words)) if self.begin(words, at)), None)
        if start is None:
            return words
        lengths = range(self._longest, 0, -1)
        length = next(n for n in lengths if words[start : start + n] in self._phrases)
        return words[:start] + leaving + self.cut_out(words[start + length :], leaving)

    def are_in(self, words: Words) -> bool:
        """Whether one of them stands anywhere in `words`."""
        return any(self.begin(words, start) for start in range(len(words)))
