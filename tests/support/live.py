"""The assistant as a process of its own, on virtual devices."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

_PATIENCE_SECONDS = 30.0
_ANSWER_SECONDS = 4.0
_TRIES = 3

Event = dict[str, Any]


def says(text: str) -> Callable[[Event], bool]:
    """An event: a line that holds `text` begins to be said."""
    return lambda event: event["event"] == "say" and text in event["text"]


def enters(state: str) -> Callable[[Event], bool]:
    """An event: the session enters a state."""
    return lambda event: event["event"] == "state" and event["state"] == state


class LiveAssistant:
    """`massage-assistant run`, and what it writes."""

    def __init__(self, folder: Path, env: dict[str, str], arguments: tuple[str, ...]) -> None:
        self.speaker, self._events = folder / "speaker.wav", folder / "events.jsonl"
        self._out, self._err = folder / "out", folder / "err"
        command = [sys.executable, "-m", "assistant", "run", "--events", str(self._events)]
        command += ["--speaker", str(self.speaker), *arguments]
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(command, env=env, stdout=out, stderr=err)

    @property
    def events(self) -> list[Event]:
        """Everything so far; every whole line must be JSON."""
        text = self._events.read_text() if self._events.exists() else ""
        return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]

    @property
    def printed(self) -> str:
        return self._out.read_text() + self._err.read_text()

    def wait_for(
        self,
        wanted: Callable[[Event], bool],
        what: str,
        since: int = 0,
        patience_seconds: float = _PATIENCE_SECONDS,
    ) -> Event:
        """Wait for an event, of those after the first `since`."""
        until = time.monotonic() + patience_seconds
        while time.monotonic() < until:
            for event in self.events[since:]:
                if wanted(event):
                    return event
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError(f"no {what} in {self.events}; printed: {self.printed}")

    def wait_for_line(self, text: str, since: int = 0) -> Event:
        """Wait until a line that holds `text` begins to be said."""
        return self.wait_for(says(text), text, since)

    def say_until(self, say: Callable[[], None], wanted: Callable[[Event], bool]) -> Event:
        """Say something, and again if it was not heard as meant: recognition is not the matter."""
        since = len(self.events)
        for _ in range(_TRIES - 1):
            say()
            with suppress(AssertionError):
                return self.wait_for(wanted, "answer", since, _ANSWER_SECONDS)
        say()
        return self.wait_for(wanted, "answer", since, _ANSWER_SECONDS)

    def end(self, number: signal.Signals) -> int:
        """Send a signal and return the exit status."""
        self.process.send_signal(number)
        return self.process.wait(_PATIENCE_SECONDS)


@contextmanager
def live_assistant(folder: Path, env: dict[str, str], *arguments: str) -> Iterator[LiveAssistant]:
    """Run it; whatever happens, it is gone afterwards."""
    assistant = LiveAssistant(folder, env, arguments)
    try:
        yield assistant
    finally:
        assistant.process.kill()
        assistant.process.wait()
