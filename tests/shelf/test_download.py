"""Downloads, from a real server that breaks in every way a server can."""

import hashlib
import random
from pathlib import Path

import pytest

from assistant.errors import ModelError
from assistant.shelf.download import TRIES, download
from tests.support.cli import one_sentence
from tests.support.server import (
    Answer,
    Server,
    another_range,
    cut_after,
    cut_without_ranges,
    damaged,
    endless,
    falls_silent,
    redirect,
    slow,
    status,
    truncated,
    whole,
    without_ranges,
)

pytestmark = pytest.mark.long

CHUNK = 1 << 14
CONTENT = random.Random(0).randbytes(18 * CHUNK + 5)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Shown:
    """What was shown of the progress."""

    def __init__(self) -> None:
        self.all: list[tuple[int, int]] = []

    def __call__(self, done: int, total: int) -> None:
        self.all.append((done, total))


def fetch(server: Server, folder: Path, *answers: Answer, shown: Shown | None = None) -> Path:
    server.content = CONTENT
    server.answers = [*answers]
    path = folder / "model.zip"
    show = shown or Shown()
    download(server.url, SHA256, path, len(CONTENT), show, timeout_seconds=1)
    return path


def refusal(server: Server, folder: Path, *answers: Answer) -> str:
    with pytest.raises(ModelError) as caught:
        fetch(server, folder, *answers)
    assert one_sentence(str(caught.value)), caught.value
    assert not (folder / "model.zip").exists()
    return str(caught.value)


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param([whole], id="whole"),
        pytest.param([without_ranges], id="without ranges"),
        pytest.param([slow], id="slow"),
        pytest.param([redirect, whole], id="redirected"),
        pytest.param([status(500), whole], id="500, then fine"),
        pytest.param([status(503), without_ranges], id="503, then fine"),
        pytest.param([cut_after(6 * CHUNK), whole], id="cut"),
        pytest.param([cut_after(6 * CHUNK), without_ranges], id="cut, then without ranges"),
        pytest.param([cut_without_ranges, without_ranges], id="cut without ranges"),
        pytest.param([cut_after(6 * CHUNK), another_range, whole], id="cut, then another range"),
        pytest.param([falls_silent, whole], id="silent, then fine"),
        pytest.param([cut_after(7 * CHUNK)], id="cut again and again"),
        pytest.param([cut_after(6 * CHUNK), redirect, whole], id="cut, then redirected"),
    ],
)
def test_the_file_is_there_and_right(answers: list[Answer], server: Server, tmp_path: Path) -> None:
    path = fetch(server, tmp_path, *answers)
    assert path.read_bytes() == CONTENT
    assert list(tmp_path.iterdir()) == [path], "something was left behind"


def test_after_a_broken_connection_it_goes_on_where_it_was(server: Server, tmp_path: Path) -> None:
    fetch(server, tmp_path, cut_after(6 * CHUNK), whole)
    assert server.asked == ["bytes=0-", f"bytes={6 * CHUNK}-"]


def test_progress_is_shown_also_of_what_was_there_before(server: Server, tmp_path: Path) -> None:
    shown = Shown()
    fetch(server, tmp_path, cut_after(12 * CHUNK), whole, shown=shown)
    done = [done for done, _ in shown.all]
    assert done == sorted(done)
    assert len(set(done)) > 4
    assert {total for _, total in shown.all} == {len(CONTENT)}
    assert done[-1] == len(CONTENT)


def test_a_later_download_goes_on_with_what_an_earlier_one_left(
    server: Server, tmp_path: Path
) -> None:
    refusal(server, tmp_path, cut_after(3 * CHUNK))
    assert len(server.asked) == TRIES
    assert fetch(server, tmp_path, whole).read_bytes() == CONTENT
    assert server.asked[-1] == f"bytes={TRIES * 3 * CHUNK}-"


@pytest.mark.parametrize("left", [b"another file's beginning", CONTENT, CONTENT + b"more"])
def test_a_wrong_or_whole_file_left_behind_does_not_spoil_it(
    left: bytes, server: Server, tmp_path: Path
) -> None:
    (tmp_path / "model.zip.part").write_bytes(left)
    assert fetch(server, tmp_path, whole).read_bytes() == CONTENT


def test_a_file_that_is_there_and_right_is_not_downloaded_again(
    server: Server, tmp_path: Path
) -> None:
    fetch(server, tmp_path, whole)
    fetch(server, tmp_path, whole)
    assert len(server.asked) == 1


@pytest.mark.parametrize("answer", [damaged, truncated])
def test_a_file_with_a_wrong_checksum_is_refused_and_not_fetched_again(
    answer: Answer, server: Server, tmp_path: Path
) -> None:
    assert "is not the file that was expected" in refusal(server, tmp_path, answer)
    assert len(server.asked) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [403, 404, 410])
def test_what_is_not_there_is_not_asked_for_again(
    number: int, server: Server, tmp_path: Path
) -> None:
    said = refusal(server, tmp_path, status(number))
    assert f"the server answers {number}; check the address" in said
    assert len(server.asked) == 1


def test_a_server_that_stays_broken_is_given_up(server: Server, tmp_path: Path) -> None:
    said = refusal(server, tmp_path, status(500))
    assert "the server answers 500; try again later" in said
    assert len(server.asked) == TRIES


def test_a_file_without_end_is_given_up_before_it_fills_the_disk(
    server: Server, tmp_path: Path
) -> None:
    assert "checksum or size is wrong" in refusal(server, tmp_path, endless)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 2 * len(CONTENT)


def test_nobody_listens_there(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=f"could not be downloaded in {TRIES} tries"):
        download("http://127.0.0.1:9/x", SHA256, tmp_path / "x", 10, Shown(), timeout_seconds=1)


def test_a_folder_that_cannot_be_made(server: Server, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    with pytest.raises(ModelError, match="cannot be written"):
        fetch(server, in_the_way, whole)
