"""Broken files are refused in one sentence: the file, the key, what was found, what is allowed."""

import dataclasses
from pathlib import Path

import pytest

from assistant.content.loader import MOST_BYTES, load_content, load_folder, load_routine
from assistant.content.questions import Questions
from assistant.content.routine import Check, Routine, Step
from assistant.errors import ContentError

GOOD = """
id = "own"
title = "My own"
[[steps]]
say = "Rub your {side} knee."
seconds = 10
side = "chosen"
"""

BAD = {
    "a missing key": (
        GOOD.replace("seconds = 10", ""),
        "the key 'steps.1.seconds' is missing; it is needed.",
    ),
    "a missing key at the top": (GOOD.replace('id = "own"', ""), "the key 'id' is missing"),
    "text for a number": (
        GOOD.replace("10", '"10"'),
        "steps.1.seconds: found '10'; input should be a valid number.",
    ),
    "a truth for a number": (GOOD.replace("10", "true"), "steps.1.seconds: found True; input"),
    "a date for a number": (GOOD.replace("10", "1979-05-27"), "input should be a valid number."),
    "a number for text": (GOOD.replace('"My own"', "3"), "title: found 3; input should be a"),
    "negative seconds": (
        GOOD.replace("10", "-3"),
        "steps.1.seconds: found -3; input should be greater than 0.",
    ),
    "no seconds": (GOOD.replace("10", "0"), "found 0; input should be greater than 0."),
    "too many seconds": (GOOD.replace("10", "171"), "should be less than or equal to 170."),
    "seconds without end": (GOOD.replace("10", "inf"), "found inf; input should be less than"),
    "seconds that are no number": (GOOD.replace("10", "nan"), "found nan; input should be"),
    "half a minute": ("minutes = 2.5\n" + GOOD, "minutes: found 2.5; input should be a valid"),
    "an unknown key": (
        GOOD + "secnods = 3\n",
        "the key 'steps.1.secnods' is unknown; did you mean 'seconds'?",
    ),
    "an unknown key like no other": (
        GOOD + "zzz = 3\n",
        "the key 'steps.1.zzz' is unknown.",
    ),
    "an unknown check": (GOOD + 'check = "often"\n', "'calibrate', 'step', 'final' or 'final_so"),
    "an unknown topic": ('topic = "arms"\n' + GOOD, "topic: found 'arms'; input should be 'knee'"),
    "no steps": ('id = "a"\ntitle = "A"\nsteps = []', "steps: found []; tuple should have at"),
    "empty text": (GOOD.replace("Rub your {side} knee.", ""), "say: found ''; string should"),
    "long text": (GOOD.replace("Rub", "Rub " * 100), "...; string should have at most 300 char"),
    "braces that nobody fills in": (
        GOOD.replace("My own", "My {side}"),
        "title: found 'My {side}'; no braces may stand here.",
    ),
    "an unknown brace": (
        GOOD.replace("{side}", "{leg}"),
        "found 'Rub your {leg} knee.'; only {side} may stand in braces.",
    ),
    "half a brace": (GOOD.replace("{side}", "{side"), "steps.1.say: found 'Rub your {side kn"),
    "a final check in the middle": (
        GOOD + 'check = "final"\n[[steps]]\nsay = "Rest."\nseconds = 5\n',
        "steps.1.check: found 'final', which only the last step may have; use 'step' here.",
    ),
    "a gap over three minutes": (
        GOOD.replace("10", "100") + '[[steps]]\nsay = "Rub."\nseconds = 81\n',
        "steps: found 181 seconds of practice without a check, at most 180 are allowed; "
        "add a check to a step between.",
    ),
    "bad TOML": ("id = = 3", "is not valid TOML: Invalid value (at line 1, column 6)."),
    "a key twice": (GOOD + "seconds = 11\n", "is not valid TOML: Cannot overwrite a value"),
    "a number of 5000 digits": (GOOD.replace("10", "9" * 5000), "is not valid TOML: Exceeds the"),
    "a deep nest": ("a = " + "[" * 5000, "is nested too deeply; a flat file is needed."),
}


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "routine.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refusal(path: Path) -> str:
    with pytest.raises(ContentError) as refused:
        load_routine(path)
    message = str(refused.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    assert message.endswith((".", "?"))
    return message


def test_a_routine_of_the_users_own_is_loaded(tmp_path: Path) -> None:
    routine = load_routine(write(tmp_path, GOOD))
    assert routine.title == "My own"
    assert routine.needs_side
    with pytest.raises(dataclasses.FrozenInstanceError):
        routine.title = "Yours"  # type: ignore[misc]


def test_a_step_without_a_position_has_that_of_the_one_before(tmp_path: Path) -> None:
    step = '[[steps]]\nsay = "Rest."\nseconds = 5\n'
    sitting = step + 'position = "Sit, the {side} leg up."\n'
    routine = load_routine(write(tmp_path, GOOD + step + sitting + step))
    positions = [each.position for each in routine.steps]
    assert positions == ["", "", *["Sit, the {side} leg up."] * 2]


@pytest.mark.parametrize(("text", "says"), BAD.values(), ids=BAD)
def test_a_broken_routine_is_refused(tmp_path: Path, text: str, says: str) -> None:
    assert says in refusal(write(tmp_path, text))


def test_a_binary_file_is_refused(tmp_path: Path) -> None:
    assert "is not a text file" in refusal(write(tmp_path, b"\x80\xff\x00"))


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    message = refusal(write(tmp_path, b"#" * 10_000_000))
    assert message.endswith("found 10,000,000 bytes, at most 1,000,000 allowed.")


def test_a_file_without_end_is_refused_without_reading_it_whole() -> None:
    if not Path("/dev/zero").exists():
        pytest.skip("no /dev/zero here")
    assert f"found {MOST_BYTES + 1:,} bytes" in refusal(Path("/dev/zero"))


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "cannot be read (Is a directory); check the name." in refusal(tmp_path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "cannot be read (No such file" in refusal(tmp_path / "none.toml")


def test_naming_the_side_in_the_text_is_enough_to_be_asked_for_it() -> None:
    assert Routine("r", "R", (Step("Rub your {side} knee.", 10),)).needs_side
    assert not Routine("r", "R", (Step("Rub.", 10),)).needs_side


EXPECTED = {
    "knee_quick": (8, 181, 4),
    "knee_full": (15, 537, 7),
    "leg_full": (17, 692, 6),
    "stretch_gentle": (11, 315, 8),
    "calf_foot_tired": (10, 235, 5),
    "bedtime": (12, 470, 5),
}


def test_the_six_routines_have_their_steps_seconds_and_checks() -> None:
    found = {
        routine.id: (
            len(routine.steps),
            sum(step.seconds for step in routine.steps),
            sum(step.check is not None for step in routine.steps),
        )
        for routine in load_content().routines
    }
    assert found == EXPECTED


@pytest.mark.parametrize("routine", load_content().routines, ids=lambda routine: routine.id)
def test_every_routine_ends_with_a_final_check_and_calibrates_before_anything_deeper(
    routine: Routine,
) -> None:
    checks = [step.check for step in routine.steps if step.check]
    assert checks[-1] in {Check.FINAL, Check.FINAL_SOFT}
    assert checks[0] is Check.CALIBRATE or routine.topic == "stretches"
    assert routine.longest_gap_seconds() <= 180


def test_every_rule_that_is_named_exists() -> None:
    content = load_content()
    rules = {rule.id for rule in content.screening.rules}
    assert {rule.id for rule in content.flags.rules} <= rules


def put_together(tmp_path: Path, *texts: str) -> Questions:
    """Load a folder with a file for each of `texts`."""
    for number, text in enumerate(texts):
        (tmp_path / f"{number}.toml").write_text(text)
    return load_folder(tmp_path, Questions)


def test_the_files_of_a_folder_are_put_together_in_the_order_of_their_names(tmp_path: Path) -> None:
    one = '[[questions]]\nanswer = "a"\n[concepts]\nknee = "knee"\n[spellings]\n'
    two = '[[questions]]\nanswer = "b"\n[concepts]\nleg = "leg"\n'
    whole = put_together(tmp_path, one, two)
    assert [question.answer for question in whole.questions] == ["a", "b"]
    assert whole.concepts == {"knee": "knee", "leg": "leg"}


@pytest.mark.parametrize(
    ("one", "two", "says"),
    [
        ('[concepts]\nknee = "a"\n', '[concepts]\nknee = "b"\n', "concepts.knee: stands in two"),
        ('openings = "a"\n', 'openings = "b"\n', "openings: stands in two files; keep one"),
    ],
)
def test_what_stands_in_two_files_is_refused(tmp_path: Path, one: str, two: str, says: str) -> None:
    with pytest.raises(ContentError, match=says):
        put_together(tmp_path, one, two)
