"""What a user may set: one TOML file, and every key of it an option of the command line too."""

import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

import tomlkit
from annotated_types import Interval
from platformdirs import user_cache_path, user_config_path, user_data_path
from pydantic.dataclasses import dataclass

from assistant.content.loader import read_toml, validate
from assistant.content.strict import STRICT
from assistant.dialogue.voice import (
    FASTEST_WPM,
    LOUDEST_DB,
    QUIETEST_DB,
    SLOWEST_WPM,
)
from assistant.errors import ContentError

APP_NAME = "massage-assistant"


@dataclass(frozen=True, config=STRICT)
class Settings:
    """The settings and their defaults."""

    routine: str | None = None
    """A routine's id, or a routine file of your own: begun without being asked for."""
    side: Literal["left", "right"] | None = None
    """The leg it is for."""
    emergency_number: str = "your local emergency number"
    """What to call in an emergency; the assistant says it and cannot call it."""
    helpline: str = "your medical helpline"
    """Where to ask about something worrying that is no emergency; the assistant says it."""
    rate_wpm: Annotated[int, Interval(ge=SLOWEST_WPM, le=FASTEST_WPM)] = 150
    """Words spoken per minute."""
    volume_db: Annotated[float, Interval(ge=QUIETEST_DB, le=LOUDEST_DB)] = -4.0
    """Loudness of the voice; 0 is the loudest."""
    voice: str = "gmw/en"
    """An eSpeak NG voice; `massage-assistant voices` lists them."""
    model: str | None = None
    """Another speech model, by name or folder; `massage-assistant model list` lists them."""
    microphone: str | None = None
    """A sound device by name or number; `massage-assistant devices` lists them."""
    loudspeaker: str | None = None
    """A sound device by name or number."""
    echo: Literal["on", "off"] = "on"
    """Off with headphones: then nothing is taken out of what the microphone hears."""
    idle_minutes: Annotated[float, Interval(gt=0, le=120)] = 10.0
    """Silence after which a waiting session ends."""
    screening: Literal["on", "off"] = "on"
    """The safety questions before a massage; can be off in a rehearsal only."""


def settings_path() -> Path:
    """Return where the settings file belongs on this platform."""
    return user_config_path(APP_NAME) / "settings.toml"


def profile_path() -> Path:
    """Return where the user's answers to the monthly safety questions belong on this platform."""
    return user_data_path(APP_NAME) / "profile.toml"


def cache_folder() -> Path:
    """Return where rendered speech is kept on this platform."""
    return user_cache_path(APP_NAME) / "speech"


def load_settings(path: Path | None = None) -> Settings:
    """Load the user's settings; without a file, the defaults.

    Raises:
        ContentError: a key is unknown or a value not allowed.
    """
    if path is None and not settings_path().exists():
        return Settings()
    path = path or settings_path()
    data = read_toml(path)
    settings = validate(data, Settings, str(path))
    if settings.screening == "off":
        raise ContentError(f"{path}: screening: found 'off'; only a rehearsal may leave it out.")
    return settings


def with_options(settings: Settings, options: dict[str, Any], where: str = "options") -> Settings:
    """Return the settings with those of `options` that were given (are not None).

    Raises:
        ContentError: an option is unknown or its value not allowed; `where` says whose it is.
    """
    merged = {**asdict(settings), **{k: v for k, v in options.items() if v is not None}}
    return validate({k: v for k, v in merged.items() if v is not None}, Settings, where)


def change_setting(name: str, value: str, path: Path | None = None) -> Path:
    """Write one setting to the user's file and return where that is; all else in it stays.

    Raises:
        ContentError: the file cannot be used as it is, or not be written.
    """
    load_settings(path)
    path = (path or settings_path()).resolve()  # a link stays one
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        document = tomlkit.parse(path.read_text(encoding="utf-8") if path.exists() else "")
        document[name] = value
        _write_whole(path, tomlkit.dumps(document))
    except OSError as error:
        raise ContentError(
            f"{path}: cannot be written ({error.strerror}); check who may write there."
        ) from error
    return path


def _write_whole(path: Path, text: str) -> None:
    """Replace a file such that it is never there in part."""
    new = path.with_name(f".{path.name}.new")
    new.write_text(text, encoding="utf-8")
    if path.exists():
        shutil.copymode(path, new)
    new.replace(path)
