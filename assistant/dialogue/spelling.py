"""What keyboards and fingers do to words: signs for an apostrophe, and slips in long words."""

from collections.abc import Iterable, Iterator

_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u00b4`\uff07", "'"))


def straight(text: str) -> str:
    """Write every sign that is typed for an apostrophe as one."""
    return text.translate(_APOSTROPHES)


class LongWords:
    """Words known with one letter missing, added, changed or moved, too.

    `sure` is how many letters at the beginning no slip is looked for in.
    """

    def __init__(self, words: Iterable[str], *, sure: int) -> None:
        self._sure = sure
        self._meant = {slip: word for word in words for slip in _slips(word, sure)}

    def meant_by(self, word: str) -> str:
        """Return which of them `word` is a slip of, or else `word` itself."""
        near = (self._meant[slip] for slip in _slips(word, self._sure) if slip in self._meant)
        return next((meant for meant in near if _one_slip_apart(word, meant)), word)


class ShortWords:
    """Words known with two neighbouring letters swapped, or a letter doubled, too."""

    def __init__(self, words: Iterable[str]) -> None:
        self._meant = {slip: word for word in words for slip in _small_slips(word)}

    def meant_by(self, word: str) -> str:
        """Return which of them `word` is a slip of, or else `word` itself."""
        return self._meant.get(word, word)


def _slips(word: str, sure: int) -> Iterator[str]:
    """Yield what is left of `word` when one letter after the `sure` ones, or none, is left out.

    Two words that are one slip apart share one of these.
    """
    yield word
    yield from (word[:place] + word[place + 1 :] for place in range(sure, len(word)))


def _one_slip_apart(one: str, other: str) -> bool:
    """Whether one letter is missing, added, changed or moved."""
    one, other = _from_the_difference(one, other)
    one, other = _from_the_difference(one[::-1], other[::-1])
    moved = one in {other[1:] + other[:1], other[-1:] + other[:-1]}
    return moved or max(len(one), len(other)) == 1


def _from_the_difference(one: str, other: str) -> tuple[str, str]:
    pairs = enumerate(zip(one, other, strict=False))
    at = next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
    return one[at:], other[at:]


def _small_slips(word: str) -> Iterator[str]:
    for place in range(len(word) - 1):
        yield word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    yield from (word[: place + 1] + word[place:] for place in range(len(word)))
