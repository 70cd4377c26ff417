"""The scripts a newcomer and continuous integration start with."""

import os
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
SCRIPTS = [ROOT / "scripts" / name for name in ("setup", "start", "test", "bench")]
SCRIPTS.append(ROOT / ".ci/run")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_can_be_run_and_fails_at_the_first_error(script: Path) -> None:
    assert os.access(script, os.X_OK)
    assert "set -euo pipefail" in script.read_text()


def test_shellcheck_finds_nothing() -> None:
    shellcheck = shutil.which("shellcheck")
    if shellcheck is None:
        pytest.skip("shellcheck is not installed")
    subprocess.run([shellcheck, *SCRIPTS], check=True)


@pytest.mark.long
def test_a_figure_is_printed_whichever_process_measured_it() -> None:
    fast_tests = ["-q", "-n", "2", "-m", "not slow", "-k", "plain_enough"]
    result = subprocess.run(
        [sys.executable, "-m", "pytest", *fast_tests, "tests/content/test_wording.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout
    assert re.search(r"^reading: [\d.]+% of \d+ lines", result.stdout, re.MULTILINE)


def test_setup_refuses_what_it_does_not_know() -> None:
    result = subprocess.run(
        [ROOT / "scripts/setup", "--nonsense"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 2
    assert "usage: ./scripts/setup [--tests]" in result.stderr


def test_setup_names_the_python_it_needs(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2\nexit 1\n')
    old.chmod(0o755)
    result = subprocess.run(
        [ROOT / "scripts/setup"],
        env={**os.environ, "PYTHON": str(old)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "Python 3.11 or newer is needed" in result.stderr
    assert "Python 3.9.2" in result.stderr


def _needed(name: str, extra: str, found: set[str]) -> set[str]:
    """Return the packages that `name` needs, and what they need in turn."""
    for line in metadata.requires(name) or ():
        requirement = Requirement(line)
        needed = canonicalize_name(requirement.name)
        wanted = requirement.marker is None or requirement.marker.evaluate({"extra": extra})
        if wanted and needed not in found:
            found.add(needed)
            for extra_of_it in requirement.extras or ("",):
                _needed(needed, extra_of_it, found)
    return found


def test_every_package_needed_is_pinned_and_is_what_is_installed() -> None:
    pins = {}
    for line in (ROOT / "scripts/constraints.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            pin = Requirement(line)
            if pin.marker is None or pin.marker.evaluate():
                pins[canonicalize_name(pin.name)] = str(pin.specifier)
    ours = "massage-assistant"  # of which one extra brings another
    needed = _needed(ours, "dev", set()) - {ours}
    assert len(needed) > 30
    assert {name: f"=={metadata.version(name)}" for name in needed} == {
        name: pins.get(name) for name in needed
    }


@pytest.mark.slow
def test_start_plays_the_demonstration_where_there_is_no_sound_device() -> None:
    devices = [ROOT / ".venv/bin/massage-assistant", "devices"]
    if subprocess.run(devices, capture_output=True, check=False).returncode == 0:
        pytest.skip("there is a sound device, so a real session would begin")
    started = subprocess.run(
        [ROOT / "scripts/start"], capture_output=True, text=True, timeout=120, check=False
    )
    assert started.returncode == 0, started.stderr
    for said in ("No sound device", "demonstration", "You: resume", "Rehearsing", "has ended"):
        assert said in started.stdout
    assert (ROOT / "demonstration.wav").stat().st_size > 1_000_000


@pytest.mark.slow
def test_start_hands_its_options_to_the_session() -> None:
    started = subprocess.run(
        [ROOT / "scripts/start", "--typed", "--routine", "bedtime"],
        input="goodbye\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert started.returncode == 0, started.stderr
    assert "Goodbye" in started.stdout
