"""What example questions taught is read whole, or not at all."""

from pathlib import Path

import pytest

from assistant.content.leanings import load_leanings
from assistant.content.loader import QUESTION_LEANINGS, SIGN_LEANINGS
from assistant.errors import ContentError


@pytest.mark.parametrize(
    ("path", "answers"),
    [
        (QUESTION_LEANINGS, {"unknown", "knee-benefits", "faq-7"}),
        (SIGN_LEANINGS, {"-", "R-EMERG", "R-CLOT", "R-VEIN"}),
    ],
)
def test_what_ships_has_a_weight_for_each_bucket_and_answer(path: Path, answers: set[str]) -> None:
    learnt = load_leanings(path)
    assert len(learnt.weights) == learnt.buckets * len(learnt.answers)
    assert answers <= set(learnt.answers)


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"no line",
        b"[]\n",
        b'{"answers": ["a"], "biases": [0.1], "unit": 1}\n',
        b'{"answers": ["a"], "biases": [0.1], "unit": 1, "buckets": 4}\nabc',
        b'{"answers": ["a"], "biases": [], "unit": 1, "buckets": 4}\nabcd',
        SIGN_LEANINGS.read_bytes()[:-1],
    ],
)
def test_a_broken_file_is_refused(written: bytes, tmp_path: Path) -> None:
    (tmp_path / "broken").write_bytes(written)
    with pytest.raises(ContentError, match="install the assistant again"):
        load_leanings(tmp_path / "broken")


def test_a_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="install the assistant again"):
        load_leanings(tmp_path / "missing")


@pytest.mark.long
def test_the_files_are_what_their_training_makes(tmp_path: Path) -> None:
    pytest.importorskip("sklearn", reason="needs the extra called training")
    from models.likeness import train  # noqa: PLC0415 (not everybody has what it needs)

    for lesson, ships in (
        (train.questions(), QUESTION_LEANINGS),
        (train.signs(), SIGN_LEANINGS),
    ):
        train.learn(lesson, tmp_path / "made")
        assert (tmp_path / "made").read_bytes() == ships.read_bytes()
