"""Archives that must not be unpacked, and those that may."""

import stat
import warnings
import zipfile
from pathlib import Path

import pytest

from assistant.errors import ModelError
from assistant.shelf.unpack import MOST_BYTES, MOST_FILES, require_space, unpack
from tests.support.cli import one_sentence


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "place" / "folder"
    folder.mkdir(parents=True)
    return folder


def archive(folder: Path, *names: str | zipfile.ZipInfo) -> Path:
    path = folder.parent.parent / "model.zip"
    with zipfile.ZipFile(path, "w") as opened, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a name is there twice
        for name in names:
            opened.writestr(name, "content")
    return path


def refusal(path: Path, folder: Path) -> str:
    with pytest.raises(ModelError) as caught:
        unpack(path, folder)
    assert one_sentence(str(caught.value)), caught.value
    assert list(folder.iterdir()) == [], "something was unpacked nevertheless"
    assert list(folder.parent.iterdir()) == [folder], "something was unpacked elsewhere"
    return str(caught.value)


def of_kind(kind: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("model/link")
    entry.external_attr = (kind | 0o777) << 16
    return entry


def test_folders_and_files_are_unpacked(folder: Path) -> None:
    unpack(archive(folder, "model/", "model/am/final.mdl", "model/conf/x..y.conf"), folder)
    assert (folder / "model/am/final.mdl").read_text() == "content"
    assert (folder / "model/conf/x..y.conf").is_file()


@pytest.mark.parametrize(
    "name",
    ["../evil", "model/../../evil", "/tmp/evil", "C:/evil", "..\\evil", "\\\\host\\share\\evil"],
)
def test_a_path_that_leads_out_is_refused(name: str, folder: Path) -> None:
    assert "would lie outside" in refusal(archive(folder, "model/fine", name), folder)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_a_link_or_device_is_refused(kind: int, folder: Path) -> None:
    assert "is no plain file" in refusal(archive(folder, of_kind(kind)), folder)


@pytest.mark.parametrize("again", ["model/a", "Model/A", "model/a/"])
def test_a_name_that_is_there_twice_is_refused(again: str, folder: Path) -> None:
    assert "is there twice" in refusal(archive(folder, "model/a", again), folder)


def test_an_archive_that_would_unpack_to_too_much_is_refused(folder: Path) -> None:
    path = folder.parent.parent / "bomb.zip"
    bomb = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    with bomb, bomb.open("zeros", "w") as file:
        for _ in range(MOST_BYTES // 10_000_000 + 1):
            file.write(bytes(10_000_000))
    assert path.stat().st_size < MOST_BYTES / 50
    assert "at most" in refusal(path, folder)


def test_an_archive_that_lies_about_its_sizes_does_not_unpack_to_more(folder: Path) -> None:
    path = folder.parent.parent / "lie.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("zeros", bytes(1_000_000))
    honest, lie = (1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(honest, lie))
    with pytest.raises(ModelError, match="no zip archive that can be unpacked"):
        unpack(path, folder)
    assert sum(file.stat().st_size for file in folder.iterdir()) <= 10


def test_too_many_files_are_refused(folder: Path) -> None:
    names = [f"model/{number}" for number in range(MOST_FILES + 1)]
    assert "1,001 files" in refusal(archive(folder, *names), folder)


@pytest.mark.parametrize("keep", [0, 10, 60])
def test_what_is_no_whole_archive_is_refused(keep: int, folder: Path) -> None:
    path = archive(folder, "model/a")
    path.write_bytes(path.read_bytes()[:keep])
    assert "no zip archive" in refusal(path, folder)


def test_an_archive_with_a_password_is_refused(folder: Path) -> None:
    path = archive(folder, "model/a")
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(ModelError, match="no zip archive"):
        unpack(path, folder)


def test_room_is_asked_for_before_it_is_needed(tmp_path: Path) -> None:
    require_space(tmp_path, 1)
    with pytest.raises(ModelError, match=r"1,000,000,000 MB are needed and .* MB are free"):
        require_space(tmp_path, 10**15)
