"""Unpacks a zip archive that nobody has looked into yet; refuses rather than mends."""

import shutil
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath, PureWindowsPath

from assistant.errors import ModelError

MOST_BYTES = 500_000_000
"""More than twice the largest model that takes a grammar at run time."""
MOST_FILES = 1_000


def unpack(archive: Path, folder: Path) -> None:
    """Unpack `archive` into the new, empty `folder`; a file in it never lies anywhere else.

    Raises:
        ModelError: the archive is broken or suspicious, or there is no room for it.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            _check(archive, opened.infolist())
            require_space(folder, sum(entry.file_size for entry in opened.infolist()))
            opened.extractall(folder)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise ModelError(f"{archive.name}: is no zip archive that can be unpacked.") from error
    except OSError as error:
        raise ModelError(
            f"{folder}: cannot be written ({error.strerror}); make room there, or check who may "
            "write."
        ) from error


def require_space(folder: Path, needed_bytes: int) -> None:
    """Check that there is room in `folder`.

    Raises:
        ModelError: there is not.
    """
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes < needed_bytes:
        raise ModelError(
            f"{folder}: {needed_bytes / 1e6:,.0f} MB are needed and {free_bytes / 1e6:,.0f} MB are "
            "free; make room there."
        )


def _check(archive: Path, entries: list[zipfile.ZipInfo]) -> None:
    total_bytes = sum(entry.file_size for entry in entries)
    if total_bytes > MOST_BYTES or len(entries) > MOST_FILES:
        raise ModelError(
            f"{archive.name}: would unpack to {len(entries):,} files with {total_bytes / 1e6:,.0f} "
            f"MB, at most {MOST_FILES:,} with {MOST_BYTES / 1e6:,.0f} MB are allowed."
        )
    seen: set[str] = set()
    for entry in entries:
        name = entry.filename.rstrip("/").casefold()  # one file where letters' case is ignored
        if why := _suspicious(entry) or ("is there twice" if name in seen else ""):
            raise ModelError(
                f"{archive.name}: {entry.filename!r} in it {why}; it was not unpacked."
            )
        seen.add(name)


def _suspicious(entry: zipfile.ZipInfo) -> str:
    """Say what is wrong with an entry, or nothing."""
    path, windows = PurePosixPath(entry.filename), PureWindowsPath(entry.filename)
    if path.is_absolute() or windows.anchor or ".." in windows.parts:
        return "would lie outside"
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return "is no plain file" if kind not in (0, stat.S_IFREG, stat.S_IFDIR) else ""
