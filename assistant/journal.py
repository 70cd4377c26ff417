"""The record of a session: one event after the other, for whoever wants to follow it."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from assistant.errors import OutputError
from assistant.messages import Action, Heard, Ignore, seconds

Value = str | bool | int | None


@dataclass(frozen=True)
class Entry:
    """Something that happened `at` an audio sample: its `event` name and what belongs to it."""

    at: int
    event: str
    details: dict[str, Value] = field(default_factory=dict)

    def as_json(self) -> str:
        """Return one line of JSON, with `at` in seconds."""
        return json.dumps({"at": round(seconds(self.at), 3), "event": self.event, **self.details})


Listener = Callable[[Entry], None]


class Journal:
    """Tells every listener of every entry."""

    def __init__(self, *listeners: Listener) -> None:
        self._listeners = list(listeners)

    def add(self, listener: Listener) -> None:
        """Tell `listener` too, from now on."""
        self._listeners.append(listener)

    def write(self, at: int, event: str, **details: Value) -> None:
        """Record `event` at sample `at`."""
        entry = Entry(at, event, details)
        for listener in self._listeners:
            listener(entry)


class DialogueNotes:
    """Records what a dialogue heard and where it is, whoever drives it."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._where: tuple[str, int | None] | None = None

    def heard(self, at: int, heard: Heard, actions: Iterable[Action]) -> None:
        """Record words, with why they were ignored if `actions` say so."""
        why = next((action.why for action in actions if isinstance(action, Ignore)), None)
        if why is None:
            self._journal.write(at, "heard", text=heard.text, final=heard.final)
        else:
            self._journal.write(at, "ignored", text=heard.text, why=why)

    def state(self, at: int, state: str, step: int | None) -> bool:
        """Record the state if it is another than before, and return whether it is."""
        changed = (state, step) != self._where
        if changed:
            self._where = (state, step)
            self._journal.write(at, "state", state=state, step=step)
        return changed


class EventsFile:
    """Writes entries as JSON lines, each whole on disk before the next.

    Raises:
        OutputError: the file cannot be opened or written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file: TextIO = path.open("w", encoding="utf-8", buffering=1)
        except OSError as error:
            raise _cannot_write(path, error) from error

    def __call__(self, entry: Entry) -> None:
        """Write one entry."""
        try:
            self._file.write(entry.as_json() + "\n")
        except OSError as error:
            raise _cannot_write(self._path, error) from error


def _cannot_write(path: Path, error: OSError) -> OutputError:
    return OutputError(f"{path}: cannot be written ({error.strerror}); choose another place.")
