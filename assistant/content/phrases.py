"""What people may say, and what it means."""

from enum import StrEnum

from pydantic import Field
from pydantic.dataclasses import dataclass

from assistant.content.strict import STRICT


class Meaning(StrEnum):
    """Everything an utterance can mean to the dialogue."""

    STOP = "stop"
    HURT = "hurt"
    FLAG = "flag"
    PAUSE = "pause"
    CONTINUE = "continue"
    READY = "ready"
    NEXT = "next"
    SKIP = "skip"
    BACK = "back"
    REPEAT = "repeat"
    START_OVER = "start_over"
    GO_TO = "go_to"
    START = "start"
    ROUTINE = "routine"
    SIDE = "side"
    YES = "yes"
    NO = "no"
    GOODBYE = "goodbye"
    SOFTER = "softer"
    LONGER = "longer"
    LOUDER = "louder"
    QUIETER = "quieter"
    SLOWER = "slower"
    FASTER = "faster"
    VOICE = "voice"
    TIME_LEFT = "time_left"
    WHERE = "where"
    HELP = "help"
    QUESTION = "question"
    MORE = "more"
    ITEM = "item"
    PAIN = "pain"
    PAIN_UNNUMBERED = "pain_unnumbered"
    LOOKALIKE = "lookalike"


@dataclass(frozen=True, config=STRICT)
class PhraseGroup:
    """Phrases that mean the same in the states (or groups of states) named."""

    means: Meaning
    states: tuple[str, ...]
    say: tuple[str, ...]
    value: str = ""
    """A rule, an answer, a side or a routine, by its id."""
    number: int | None = None
    numbers: tuple[int, ...] = ()
    """Each of these stands in for `{number}` in `say`."""
    examples: tuple[str, ...] = ()
    """Sentences, as somebody would type them, that must be understood as this."""


@dataclass(frozen=True, config=STRICT)
class Phrases:
    """The whole file."""

    spoken_numbers: tuple[str, ...]
    """The words for 0, 1, 2, ..."""
    phrases: tuple[PhraseGroup, ...]
    groups: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    fillers: tuple[str, ...] = ()
    hot: tuple[str, ...] = ()
    """The stop and pain words that are listened for all the time."""
    decoys: tuple[str, ...] = ()
    """What is easily taken for a stop or pain word when only those are listened for."""
    spellings: dict[str, str] = Field(default_factory=dict)
