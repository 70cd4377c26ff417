"""A session without sound: the keyboard is the ear and the screen is the mouth.

A line is said to its end the moment it is shown. Time passes while a line is waited for; an empty
line jumps to the moment when something happens next.
"""

import queue
import threading
import time
from typing import Protocol, TextIO

from assistant.dialogue.dialogue import Dialogue
from assistant.dialogue.writing import sayable
from assistant.journal import DialogueNotes, Journal
from assistant.memory import Memory
from assistant.messages import (
    Action,
    Began,
    End,
    Event,
    Heard,
    Remember,
    Say,
    Spoken,
    TimeReached,
    samples,
    seconds,
)

_MOMENT = samples(0.5)
"""Nobody types within such a silence: it passes before the next line is taken."""


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

    def __init__(self, stream: TextIO | None) -> None:
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

    def _read(self, stream: TextIO | None) -> None:
        try:
            for line in stream or ():
                self._lines.put(line)
        except ValueError:
            pass  # it is no text, or it was closed: nobody types there
        finally:
            self._lines.put(None)


class TypedSession:
    """One session in text."""

    def __init__(
        self, dialogue: Dialogue, lines: LineSource, journal: Journal, memory: Memory
    ) -> None:
        self._dialogue, self._lines, self._journal = dialogue, lines, journal
        self._memory = memory
        self._now = 0
        self._over = False
        self._notes = DialogueNotes(journal)

    def run(self, limit_seconds: float | None = None) -> None:
        """Go on until the session, the input or the limit ends."""
        limit = None if limit_seconds is None else samples(limit_seconds)
        self._happen(Began())
        try:
            while not self._over:
                if limit is not None and self._now >= limit:
                    self.end("limit")
                else:
                    self._turn(limit)
        except InputEndedError:
            self.end("input ended")

    def end(self, reason: str) -> None:
        """End the session from outside."""
        if not self._over:
            self._obey(End(reason))

    def _turn(self, limit: int | None) -> None:
        deadline = self._dialogue.deadline
        if deadline is not None and deadline - self._now <= _MOMENT:
            self._reach(deadline)
            return
        until = min((at for at in (deadline, limit) if at is not None), default=None)
        wait = None if until is None else max(0.0, seconds(until - self._now))
        line, waited = self._lines.wait(wait)
        self._now += samples(waited)
        if line:
            self._happen(Heard(sayable(line), final=True))
        elif until is not None:
            self._reach(until)

    def _reach(self, moment: int) -> None:
        self._now = max(self._now, moment)
        self._happen(TimeReached())

    def _happen(self, event: Event) -> None:
        actions = self._dialogue.handle(event, self._now)
        if isinstance(event, Heard):
            self._notes.heard(self._now, event, actions)
        self._notes.state(self._now, self._dialogue.state.value, self._dialogue.step)
        said = False
        for action in actions:
            self._obey(action)
            said = said or isinstance(action, Say)
        if said:
            self._happen(Spoken())

    def _obey(self, action: Action) -> None:
        match action:
            case Say():
                self._journal.write(self._now, "say", text=action.text)
                self._journal.write(self._now, "spoken", text=action.text)
            case Remember(answers):
                self._memory.remember(dict(answers))
            case End(reason):
                self._over = True
                self._journal.write(self._now, "end", reason=reason)
