"""Dependencies point one way, and the dialogue stays pure."""

import ast
from pathlib import Path

import pytest

import assistant

PACKAGE = Path(assistant.__file__).parent
FORBIDDEN = {
    *("time", "threading", "numpy", "vosk", "pyttsx3", "sounddevice"),
    *("os", "io", "pathlib", "pydantic", "asyncio", "datetime", "random", "socket", "subprocess"),
}
ALLOWED = {
    "content": {"content", "errors"},
    "dialogue": {"dialogue", "content", "errors", "messages"},
    "hearing": {"hearing", "dialogue", "errors", "messages", "shipped", "speaking"},
    "reading": {"reading", "dialogue", "errors", "shipped"},
    "shelf": {"shelf", "hearing", "content", "settings", "errors"},
    "speaking": {"speaking", "errors", "messages"},
    "messages": set(),
    "errors": set(),
    "shipped": set(),
}
"""Part -> what of the package it may import. Everything above may import all of these."""


def imported(path: Path) -> set[str]:
    """The full names of the modules that the file imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            names.add(node.module or "")
    return names


def files(part: str) -> list[Path]:
    folder = PACKAGE / part
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]


@pytest.mark.parametrize("path", files("dialogue"), ids=lambda path: path.stem)
def test_the_dialogue_imports_no_clock_no_thread_no_audio_and_no_files(path: Path) -> None:
    assert {name.split(".")[0] for name in imported(path)} & FORBIDDEN == set()


@pytest.mark.parametrize("part", ALLOWED)
def test_every_part_imports_only_what_lies_below_it(part: str) -> None:
    for path in files(part):
        ours = {name.split(".")[1] for name in imported(path) if name.startswith("assistant.")}
        assert ours <= ALLOWED[part], f"{path.name} of {part}"


def test_only_the_top_imports_the_conversation() -> None:
    for part in ALLOWED:
        for path in files(part):
            assert "assistant.conversation" not in imported(path)


def test_messages_need_nothing_but_dataclasses() -> None:
    assert imported(PACKAGE / "messages.py") == {"dataclasses"}
