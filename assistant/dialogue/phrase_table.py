"""The phrases of one state, and how an utterance is cut into them."""

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from assistant.dialogue.meanings import Understood, Words


@dataclass(frozen=True)
class Piece:
    """Some words of an utterance: a phrase, a filler, or one word that is neither."""

    words: Words
    says: Understood | None
    known: bool


Hit = tuple[int, Understood]
"""The place of a phrase's first word, and what it says."""


class PhraseTable:
    """Phrases with one meaning each, and fillers that mean nothing."""

    def __init__(self, phrases: Mapping[Words, Understood], fillers: AbstractSet[Words]) -> None:
        self._phrases, self._fillers = phrases, fillers
        self._longest = max(map(len, (*phrases, *fillers)), default=0)

    def cut(self, words: Words) -> list[Understood] | None:
        """Cut `words` into phrases and fillers, longest first, or return None where that fails."""
        ways = self._ways(words)
        if ways[0] is None:
            return None
        found, start = [], 0
        while start < len(words):
            piece = ways[start]
            assert piece
            if piece.says:
                found.append(piece.says)
            start += len(piece.words)
        return found

    def pieces(self, words: Words) -> list[Piece]:
        """Cut `words` greedily; a word that begins no phrase stands alone."""
        pieces, start = [], 0
        while start < len(words):
            piece = next(self._at(words, start), Piece(words[start : start + 1], None, False))
            pieces.append(piece)
            start += len(piece.words)
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

    def _ways(self, words: Words) -> list[Piece | None]:
        """Return for each word the piece that begins there and leaves the rest cuttable."""
        end = Piece((), None, True)
        ways: list[Piece | None] = [*[None] * len(words), end]
        for start in reversed(range(len(words))):
            fits = (piece for piece in self._at(words, start) if ways[start + len(piece.words)])
            ways[start] = next(fits, None)
        return ways

    def _at(self, words: Words, start: int) -> Iterator[Piece]:
        """Yield the phrases and fillers that begin at `start`, the longest first."""
        for length in range(min(len(words) - start, self._longest), 0, -1):
            head = words[start : start + length]
            if head in self._phrases:
                yield Piece(head, self._phrases[head], True)
            elif head in self._fillers:
                yield Piece(head, None, True)
