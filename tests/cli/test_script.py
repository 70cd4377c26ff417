"""`ask` answers one question; `script` shows everything that can be said."""

import io
import json
import re
import sys
from dataclasses import fields, is_dataclass

import pytest

from assistant.content.loader import load_content
from assistant.script import markdown
from tests.support.cli import CommandLine
from tests.support.dialogue import Talk, massage

CONTENT = load_content()
SCRIPT = markdown(CONTENT)


def test_a_question_is_answered_in_one_line_of_json(command: CommandLine) -> None:
    outcome = command("ask", "does", "it", "improve", "circulation?")
    (line,) = outcome.out.splitlines()
    answer = next(each for each in CONTENT.answers.answers if each.id == "faq-15")
    assert json.loads(line) == {
        "id": "faq-15",
        "text": answer.say,
        "verdict": "mixed",
        "source": "; ".join(answer.sources),
    }


def test_an_emergency_names_the_number_that_is_set(command: CommandLine) -> None:
    outcome = command("ask", "--emergency-number", "112", "I have chest pain")
    assert json.loads(outcome.out)["id"] == "refusal-emergency"
    assert "112" in json.loads(outcome.out)["text"]


@pytest.mark.parametrize(
    ("report", "says"),
    [
        ("my calf is swollen and hot", "these can be signs of a blood clot"),
        ("left calf's swollen, other one's normal", "these can be signs of a blood clot"),
        ("since the flight my calf has been sore", "these can be signs of a blood clot"),
        ("my heart hurts", "This can be an emergency"),
        ("I've gone short of puff", "This can be an emergency"),
        ("I can't seem to get enough air", "This can be an emergency"),
    ],
)
def test_a_report_of_an_emergency_or_a_clot_is_no_question(
    command: CommandLine, report: str, says: str
) -> None:
    found = json.loads(command("ask", report).out)
    assert found["id"] == "refusal-emergency"
    assert says in found["text"]


@pytest.mark.parametrize(
    ("question", "answer_id"),
    [
        ("my ankle is swollen, can massage help", "faq-17"),
        ("I get calf cramps at night", "faq-26"),
        ("Is this a clot?", "refusal-diagnosis"),
        ("can I massage a clot away", "refusal-cause"),
        ("I have varicose veins", "faq-19"),
        ("I twisted my knee, may I massage it?", "faq-5"),
        ("I'm pregnant, may I?", "faq-18"),
    ],
)
def test_a_question_about_a_warning_sign_keeps_its_answer(
    command: CommandLine, question: str, answer_id: str
) -> None:
    assert json.loads(command("ask", question).out)["id"] == answer_id


def test_what_is_asked_of_a_massage_is_answered_and_has_no_number(command: CommandLine) -> None:
    found = json.loads(command("ask", "should I use lotion").out)
    assert found["id"] == "unknown"
    assert found["text"].startswith("Oil, lotion or neither")


def test_lines_of_standard_input_are_answered_one_by_one(
    command: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = "will it help me sleep\n\ncan you cure arthritis\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(questions))
    found = [json.loads(line)["id"] for line in command("ask").out.splitlines()]
    assert found == ["faq-22", "unknown", "refusal-cure"]


def test_the_script_is_printed(command: CommandLine) -> None:
    assert command("script").out == SCRIPT


def test_the_script_has_a_line_for_who_reviewed_it_and_nobody_has() -> None:
    assert "\nReviewed by:\n" in SCRIPT


def test_every_health_line_of_the_script_has_a_source() -> None:
    lines = [line for line in SCRIPT.splitlines() if re.match(r"- (faq|refusal|R)-\S+: ", line)]
    assert len(lines) > 40
    assert all(line.endswith("]") or "(Asked again: " in line for line in lines)


@pytest.mark.parametrize(
    "line",
    [
        r"- emergency: .* \[asked every time; yes: R-EMERG\]",
        r"- operation: .* \[asked at first use and monthly, of each leg; yes: operation_cleared\]",
        r"- skin_only: .* yes: R-SKIN; no: R-INFECT\]",
        r"- numb_foot: .* \[not parts: foot, lower_leg\]",
        r"- rest: .* \[routines: none\]",
        r"- before the massage, 0 to 2: carries on",
        r"- before the massage, 5 to 6: usual",
        r"- all questions are asked every 30 days",
        r"- amber_most: 4",
        r"- longest_gap_seconds: 180",
    ],
)
def test_the_script_says_what_an_answer_and_a_number_lead_to(line: str) -> None:
    assert re.search(rf"^{line}$", SCRIPT, re.MULTILINE)


NOT_SAID = {
    *("id", "name", "names", "verdict", "sources", "link", "rule", "topic", "side", "check"),
    *("stroke", "parts", "yes", "no", "then", "flags", "answered_with"),
    *("strokes", "not_strokes", "not_parts", "routines"),
    "part_of",
}
"""Fields that hold no words of the assistant's."""


def strings(value: object) -> list[str]:
    """Every text in the content that a line may be made of."""
    if isinstance(value, str):
        return [value] if value else []
    if isinstance(value, tuple):
        return [text for each in value for text in strings(each)]
    if not is_dataclass(value):
        return []
    said = [each.name for each in fields(value) if each.name not in NOT_SAID]
    return [text for name in said for text in strings(getattr(value, name))]


PARTS = ("lines", "routines", "benefits", "answers", "screening")


@pytest.mark.parametrize("part", PARTS)
def test_nothing_that_can_be_said_is_missing(part: str) -> None:
    sayable = strings(getattr(CONTENT, part))
    assert sayable
    assert [text for text in sayable if text not in SCRIPT] == []


def templates() -> re.Pattern[str]:
    """One pattern for everything the script holds; words in braces may be anything."""
    texts = sorted({text for part in PARTS for text in strings(getattr(CONTENT, part))}, key=len)
    escaped = [re.sub(r"\\\{\w+\\\}", ".+?", re.escape(text)) for text in reversed(texts)]
    return re.compile(rf"(?:{'|'.join(escaped)}|\s)+")


def test_what_is_said_in_a_massage_is_all_in_the_script() -> None:
    greeting, talk = Talk(), massage("knee_quick")
    for words in ("what are the benefits", "all of them", "says who", "softer", "where am i"):
        greeting.user(words)
        talk.user(words)
    talk.answers_checks("none")
    pattern = templates()
    for said in (*greeting.said, *talk.said):
        assert pattern.fullmatch(said), said
