"""A rehearsal as a file: settings, a room, what the user says and when, and what must happen."""

from pathlib import Path
from typing import Annotated, Any

from annotated_types import Interval
from pydantic import Field
from pydantic.dataclasses import dataclass

from assistant.content.loader import load
from assistant.content.strict import STRICT
from assistant.errors import ContentError
from assistant.journal import Entry
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
    at: Annotated[float, Interval(ge=0)] | None = None
    """Seconds since the session began."""
    after: str | None = None
    """Once the assistant has finished a line that contains this."""
    during: str | None = None
    """While the assistant says a line that contains this."""
    delay: Annotated[float, Interval(ge=0)] | None = None
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
    user: tuple[Turn, ...] = ()
    expect: tuple[Expectation, ...] = ()


def load_scenario(path: Path) -> Scenario:
    """Load a scenario.

    Raises:
        ContentError: a key is unknown, or a turn does not say what or when exactly once.
    """
    scenario = load(path, Scenario)
    for number, turn in enumerate(scenario.user, start=1):
        _exactly_one(turn, ("say", "wav"), f"{path}: user.{number}")
        _exactly_one(turn, ("at", "after", "during"), f"{path}: user.{number}")
    return scenario


def _exactly_one(turn: Turn, keys: tuple[str, ...], where: str) -> None:
    given = [key for key in keys if getattr(turn, key) is not None]
    if len(given) != 1:
        found = " and ".join(given) or "none of them"
        raise ContentError(f"{where}: found {found}; exactly one of {', '.join(keys)} is needed.")


def failures(expectations: tuple[Expectation, ...], entries: list[Entry]) -> list[str]:
    """Return a sentence for each expectation that was not met, and what happened instead."""
    problems: list[str] = []
    said_from = state_from = met_at = 0
    for number, expected in enumerate(expectations, start=1):
        problem = None
        if expected.never is not None:
            problem = _broken_never(expected.never, entries)
        if expected.said is not None:
            said_from, met_at, problem = _met("said", expected, entries, said_from, met_at)
        if expected.state is not None and not problem:
            state_from, met_at, problem = _met("state", expected, entries, state_from, met_at)
        if problem:
            problems.append(f"expect {number}: {problem}")
    return problems


def _broken_never(text: str, entries: list[Entry]) -> str | None:
    for entry in entries:
        if entry.event == "say" and text in str(entry.details["text"]):
            return f"{text!r} was said at {seconds(entry.at):.1f} s: {entry.details['text']!r}."
    return None


def _met(
    kind: str, expected: Expectation, entries: list[Entry], start: int, met_at: int
) -> tuple[int, int, str | None]:
    wanted = str(expected.said if kind == "said" else expected.state)
    for index in range(start, len(entries)):
        entry = entries[index]
        if not _matches(kind, wanted, entry):
            continue
        late = seconds(entry.at - met_at) - (expected.within or float("inf"))
        problem = f"{wanted!r} came {late:.1f} s late." if late > 0 else None
        return index + 1, max(met_at, entry.at), problem
    return start, met_at, f"{kind} {wanted!r} never came; instead: {_instead(kind, entries, start)}"


def _matches(kind: str, wanted: str, entry: Entry) -> bool:
    if kind == "said":
        return entry.event == "say" and wanted in str(entry.details["text"])
    return entry.event == "state" and entry.details["state"] == wanted


def _instead(kind: str, entries: list[Entry], start: int) -> str:
    event, key = ("say", "text") if kind == "said" else ("state", "state")
    found = [repr(entry.details[key]) for entry in entries[start:] if entry.event == event]
    return ", ".join(found[:8]) or "nothing"
