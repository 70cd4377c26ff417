"""The answers that are remembered: the file, its commands, and whatever may be wrong with it."""

import os
import resource
import signal
import stat
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from assistant.content.loader import load_content
from assistant.profile import ProfileFile, own_profile
from assistant.settings import profile_path
from tests.support.cli import PROJECT, CommandLine, one_sentence

SCREENING = load_content().screening
WELL = {"conditions": "no", "pregnancy": "no", "operation_left": "no", "numbness_left": "no"}
TODAY = date(2024, 3, 1)
FIRST_LINES = ("start quick knee", "left")


def profile(path: Path, today: date = TODAY) -> ProfileFile:
    return ProfileFile(path, today, SCREENING)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a/b/profile.toml"


# The file


def test_answers_are_kept_for_a_month_and_then_asked_for_again(path: Path) -> None:
    profile(path).remember(WELL)
    last_day = TODAY + timedelta(days=SCREENING.full_every_days - 1)
    assert profile(path).recall() == WELL
    assert profile(path, last_day).recall() == WELL
    assert profile(path, last_day + timedelta(days=1)).recall() == {}


def test_answers_from_the_future_do_not_count(path: Path) -> None:
    profile(path).remember(WELL)
    assert profile(path, TODAY - timedelta(days=1)).recall() == {}


def test_without_a_file_nothing_is_known_and_nothing_is_made(path: Path) -> None:
    assert profile(path).recall() == {}
    assert not path.parent.exists()


def test_the_file_is_for_its_owner_alone(path: Path) -> None:
    before = os.umask(0)
    try:
        profile(path).remember(WELL)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_what_is_added_for_the_other_leg_holds_no_longer_than_the_rest(path: Path) -> None:
    profile(path).remember(WELL)
    later = TODAY + timedelta(days=20)
    both = {**WELL, "operation_right": "no", "numbness_right": "no"}
    profile(path, later).remember(both)
    last_day = TODAY + timedelta(days=SCREENING.full_every_days - 1)
    assert profile(path, last_day).recall() == both
    assert profile(path, last_day + timedelta(days=1)).recall() == {}


@pytest.mark.parametrize("days", [-1, SCREENING.full_every_days])
def test_what_is_answered_after_the_old_answers_lapsed_is_of_today(path: Path, days: int) -> None:
    profile(path).remember(WELL)
    today = TODAY + timedelta(days=days)
    profile(path, today).remember(WELL)
    assert profile(path, today).recall() == WELL


def test_what_is_answered_after_a_broken_file_is_of_today(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_text("?")
    profile(path).remember(WELL)
    assert profile(path).recall() == WELL


def test_of_a_leg_that_was_never_massaged_nothing_needs_to_be_known(path: Path) -> None:
    whole = {name: said for name, said in WELL.items() if "left" not in name}
    profile(path).remember(whole)
    assert profile(path).recall() == whole


def test_follow_ups_are_kept_too(path: Path) -> None:
    answers = {
        **WELL,
        "conditions": "yes",
        "which_condition": "cancer",
        "condition_cleared": "yes",
    }
    profile(path).remember(answers)
    assert profile(path).recall() == answers


def test_answers_that_are_taken_back_are_deleted(path: Path) -> None:
    profile(path).remember(WELL)
    profile(path).remember({})
    assert not path.exists()
    assert profile(path).recall() == {}


BROKEN = {
    "no TOML": "answers = = 3",
    "no text": "\udcff\udcfe",
    "an unknown key": "age = 50\n",
    "a date that is none": "screened_on = 3\n",
    "an unknown question": 'screened_on = 2024-03-01\n[answers]\npregnancies = "no"\n',
    "an answer that is none": 'screened_on = 2024-03-01\n[answers]\npregnancy = "maybe"\n',
    "a number": "screened_on = 2024-03-01\n[answers]\npregnancy = 0\n",
    "no leg named": 'screened_on = 2024-03-01\n[answers]\noperation = "no"\n',
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_put_aside_with_a_word_and_everything_is_asked(
    path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(text.encode(errors="surrogateescape"))
    assert profile(path).recall() == {}
    said = capsys.readouterr().err
    assert one_sentence(said)
    assert str(path) in said
    assert "All questions are asked again. It was put aside as profile.broken." in said
    assert not path.exists()
    assert path.with_suffix(".broken").exists()
    assert profile(path).recall() == {}
    assert capsys.readouterr().err == ""


def test_an_incomplete_file_counts_as_nothing(path: Path) -> None:
    profile(path).remember({name: "no" for name in WELL if name != "pregnancy"})
    assert profile(path).recall() == {}


def test_a_file_without_a_date_counts_as_nothing(path: Path) -> None:
    profile(path).remember(WELL)
    path.write_text(path.read_text().replace("screened_on = 2024-03-01\n", ""))
    assert profile(path).recall() == {}
    assert "All questions are asked before the next massage." in profile(path).description()


def test_what_cannot_be_written_is_said_and_harms_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    own = profile(blocked / "profile.toml")
    own.remember(WELL)
    said = capsys.readouterr().err
    assert one_sentence(said)
    assert "cannot be written" in said
    assert own.recall() == {}


def test_a_read_only_folder_is_said_and_harms_nothing(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profile(path).remember(WELL)
    path.parent.chmod(0o500)
    try:
        if os.access(path.parent, os.W_OK):
            pytest.skip("this user may write everywhere")
        profile(path).remember({**WELL, "pregnancy": "yes"})
        assert "cannot be written" in capsys.readouterr().err
        assert profile(path).recall() == WELL
    finally:
        path.parent.chmod(0o700)


def test_a_full_disk_is_said_and_the_old_answers_stay(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profile(path).remember(WELL)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        profile(path).remember({**WELL, "pregnancy": "yes"})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "cannot be written" in capsys.readouterr().err
    assert profile(path).recall() == WELL
    assert list(path.parent.iterdir()) == [path]


def test_what_cannot_be_deleted_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "profile.toml"
    path.mkdir()
    profile(path).remember({})
    assert "cannot be deleted" in capsys.readouterr().err


def test_a_broken_file_that_cannot_be_put_aside_still_counts_as_nothing(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path.parent.mkdir(parents=True)
    path.write_text("?")
    (path.with_suffix(".broken") / "full").mkdir(parents=True)
    assert profile(path).recall() == {}
    assert capsys.readouterr().err.strip().endswith("All questions are asked again.")


KILLED = """
import os, signal, sys
from datetime import date
from pathlib import Path
from assistant.content.loader import load_content
from assistant.profile import ProfileFile
os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
path, screening = Path(sys.argv[1]), load_content().screening
ProfileFile(path, date(2024, 3, 1), screening).remember({"pregnancy": "yes"})
"""


def test_a_process_killed_while_it_writes_leaves_the_old_answers(path: Path) -> None:
    profile(path).remember(WELL)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(path)], cwd=PROJECT, timeout=60, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert profile(path).recall() == WELL
    assert len(list(path.parent.iterdir())) == 2
    assert profile(path).delete()
    assert list(path.parent.iterdir()) == []


# The commands


def test_without_a_profile_there_is_nothing_to_show_edit_or_forget(command: CommandLine) -> None:
    assert command("profile", "show").out.startswith("Nothing is remembered.")
    assert command("profile", "edit").out == "Nothing is changed.\n"
    assert command("profile", "forget").out == "Nothing was remembered.\n"
    assert not profile_path().parent.exists()


def test_show_tells_every_answer_and_how_long_it_holds(command: CommandLine) -> None:
    own_profile().remember({**WELL, "conditions": "yes", "which_condition": "heart_failure"})
    shown = command("profile", "show")
    assert shown.status == 0
    assert "Are you pregnant, or did you give birth in the last six weeks? No." in shown.out
    assert "Heart failure." in shown.out
    assert (
        "Is any part of your left leg or foot numb or tingling, or hard to feel? No." in shown.out
    )
    until = date.today() + timedelta(days=SCREENING.full_every_days)
    assert f"All questions are asked again from {until} on." in shown.out
    assert str(profile_path()) in shown.out


def test_forget_deletes_it(command: CommandLine) -> None:
    own_profile().remember(WELL)
    assert command("profile", "forget").out == "Your answers are deleted.\n"
    assert not profile_path().exists()


def test_edit_changes_it_in_the_users_editor(
    command: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_profile().remember(WELL)
    monkeypatch.setenv("EDITOR", """sed -i 's/pregnancy = "no"/pregnancy = "yes"/'""")
    assert command("profile", "edit").out == "Your answers are changed.\n"
    assert own_profile().recall() == {**WELL, "pregnancy": "yes"}
    assert command("profile", "edit").out == "Nothing is changed.\n"


@pytest.mark.parametrize(
    ("editor", "says"),
    [
        ("sed -i 's/pregnancy/pregnancies/'", "is no question; did you mean 'pregnancy'?"),
        ("""sed -i 's/"no"/"maybe"/'""", "found 'maybe'; say yes or no."),
        ("sed -i 's/=/==/'", "is not valid TOML"),
        ("sed -i 's/answers/answer/'", "the key 'answer' is unknown; did you mean 'answers'?"),
        ("false", "The editor 'false' failed; nothing is changed."),
        ("no-such-editor", "The editor 'no-such-editor' failed"),
        ("'", "failed; nothing is changed"),
    ],
)
def test_an_edit_that_will_not_do_changes_nothing_and_says_why(
    command: CommandLine, monkeypatch: pytest.MonkeyPatch, editor: str, says: str
) -> None:
    own_profile().remember(WELL)
    monkeypatch.setenv("VISUAL", editor)
    outcome = command("profile", "edit")
    assert outcome.status == 2
    assert says in outcome.err
    assert one_sentence(outcome.err)
    assert own_profile().recall() == WELL


@pytest.mark.parametrize("name", ["show", "edit"])
def test_a_broken_profile_is_one_sentence_and_forget_helps(command: CommandLine, name: str) -> None:
    profile_path().parent.mkdir(parents=True)
    profile_path().write_bytes(b"\xff")
    outcome = command("profile", name)
    assert outcome.status == 2
    assert one_sentence(outcome.err)
    assert command("profile", "forget").status == 0
    assert command("profile", "show").status == 0


# Sessions


def typed(*lines: str) -> str:
    """What a typed session says to these lines, in a process of its own."""
    session = subprocess.run(
        [sys.executable, "-m", "assistant", "run", "--typed"],
        input="\n".join(lines) + "\n",
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in session.stderr
    return " ".join((session.stdout + session.stderr).split())


def test_a_typed_session_asks_all_at_first_use_and_then_what_is_needed() -> None:
    first = typed(*FIRST_LINES, *["no"] * 8, "zero", "goodbye")
    assert "Are you pregnant" in first
    assert "Quick knee, about five minutes." in first
    assert own_profile().recall() == WELL
    second = typed(*FIRST_LINES, *["no"] * 4, "zero", "goodbye")
    assert "Are you pregnant" not in second
    assert "an operation" not in second
    assert "Quick knee, about five minutes." in second


def test_the_other_leg_is_asked_about_and_remembered_in_a_typed_session() -> None:
    own_profile().remember(WELL)
    right = typed("start quick knee", "right", *["no"] * 6, "zero", "goodbye")
    assert "Are you pregnant" not in right
    assert "a cast on your right leg?" in right
    assert "Quick knee, about five minutes." in right
    assert own_profile().recall() == {**WELL, "operation_right": "no", "numbness_right": "no"}


def test_a_session_that_is_left_before_the_end_of_the_questions_remembers_nothing() -> None:
    typed(*FIRST_LINES, *["no"] * 8)
    assert not profile_path().exists()


def test_a_warning_sign_in_a_typed_session_has_all_asked_in_the_next() -> None:
    own_profile().remember(WELL)
    typed("I am pregnant", "goodbye")
    assert not profile_path().exists()
    assert "Are you pregnant" in typed(*FIRST_LINES, *["no"] * 8)


def test_a_broken_profile_in_a_typed_session_is_a_word_and_all_questions() -> None:
    profile_path().parent.mkdir(parents=True)
    profile_path().write_text("?")
    said = typed(*FIRST_LINES, *["no"] * 8, "zero", "goodbye")
    assert "All questions are asked again." in said
    assert "Are you pregnant" in said
    assert own_profile().recall() == WELL


def test_a_typed_session_goes_on_where_nothing_can_be_kept(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = own_home / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_DATA_HOME", str(blocked))
    said = typed(*FIRST_LINES, *["no"] * 8, "zero", "goodbye")
    assert "cannot be written" in said
    assert "Quick knee, about five minutes." in said


def test_a_cleared_condition_is_remembered_in_the_next_session() -> None:
    cleared = ["no", "yes", "cancer", "yes", "no", "no"]
    first = typed(*FIRST_LINES, *["no"] * 4, *cleared, "zero", "goodbye")
    second = typed(*FIRST_LINES, *["no"] * 4, "zero", "goodbye")
    for said in (first, second):
        assert "Glide lightly only" in said
    assert "Do you take blood thinners" not in second
