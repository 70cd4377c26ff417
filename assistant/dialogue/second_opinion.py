"""Warning signs in typed sentences: what a language model makes of them, beside the patterns.

Patterns know what a sign is called, and are surprised by strangers: by wordings that nobody thought
of, and by harmless talk that holds the words of a sign. The model has read thousands of examples.
It adds an emergency or a clot where it is nearly sure of one, and any other sign only to talk that
means nothing else. It never takes away an emergency or a clot, and another sign only from longer
talk, where it is sure that there is none in each sentence and clause that patterns found it in.
What is spoken is left to the patterns, for a recogniser writes the phrases that it listens for and
nothing else.
models/signs/README.md has what that gave.
"""

import re
from collections.abc import Callable, Mapping

Judge = Callable[[str], Mapping[str, float]]
"""A text -> how likely it reports each rule, or `NO_SIGN`; together they are 1."""
Patterns = Callable[[str], str | None]
"""A text -> the rule of the sign that patterns find in it, or None."""

NO_SIGN = "-"
GRAVE = EMERGENCY, CLOT = "R-EMERG", "R-CLOT"
"""The rules of grave signs, the graver first."""
FEWEST_WORDS, FEWEST_TO_CLEAR = 4, 8
"""Words: to shorter talk no sign is added, and from shorter sentences none is taken away, for of
"no, it is bleeding" the model makes nothing."""
LIKE_A_GRAVE_SIGN, LIKE_A_SIGN, LIKE_NO_SIGN = 0.8, 0.9, 0.95
"""How likely an emergency or a clot has to be, any sign, and none."""
LIKE_AN_EMERGENCY = 0.3
"""A grave sign is taken for an emergency from here on."""

_SENTENCE_ENDS = re.compile(r"[.!?;\n]+")
_CLAUSE_ENDS = re.compile(r"[.!?;\n,]+|\b(?:but|and)\b", re.IGNORECASE)


class SecondOpinion:
    """Judges what the patterns found."""

    def __init__(self, judge: Judge, patterns: Patterns) -> None:
        self._judge, self._patterns = judge, patterns

    def of_sign(self, text: str) -> str | None:
        """Return the rule of the sign in `text`, or None."""
        return self.beside(self._patterns(text), text)

    def beside(self, found: str | None, text: str) -> str | None:
        """Return the rule of the sign in `text`, or None, where patterns `found` this one or none.

        Only emergencies and clots are added.
        """
        if found == EMERGENCY:
            return found
        grave = {*map(self._grave, _parts(text)), found}
        graver = next((rule for rule in GRAVE if rule in grave), None)
        return graver or (None if found and self._harmless(text) else found)

    def of_talk(self, text: str) -> str | None:
        """Return the rule of the sign in `text`, of which nothing else could be made."""
        if _short(text):
            return None
        likely = self._judge(text)
        if likely[NO_SIGN] > 1 - LIKE_A_SIGN:
            return None
        likeliest = max((rule for rule in likely if rule != NO_SIGN), key=lambda one: likely[one])
        return EMERGENCY if likely[EMERGENCY] >= LIKE_AN_EMERGENCY else likeliest

    def _harmless(self, text: str) -> bool:
        """Whether what patterns found is surely none, in all that it stands in by itself.

        A sign amid much harmless talk would be lost in the whole.
        """
        sentences = [one for one in _SENTENCE_ENDS.split(text) if self._patterns(one)] or [text]
        clauses = [one for one in _CLAUSE_ENDS.split(text) if self._patterns(one)]
        long_enough = all(len(one.split()) >= FEWEST_TO_CLEAR for one in sentences)
        return long_enough and all(map(self._rules_out, (*sentences, *clauses)))

    def _rules_out(self, text: str) -> bool:
        return self._judge(text)[NO_SIGN] >= LIKE_NO_SIGN

    def _grave(self, text: str) -> str | None:
        likely = self._judge(text)
        if likely[EMERGENCY] + likely[CLOT] < LIKE_A_GRAVE_SIGN:
            return None
        return EMERGENCY if likely[EMERGENCY] >= LIKE_AN_EMERGENCY else CLOT


def _short(text: str) -> bool:
    return len(text.split()) < FEWEST_WORDS


def _parts(text: str) -> list[str]:
    """Return the whole text and its sentences, but for short ones."""
    parts = dict.fromkeys((text.strip(), *map(str.strip, _SENTENCE_ENDS.split(text))))
    return [part for part in parts if not _short(part)]
