"""The general models that are known: where they are, how large, and their checksums."""

from functools import cache
from pathlib import Path
from typing import Annotated

from annotated_types import Gt
from pydantic import StringConstraints
from pydantic.dataclasses import dataclass

from assistant.content.loader import load
from assistant.content.strict import STRICT

PLAIN_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
"""A model's name is a folder's, and must never lead out of where models lie."""
SHA256 = r"^[0-9a-f]{64}$"


@dataclass(frozen=True, config=STRICT)
class KnownModel:
    """A model that its publisher offers as a zip archive."""

    name: Annotated[str, StringConstraints(pattern=PLAIN_NAME)]
    about: str
    url: Annotated[str, StringConstraints(pattern=r"^https://")]
    download_bytes: Annotated[int, Gt(0)]
    unpacked_bytes: Annotated[int, Gt(0)]
    sha256: Annotated[str, StringConstraints(pattern=SHA256)]


@dataclass(frozen=True, config=STRICT)
class Catalogue:
    """The whole file."""

    models: tuple[KnownModel, ...]


@cache
def known_models() -> dict[str, KnownModel]:
    """Return the known models by name."""
    catalogue = load(Path(__file__).with_name("models.toml"), Catalogue)
    return {model.name: model for model in catalogue.models}
