"""Project files name nothing that only the machines of its makers have."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FORBIDDEN = {
    "a machine's path": re.compile(r"""(?<![\w.}~])/(work|root|home/\w+)/"""),
    "a package registry": re.compile(r"pypi\.org|pythonhosted|npmjs|deb\.debian\.org", re.I),
    "an issue by number": re.compile(r"\bissue #?\d", re.I),
    "material beside the project": re.compile(r"\.\./shared\b"),
}
MAY_USE_MATERIAL_BESIDE = ("tests/", "scripts/")
"""They skip where it is missing."""
MODELS = ("models/command-en/", "models/reading-en/")


def _project_files() -> list[Path]:
    """Return what git knows or would add, but for the models."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("this is no git checkout")
    names = [name for name in listed.stdout.split("\0") if name]
    return [ROOT / name for name in names if not name.startswith(MODELS)]


def test_project_files_name_nothing_of_their_makers() -> None:
    found = []
    for path in _project_files():
        name = path.relative_to(ROOT).as_posix()
        if path == Path(__file__) or not path.is_file():
            continue
        text = path.read_bytes().decode(errors="ignore")
        for what, pattern in FORBIDDEN.items():
            if what == "material beside the project" and name.startswith(MAY_USE_MATERIAL_BESIDE):
                continue
            found += [f"{name}: {what}: {match[0]}" for match in pattern.finditer(text)]
    assert found == []


def test_nothing_large_slipped_in() -> None:
    assert [
        path for path in _project_files() if path.is_file() and path.stat().st_size > 500_000
    ] == []
