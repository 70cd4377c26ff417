"""Cuts text into the pieces that a language model knows.

WordPiece, as BERT uses it (Devlin and others, 2019): a word is cut into the longest known pieces,
from left to right; "##" marks a piece that continues a word.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

PADDING, UNKNOWN, BEGIN, END = "[PAD]", "[UNK]", "[CLS]", "[SEP]"
_CONTINUES = "##"
_LONGEST_WORD = 40
"""Letters; what is longer is no word."""
_WORD = re.compile(r"[^\W_]+|[^\w\s]|_")
STRAIGHT = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")


class WordPieces:
    """The pieces of a vocabulary; a piece's number is its place."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._numbers = {piece: number for number, piece in enumerate(vocabulary)}

    def numbers(self, text: str, most: int) -> list[list[int]]:
        """Return the numbers of the pieces of `text`, in stretches of `most` that half overlap.

        Each stretch stands between `BEGIN` and `END`, which count, too.
        """
        pieces = [piece for word in words(text) for piece in self._cut(word)]
        length = most - 2
        starts = range(0, max(1, len(pieces) - length // 2), length // 2)
        stretches = ((BEGIN, *pieces[at : at + length], END) for at in starts)
        return [[self._numbers[piece] for piece in stretch] for stretch in stretches]

    def _cut(self, word: str) -> list[str]:
        """Cut a word, or return it as unknown where a part of it is."""
        if len(word) > _LONGEST_WORD:
            return [UNKNOWN]
        found: list[str] = []
        while word:
            longest = next(self._beginnings(word, _CONTINUES if found else ""), None)
            if longest is None:
                return [UNKNOWN]
            found.append(longest)
            word = word[len(longest.removeprefix(_CONTINUES)) :]
        return found

    def _beginnings(self, word: str, mark: str) -> Iterator[str]:
        """Yield the known pieces that `word` begins with, the longest first."""
        pieces = (f"{mark}{word[:length]}" for length in range(len(word), 0, -1))
        return (piece for piece in pieces if piece in self._numbers)


def words(text: str) -> list[str]:
    """Return words and signs, in lower case and without accents."""
    plain = unicodedata.normalize("NFD", text.lower().translate(STRAIGHT))
    return _WORD.findall("".join(one for one in plain if not unicodedata.combining(one)))
