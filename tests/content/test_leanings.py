"""What example questions taught is read whole, or not at all."""

from pathlib import Path

import pytest

from assistant.content.leanings import load_leanings
from assistant.content.loader import LEANINGS
from assistant.errors import ContentError


def test_what_ships_has_a_weight_for_each_bucket_and_answer() -> None:
    learnt = load_leanings(LEANINGS)
    assert len(learnt.weights) == learnt.buckets * len(learnt.answers)
    assert {"unknown", "knee-benefits", "faq-7"} <= set(learnt.answers)


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"no line",
        b"[]\n",
        b'{"answers": ["a"], "biases": [0.1], "unit": 1}\n',
        b'{"answers": ["a"], "biases": [0.1], "unit": 1, "buckets": 4}\nabc',
        b'{"answers": ["a"], "biases": [], "unit": 1, "buckets": 4}\nabcd',
        LEANINGS.read_bytes()[:-1],
    ],
)
def test_a_broken_file_is_refused(written: bytes, tmp_path: Path) -> None:
    (tmp_path / "broken").write_bytes(written)
    with pytest.raises(ContentError, match="install the assistant again"):
        load_leanings(tmp_path / "broken")


def test_a_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="install the assistant again"):
        load_leanings(tmp_path / "missing")


def test_the_file_is_what_its_training_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("sklearn", reason="needs the extra called training")
    from models.questions import train  # noqa: PLC0415 (not everybody has what it needs)

    monkeypatch.setattr(train, "LEANINGS", tmp_path / "made")
    train.main()
    assert (tmp_path / "made").read_bytes() == LEANINGS.read_bytes()
