"""The wheel: built, installed elsewhere, and it finds its content and its model."""

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts of an environment with the wheel; it shares the dependencies installed here."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for name in ("assistant", "models"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    wheel = ["wheel", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", folder]
    subprocess.run([*PIP, *wheel, source], check=True)
    shutil.rmtree(source)

    environment = folder / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    (packages,) = environment.glob("lib/python*/site-packages")
    # A path file, because those in the folder it names (our own editable install) are not read.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    there = ["--python", environment / "bin/python"]
    install = ["install", "--no-deps", "--no-index", *folder.glob("*.whl")]
    subprocess.run([*PIP, *there, *install], check=True)
    return environment / "bin"


def _run(cwd: Path, *command: object) -> str:
    result = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.slow
def test_the_installed_package_is_not_the_checkout(installed: Path, tmp_path: Path) -> None:
    where = "import assistant.hearing.recogniser as r; print(r.default_model_folder())"
    folder = Path(_run(tmp_path, installed / "python", "-c", where).strip())
    assert folder.is_dir()
    assert installed.parent in folder.parents


@pytest.mark.slow
def test_the_installed_package_finds_its_content(installed: Path, tmp_path: Path) -> None:
    assert "knee_quick" in _run(tmp_path, installed / "massage-assistant", "routines")


@pytest.mark.slow
def test_the_installed_package_knows_its_models(installed: Path, tmp_path: Path) -> None:
    listed = _run(tmp_path, installed / "massage-assistant", "model", "list")
    assert "* command-en" in listed
    assert "vosk-model-small-en-us-0.15" in listed


@pytest.mark.slow
def test_the_installed_package_reads_what_is_typed(installed: Path, tmp_path: Path) -> None:
    said = "only one half of my face came along when I smiled"
    assert "R-EMERG" in _run(tmp_path, installed / "massage-assistant", "understand", said)


@pytest.mark.slow
def test_the_installed_package_rehearses(installed: Path, tmp_path: Path) -> None:
    demonstration = ROOT / "scripts/demonstration.toml"
    command = (installed / "massage-assistant", "rehearse", demonstration)
    said = _run(tmp_path, *command)
    assert "You: what are the benefits" in said
    assert "The session has ended (goodbye)" in said
