"""Nothing goes over a network: a rehearsal needs none, and opens no socket that could reach one."""

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SCENARIO = """
[settings]
routine = "knee_quick"
side = "left"
screening = "off"

[[user]]
say = "stop"
after = "Rub your palms"
"""
NETWORKING = {
    "pooch",
    "requests",
    "urllib",
    "urllib3",
    "http",
    "socket",
    "ssl",
    "asyncio",
    "ftplib",
}
ASSISTANT = Path(__file__).parents[2] / "assistant"
REHEARSE = [sys.executable, "-m", "assistant", "rehearse"]


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "scenario.toml"
    path.write_text(SCENARIO)
    return path


def _events(scenario: Path, *before: str, name: str) -> list[dict[str, object]]:
    """Rehearse with an empty speech cache and return what happened."""
    path = scenario.with_name(name)
    subprocess.run(
        [*before, *REHEARSE, scenario, "--events", path, "--limit", "45"],
        check=True,
        timeout=120,
        env={**os.environ, "XDG_CACHE_HOME": str(scenario.with_name(f"cache-{name}"))},
        stdout=subprocess.DEVNULL,
    )
    return [json.loads(line) for line in path.read_text().splitlines()]


def _works(*command: str) -> bool:
    return shutil.which(command[0]) is not None and (
        subprocess.run(command, capture_output=True, check=False).returncode == 0
    )


def _cut_off() -> tuple[str, ...]:
    """Return the command that runs another without a network, or skip."""
    for unshare in (("unshare", "--net"), ("unshare", "--net", "--map-root-user")):
        if _works(*unshare, "true"):
            return unshare
    pytest.skip("unshare is missing, or may not cut off the network here")


@pytest.mark.slow
def test_a_rehearsal_runs_the_same_with_the_network_cut_off(scenario: Path) -> None:
    usual = _events(scenario, name="usual.jsonl")
    assert "stop" in [event["text"] for event in usual if event["event"] == "heard"]
    assert _events(scenario, *_cut_off(), name="cut-off.jsonl") == usual


@pytest.mark.slow
def test_a_rehearsal_opens_no_socket_to_a_network(scenario: Path, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    strace = ("strace", "--follow-forks", "--trace=socket,execve", f"--output={trace}")
    if not _works(*strace, "true"):
        pytest.skip("strace is missing, or may not trace here")
    events = _events(scenario, *strace, name="traced.jsonl")
    assert any(event["event"] == "say" for event in events)
    calls = trace.read_text()
    assert "assistant.speaking.renderer" in calls, "child processes were not traced"
    assert "AF_INET" not in calls


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_only_the_download_of_a_model_can_reach_a_network() -> None:
    can = {
        path.relative_to(ASSISTANT).as_posix()
        for path in ASSISTANT.rglob("*.py")
        if NETWORKING & {name.partition(".")[0] for name in _imported(path)}
    }
    assert can == {"shelf/download.py"}


@pytest.mark.parametrize("module", ["assistant.sessions", "assistant.live", "assistant.cli.main"])
def test_what_sessions_are_made_of_does_not_load_what_few_need(module: str) -> None:
    few_need = "{'assistant.shelf.download', 'pooch', 'requests', 'onnxruntime'}"
    asked = f"import {module}, sys; print({few_need} & set(sys.modules))"
    command = [sys.executable, "-c", asked]
    result = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert result.stdout.strip() == "set()"


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", [["understand", "what do you make of this"], ["ask", "is it safe for me"]]
)
def test_reading_what_is_typed_tells_nobody(command: list[str], tmp_path: Path) -> None:
    """Runtimes have been known to report to their makers, though not where tests run."""
    usual = {name: value for name, value in os.environ.items() if name != "CI"}
    home = {"HOME": str(tmp_path / "home"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    log = tmp_path / "strace"
    strace = ("strace", "--follow-forks", "--trace=socket", f"--output={log}")
    if not _works(*strace, "true"):
        pytest.skip("strace is missing, or may not trace here")
    subprocess.run(
        [*strace, sys.executable, "-m", "assistant", *command],
        check=True,
        timeout=120,
        env=usual | home,
        stdout=subprocess.DEVNULL,
    )
    assert "AF_INET" not in log.read_text()
    assert not (tmp_path / "cache").exists()
    assert not (tmp_path / "home").exists()
