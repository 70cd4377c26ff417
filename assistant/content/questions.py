"""How an answer is asked for: in a person's own words, and in the words that can be recognised."""

from collections.abc import Iterator
from dataclasses import field

from pydantic.dataclasses import dataclass

from assistant.content.phrases import Meaning, PhraseGroup
from assistant.content.strict import STRICT


@dataclass(frozen=True, config=STRICT)
class Question:
    """The ways to ask for one answer."""

    answer: str
    """The answer's id."""
    asked: tuple[str, ...] = ()
    """Patterns of concepts: all have to occur, "a|b" is one of two, "!a" must not occur."""
    spoken: tuple[str, ...] = ()
    """Whole questions that are listened for in every state."""


@dataclass(frozen=True, config=STRICT)
class Questions:
    """The whole file. The first question of which a pattern fits is the one that was asked."""

    concepts: dict[str, str]
    """Words and phrases that mean alike, separated by commas; "*" stands for any ending of
    a word, "." for the beginning or the end of the question."""
    questions: tuple[Question, ...]
    spellings: dict[str, str]
    """A word that is written in one way and meant as another."""
    idioms: dict[str, str] = field(default_factory=dict)
    """Words that mean something else together than one by one, and what they mean."""
    often_misspelt: str = ""
    """Words that are recognised with one letter left out, put in, swapped or mistaken."""
    openings: str = ""
    """What questions may begin with: where there is an answer, one was asked."""
    sure_openings: str = ""
    """What only questions begin with, answer or none."""
    forms: str = ""
    """What a question holds somewhere: where there is an answer, one was asked."""
    of_things: str = ""
    """What a question begins with about some thing that is not here: a command in it is a word."""
    of_numbers: str = ""
    """What a question about the numbers begins with."""
    of_the_massage: str = ""
    """Words of a question about this massage, or to the assistant."""
    supposed: str = ""
    """What shows that a question is about trouble that nobody has."""

    def phrase_groups(self, rules: dict[str, str]) -> Iterator[PhraseGroup]:
        """Yield the spoken wordings as phrases; `rules` names the stop rule an answer invokes."""
        for question in self.questions:
            if not question.spoken:
                continue
            rule = rules.get(question.answer)
            yield PhraseGroup(
                means=Meaning.FLAG if rule else Meaning.QUESTION,
                states=("any",),
                say=question.spoken,
                value=rule or question.answer,
                examples=question.spoken[:1],
            )
