"""What is answered to questions that are about no single benefit, and where it all comes from."""

from typing import Annotated

from annotated_types import Len
from pydantic.dataclasses import dataclass

from assistant.content.benefits import Verdict
from assistant.content.strict import STRICT


@dataclass(frozen=True, config=STRICT)
class Answer:
    """An answer in its own words, `say`, or in those of a stop rule, `rule`."""

    id: str
    sources: Annotated[tuple[str, ...], Len(1)]
    say: Annotated[str, Len(0, 220)] = ""
    more: Annotated[str, Len(0, 220)] = ""
    """What else there is to say, when it is asked for."""
    verdict: Verdict | None = None
    rule: str = ""
    """The stop rule that the question invokes."""
    part_of: str = ""
    """The benefit or answer that this is a part of, in its own words: it goes by that one's id."""

    def __post_init__(self) -> None:
        if bool(self.say) == bool(self.rule):
            raise ValueError("exactly one of 'say' and 'rule' is needed")


@dataclass(frozen=True, config=STRICT)
class Source:
    """A study, a body's advice or a page that a health sentence rests on."""

    name: str
    """Short, as it is written."""
    say: str
    """As it is spoken."""
    link: str = ""


@dataclass(frozen=True, config=STRICT)
class Answers:
    """The whole file."""

    sources: tuple[Source, ...]
    answers: tuple[Answer, ...]
