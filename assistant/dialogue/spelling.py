"""What keyboards and fingers do to words: signs for an apostrophe, and slips in long words."""

from collections.abc import Iterable, Iterator

_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u00b4`\uff07", "'"))


def straight(text: str) -> str:
    """Write every sign that is typed for an apostrophe as one."""
    return text.translate(_APOSTROPHES)


class LongWords:
    """Words known with one letter after the first missing, added, changed or moved, too."""

    def __init__(self, words: Iterable[str]) -> None:
        self._meant = {slip: word for word in words for slip in _slips(word)}

    def meant_by(self, word: str) -> str:
        """Return which of them `word` is a slip of, or else `word` itself."""
        return next((self._meant[slip] for slip in _slips(word) if slip in self._meant), word)


class ShortWords:
    """Words known with two neighbouring letters swapped, or a letter doubled, too."""

    def __init__(self, words: Iterable[str]) -> None:
        self._meant = {slip: word for word in words for slip in _small_slips(word)}

    def meant_by(self, word: str) -> str:
        """Return which of them `word` is a slip of, or else `word` itself."""
        return self._meant.get(word, word)


def _slips(word: str) -> Iterator[str]:
    """Yield what is left of `word` when one letter after the first, or none, is left out.

    Two words that share one of these differ by a letter missing, added, changed or moved.
    """
    yield word
    yield from (word[:place] + word[place + 1 :] for place in range(1, len(word)))


def _small_slips(word: str) -> Iterator[str]:
    for place in range(len(word) - 1):
        yield word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    yield from (word[: place + 1] + word[place:] for place in range(len(word)))
