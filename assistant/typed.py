"""A session without sound: the keyboard is the ear and the screen is the mouth.

A line is said to its end the moment it is shown. Time passes while a line is waited for; an empty
line jumps to the moment when something happens next.
"""

import queue
import threading
import time
from typing import Protocol, TextIO

from assistant.dialogue.dialogue import Dialogue
from assistant.journal import Journal
from assistant.messages import (
    Action,
    Began,
    End,
    Event,
    Heard,
    Hush,
    Ignore,
    Say,
    Spoken,
    TimeReached,
    samples,
    seconds,
)


class InputEndedError(Exception):
    """No line will ever come again."""


class LineSource(Protocol):
    """Where typed lines come from."""

    def wait(self, most_seconds: float | None) -> tuple[str | None, float]:
        """Wait for a line; return it, or None when time is up, and the seconds waited.

        Raises:
            InputEndedError: no line will ever come again.
        """
        ...


class Keyboard:
    """Lines from a text stream, in real time."""

    def __init__(self, stream: TextIO) -> None:
        self._lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, args=(stream,), daemon=True).start()

    def wait(self, most_seconds: float | None) -> tuple[str | None, float]:
        """Wait for a line."""
        began = time.monotonic()
        try:
            line = self._lines.get(timeout=most_seconds)
        except queue.Empty:
            return None, time.monotonic() - began
        if line is None:
            raise InputEndedError
        return line.strip(), time.monotonic() - began

    def _read(self, stream: TextIO) -> None:
        for line in stream:
            self._lines.put(line)
        self._lines.put(None)


class TypedSession:
    """One session in text."""

    def __init__(self, dialogue: Dialogue, lines: LineSource, journal: Journal) -> None:
        self._dialogue, self._lines, self._journal = dialogue, lines, journal
        self._now = 0
        self._over = False
        self._where: tuple[str, int | None] | None = None

    def run(self) -> None:
        """Go on until the session or the input ends."""
        self._happen(Began())
        try:
            while not self._over:
                self._turn()
        except InputEndedError:
            self.end("input ended")

    def end(self, reason: str) -> None:
        """End the session from outside."""
        if not self._over:
            self._obey(End(reason))

    def _turn(self) -> None:
        deadline = self._dialogue.deadline
        wait = None if deadline is None else max(0.0, seconds(deadline - self._now))
        line, waited = self._lines.wait(wait)
        self._now += samples(waited)
        if line:
            self._happen(Heard(line, final=True))
        elif deadline is not None:
            self._now = max(self._now, deadline)
            self._happen(TimeReached())

    def _happen(self, event: Event) -> None:
        actions = self._dialogue.handle(event, self._now)
        if isinstance(event, Heard):
            self._note_heard(event, actions)
        self._note_state()
        said = False
        for action in actions:
            self._obey(action)
            said = said or isinstance(action, Say)
        if said:
            self._happen(Spoken())

    def _note_heard(self, heard: Heard, actions: tuple[Action, ...]) -> None:
        why = next((action.why for action in actions if isinstance(action, Ignore)), None)
        if why is None:
            self._journal.write(self._now, "heard", text=heard.text, final=True)
        else:
            self._journal.write(self._now, "ignored", text=heard.text, why=why)

    def _obey(self, action: Action) -> None:
        match action:
            case Say():
                self._journal.write(self._now, "say", text=action.text)
                self._journal.write(self._now, "spoken", text=action.text)
            case Hush():
                self._journal.write(self._now, "hush")
            case End(reason):
                self._over = True
                self._journal.write(self._now, "end", reason=reason)

    def _note_state(self) -> None:
        where = (self._dialogue.state.value, self._dialogue.step)
        if where != self._where:
            self._where = where
            self._journal.write(self._now, "state", state=where[0], step=where[1])
