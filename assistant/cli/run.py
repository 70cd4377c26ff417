"""`run`: a session."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.ending import interruptible
from assistant.cli.options import (
    EchoOption,
    EmergencyOption,
    EventsOption,
    HelplineOption,
    IdleOption,
    LimitOption,
    LoudspeakerOption,
    MicrophoneOption,
    ModelOption,
    RateOption,
    RoutineOption,
    SettingsOption,
    SideOption,
    SpeakerOption,
    VoiceOption,
    VolumeOption,
    chosen_settings,
)
from assistant.cli.output import open_journal, print_conversation


def run(  # noqa: PLR0913 (one per setting)
    routine: RoutineOption = None,
    side: SideOption = None,
    typed: Annotated[bool, typer.Option("--typed", help="Keyboard in, text out.")] = False,
    mic: Annotated[
        Path | None, typer.Option(help="A recording as the microphone.", metavar="FILE.wav")
    ] = None,
    speaker: SpeakerOption = None,
    limit: LimitOption = None,
    events: EventsOption = None,
    settings_file: SettingsOption = None,
    emergency_number: EmergencyOption = None,
    helpline: HelplineOption = None,
    rate_wpm: RateOption = None,
    volume_db: VolumeOption = None,
    voice: VoiceOption = None,
    model: ModelOption = None,
    microphone: MicrophoneOption = None,
    loudspeaker: LoudspeakerOption = None,
    echo: EchoOption = None,
    idle_minutes: IdleOption = None,
) -> None:
    """Begin a session: live, or --typed, or with a recording as the microphone."""
    from assistant import sessions

    if typed and (mic or speaker):
        raise typer.BadParameter("--typed has no sound: leave out --mic and --speaker.")
    if mic:  # a recording has not heard the loudspeaker
        echo = echo or "off"
    settings = chosen_settings(settings_file, locals())
    journal = open_journal(events, print_conversation)
    with interruptible():
        if typed:
            sessions.run_typed(settings, journal, sys.stdin, limit)
        elif mic:
            sessions.run_from_file(settings, journal, mic, speaker, limit)
        else:
            sessions.run_live(settings, journal, speaker, limit)
