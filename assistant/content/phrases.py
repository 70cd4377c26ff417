"""What people may say, and what it means."""

import re
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
    CONDITION = "condition"
    WHY = "why"
    CALL = "call"
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
    COMPARED = "compared"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, config=STRICT)
class PhraseGroup:
    """Phrases that mean the same in the states (or groups of states) named."""

    means: Meaning
    states: tuple[str, ...]
    say: tuple[str, ...] = ()
    """What the recogniser listens for."""
    value: str = ""
    """A rule, an answer, a side or a routine, by its id."""
    number: int | None = None
    numbers: tuple[int, ...] = ()
    """Each of these stands in for `{number}` in `say` and `typed`."""
    add: int = 0
    """What is added to each of `numbers` to get its meaning: a half is rounded up."""
    alone: bool = False
    """Whether `typed` is understood only where nothing else is said."""
    examples: tuple[str, ...] = ()
    """Sentences, as somebody would type them, that must be understood as this."""
    typed: tuple[str, ...] = ()
    """What is understood too, but not listened for. "it (is|feels) (really|) sore" is four
    phrases: one of the choices in brackets, which may be empty."""


@dataclass(frozen=True, config=STRICT)
class FreeTalk:
    """What is understood, beside the phrases that are listened for, when somebody types.

    All are templates as in `PhraseGroup.typed`.
    """

    phrases: tuple[PhraseGroup, ...] = ()
    fillers: tuple[str, ...] = ()
    """What is said around phrases and means nothing."""
    frames: tuple[str, ...] = ()
    """Fillers after which a number is how sore it is, whatever else is said."""
    tails: tuple[str, ...] = ()
    """What may follow a number that is the pain, whatever comes then."""
    units: tuple[str, ...] = ()
    """What is counted by a number that is not the pain."""
    cautions: tuple[str, ...] = ()
    """What keeps the massage where it is when it stands in a clause that is not understood."""
    ordinary: tuple[str, ...] = ()
    """Everyday words that say nothing to the assistant, but show that somebody talks."""
    hesitations: tuple[str, ...] = ()
    """What somebody says who has no answer; that is no talk about something else."""
    denials: tuple[str, ...] = ()
    """What takes back a sore word soon after it."""
    reversals: tuple[str, ...] = ()
    """What denies or doubts the good word that follows in the same clause."""
    hypothetical: tuple[str, ...] = ()
    """Single words right before a sore word that is no report."""
    elsewhere: tuple[str, ...] = ()
    """Places that are not being massaged ..."""
    complaints: tuple[str, ...] = ()
    """... and what is said when they are sore."""
    here: tuple[str, ...] = ()
    """What is said of the place that is being massaged, wherever else is named beside it."""
    question_openings: tuple[str, ...] = ()
    """How a question begins."""
    no_stop: tuple[str, ...] = ()
    """What holds a stop word and is no stop: "stop taking"."""
    mere_talk: tuple[str, ...] = ()
    """What holds a sore word or a wish and is neither: "for an achy knee", "hold the towel"."""
    links: tuple[str, ...] = ()
    """Words between two numbers that are one answer: "six or maybe seven", "four, no, five"."""
    circumstances: tuple[str, ...] = ()
    """What follows a number that holds at times: "three at rest and five when I bend it"."""
    turns: tuple[str, ...] = ()
    """What a sentence turns with, from before to now: "but", "today"."""
    present: tuple[str, ...] = ()
    """What is said of a number of now that one of before follows: "two now, it was five"."""
    bygone: tuple[str, ...] = ()
    """What tells of a pain number before now, or of somebody else's opinion ..."""
    bygone_unless: tuple[str, ...] = ()
    """... unless it came from what is being done."""
    pleas: tuple[str, ...] = ()
    """What makes a wish or a complaint of a question: "can we", "why does it"."""
    spellings: dict[str, str] = Field(default_factory=dict)
    """Contractions and the like, as for `Phrases`."""


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
    free_talk: FreeTalk = Field(default_factory=FreeTalk)


def alternatives(template: str) -> list[list[str]]:
    """Return what may stand in each place of `template`; a phrase has one from each."""
    places = re.split(r"\(([^()]*)\)", template)  # every second one was in brackets
    return [place.split("|") for place in places]
