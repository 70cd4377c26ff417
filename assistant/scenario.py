"""A rehearsal as a file: settings, a room, what the user says and when, and what must happen."""

from pathlib import Path
from typing import Annotated, Any

from annotated_types import Interval
from pydantic import Field
from pydantic.dataclasses import dataclass

from assistant.content.loader import did_you_mean, load, load_content
from assistant.content.routine import Side
from assistant.content.strict import STRICT
from assistant.dialogue.state import State
from assistant.errors import ContentError
from assistant.journal import Entry
from assistant.memory import GivenAnswers
from assistant.messages import seconds

DURING_SECONDS = 0.5
"""How far into a line a `during` turn comes, unless it says."""


@dataclass(frozen=True, config=STRICT)
class Room:
    """What lies between user, loudspeaker and microphone."""

    echo_db: Annotated[float, Interval(ge=-60, le=60)] | None = None
    """The assistant's voice at the microphone relative to the user's; None: it is not heard."""
    delay_ms: Annotated[float, Interval(ge=0, le=1000)] = 40.0
    """From loudspeaker to microphone."""
    drift_ppm: Annotated[float, Interval(ge=-500, le=500)] = 0.0
    """How much faster the microphone's clock runs than the loudspeaker's, in millionths."""
    jump_ms: Annotated[float, Interval(ge=-1000, le=1000)] = 0.0
    """By how much the delay changes, 10 s after the beginning."""
    clip: Annotated[float, Interval(gt=0, le=1)] = 1.0
    """The loudspeaker plays nothing louder than this, and distorts; full scale is 1."""
    impulse_response: str | None = None
    """A WAV: the room between loudspeaker and microphone."""
    user_impulse_response: str | None = None
    """A WAV: the room between user and microphone."""
    noise: str | None = None
    """A WAV that is heard all the time, looped."""
    snr_db: Annotated[float, Interval(ge=-30, le=100)] = 20.0
    """The user's speech relative to the noise."""


@dataclass(frozen=True, config=STRICT)
class Turn:
    """Something the user says: `say` or `wav`, at a time or after or during a line."""

    say: str | None = None
    wav: str | None = None
    level_db: Annotated[float, Interval(ge=-90, le=0)] = -6.0
    """Peak level at the microphone."""
    at: Annotated[float, Interval(ge=0, le=86_400)] | None = None
    """Seconds since the session began."""
    after: str | None = None
    """Once the assistant has finished a line that contains this."""
    during: str | None = None
    """While the assistant says a line that contains this."""
    delay: Annotated[float, Interval(ge=0, le=86_400)] | None = None
    """Seconds after (or into) that line."""


@dataclass(frozen=True, config=STRICT)
class Expectation:
    """What must happen, each after the one before it of its kind."""

    said: str | None = None
    """A line that contains this is begun."""
    state: str | None = None
    """This state is entered."""
    within: Annotated[float, Interval(gt=0)] | None = None
    """At most so many seconds after the expectation before was met, or after the beginning."""
    never: str | None = None
    """No line contains this."""


@dataclass(frozen=True, config=STRICT)
class Scenario:
    """The whole file. Paths in it are relative to it."""

    settings: dict[str, Any] = Field(default_factory=dict)
    room: Room = Field(default_factory=Room)
    first_use: bool = False
    """Whether nothing is known of the user, so that all safety questions are asked."""
    answers: dict[str, str] = Field(default_factory=dict)
    """What the user last answered to the monthly questions, where it was not no; `unknown`: the
    question is asked."""
    user: tuple[Turn, ...] = ()
    expect: tuple[Expectation, ...] = ()


def answers_of(scenario: Scenario) -> GivenAnswers:
    """Return what a scenario's user is known to have answered to the monthly questions."""
    if scenario.first_use:
        return GivenAnswers()
    screening = load_content().screening
    main = {question.id for question in screening.questions}
    given = {
        name: scenario.answers.get(question.id, "no" if question.id in main else "")
        for question in screening.monthly
        for name in question.kept_as(Side.BOTH)
    }
    return GivenAnswers({name: answer for name, answer in given.items() if answer})


def load_scenario(path: Path) -> Scenario:
    """Load a scenario.

    Raises:
        ContentError: a key is unknown, or a turn does not say what or when exactly once.
    """
    scenario = load(path, Scenario)
    _known_answers(scenario, str(path))
    for number, turn in enumerate(scenario.user, start=1):
        _exactly_one(turn, ("say", "wav"), f"{path}: user.{number}")
        _exactly_one(turn, ("at", "after", "during"), f"{path}: user.{number}")
    for number, expected in enumerate(scenario.expect, start=1):
        _something(expected, f"{path}: expect.{number}")
    return scenario


def _known_answers(scenario: Scenario, where: str) -> None:
    screening = load_content().screening
    known = [question.id for question in (*screening.questions, *screening.follow_ups)]
    for name in scenario.answers:
        if name not in known:
            near = did_you_mean(name, known)
            raise ContentError(f"{where}: answers: found {name!r}, which is no question{near}")


def _something(expected: Expectation, where: str) -> None:
    if expected.said is expected.state is expected.never is None:
        raise ContentError(f"{where}: found nothing to expect; say said, state or never.")
    known = [state.value for state in State]
    if expected.state is not None and expected.state not in known:
        near = did_you_mean(expected.state, known)
        raise ContentError(f"{where}: state: found {expected.state!r}, which is none{near}")


def _exactly_one(turn: Turn, keys: tuple[str, ...], where: str) -> None:
    given = [key for key in keys if getattr(turn, key) is not None]
    if len(given) != 1:
        found = " and ".join(given) or "none of them"
        raise ContentError(f"{where}: found {found}; exactly one of {', '.join(keys)} is needed.")


def failures(expectations: tuple[Expectation, ...], entries: list[Entry]) -> list[str]:
    """Return a sentence for each expectation that was not met, and what happened instead."""
    said = _Follower([(e.at, str(e.details["text"])) for e in entries if e.event == "say"])
    states = _Follower([(e.at, str(e.details["state"])) for e in entries if e.event == "state"])
    problems: list[str] = []
    met_at = 0
    for number, expected in enumerate(expectations, start=1):
        problem = said.broken(expected.never)
        for follower, wanted in ((said, expected.said), (states, expected.state)):
            if wanted is not None and not problem:
                at, problem = follower.find(wanted, met_at, expected.within)
                met_at = max(met_at, at)
        if problem:
            problems.append(f"expect {number}: {problem}")
    return problems


class _Follower:
    """Looks for one text after the other in what was said, or in the states entered."""

    def __init__(self, happened: list[tuple[int, str]]) -> None:
        self._happened = happened
        self._index = self._offset = 0

    def find(self, wanted: str, since: int, within: float | None) -> tuple[int, str | None]:
        """Return when `wanted` came, `since` where it did not, and what is wrong."""
        for index in range(self._index, len(self._happened)):
            at, text = self._happened[index]
            place = text.find(wanted, self._offset if index == self._index else 0)
            if place >= 0:
                self._index, self._offset = index, place + len(wanted)
                return at, _lateness(wanted, seconds(at - since), within)
        instead = ", ".join(repr(text) for _, text in self._happened[self._index :][:8])
        return since, f"{wanted!r} never came; instead: {instead or 'nothing'}."

    def broken(self, never: str | None) -> str | None:
        """Return what is wrong where `never` did come."""
        for at, text in self._happened:
            if never is not None and never in text:
                return f"{never!r} came at {seconds(at):.1f} s: {text!r}."
        return None


def _lateness(wanted: str, took_seconds: float, within: float | None) -> str | None:
    if within is None or took_seconds <= within:
        return None
    return f"{wanted!r} came after {took_seconds:.1f} s, not within {within:g} s."
