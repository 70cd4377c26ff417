"""A question in anybody's words -> the id of its answer, or of none.

A long word that is one slip of the keys away from a known one is taken for that, and idioms are put
plainly. Words are then turned into concepts ("kneecap", "patella" and "knees" are all *knee*), and
the questions of the content are tried in their order: the first of which a pattern fits is the one
that was asked. The order is by what is at stake, emergencies first, and what fits no pattern has no
answer: there is no nearest one.

Patterns are surprised by strangers' wordings, so what example questions are like has a say, too
(`likeness.py`): a pattern's answer that nothing else speaks for is none, and what no pattern fits
is answered where the examples leave little doubt. Of 240 questions by two people whom neither had
seen 30 were found wrong by patterns alone, 7 by both.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.content.leanings import Leanings
from assistant.content.loader import Content
from assistant.content.phrases import Meaning
from assistant.content.questions import Questions
from assistant.content.routine import Routine
from assistant.dialogue.flags import Flags
from assistant.dialogue.free_talk import Listener
from assistant.dialogue.likeness import Likeness
from assistant.dialogue.meanings import NUMBER, WISHES, agreed
from assistant.dialogue.phrase_table import PhraseTable
from assistant.dialogue.second_opinion import Judge, SecondOpinion
from assistant.dialogue.spelling import LongWords, straight
from assistant.dialogue.understanding import RATED, Phrasebook, Understood
from assistant.dialogue.writing import Writer
from assistant.errors import ContentError

UNKNOWN_ANSWER = "unknown"
_ANY_ENDING = "*"
_EDGE = "."
_DISTRESS = "R-DISTRESS"
"""The rule that is invoked whatever is asked."""
_NO_ANSWER = {UNKNOWN_ANSWER, "refusal-off-topic"}
_REFUSAL = "refusal-"
_NEVER_DOUBTED = {"refusal-emergency", "refusal-clot", "refusal-distress"}
"""Neither taken away nor given because of likeness."""
_DOUBTFUL, _LIKELY = 0.1, 0.45
"""How likely a pattern's answer has to be to stay, and one that no pattern found to be given."""
_URGENT = {Meaning.STOP, Meaning.HURT}
_WORDS_OF_QUESTIONS = {
    *_URGENT,
    Meaning.HELP,
    Meaning.SOFTER,
    Meaning.LONGER,
    Meaning.PAUSE,
    Meaning.REPEAT,
    Meaning.SKIP,
    Meaning.BACK,
    Meaning.SLOWER,
    Meaning.FASTER,
    Meaning.YES,
    Meaning.CONTINUE,
    Meaning.ELSEWHERE,
}
"""What a word may mean by itself that is no more than a word in a question."""
_OWN = {"i", "my", "me", "it", "this", "that", "here"}
"""Words that make a report of a question about pain."""
_REPORTING = {
    *_OWN,
    *("mine", "we", "our", "us", "he", "his", "she", "her", "they", "their"),
    *("the", "is", "are", "am", "was", "were", "had", "has", "have", "be"),
}
"""Words of a question that may report a warning sign."""
_ASKS_WHAT = {"what", "why", "how", "which", "who", "whose", "where"}
_GRAVE = {"R-EMERG", "R-CLOT"}
"""The rules that a question invokes, too."""
_ADDRESSED = {"you", "your", "we", "us", "it", "this", "that", "these", "here"}
"""Words that make a request of a question, or one about this massage."""
_SHORTEST_MISSPELT = 6
"""Letters: a shorter word is one slip away from too many others."""

_TAG = re.compile(r"(?<=\w),\s*(no|na|nah|innit)\s*\?+\s*$", re.IGNORECASE)
"""Makes a question of what stands before it, and denies nothing."""

Words = tuple[str, ...]


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
        learnt: what example questions taught, if anything.

    Raises:
        ContentError: a pattern names a concept that does not exist, or a phrase has no word.
    """

    def __init__(self, questions: Questions, learnt: Leanings | None = None) -> None:
        self._likeness = Likeness(learnt) if learnt else None
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
        words = self.words(text)
        concepts = self._concepts(words)
        found = self._found(concepts)
        if self._likeness is None or found in _NEVER_DOUBTED:
            return found
        likely = self._likeness.judge(concepts, words)
        if found not in _NO_ANSWER and likely.get(found, 1.0) >= _DOUBTFUL:
            return found  # what there are too few examples of is left to its patterns
        best = max(likely, key=lambda one: likely[one])
        if best in _NEVER_DOUBTED or likely[best] < _LIKELY:
            best = UNKNOWN_ANSWER
        refused = best == UNKNOWN_ANSWER and found.startswith(_REFUSAL)
        return found if refused else best

    def find(self, text: str) -> str:
        """Return the id of the answer that patterns find to `text`, whatever it is."""
        return self._found(self.concepts(text))

    def _found(self, concepts: set[str]) -> str:
        near = (pattern for one in concepts for pattern in self._patterns.get(one, ()))
        fitting = (pattern for pattern in near if pattern.fits(concepts))
        first = min(fitting, key=lambda pattern: pattern.rank, default=None)
        return first.answer if first else UNKNOWN_ANSWER

    def concepts(self, text: str) -> set[str]:
        """Return what `text` speaks of."""
        return self._concepts(self.words(text))

    def _concepts(self, words: Words) -> set[str]:
        stems = [tuple(_stems(word)) for word in words]
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


class Asking:
    """Tells what is surely asked from what is only said."""

    def __init__(self, questions: Questions, listener: Listener, writer: Writer) -> None:
        self._listener, self._writer = listener, writer
        self._surely = re.compile(rf"({_any_of(questions.sure_openings)})\b(?! not\b)")
        self._of_things = re.compile(rf"({_any_of(questions.of_things)})\b")
        self._of_numbers = re.compile(rf"({_any_of(questions.of_numbers)})\b")
        self._of_the_massage = frozenset(questions.of_the_massage.split())

    def surely(self, text: str) -> bool:
        """Whether a question stands in `text`."""
        clauses = self._writer.clauses(text)
        put = text.rstrip().endswith("?") or self._listener.asks(clauses)
        return put or any(map(self.begins, clauses))

    def begins(self, clause: Words) -> bool:
        """Whether `clause` begins as nothing but a question does."""
        return self._surely.match(" ".join(clause)) is not None

    def of_something_else(self, clause: Words, table: PhraseTable, means: Meaning) -> bool:
        """Whether `clause` asks about something else than this massage, "would insoles help me"."""
        if not self._of_the_massage.isdisjoint(clause):
            return False
        thing = self._of_things.match(" ".join(clause)) is not None
        asked = thing or (self.begins(clause) and _ADDRESSED.isdisjoint(clause))
        general = thing and means is not Meaning.STOP
        return asked and (general or self._listener.wonders(clause, table, means))

    def of_numbers(self, clause: Words) -> bool:
        """Whether `clause` asks about numbers, and rates nothing: "what counts as a ten"."""
        asked = self._of_numbers.match(" ".join(clause)) is not None
        return asked and _OWN.isdisjoint(clause)


class Reports:
    """Warning signs that somebody reports, and does not ask about."""

    def __init__(self, content: Content, judge: Judge) -> None:
        talk = content.phrases.free_talk
        writer = Writer(content.phrases.spellings | talk.spellings)
        self._asking = Asking(content.questions, Listener(talk, writer), writer)
        self._opinion = SecondOpinion(judge, Flags(content.flags).find)

    def find(self, text: str) -> str | None:
        """Return the rule of the sign, or None."""
        return None if self._asking.surely(text) else self._opinion.of_sign(text)


class FreeText(Phrasebook):
    """Understands typed questions in any words, where what was typed is no phrase.

    What a recogniser writes is not: it hears phrases in sounds that were none.
    """

    def __init__(self, content: Content, routines: Iterable[Routine], judge: Judge) -> None:
        super().__init__(content.phrases, routines, content.flags)
        self._opinion = SecondOpinion(judge, self._flags.find)
        self._fixed = frozenset(self.grammar())
        self._retrieval = Retrieval(content.questions, content.leanings)
        listened = self._vocabulary.listened.items()
        self._answering = {state for state, one in listened if Meaning.QUESTION in one.values()}
        self._rules = {answer.id: answer.rule for answer in content.answers.answers}
        asking = content.questions
        self._asking = Asking(content.questions, self._listener, self._writer)
        self._openings = re.compile(rf"({_any_of(asking.openings)})\b(?! not\b)")
        self._forms = re.compile(rf"\b({_any_of(asking.forms)})\b")
        self._supposed = re.compile(rf"\b({_any_of(asking.supposed)})\b")

    def understand(self, text: str, state: str) -> Understood | None:
        """Return what `text` means in `state`, or None where it is unclear."""
        found = self._read(text, state)
        if found or self._is_phrases(text):
            return found
        rule = self._opinion.of_talk(text)
        return Understood(Meaning.FLAG, rule) if rule else None

    def _read(self, text: str, state: str) -> Understood | None:
        text = _TAG.sub("?", text)
        found = super().understand(text, state)
        if found and found.means is Meaning.FLAG and self._of_others(found, text):
            return self._question(text, self._retrieval.find(text))
        if found and found.value == NUMBER and self._of_numbers(text):
            return self._question(text, self._retrieval.find(text))
        if state not in self._answering or (found and found.means not in _WORDS_OF_QUESTIONS):
            return found
        text = self._without_denials(text)
        answer = self._retrieval.find(text)
        if self._rules.get(answer) == _DISTRESS:
            return Understood(Meaning.FLAG, _DISTRESS)
        asked = self._yields(found, text, state, answer) if found else self._asked(text, answer)
        if asked and found is None and answer in _NO_ANSWER:
            found = self._wish_of_a_clause(text, state)
            asked = found is None
        return self._question(text, answer) if asked else found

    def sign(self, text: str) -> str | None:
        """Return the rule of the warning sign in `text`, or None."""
        found = super().sign(text)
        if self._is_phrases(text):
            return found
        judged = self._opinion.of_sign(text if found else self._without_distress(text))
        asked = found is not None and judged is None and self._asking.surely(text)
        return found if asked else judged

    def _is_phrases(self, text: str) -> bool:
        """Whether `text` is made of phrases of the assistant's own, which mean what they mean."""
        words = self.words(text)
        cut = any(table.cut(words) is not None for table in self._tables.values())
        return cut or " ".join(words) in self._fixed

    def _without_distress(self, text: str) -> str:
        """Leave out where somebody is in distress, which is heard as that."""
        if not self._distressed(text):
            return text
        clauses = [" ".join(clause) for clause in self._writer.clauses(text)]
        left = [clause for clause in clauses if not self._distressed(clause)]
        return ". ".join(left) if len(left) < len(clauses) else ""

    def _distressed(self, text: str) -> bool:
        return self._rules.get(self._retrieval.find(text)) == _DISTRESS

    def _without_denials(self, text: str) -> str:
        """Leave out what is only denied: "no chest pain, can we begin?" asks nothing about it."""
        clauses = [" ".join(clause) for clause in self._writer.clauses(text)]
        left = [clause for clause in clauses if not self._flags.denies(clause)]
        return ". ".join(left) if left and len(left) < len(clauses) else text

    def _wish_of_a_clause(self, text: str, state: str) -> Understood | None:
        """Return the wish that stands by itself beside a question: "hold on, who is that?"."""
        table = self._tables[state]
        clauses = [agreed(table.cut(clause) or []) for clause in self._writer.clauses(text)]
        return next((one for one in clauses if one and one.means in WISHES), None)

    def _of_others(self, found: Understood, text: str) -> bool:
        """Whether `text` only asks about people at large: "who invented the new knee"."""
        clauses = self._writer.clauses(text)
        mild = found.value not in _GRAVE and _REPORTING.isdisjoint(self.words(text))
        put = text.rstrip().endswith("?") or all(clause[0] in _ASKS_WHAT for clause in clauses)
        return mild and put and all(map(self._asking.begins, clauses))

    def _of_numbers(self, text: str) -> bool:
        """Whether the numbers of `text` stand in questions about numbers."""
        table = self._tables[RATED]
        rating = [
            clause
            for clause in self._writer.clauses(text)
            if table.anywhere(clause, lambda says: says.value == NUMBER)
        ]
        return bool(rating) and all(map(self._asking.of_numbers, rating))

    def _question(self, text: str, answer: str) -> Understood:
        likely = self._retrieval.answer(text)
        if not self._rules.get(answer) and not self._rules.get(likely):
            answer = likely  # only patterns end a massage
        supposed = self._supposed.search(" ".join(self.words(text)))
        rule = None if supposed else self._rules.get(answer)
        return Understood(Meaning.FLAG, rule) if rule else Understood(Meaning.QUESTION, answer)

    def _asked(self, text: str, answer: str) -> bool:
        """Whether a question was asked: surely, or perhaps, and it has an answer."""
        if self._asking.surely(text):
            return True
        clauses = [" ".join(clause) for clause in self._writer.clauses(text)]
        perhaps = any(map(self._openings.match, clauses)) or any(map(self._forms.search, clauses))
        return answer not in _NO_ANSWER and perhaps

    def _yields(self, found: Understood, text: str, state: str, answer: str) -> bool:
        """Whether what was found is only a word of a question."""
        clauses, table = self._writer.clauses(text), self._tables[state]
        if found.means is Meaning.HURT and state not in self._massage_states:
            return answer not in _NO_ANSWER and self._asked(text, answer)
        holding = [clause for clause in clauses if self._holds(clause, table, found.means)]
        wondering = [
            self._opens(clause) and self._listener.wonders(clause, table, found.means)
            for clause in holding or clauses
        ]
        specific = answer not in _NO_ANSWER
        if found.means is not Meaning.HURT and holding:
            aside = self._asking.of_something_else
            if all(aside(clause, table, found.means) for clause in holding):
                return True
        if found.means in _URGENT:
            general = found.means is Meaning.HURT and _OWN.isdisjoint(self.words(text))
            return all(wondering) and (specific or general)
        words = self.words(text)
        if state in self._vocabulary.alone.get(words, {}) or table.cut(words) is not None:
            return False  # phrases throughout, and so no word of anything else
        return specific and self._asked(text, answer)

    def _holds(self, clause: Words, table: PhraseTable, means: Meaning) -> bool:
        """Whether what was found stands in `clause`."""
        return bool(table.anywhere(clause, lambda says: says.means is means))

    def _opens(self, clause: Words) -> bool:
        plain = " ".join(clause)
        known = self._asking.begins(clause) or self._openings.match(plain) is not None
        return known or self._listener.asks([clause])


def _any_of(phrases: str) -> str:
    return "|".join(phrases.split()).replace("_", " ") or "(?!)"


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
