"""Tells what is asked from what is only said, by how it is put."""

import re

from assistant.content.loader import Content
from assistant.content.phrases import Meaning
from assistant.content.questions import Questions
from assistant.dialogue.free_talk import Listener
from assistant.dialogue.meanings import Words
from assistant.dialogue.phrase_table import PhraseTable
from assistant.dialogue.writing import Writer

OWN = {"i", "my", "me", "it", "this", "that", "here"}
"""Words that make a report of a question about pain."""
_ADDRESSED = {"you", "your", "we", "us", "it", "this", "that", "these", "here"}
"""Words that make a request of a question, or one about this massage."""
_UNLESS_NOT = r"\b(?! not\b)"


class QuestionForms:
    """The openings and turns of phrase that questions have."""

    def __init__(self, questions: Questions, listener: Listener, writer: Writer) -> None:
        self._listener, self._writer = listener, writer
        self._surely = re.compile(f"({_any_of(questions.sure_openings)}){_UNLESS_NOT}")
        self._perhaps = re.compile(f"({_any_of(questions.openings)}){_UNLESS_NOT}")
        self._within = re.compile(rf"\b({_any_of(questions.forms)})\b")
        self._supposed = re.compile(rf"\b({_any_of(questions.supposed)})\b")
        self._of_things = re.compile(rf"({_any_of(questions.of_things)})\b")
        self._of_numbers = re.compile(rf"({_any_of(questions.of_numbers)})\b")
        self._of_the_massage = frozenset(questions.of_the_massage.split())

    @classmethod
    def of(cls, content: Content) -> "QuestionForms":
        """Return the forms that the content knows."""
        talk = content.phrases.free_talk
        writer = Writer(content.phrases.spellings | talk.spellings)
        return cls(content.questions, Listener(talk, writer), writer)

    def surely(self, text: str) -> bool:
        """Whether a question surely stands in `text`."""
        clauses = self._writer.clauses(text)
        put = text.rstrip().endswith("?") or self._listener.asks(clauses)
        return put or any(map(self.begins, clauses))

    def perhaps(self, text: str) -> bool:
        """Whether a question may stand in `text`."""
        clauses = [" ".join(clause) for clause in self._writer.clauses(text)]
        return any(map(self._perhaps.match, clauses)) or any(map(self._within.search, clauses))

    def begins(self, clause: Words) -> bool:
        """Whether `clause` begins as nothing but a question does."""
        return self._surely.match(" ".join(clause)) is not None

    def may_begin(self, clause: Words) -> bool:
        """Whether `clause` begins as a question may."""
        perhaps = self._perhaps.match(" ".join(clause)) is not None
        return perhaps or self.begins(clause) or self._listener.asks([clause])

    def supposes(self, words: Words) -> bool:
        """Whether `words` ask what would be if."""
        return self._supposed.search(" ".join(words)) is not None

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
        return asked and OWN.isdisjoint(clause)


def _any_of(phrases: str) -> str:
    return "|".join(phrases.split()).replace("_", " ") or "(?!)"
