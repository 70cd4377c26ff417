"""`understand` shows what the assistant makes of a sentence, as JSON."""

import json
import time
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from assistant.content.loader import load_content
from assistant.inspection import Asked, Inspector, Reading
from tests.support.cli import CommandLine, one_sentence

SENTENCES = Path(__file__).parents[1] / "sentences" / "understand.tsv"
CONTENT = load_content()
AFTER = {asked.value: Inspector(CONTENT, None, asked.value) for asked in Asked}
PRACTICE = Inspector(CONTENT, None, None)


def sentences() -> list[list[str]]:
    """Context, meaning, value, zone and sentence, by line of the file."""
    lines = SENTENCES.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def read(context: str, text: str) -> Reading:
    return AFTER.get(context, PRACTICE).read(text)


def told(reading: Reading, value: str) -> tuple[str, str, str]:
    """What the file tells of a sentence; a value it leaves open is left out."""
    shown = "" if reading.value is None or not value else str(reading.value)
    return reading.meaning, shown, reading.zone or ""


def test_the_sentences_are_many_and_about_everything() -> None:
    rows = sentences()
    assert len(rows) >= 300
    assert {row[0] for row in rows} == {"step", "calibrate", "okay", "practice"}
    assert {row[1] for row in rows} == {
        *("command", "number", "zone", "question", "unclear", "other"),
    }


@pytest.mark.parametrize(
    ("context", "meaning", "value", "zone", "text"),
    sentences(),
    ids=[f"{row[0]}: {row[4]}" for row in sentences()],
)
def test_a_sentence_is_understood_as_it_is_meant(
    context: str, meaning: str, value: str, zone: str, text: str
) -> None:
    assert told(read(context, text), value) == (meaning, value, zone)


def test_one_sentence_may_be_given_as_several_words(command: CommandLine) -> None:
    found = command("understand", "--question", "step", "about", "a", "three")
    assert json.loads(found.out) == {"meaning": "number", "value": 3, "zone": "amber", "flag": None}


def test_lines_of_standard_input_are_read_one_by_one(
    command: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = TextIOWrapper(BytesIO(b"stop\n\n\xff\xfe\nno\n"), encoding="utf-8")
    monkeypatch.setattr("sys.stdin", typed)
    shown = [
        json.loads(line)
        for line in command("understand", "--question", "okay").out.split("\n")[:-1]
    ]
    assert [one["meaning"] for one in shown] == ["command", "unclear", "unclear", "command"]
    assert [one["value"] for one in shown] == ["stop", None, None, "stop"]


@pytest.mark.parametrize("option", ["--question", "--state"])
def test_a_question_or_state_that_does_not_exist_is_refused(
    command: CommandLine, option: str
) -> None:
    refused = command("understand", option, "chekc", "stop")
    assert refused.status == 2
    assert one_sentence(refused.err)


def test_a_state_beside_a_question_is_refused(command: CommandLine) -> None:
    refused = command("understand", "--question", "step", "--state", "ready", "two")
    assert refused.status == 2
    assert one_sentence(refused.err)
    assert "say --state or --question" in refused.err


ENDLESS = ["a" * 2_000_000, "no" * 500_000, "?!" * 500_000, "7" * 2_000_000, "no " * 500_000]


@pytest.mark.long
@pytest.mark.parametrize("text", ENDLESS, ids=lambda text: text[:3])
def test_an_endless_line_is_read_in_a_moment(
    command: CommandLine, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    for name in ("understand", "ask"):
        typed = TextIOWrapper(BytesIO(f"{text}\nstop\n".encode()), encoding="utf-8")
        monkeypatch.setattr("sys.stdin", typed)
        began = time.process_time()
        assert len(command(name).out.splitlines()) == 2
        assert time.process_time() - began < 4


@pytest.mark.parametrize("text", ["stop" + "!" * 500, "stoooooooooooooop", "STOP" + " " * 500])
def test_a_word_that_is_stressed_is_not_lost(text: str) -> None:
    assert PRACTICE.read(text) == Reading("command", "stop")


def test_a_state_says_what_is_listened_for() -> None:
    assert Inspector(CONTENT, "choosing_side", None).read("the left one").meaning == "other"
    assert Inspector(CONTENT, "ready", None).read("start quick knee") == Reading("command", "start")


def test_a_flag_is_named() -> None:
    found = PRACTICE.read("I have chest pain")
    assert (found.meaning, found.flag) == ("other", "R-EMERG")
