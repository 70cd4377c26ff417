"""Warning signs in typed sentences: what a language model makes of them, beside the patterns.

Patterns know what a sign is called, and are surprised by strangers: by wordings that nobody thought
of, and by harmless talk that holds the words of a sign. The model has read thousands of examples.
It adds an emergency or a clot where one is likely, and any other sign only to talk that means
nothing else. It takes a sign away only from longer talk, where it is sure that there is none in the
whole and in each sentence and clause that patterns found it in; of an emergency or a clot it has to
be surer.
What is spoken is left to the patterns, for a recogniser writes the phrases that it listens for and
nothing else.
models/reading/README.md has what that gave.
"""

import re
from collections.abc import Callable, Mapping
from itertools import pairwise

Judge = Callable[[str], Mapping[str, float]]
"""A text -> how likely each rule or answer is, or none of them; together they are 1."""
Patterns = Callable[[str], str | None]
"""A text -> the rule of the sign that patterns find in it, or None."""

NO_SIGN = "-"
GRAVE = EMERGENCY, CLOT = "R-EMERG", "R-CLOT"
"""The rules of grave signs, the graver first."""
FEWEST_WORDS, FEWEST_TO_CLEAR, FEWEST_TO_CLEAR_GRAVE = 4, 8, 10
"""Words: to shorter talk no sign is added, and from shorter sentences none is taken away, for of
"no, it is bleeding" the model makes nothing."""
LIKE_A_GRAVE_SIGN, LIKE_A_SIGN = 0.7, 0.9
"""How likely an emergency or a clot has to be, and any sign."""
LIKE_NO_SIGN, LIKE_NO_GRAVE_SIGN = 0.95, 0.98
"""How likely none has to be where patterns found a sign, and where they found a grave one."""
LIKE_AN_EMERGENCY = 0.3
"""A grave sign is taken for an emergency from here on."""

_SENTENCE_ENDS = re.compile(r"[.!?;\n]+")
_CLAUSE_ENDS = re.compile(r"[.!?;\n,]+|\b(?:but|and)\b", re.IGNORECASE)
_ANY_CLAUSE_ENDS = re.compile(
    r"[.!?;\n,:()\u2013\u2014]+|\s-+\s"
    r"|\bso\b(?= (?:i|my|he|she|his|her|they|the|it|we|now)\b)"
    r"|\b(?:but|and|because|that|while|when|though|although|since|as|till|until)\b",
    re.IGNORECASE,
)
"""Where a grave sign may begin: "it smells so strongly that I can't breathe"."""


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
        grave = {*map(self._grave, _parts(text))}
        if found and grave.isdisjoint(GRAVE) and self._harmless(found, text):
            return None
        return next((rule for rule in GRAVE if rule in {*grave, found}), found)

    def of_talk(self, text: str) -> str | None:
        """Return the rule of the sign in `text`, of which nothing else could be made."""
        if _short(text):
            return None
        likely = self._judge(text)
        if likely[NO_SIGN] > 1 - LIKE_A_SIGN:
            return None
        likeliest = max((rule for rule in likely if rule != NO_SIGN), key=lambda one: likely[one])
        return EMERGENCY if likely[EMERGENCY] >= LIKE_AN_EMERGENCY else likeliest

    def rules_out(self, rule: str | None, text: str) -> bool:
        """Whether a question about an emergency or a clot surely reports none."""
        if rule not in GRAVE or self._patterns(text) is not None:
            return False
        return self._judge(text)[NO_SIGN] >= LIKE_NO_GRAVE_SIGN

    def _harmless(self, found: str, text: str) -> bool:
        """Whether what patterns `found` is surely none, in all that it stands in by itself.

        A sign amid much harmless talk would be lost in the whole.
        """
        fewest, surely, ends = FEWEST_TO_CLEAR, LIKE_NO_SIGN, _CLAUSE_ENDS
        if found in GRAVE:
            fewest, surely, ends = FEWEST_TO_CLEAR_GRAVE, LIKE_NO_GRAVE_SIGN, _ANY_CLAUSE_ENDS
        sentences = [one for one in _SENTENCE_ENDS.split(text) if self._patterns(one)] or [text]
        clauses = [one for one in ends.split(text) if self._patterns(one)]
        return all(len(one.split()) >= fewest for one in sentences) and all(
            self._judge(one)[NO_SIGN] >= surely for one in (text, *sentences, *clauses)
        )

    def _grave(self, text: str) -> str | None:
        likely = self._judge(text)
        if likely[EMERGENCY] + likely[CLOT] < LIKE_A_GRAVE_SIGN:
            return None
        return EMERGENCY if likely[EMERGENCY] >= LIKE_AN_EMERGENCY else CLOT


def _short(text: str) -> bool:
    return len(text.split()) < FEWEST_WORDS


def _parts(text: str) -> list[str]:
    """Return the sentences of `text` and each two in a row, but for short ones.

    Much harmless talk as a whole is unlike anything that the model has read.
    """
    sentences = [one.strip() for one in _SENTENCE_ENDS.split(text) if one.strip()]
    in_a_row = [f"{first}. {second}" for first, second in pairwise(sentences)]
    return [part for part in dict.fromkeys((*sentences, *in_a_row)) if not _short(part)]
