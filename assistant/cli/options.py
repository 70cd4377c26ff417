"""The options that several commands have, and the settings they amount to."""

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from assistant.settings import Settings

RoutineOption = Annotated[
    str | None, typer.Option(help="Begin this routine (its id, or your own .toml file).")
]
SideOption = Annotated[str | None, typer.Option(help="The leg it is for: left or right.")]
EventsOption = Annotated[
    Path | None, typer.Option(help="Write what happens here, as JSON lines.", metavar="FILE.jsonl")
]
SpeakerOption = Annotated[
    Path | None, typer.Option(help="Write what the assistant says here.", metavar="OUT.wav")
]
LimitOption = Annotated[
    float | None, typer.Option(help="End after so many seconds of the session.", min=0.1, max=1e6)
]
SettingsOption = Annotated[
    Path | None, typer.Option("--settings", help="Another settings file.", metavar="FILE.toml")
]
EmergencyOption = Annotated[str | None, typer.Option(help="What to call in an emergency.")]
HelplineOption = Annotated[str | None, typer.Option(help="Where to ask what is no emergency.")]
RateOption = Annotated[int | None, typer.Option(help="Words spoken per minute.")]
VolumeOption = Annotated[float | None, typer.Option(help="Loudness in dB; 0 is the loudest.")]
VoiceOption = Annotated[str | None, typer.Option(help="A voice; see `voices`.")]
ModelOption = Annotated[str | None, typer.Option(help="Another speech model; see `model list`.")]
MicrophoneOption = Annotated[str | None, typer.Option(help="A sound device; see `devices`.")]
LoudspeakerOption = Annotated[str | None, typer.Option(help="A sound device; see `devices`.")]
EchoOption = Annotated[str | None, typer.Option(help="on, or off with headphones.")]
IdleOption = Annotated[float | None, typer.Option(help="End after so many silent minutes.")]


def setting_options(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return those of a command's arguments that are settings: they have the same names."""
    from assistant.settings import Settings

    names = [field.name for field in fields(Settings)]
    return {name: arguments[name] for name in names if name in arguments}


def chosen_settings(file: Path | None, arguments: dict[str, Any]) -> "Settings":
    """Return the settings of a file (or the user's own), changed by a command's arguments."""
    from assistant.settings import load_settings, with_options

    return with_options(load_settings(file), setting_options(arguments))
