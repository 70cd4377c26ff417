"""The language model that ships reads sentences, and a broken one is refused in a sentence."""

import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.dialogue.second_opinion import NO_SIGN
from assistant.errors import ContentError
from assistant.reading.sign_reader import SignReader, default_folder, shipped_reader
from tests.support.dialogue import RULES

READ = shipped_reader()


def test_it_knows_every_rule_and_no_sign() -> None:
    assert set(READ("is it always like this")) == {NO_SIGN, *RULES}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("When I smiled in the mirror only one half of my face came along.", "R-EMERG"),
        ("my left calf has come up like a balloon and it's roasting", "R-CLOT"),
        ("both knees are a bit stiff after the garden, same as every spring", NO_SIGN),
    ],
)
def test_it_reads_what_no_pattern_has_to_know(text: str, rule: str) -> None:
    likely = READ(text)
    assert max(likely, key=lambda one: likely[one]) == rule


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=2000))
def test_whatever_is_typed_the_shares_are_one_together(text: str) -> None:
    assert sum(READ(text).values()) == pytest.approx(1, abs=1e-4)


def test_a_sign_at_the_end_of_a_long_story_is_read() -> None:
    story = "and then we went into the garden and planted some more beans by the wall " * 12
    assert READ(story)[NO_SIGN] > 0.9
    assert READ(f"{story} but now I have crushing chest pain")[NO_SIGN] < 0.5


def copied(folder: Path) -> Path:
    shutil.copytree(default_folder(), folder / "model")
    return folder / "model"


def test_rules_that_lack_an_emergency_are_refused(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    rules = (folder / "rules.json").read_text()
    (folder / "rules.json").write_text(rules.replace("R-EMERG", "R-OTHER"))
    with pytest.raises(ContentError, match="install the assistant again"):
        SignReader(folder)


def test_a_runtime_that_does_not_load_is_told_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(ContentError, match="install the assistant again"):
        SignReader(default_folder())


@pytest.mark.parametrize("name", ["network.onnx", "pieces.txt", "rules.json"])
@pytest.mark.parametrize("left", [None, 0, 10])
def test_a_missing_or_broken_file_is_refused(name: str, left: int | None, tmp_path: Path) -> None:
    broken = copied(tmp_path) / name
    content = broken.read_bytes()
    broken.unlink()
    if left is not None:
        broken.write_bytes(content[:left])
    with pytest.raises(ContentError, match="install the assistant again"):
        SignReader(broken.parent)
