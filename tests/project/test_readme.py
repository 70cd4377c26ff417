"""What README says is true."""

import dataclasses
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer

from assistant.app import phrasebook
from assistant.cli.main import app
from assistant.content.loader import load_content, load_routine, validate
from assistant.dialogue.flags import Flags
from assistant.hearing.recogniser import Model
from assistant.scenario import load_scenario
from assistant.settings import Settings
from tests.support.dialogue import CONTENT, Talk

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.M | re.S)


def _toml(first_words: str) -> str:
    (block,) = (block for block in _blocks("toml") if block.startswith(f"# {first_words}"))
    return block


def _section(title: str) -> str:
    return README.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_every_phrase_it_names_is_listened_for() -> None:
    book = phrasebook(load_content())
    known = {phrase for state in book.states for phrase in book.grammar(state)}
    rows = [row for row in _section("What you can say").splitlines() if row.startswith("| ")]
    named = {phrase for row in rows for phrase in re.findall(r"`([^`]+)`", row)}
    assert len(named) > 40
    assert named - known == set()


def _commands() -> list[list[str]]:
    lines = [line for block in _blocks("sh") for line in block.splitlines()]
    inline = re.findall(r"`(massage-assistant [^`]+)`", README)
    words = [shlex.split(line, comments=True) for line in [*lines, *inline]]
    return [command for command in words if command]


@pytest.mark.parametrize("command", _commands(), ids=" ".join)
def test_every_command_it_shows_exists(command: list[str]) -> None:
    program, *arguments = command
    if program.startswith("./"):
        assert (ROOT / program).is_file()
        if program != "./scripts/start":
            return
        arguments.insert(0, "run")  # which takes its options
    cli: Any = typer.main.get_command(app)
    known = cli.commands[arguments[0]]
    options = {option for parameter in known.params for option in parameter.opts}
    assert {word for word in arguments if word.startswith("--")} - options == set()


def test_the_settings_it_shows_are_all_there_are_with_their_defaults() -> None:
    shown = _toml("settings.toml")
    assert validate(tomllib.loads(shown), Settings, "README") == Settings()
    keys = set(re.findall(r"^#? ?(\w+) = ", shown, re.M))
    assert keys == {field.name for field in dataclasses.fields(Settings)} - {"screening"}
    everything = shown.replace("\n# ", "\n")
    validate(tomllib.loads(everything), Settings, "README")


def test_the_routine_it_shows_can_be_used(tmp_path: Path, model: Model) -> None:
    path = tmp_path / "my_knee.toml"
    path.write_text(_toml("my_knee.toml"))
    routine = load_routine(path)
    model.require(routine.names)


@pytest.mark.slow
def test_the_scenario_it_shows_comes_true(tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(_toml("scenario.toml"))
    load_scenario(path)
    _rehearse(path, "--limit", "120")


@pytest.mark.slow
def test_the_session_it_shows_is_what_the_demonstration_says() -> None:
    happened = _flat(_rehearse(ROOT / "scripts/demonstration.toml"))
    (transcript,) = (block for block in _blocks("text") if "You:" in block)
    turns = re.split(r"\s{2,}[\d.]+  (?=You|Assistant)", transcript.replace("         ...", ""))
    at = 0
    for turn in turns[1:]:
        found = happened.find(_flat(turn), at)
        assert found >= 0, f"not said, or not in this order: {_flat(turn)}"
        at = found + 1


def test_the_benefits_it_shows_are_those_of_the_content_with_their_verdicts_and_sources() -> None:
    shown = _section("The benefits, and what is known")
    rows = [row for row in shown.splitlines() if row.startswith("| ")][1:]
    for topic in CONTENT.benefits.topics:
        for number, benefit in enumerate(topic.benefits, start=1):
            name = f"{topic.name} {number}: {benefit.name}" if topic.say else benefit.name
            assert f"| {name} | {benefit.verdict} | {'; '.join(benefit.sources)} |" in rows.pop(0)
    assert rows == []


def test_what_it_tells_to_say_for_a_benefit_has_it_read() -> None:
    shown = _section("The benefits, and what is known")
    for topic in CONTENT.benefits.topics:
        talk = Talk()
        words = next(text for text in re.findall(r"`(what [^`]+)`", shown) if topic.id in text)
        said = talk.user(words)
        rows = [row for row in shown.splitlines() if row.startswith(f"| {topic.name}")]
        for row, benefit in zip(rows, topic.benefits, strict=True):
            follow_up = re.search(r"`([^`]+)` \|$", row)
            assert benefit.say in (talk.user(follow_up[1]) if follow_up else said)


def test_the_warning_signs_it_names_are_found() -> None:
    named = re.findall(r'"([^"]+)"', _section("What keeps it safe").split("in your own words")[1])
    flags = Flags(CONTENT.flags)
    assert [flags.find(text) for text in named[:3]] == ["R-CLOT", "R-EMERG", "R-NUMB"]


def test_every_folder_it_names_is_there() -> None:
    rows = _section("How it is built").splitlines()
    named = [match[1] for row in rows if (match := re.match(r"\| `([\w/]+)` \|", row))]
    assert len(named) > 5
    assert [name for name in named if not (ROOT / name).is_dir()] == []


def _rehearse(scenario: Path, *options: str) -> str:
    result = subprocess.run(
        [sys.executable, "-m", "assistant", "rehearse", str(scenario), *options],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stderr + result.stdout
    return result.stdout


def _flat(text: str) -> str:
    return " ".join(text.split())
