"""What was said or typed, written in one way: the way the recogniser would write it."""

import re
from collections.abc import Mapping

from assistant.content.phrases import alternatives
from assistant.dialogue import wording
from assistant.dialogue.meanings import Words
from assistant.dialogue.spelling import straight

UNKNOWN = "[unk]"
"""What the recogniser writes for sounds that are no phrase."""
_MOST_DIGITS = 3
"""A longer number is none that anybody says here."""
_OUT_OF_TEN = re.compile(r"/(?=\s*(?:10|ten))")
_HALF = re.compile(r"(?<=\d)(?:\s*½|[\s-]+1/2(?!\d))")
"""As in "6 1/2"."""
_DRAWN_OUT = re.compile(r"([a-z])\1{2,}")
"""As in "stopppp"."""
_WORD = re.compile(r"\[unk\]|[a-z]+(?:'[a-z]+)*|\d+(?:\.\d+)?")
_MOST_LETTERS = 5_000
"""Nobody says more at a time."""
_MOST_ALIKE = re.compile(r"(.)\1{9,}", re.DOTALL)
_NO_WORD = re.compile(r"[^\W\d_]{51,}")
"""Longer than any word that there is."""
_CLAUSE_END = re.compile(r"[,;:!?\n]|\.(?!\d)")


def sayable(text: str) -> str:
    """Return what somebody may have meant to type: no endless words, rows of signs and lines."""
    return _NO_WORD.sub(UNKNOWN, _MOST_ALIKE.sub(r"\1\1\1", text[:_MOST_LETTERS]))


class Writer:
    """Writes lower case, numbers and contractions as words, and no signs."""

    def __init__(self, spellings: Mapping[str, str]) -> None:
        self._spellings = spellings
        self._known: dict[str, Words] = {}
        """What stands between brackets: templates have much in common."""

    def words(self, text: str) -> Words:
        """Return the words of `text`."""
        plain = _HALF.sub(" and a half", straight(text.lower()))
        plain = _OUT_OF_TEN.sub(" out of ", plain).replace("/", " or ")
        plain = _DRAWN_OUT.sub(r"\1", plain)
        return tuple(word for part in _WORD.findall(plain) for word in self._spelt(part).split())

    def clauses(self, text: str) -> list[Words]:
        """Return the words of each clause of `text` that has any."""
        return [words for clause in _CLAUSE_END.split(text) if (words := self.words(clause))]

    def phrases(self, template: str) -> list[Words]:
        """Return the words of every phrase that `template` stands for."""
        phrases: list[Words] = [()]
        for place in alternatives(template):
            written = [self._written(text) for text in place]
            phrases = [head + tail for head in phrases for tail in written]
        return phrases

    def all_phrases(self, *templates: str) -> set[Words]:
        """Return the words of every phrase that any of `templates` stands for."""
        return {words for template in templates for words in self.phrases(template)}

    def _written(self, text: str) -> Words:
        if text not in self._known:
            self._known[text] = self.words(text)
        return self._known[text]

    def _spelt(self, word: str) -> str:
        if not word[0].isdigit() or word in self._spellings:
            return self._spellings.get(word, word.replace("'s", " is"))
        whole, _, part = word.partition(".")
        if len(whole) > _MOST_DIGITS:
            return UNKNOWN
        return wording.number(int(whole)) + (" and a half" if part.strip("0") else "")


class Contractions:
    """How phrases that are written in full are said in short: "it's numb", "I can't breathe"."""

    def __init__(self, spellings: Mapping[str, str]) -> None:
        short = {full: short for short, full in spellings.items() if "'" in short}
        self._patterns = [
            (re.compile(rf"\b{full}\b" if said.endswith("n't") else rf"\b{full}(?= )"), said)
            for full, said in short.items()
        ]

    def of(self, phrase: str) -> list[str]:
        """Return `phrase` with each contraction that fits; a verb that ends it has none."""
        said = (pattern.sub(short, phrase) for pattern, short in self._patterns)
        return [one for one in said if one != phrase]
