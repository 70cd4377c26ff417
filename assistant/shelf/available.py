"""The speech models there are: the one that ships, and those the user has installed."""

import re
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

from assistant.content.loader import did_you_mean
from assistant.errors import ModelError
from assistant.hearing.recogniser import default_model_folder
from assistant.settings import APP_NAME, Settings
from assistant.shelf.catalogue import PLAIN_NAME, SHA256, known_models
from assistant.shelf.unpack import MOST_BYTES

SHIPPED = default_model_folder().name


@dataclass(frozen=True)
class Source:
    """Where a model's archive is to be had, and how to know it."""

    name: str
    url: str
    sha256: str
    download_bytes: int
    """At most."""
    needed_bytes: int = 0
    """What the archive and the model take together, where that is known."""


def shelf_folder() -> Path:
    """Return where installed models lie on this platform."""
    return user_data_path(APP_NAME) / "models"


def installed_models() -> list[str]:
    """Return the names of the installed models."""
    folders = shelf_folder().glob("[!.]*")
    return sorted(folder.name for folder in folders if folder.is_dir())


def model_in_use(settings: Settings) -> Path:
    """Return the folder of the model that a session with these settings listens with."""
    return folder_of(settings.model) if settings.model else default_model_folder()


def folder_of(model: str) -> Path:
    """Return the folder of a model, which is named or is a folder itself.

    Raises:
        ModelError: there is no such model here.
    """
    if model == SHIPPED:
        return default_model_folder()
    if model in installed_models():
        return shelf_folder() / model
    if model in known_models():
        raise ModelError(
            f"The speech model {model} is not installed; install it with: "
            f"massage-assistant model install {model}."
        )
    if Path(model).is_dir() or not re.fullmatch(PLAIN_NAME, model):
        return Path(model)
    names = (SHIPPED, *known_models(), *installed_models())
    hint = did_you_mean(model, names, "; `massage-assistant model list` lists them")
    raise ModelError(f"There is no speech model {model!r}{hint}")


def source_of(name: str, url: str | None, sha256: str | None) -> Source:
    """Return where to get a model: a known one by its name, any other by address and checksum.

    Raises:
        ModelError: it is not known, and not enough was said of it.
    """
    if url is not None:
        _require_address(url)
    known = known_models().get(name)
    if known and sha256 in (None, known.sha256):
        needed_bytes = known.download_bytes + known.unpacked_bytes
        url = url or known.url
        return Source(name, url, known.sha256, known.download_bytes, needed_bytes)
    if known or not re.fullmatch(PLAIN_NAME, name) or name == SHIPPED:
        raise ModelError(f"Another model cannot be named {name!r}; choose another name for it.")
    if not url or not re.fullmatch(SHA256, sha256 or ""):
        raise ModelError(
            f"There is no known model {name!r}; there are {', '.join(known_models())}, and of "
            "another both --from and --sha256 (64 hexadecimal digits) are needed."
        )
    return Source(name, url, str(sha256), MOST_BYTES)


def _require_address(url: str) -> None:
    if not re.match(r"https?://[^/]", url):
        raise ModelError(f"{url!r} is no address to download from; it begins with https://.")
