"""A session by keyboard: the same dialogue, in virtual time."""

import threading
from io import StringIO

from assistant.app import dialogue_settings_of, phrasebook
from assistant.content.loader import load_content
from assistant.dialogue.dialogue import Dialogue
from assistant.journal import Entry, Journal
from assistant.memory import GivenAnswers
from assistant.messages import seconds
from assistant.settings import Settings
from assistant.typed import InputEndedError, Keyboard, TypedSession


class ScriptedLines:
    """Types each line at once; an empty one waits for what happens next."""

    def __init__(self, *lines: str) -> None:
        self._lines = list(lines)

    def wait(self, most_seconds: float | None) -> tuple[str | None, float]:
        if not self._lines:
            raise InputEndedError
        line = self._lines.pop(0)
        return (line, 0.0) if line else (None, most_seconds or 0.0)


def converse(*lines: str, **settings: object) -> list[Entry]:
    entries: list[Entry] = []
    content = load_content()
    memory = GivenAnswers()
    wanted = dialogue_settings_of(Settings(**settings), content, memory)  # type: ignore[arg-type]
    dialogue = Dialogue(content, phrasebook(content), wanted)
    TypedSession(dialogue, ScriptedLines(*lines), Journal(entries.append), memory).run()
    return entries


def said(entries: list[Entry]) -> list[str]:
    return [str(entry.details["text"]) for entry in entries if entry.event == "say"]


def test_a_session_is_typed_from_greeting_to_goodbye() -> None:
    lines = ("start knee massage", "left", *["no"] * 8, "one", "goodbye")
    entries = converse(*lines)
    assert "Quick knee, about five minutes." in said(entries)[-2]
    assert entries[-1].details == {"reason": "goodbye"} or entries[-2].event == "end"


def test_what_is_typed_after_a_stop_is_answered() -> None:
    entries = converse("start knee massage", "stop", "start knee massage", "left", "goodbye")
    assert "All right. I'm listening." in said(entries)
    assert said(entries)[-1].startswith("Goodbye")
    assert entries[-1].event == "end"


def test_the_helpline_that_is_set_is_named_where_a_rule_speaks_of_one() -> None:
    entries = converse("start bedtime", "no", "yes", "goodbye", helpline="111")
    assert "Contact a doctor or 111 today." in " ".join(said(entries))


def test_the_end_is_the_last_thing_that_is_recorded() -> None:
    assert converse("goodbye")[-1].details == {"reason": "goodbye"}


def test_an_empty_line_lets_the_step_pass() -> None:
    entries = converse("", "", "", routine="knee_quick", side="left", screening="off")
    states = [entry.details["state"] for entry in entries if entry.event == "state"]
    assert states == ["ready", "reading", "practice"] + ["reading", "practice"] * 2 + ["check"]
    assert 8 + 8 + 35 <= seconds(entries[-1].at) < 8 + 8 + 35 + 1


def test_the_end_of_the_input_ends_the_session_and_advances_nothing() -> None:
    entries = converse(routine="knee_quick", side="left", screening="off")
    assert entries[-1].event == "end"
    assert entries[-1].details == {"reason": "input ended"}
    assert max(entry.details["step"] or 0 for entry in entries if entry.event == "state") == 1  # type: ignore[type-var]


def test_the_keyboard_gives_its_lines_and_then_says_that_it_has_ended() -> None:
    keyboard = Keyboard(StringIO("stop\n  resume  \n"))
    assert keyboard.wait(5)[0] == "stop"
    assert keyboard.wait(5)[0] == "resume"
    try:
        keyboard.wait(5)
    except InputEndedError:
        return
    raise AssertionError("the input has ended")


def test_a_keyboard_without_a_line_gives_up_when_time_is_up() -> None:
    class Nobody:
        def __iter__(self) -> "Nobody":
            return self

        def __next__(self) -> str:
            threading.Event().wait()
            return ""

    line, waited = Keyboard(Nobody()).wait(0.05)  # type: ignore[arg-type]
    assert line is None
    assert waited >= 0.05
