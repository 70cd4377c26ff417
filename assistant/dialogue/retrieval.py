"""A question in anybody's words -> the id of its answer, or of none.

A long word that is one slip of the keys away from a known one is taken for that, and idioms are put
plainly. Words are then turned into concepts ("kneecap", "patella" and "knees" are all *knee*), and
the questions of the content are tried in their order: the first of which a pattern fits is the one
that was asked. The order is by what is at stake, emergencies first, and what fits no pattern has no
answer: there is no nearest one.

Patterns are surprised by strangers' wordings, so of what is typed a language model that has read
thousands of questions has a say, too: a pattern's answer that nothing else speaks for is none, and
what no pattern fits is answered where there is little doubt. models/reading/README.md has what that
gave.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assistant.content.questions import Questions
from assistant.dialogue.meanings import Words
from assistant.dialogue.second_opinion import Judge
from assistant.dialogue.spelling import LongWords, straight
from assistant.errors import ContentError

UNKNOWN_ANSWER = "unknown"
_ANY_ENDING = "*"
_EDGE = "."
NO_QUESTION = "-"
"""What the language model calls what asks nothing."""
NO_ANSWER = {UNKNOWN_ANSWER, "refusal-off-topic"}
_REFUSAL = "refusal-"
_NEVER_DOUBTED = {"refusal-emergency", "refusal-clot", "refusal-distress"}
"""Neither taken away nor given by the language model."""
_DOUBTFUL, _LIKELY, _SURE = 0.1, 0.7, 0.95
"""How likely a pattern's answer has to be to stay, one that no pattern found to be given, and none
to be given to what a pattern refuses."""
_SHORTEST_MISSPELT = 6
"""Letters: a shorter word is one slip away from too many others."""


@dataclass(frozen=True)
class Pattern:
    """One of each of `wanted` has to occur, and none of `unwanted`."""

    rank: int
    """Its place; where several fit, the first was asked."""
    answer: str
    """The id of the answer."""
    wanted: tuple[frozenset[str], ...]
    unwanted: frozenset[str]

    def fits(self, concepts: set[str]) -> bool:
        """Whether this is what `concepts` are about."""
        return self.unwanted.isdisjoint(concepts) and not any(
            wanted.isdisjoint(concepts) for wanted in self.wanted
        )


class _Phrases:
    """The concepts of phrases, found word by word. "knee*" is whatever begins so, "*" any word."""

    def __init__(self) -> None:
        self._concepts: list[str] = []
        """Of the phrase that ends here."""
        self._then: defaultdict[str, _Phrases] = defaultdict(_Phrases)
        """By the word that follows."""

    def add(self, words: Words, concept: str) -> None:
        """Add a phrase of `concept`."""
        if words:
            self._then[words[0]].add(words[1:], concept)
        else:
            self._concepts.append(concept)

    def begin_with(self, word: str) -> bool:
        """Whether a phrase does."""
        return any(stem in self._then for stem in _stems(word))

    def at(self, stems: list[Words], start: int) -> Iterator[str]:
        """Yield the concepts of the phrases that begin at `start` in words of these `stems`."""
        yield from self._concepts
        for stem in stems[start] if start < len(stems) else ():
            if stem in self._then:
                yield from self._then[stem].at(stems, start + 1)


class Retrieval:
    """The questions of the content, ready to be found.

    Args:
        questions: the patterns.
        answers: how likely a text asks for each answer.

    Raises:
        ContentError: a pattern names a concept that does not exist, or a phrase has no word.
    """

    def __init__(self, questions: Questions, answers: Judge) -> None:
        self._answers = answers
        self._spellings = questions.spellings
        self._often_misspelt = LongWords(questions.often_misspelt.split(), sure=0)
        self._idioms = questions.idioms
        longest_first = sorted(map(re.escape, questions.idioms), key=len, reverse=True)
        self._idiom = re.compile(rf"(?<!\S)({'|'.join(longest_first)})(?!\S)")
        self._phrases = _Phrases()
        for concept, phrases in questions.concepts.items():
            for phrase in phrases.split(","):
                words = tuple(phrase.split())
                if not words:
                    raise ContentError(f"The concept {concept!r} has an empty phrase; remove it.")
                self._phrases.add(words, concept)
        known = frozenset(questions.concepts)
        texts = ((text, one.answer) for one in questions.questions for text in one.asked)
        self._patterns: dict[str, list[Pattern]] = defaultdict(list)
        for rank, (text, answer) in enumerate(texts):
            pattern = _pattern(rank, text, answer, known)
            for concept in min(pattern.wanted, key=len):  # to skip what cannot fit, at once
                self._patterns[concept].append(pattern)

    def answer(self, text: str) -> str:
        """Return the id of the answer to `text`, which is a question."""
        found = self.find(text)
        if found in _NEVER_DOUBTED:
            return found
        likely = self._answers(text)
        best = max(likely, key=lambda one: likely[one])
        if best in {*_NEVER_DOUBTED, NO_QUESTION} or likely[best] < _LIKELY:
            best = UNKNOWN_ANSWER
        return found if self._stays(found, best, likely) else best

    def _stays(self, found: str, best: str, likely: Mapping[str, float]) -> bool:
        """Whether what a pattern found is answered although another answer is `best`."""
        if best == UNKNOWN_ANSWER and found.startswith(_REFUSAL):
            return found in NO_ANSWER or likely[best] < _SURE
        # What there are too few examples of is left to its patterns.
        return found not in NO_ANSWER and likely.get(found, 1.0) >= _DOUBTFUL

    def find(self, text: str) -> str:
        """Return the id of the answer that patterns find to `text`, whatever it is."""
        concepts = self.concepts(text)
        near = (pattern for one in concepts for pattern in self._patterns.get(one, ()))
        fitting = (pattern for pattern in near if pattern.fits(concepts))
        first = min(fitting, key=lambda pattern: pattern.rank, default=None)
        return first.answer if first else UNKNOWN_ANSWER

    def concepts(self, text: str) -> set[str]:
        """Return what `text` speaks of."""
        stems = [tuple(_stems(word)) for word in self.words(text)]
        return {one for start in range(len(stems)) for one in self._phrases.at(stems, start)}

    def words(self, text: str) -> Words:
        """Return the words of `text`, spelt and put plainly."""
        plain = straight(text.lower())
        plain = re.sub(r"in'(?![a-z])", "ing", plain)  # diggin' in
        found = re.findall(r"n't\b|'[a-z]+\b|[a-z]+?(?=n't\b)|[a-z]+|\d+", plain)
        spelt = " ".join((_EDGE, *map(self._spelt, found), _EDGE))
        return tuple(self._idiom.sub(self._put_plainly, spelt).split())

    def _spelt(self, word: str) -> str:
        if word in self._spellings:
            return self._spellings[word]
        if len(word) < _SHORTEST_MISSPELT or self._phrases.begin_with(word):
            return word
        return self._often_misspelt.meant_by(word)

    def _put_plainly(self, idiom: re.Match[str]) -> str:
        return self._idioms.get(idiom[0], "")


def _pattern(rank: int, text: str, answer: str, known: frozenset[str]) -> Pattern:
    parts = text.split()
    wanted = tuple(frozenset(part.split("|")) for part in parts if not part.startswith("!"))
    unwanted = frozenset(part[1:] for part in parts if part.startswith("!"))
    for concept in unwanted.union(*wanted):
        if concept not in known:
            raise ContentError(f"The pattern {text!r} names {concept!r}, which is no concept.")
    return Pattern(rank, answer, wanted, unwanted)


def _stems(word: str) -> Iterator[str]:
    yield word
    for length in range(len(word) + 1):
        yield word[:length] + _ANY_ENDING
