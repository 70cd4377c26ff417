"""Installs a speech model: downloaded, checked, unpacked, and then put in its place at once."""

import shutil
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import ModelError
from assistant.hearing.recogniser import Model
from assistant.shelf.available import Source, shelf_folder
from assistant.shelf.download import Show, download
from assistant.shelf.unpack import require_space, unpack


def install(source: Source, show: Show) -> Path:
    """Install a model, and return its folder; at any moment it is there whole or not at all.

    Raises:
        ModelError: it cannot be downloaded, unpacked or used. What was downloaded is kept.
    """
    shelf = shelf_folder()
    try:
        work = _workplace(shelf, source.name)
        with FileLock(work / "lock", blocking=False):
            archive = _fetched(source, work, show)
            _unpacked(archive, work / source.name, shelf / source.name)
            shutil.rmtree(work)
    except Timeout as error:
        raise ModelError(
            f"{source.name} is being installed by another command; wait until that has ended."
        ) from error
    except OSError as error:
        raise ModelError(
            f"{shelf}: cannot be written ({error.strerror}); check who may write there."
        ) from error
    return shelf / source.name


def is_usable(folder: Path) -> bool:
    """Whether there is a model in `folder` that can be loaded."""
    try:
        Model(folder)
    except ModelError:
        return False
    return True


def _workplace(shelf: Path, name: str) -> Path:
    """Return the folder for what is not finished, where the next attempt finds it."""
    shelf.parent.mkdir(parents=True, exist_ok=True)
    shelf.mkdir(mode=0o700, exist_ok=True)
    work = shelf / f".{name}"
    work.mkdir(exist_ok=True)
    return work


def _fetched(source: Source, work: Path, show: Show) -> Path:
    archive = work / f"{source.name}.zip"
    have_bytes = sum(path.stat().st_size for path in work.glob("*.zip*"))
    require_space(work, source.needed_bytes - have_bytes)
    download(source.url, source.sha256, archive, source.download_bytes, show)
    return archive


def _unpacked(archive: Path, folder: Path, target: Path) -> None:
    """Unpack the archive to `target` by way of `folder`, which is gone afterwards."""
    shutil.rmtree(folder, ignore_errors=True)  # of an attempt that was killed
    folder.mkdir()
    try:
        unpack(archive, folder)
        model = _within(folder)
        Model(model)
        shutil.rmtree(target, ignore_errors=True)  # it was there and could not be loaded
        model.replace(target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _within(folder: Path) -> Path:
    """Return where in an unpacked archive the model lies: its publisher puts a folder around it."""
    entries = list(folder.iterdir())
    return entries[0] if len(entries) == 1 and entries[0].is_dir() else folder
