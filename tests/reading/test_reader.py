"""The language model that ships reads sentences, and a broken one is refused in a sentence."""

import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.dialogue.retrieval import NO_QUESTION, UNKNOWN_ANSWER
from assistant.dialogue.second_opinion import NO_SIGN
from assistant.errors import ContentError
from assistant.reading.reader import Reader, default_folder, shipped_reader
from tests.support.dialogue import RULES

READ = shipped_reader()


def test_it_knows_every_rule_and_no_sign() -> None:
    assert set(READ.signs("is it always like this")) == {NO_SIGN, *RULES}


def test_it_knows_answers_and_what_asks_nothing() -> None:
    known = set(READ.answers("is it always like this"))
    assert known >= {NO_QUESTION, UNKNOWN_ANSWER, "knee-benefits", "faq-27"}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("When I smiled in the mirror only one half of my face came along.", "R-EMERG"),
        ("my left calf has come up like a balloon and it's roasting", "R-CLOT"),
        ("both knees are a bit stiff after the garden, same as every spring", NO_SIGN),
    ],
)
def test_it_reads_what_no_pattern_has_to_know(text: str, rule: str) -> None:
    likely = READ.signs(text)
    assert max(likely, key=lambda one: likely[one]) == rule


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("what do I gain from all this rubbing of my knees", "knee-benefits"),
        ("the kettle is on and the cat is asleep", NO_QUESTION),
        ("who won the cup on Saturday", UNKNOWN_ANSWER),
    ],
)
def test_it_reads_what_is_asked(text: str, answer: str) -> None:
    likely = READ.answers(text)
    assert max(likely, key=lambda one: likely[one]) == answer


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=2000))
def test_whatever_is_typed_the_shares_are_one_together(text: str) -> None:
    assert sum(READ.signs(text).values()) == pytest.approx(1, abs=1e-4)
    assert sum(READ.answers(text).values()) == pytest.approx(1, abs=1e-4)


STORY = """
We drove down to the coast in the old blue van, the four of us and the dog, and the weather held
all the way. My brother had packed sandwiches and a flask of tea, and we stopped by the lighthouse
to eat them. Then the children flew a kite until the string broke, and it sailed off over the
harbour like a bird. In the evening we found a small hotel with a piano in the hall, and an aunt
of the landlord played tunes that my mother used to hum when she did the ironing. On Sunday we
walked along the cliffs, bought cherries from a stall, and got home in time for supper.
"""


def test_a_sign_at_the_end_of_a_long_story_is_read() -> None:
    assert READ.signs(STORY)[NO_SIGN] > 0.8
    assert READ.signs(f"{STORY} But now I have crushing chest pain.")[NO_SIGN] < 0.1


def copied(folder: Path) -> Path:
    shutil.copytree(default_folder(), folder / "model")
    return folder / "model"


@pytest.mark.parametrize("lacking", ["R-EMERG", "unknown"])
def test_labels_that_lack_what_is_needed_are_refused(lacking: str, tmp_path: Path) -> None:
    folder = copied(tmp_path)
    labels = (folder / "labels.json").read_text()
    (folder / "labels.json").write_text(labels.replace(lacking, "other"))
    with pytest.raises(ContentError, match="install the assistant again"):
        Reader(folder)


def test_a_runtime_that_does_not_load_is_told_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(ContentError, match="install the assistant again"):
        Reader(default_folder())


@pytest.mark.parametrize("name", ["network.onnx", "pieces.txt", "labels.json"])
@pytest.mark.parametrize("left", [None, 0, 10])
def test_a_missing_or_broken_file_is_refused(name: str, left: int | None, tmp_path: Path) -> None:
    broken = copied(tmp_path) / name
    content = broken.read_bytes()
    broken.unlink()
    if left is not None:
        broken.write_bytes(content[:left])
    with pytest.raises(ContentError, match="install the assistant again"):
        Reader(broken.parent)
