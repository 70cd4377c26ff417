"""A question in anybody's words -> the id of its answer, or of none.

A long word that is one slip of the keys away from a known one is taken for that, and idioms are put
plainly. Words are then turned into concepts ("kneecap", "patella" and "knees" are all *knee*), and
the questions of the content are tried in their order: the first of which a pattern fits is the one
that was asked. The order is by what is at stake, emergencies first, and what fits no pattern has no
answer: there is no nearest one.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.content.loader import Content
from assistant.content.phrases import Meaning
from assistant.content.questions import Questions
from assistant.content.routine import Routine
from assistant.dialogue.understanding import Phrasebook, Understood
from assistant.errors import ContentError

UNKNOWN_ANSWER = "unknown"
_ANY_ENDING = "*"
_EDGE = "."
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_DISTRESS = "R-DISTRESS"
"""The rule that is invoked whatever is asked."""
_NO_ANSWER = {UNKNOWN_ANSWER, "refusal-off-topic"}
_URGENT = {Meaning.STOP, Meaning.HURT}
_WORDS_OF_QUESTIONS = {
    *_URGENT,
    Meaning.HELP,
    Meaning.SOFTER,
    Meaning.LONGER,
    Meaning.PAUSE,
    Meaning.REPEAT,
    Meaning.YES,
    Meaning.ELSEWHERE,
}
"""What a word may mean by itself that is no more than a word in a question."""
_OWN = {"i", "my", "me", "it", "this", "that", "here"}
"""Words that make a report of a question about pain."""
_SHORTEST_MISSPELT = 6
"""Letters: a shorter word is one slip away from too many others."""

Words = tuple[str, ...]


@dataclass(frozen=True)
class Pattern:
    """One of each of `wanted` has to occur, and none of `unwanted`."""

    wanted: tuple[frozenset[str], ...]
    unwanted: frozenset[str]

    def fits(self, concepts: set[str]) -> bool:
        """Whether this is what `concepts` are about."""
        return self.unwanted.isdisjoint(concepts) and not any(
            wanted.isdisjoint(concepts) for wanted in self.wanted
        )


class Retrieval:
    """The questions of the content, ready to be found.

    Raises:
        ContentError: a pattern names a concept that does not exist, or a phrase has no word.
    """

    def __init__(self, questions: Questions) -> None:
        self._spellings = questions.spellings
        self._often_misspelt = frozenset(questions.often_misspelt.split())
        self._idioms = questions.idioms
        longest_first = sorted(map(re.escape, questions.idioms), key=len, reverse=True)
        self._idiom = re.compile(rf"(?<!\S)({'|'.join(longest_first)})(?!\S)")
        self._phrases: dict[str, dict[str, list[tuple[Words, str]]]] = {}
        """By the first word and the second, of which there may be none."""
        for concept, phrases in questions.concepts.items():
            for phrase in phrases.split(","):
                words = tuple(phrase.split())
                if not words:
                    raise ContentError(f"The concept {concept!r} has an empty phrase; remove it.")
                by_second = self._phrases.setdefault(words[0], {})
                by_second.setdefault(" ".join(words[1:2]), []).append((words, concept))
        known = frozenset(questions.concepts)
        self._questions = [
            (_pattern(text, known), question.answer)
            for question in questions.questions
            for text in question.asked
        ]
        self._by_concept: dict[str, list[int]] = {}
        """The places of the patterns that want a concept, or one like it."""
        for place, (pattern, _) in enumerate(self._questions):
            for concept in min(pattern.wanted, key=len):
                self._by_concept.setdefault(concept, []).append(place)

    def find(self, text: str) -> str:
        """Return the id of the answer to `text`."""
        concepts = self.concepts(text)
        places = {at for concept in concepts for at in self._by_concept.get(concept, ())}
        asked = (self._questions[at] for at in sorted(places))
        return next((answer for pattern, answer in asked if pattern.fits(concepts)), UNKNOWN_ANSWER)

    def concepts(self, text: str) -> set[str]:
        """Return what `text` speaks of."""
        words = self._words(text)
        return {
            concept
            for start, word in enumerate(words)
            for stem in _stems(word)
            if stem in self._phrases
            for phrase, concept in self._near(stem, words[start + 1 : start + 2])
            if _begins(words, start, phrase)
        }

    def _near(self, first: str, following: Words) -> Iterator[tuple[Words, str]]:
        """Yield the phrases that begin with `first`, and then with the word that follows."""
        by_second = self._phrases[first]
        seconds = ("", _ANY_ENDING, *(stem for word in following for stem in _stems(word)))
        for second in seconds:
            yield from by_second.get(second, ())

    def _words(self, text: str) -> Words:
        plain = text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
        plain = re.sub(r"in'(?![a-z])", "ing", plain)  # diggin' in
        found = re.findall(r"n't\b|'[a-z]+\b|[a-z]+?(?=n't\b)|[a-z]+|\d+", plain)
        spelt = " ".join((_EDGE, *map(self._spelt, found), _EDGE))
        return tuple(self._idiom.sub(self._put_plainly, spelt).split())

    def _spelt(self, word: str) -> str:
        if word in self._spellings:
            return self._spellings[word]
        if len(word) < _SHORTEST_MISSPELT or any(stem in self._phrases for stem in _stems(word)):
            return word
        return min(self._often_misspelt.intersection(_one_slip_away(word)), default=word)

    def _put_plainly(self, idiom: re.Match[str]) -> str:
        return self._idioms.get(idiom[0], "")


class FreeText(Phrasebook):
    """Understands typed questions in any words, where what was typed is no phrase.

    What a recogniser writes is not: it hears phrases in sounds that were none.
    """

    def __init__(self, content: Content, routines: Iterable[Routine]) -> None:
        super().__init__(content.phrases, routines, content.flags)
        self._retrieval = Retrieval(content.questions)
        listened = self._vocabulary.listened.items()
        self._answering = {state for state, one in listened if Meaning.QUESTION in one.values()}
        self._rules = {answer.id: answer.rule for answer in content.answers.answers}
        asking = content.questions
        self._surely = re.compile(rf"({_any_of(asking.sure_openings)})\b(?! not\b)")
        self._openings = re.compile(rf"({_any_of(asking.openings)})\b(?! not\b)")
        self._forms = re.compile(rf"\b({_any_of(asking.forms)})\b")

    def understand(self, text: str, state: str) -> Understood | None:
        """Return what `text` means in `state`, or None where it is unclear."""
        found = super().understand(text, state)
        if state not in self._answering or (found and found.means not in _WORDS_OF_QUESTIONS):
            return found
        answer = self._retrieval.find(text)
        if self._rules.get(answer) == _DISTRESS:
            return Understood(Meaning.FLAG, _DISTRESS)
        asked = self._yields(found, text, state, answer) if found else self._asked(text, answer)
        return self._question(answer) if asked else found

    def _question(self, answer: str) -> Understood:
        rule = self._rules.get(answer)
        return Understood(Meaning.FLAG, rule) if rule else Understood(Meaning.QUESTION, answer)

    def _asked(self, text: str, answer: str) -> bool:
        """Whether a question was asked: surely, or perhaps, and it has an answer."""
        plain = " ".join(self.words(text))
        if text.rstrip().endswith("?") or self.asks(text) or self._surely.match(plain):
            return True
        perhaps = self._openings.match(plain) or self._forms.search(plain)
        return answer not in _NO_ANSWER and perhaps is not None

    def _yields(self, found: Understood, text: str, state: str, answer: str) -> bool:
        """Whether what was found is only a word of a question."""
        clauses, table = self._writer.clauses(text), self._tables[state]
        if found.means is Meaning.HURT and state not in self._massage_states:
            return answer not in _NO_ANSWER and self._asked(text, answer)
        wondering = [
            self._opens(clause) and self._listener.wonders(clause, table, found.means)
            for clause in clauses
        ]
        specific = answer not in _NO_ANSWER
        if found.means in _URGENT:
            general = found.means is Meaning.HURT and _OWN.isdisjoint(self.words(text))
            return all(wondering) and (specific or general)
        words = self.words(text)
        if state in self._vocabulary.alone.get(words, {}) or table.cut(words) is not None:
            return False  # phrases throughout, and so no word of anything else
        if found.means is Meaning.HELP and any(wondering):
            return True
        return specific and self._asked(text, answer)

    def _opens(self, clause: Words) -> bool:
        plain = " ".join(clause)
        openings = self._surely.match(plain) or self._openings.match(plain)
        return openings is not None or self._listener.asks([clause])


def _any_of(phrases: str) -> str:
    return "|".join(phrases.split()).replace("_", " ") or "(?!)"


def _pattern(text: str, known: frozenset[str]) -> Pattern:
    parts = text.split()
    wanted = tuple(frozenset(part.split("|")) for part in parts if not part.startswith("!"))
    unwanted = frozenset(part[1:] for part in parts if part.startswith("!"))
    for concept in unwanted.union(*wanted):
        if concept not in known:
            raise ContentError(f"The pattern {text!r} names {concept!r}, which is no concept.")
    return Pattern(wanted, unwanted)


def _stems(word: str) -> Iterator[str]:
    yield word
    for length in range(2, len(word) + 1):
        yield word[:length] + _ANY_ENDING


def _one_slip_away(word: str) -> Iterator[str]:
    """Yield what `word` may have been meant as: a letter left out, put in, swapped or mistaken."""
    for place in range(len(word) + 1):
        head, tail = word[:place], word[place:]
        yield head + tail[1:]
        yield head + tail[1:2] + tail[:1] + tail[2:]
        for letter in _LETTERS:
            yield head + letter + tail
            yield head + letter + tail[1:]


def _begins(words: Words, start: int, phrase: Words) -> bool:
    here = words[start : start + len(phrase)]
    return len(here) == len(phrase) and all(map(_same, here, phrase))


def _same(word: str, wanted: str) -> bool:
    if wanted.endswith(_ANY_ENDING):
        return word.startswith(wanted[:-1])
    return word == wanted
