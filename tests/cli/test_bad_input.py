"""Every bad input gets one clear sentence, a non-zero exit, and loses nothing."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from assistant.hearing.recogniser import default_model_folder
from tests.support.cli import CommandLine, one_sentence

ROUTINE = """
id = "mine"
title = "My own"
[[steps]]
say = "Rub your {side} knee."
seconds = 20
side = "chosen"
check = "final"
"""


def routine_file(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text)
    return path


def scenario_file(folder: Path, text: str = "") -> Path:
    path = folder / "scenario.toml"
    path.write_text(text)
    return path


def test_a_good_routine_is_said_to_be_fine(command: CommandLine, tmp_path: Path) -> None:
    outcome = command("check", routine_file(tmp_path, ROUTINE))
    assert outcome.status == 0
    assert "'My own' is fine: 1 steps, 20 s." in outcome.out


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("seconds = 20", ""), "the key 'steps.1.seconds' is missing"),
        (("seconds = 20", 'seconds = "20"'), "steps.1.seconds: found '20'; input should be"),
        (("seconds = 20", "seconds = -5"), "steps.1.seconds: found -5; input should be greater"),
        (("seconds = 20", "secnds = 20"), "the key 'steps.1.sec"),
        (('check = "final"', 'check = "perhaps"'), "steps.1.check: found 'perhaps'"),
        (("seconds = 20", "seconds = [20"), "is not valid TOML"),
        (("[[steps]]", "[steps]"), "steps: found"),
    ],
)
def test_a_broken_routine_names_file_key_what_was_found_and_what_is_allowed(
    change: tuple[str, str], sentence: str, command: CommandLine, tmp_path: Path
) -> None:
    path = routine_file(tmp_path, ROUTINE.replace(*change))
    outcome = command("check", path)
    assert outcome.status == 2
    assert one_sentence(outcome.err), outcome.err
    assert str(path) in outcome.err
    assert sentence in outcome.err


def test_a_routine_of_ten_megabytes_is_refused(command: CommandLine, tmp_path: Path) -> None:
    path = routine_file(tmp_path, ROUTINE + "#" * 10_000_000)
    outcome = command("check", path)
    assert outcome.status == 2
    assert "at most 1,000,000 allowed" in outcome.err


@pytest.mark.parametrize("content", [bytes(range(256)) * 40, b"\xff\xfe\x00", b"RIFF\x00\x00"])
def test_a_binary_file_is_no_routine(content: bytes, command: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "binary.toml"
    path.write_bytes(content)
    outcome = command("check", path)
    assert outcome.status == 2
    assert one_sentence(outcome.err), outcome.err


def test_a_routine_that_is_not_there(command: CommandLine, tmp_path: Path) -> None:
    outcome = command("check", tmp_path / "nowhere.toml")
    assert outcome.status == 2
    assert "cannot be read" in outcome.err


def test_a_word_the_model_does_not_know_is_named(command: CommandLine, tmp_path: Path) -> None:
    text = ROUTINE.replace('title = "My own"', 'title = "My own"\nnames = ["xylowobble knee"]')
    outcome = command("check", routine_file(tmp_path, text))
    assert outcome.status == 2
    assert "does not know: xylowobble" in outcome.err


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('id = "knee_quick"', "which is another routine's"),
        ('id = "mine"\nnames = ["over"]', "'start over'"),
        ('id = "mine"\nsetup = "A {thing}."', "no braces may stand here"),
    ],
)
def test_a_routine_that_no_session_could_begin_is_not_fine(
    text: str, sentence: str, command: CommandLine, tmp_path: Path
) -> None:
    path = routine_file(tmp_path, ROUTINE.replace('id = "mine"', text))
    outcome = command("check", path)
    assert outcome.status == 2
    assert one_sentence(outcome.err), outcome.err
    assert sentence in outcome.err


def test_a_settings_file_that_is_not_there_is_not_passed_over(
    command: CommandLine, tmp_path: Path
) -> None:
    outcome = command("run", "--typed", "--settings", tmp_path / "nowhere.toml")
    assert outcome.status == 2
    assert "cannot be read" in outcome.err


def test_a_turn_that_waited_in_vain_is_told(command: CommandLine, tmp_path: Path) -> None:
    text = "[[user]]\nsay = 'stop'\nafter = 'purple elephants'"
    outcome = command("rehearse", scenario_file(tmp_path, text), "--limit", 3)
    assert outcome.status == 0
    assert "A turn waited in vain for a line with 'purple elephants'." in outcome.err


def test_an_unknown_routine_lists_those_that_there_are(command: CommandLine) -> None:
    outcome = command("run", "--typed", "--routine", "knee_quik")
    assert outcome.status == 2
    assert "knee_quick" in outcome.err
    assert one_sentence(outcome.err)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ('sied = "left"', "did you mean 'side'?"),
        ("rate_wpm = 9000", "rate_wpm: found 9000"),
        ('screening = "off"', "only a rehearsal may leave it out"),
        ("rate_wpm = ", "is not valid TOML"),
    ],
)
def test_a_broken_settings_file_is_refused(
    settings: str, sentence: str, command: CommandLine, tmp_path: Path
) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(settings)
    outcome = command("run", "--typed", "--settings", path)
    assert outcome.status == 2
    assert one_sentence(outcome.err), outcome.err
    assert sentence in outcome.err


def test_no_model(command: CommandLine, tmp_path: Path) -> None:
    outcome = command("rehearse", scenario_file(tmp_path), "--model", tmp_path / "nowhere")
    assert outcome.status == 2
    assert "there is no speech model here" in outcome.err
    assert one_sentence(outcome.err)


@pytest.mark.parametrize("lost", ["am/final.mdl", "graph/Gr.fst", "graph/words.txt"])
def test_half_a_model(lost: str, command: CommandLine, tmp_path: Path) -> None:
    half = tmp_path / "half"
    shutil.copytree(default_model_folder(), half)
    (half / lost).unlink()
    outcome = command("rehearse", scenario_file(tmp_path), "--model", half)
    assert outcome.status == 2
    assert f"incomplete ({lost} is missing)" in outcome.err


def test_a_model_cut_off_in_the_middle(command: CommandLine, tmp_path: Path) -> None:
    half = tmp_path / "half"
    shutil.copytree(default_model_folder(), half)
    network = half / "am/final.mdl"
    network.write_bytes(network.read_bytes()[:10_000])
    outcome = command("rehearse", scenario_file(tmp_path), "--model", half)
    assert outcome.status == 2
    assert "the speech model is broken" in outcome.err


def test_a_model_with_one_fixed_grammar(command: CommandLine, tmp_path: Path) -> None:
    fixed = tmp_path / "fixed"
    (fixed / "graph").mkdir(parents=True)
    (fixed / "graph/HCLG.fst").write_text("")
    outcome = command("rehearse", scenario_file(tmp_path), "--model", fixed)
    assert outcome.status == 2
    assert "one fixed grammar" in outcome.err


@pytest.mark.parametrize("content", [b"", b"no sound", b"RIFF\x24\x00\x00\x00WAVEfmt "])
def test_a_recording_that_cannot_be_read(
    content: bytes, command: CommandLine, tmp_path: Path
) -> None:
    path = tmp_path / "broken.wav"
    path.write_bytes(content)
    outcome = command("listen", path)
    assert outcome.status == 2
    assert one_sentence(outcome.err), outcome.err
    assert str(path) in outcome.err


def test_a_recording_without_a_sample(command: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "empty.wav"
    soundfile.write(path, np.zeros(0, np.float32), 16_000)
    outcome = command("listen", path)
    assert outcome.status == 2
    assert "holds no sound" in outcome.err


@pytest.mark.parametrize("events", ["/nowhere/at/all.jsonl", "/dev/full"])
def test_events_that_cannot_be_written(events: str, command: CommandLine, tmp_path: Path) -> None:
    outcome = command("rehearse", scenario_file(tmp_path), "--events", events, "--limit", 3)
    assert outcome.status == 2
    assert one_sentence(outcome.err), outcome.err
    assert "cannot be written" in outcome.err


def test_a_speaker_file_that_cannot_be_written(command: CommandLine, tmp_path: Path) -> None:
    outcome = command("rehearse", scenario_file(tmp_path), "--speaker", tmp_path / "no/such.wav")
    assert outcome.status == 2
    assert "cannot be written" in outcome.err


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system with room for a second of sound."""
    folder = tmp_path / "small"
    folder.mkdir()
    size = "size=48k"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small file system cannot be mounted here (needs root)")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_disk_that_fills_up_ends_the_session_in_one_sentence_and_keeps_the_events(
    small_disk: Path, command: CommandLine, tmp_path: Path
) -> None:
    events = tmp_path / "events.jsonl"
    outcome = command(
        *("rehearse", scenario_file(tmp_path), "--speaker", small_disk / "out.wav"),
        *("--events", events, "--limit", 10),
    )
    assert outcome.status == 2
    assert one_sentence(outcome.err), outcome.err
    assert "No space left" in outcome.err
    entries = [json.loads(line) for line in events.read_text().splitlines()]
    assert entries[-1]["event"] == "end"
    assert entries[-1]["reason"] == "failed"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[user]]\nsay = 'stop'", "found none of them; exactly one of at, after, during"),
        ("[[user]]\nat = 1", "found none of them; exactly one of say, wav"),
        ("[[user]]\nsay = 'stop'\nat = 1\nafter = 'x'", "found at and after"),
        ("[[expect]]\nwithin = 3", "found nothing to expect"),
        ("[[expect]]\nstate = 'stoped'", "found 'stoped', which is none; did you mean 'stopped'?"),
        ("[[expect]]\nstate = 'qqqq'", "found 'qqqq', which is none."),
        ("[[user]]\nsay = 'stop'\nat = inf", "user.1.at: found"),
        ("[[usr]]\nsay = 'stop'", "the key 'usr' is unknown; did you mean 'user'?"),
        ("[room]\necho_db = 'loud'", "room.echo_db: found 'loud'"),
        ("[settings]\nroutin = 'knee_quick'", "did you mean 'routine'?"),
        ("[[user]]\nwav = 'nowhere.wav'\nat = 1", "nowhere.wav"),
    ],
)
def test_a_broken_scenario_is_refused(
    text: str, sentence: str, command: CommandLine, tmp_path: Path
) -> None:
    outcome = command("rehearse", scenario_file(tmp_path, text), "--limit", 2)
    assert outcome.status == 2
    assert one_sentence(outcome.err), outcome.err
    assert sentence in outcome.err


def test_an_unknown_state_names_the_nearest(command: CommandLine) -> None:
    outcome = command("phrases", "--state", "practise")
    assert outcome.status == 2
    assert outcome.err.rstrip().endswith("did you mean 'practice'?")


def test_an_expectation_that_is_not_met_exits_1_and_says_what_happened_instead(
    command: CommandLine, tmp_path: Path
) -> None:
    text = '[[expect]]\nsaid = "purple elephants"'
    outcome = command("rehearse", scenario_file(tmp_path, text), "--limit", 3)
    assert outcome.status == 1
    assert "expect 1: 'purple elephants' never came; instead: " in outcome.err
    assert "Hello" in outcome.err
