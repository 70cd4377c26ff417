"""`rehearse`: a scenario."""

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.ending import FAILED_EXPECTATION, INTERRUPTED, interruptible
from assistant.cli.options import (
    EchoOption,
    EmergencyOption,
    EventsOption,
    HelplineOption,
    IdleOption,
    LimitOption,
    ModelOption,
    RateOption,
    RoutineOption,
    SideOption,
    SpeakerOption,
    VoiceOption,
    VolumeOption,
    setting_options,
)
from assistant.cli.output import open_journal, print_conversation
from assistant.cli.progress import rehearsal_progress
from assistant.journal import Entry


def rehearse(  # noqa: PLR0913 (one per setting)
    scenario: Annotated[Path, typer.Argument(help="The scenario.", metavar="SCENARIO.toml")],
    speaker: SpeakerOption = None,
    mic: Annotated[
        Path | None, typer.Option(help="Write what the microphone hears here.", metavar="OUT.wav")
    ] = None,
    limit: LimitOption = None,
    events: EventsOption = None,
    progress: Annotated[
        bool, typer.Option("--progress", help="Show how far the session has come.")
    ] = False,
    routine: RoutineOption = None,
    side: SideOption = None,
    emergency_number: EmergencyOption = None,
    helpline: HelplineOption = None,
    rate_wpm: RateOption = None,
    volume_db: VolumeOption = None,
    voice: VoiceOption = None,
    model: ModelOption = None,
    echo: EchoOption = None,
    idle_minutes: IdleOption = None,
) -> None:
    """Rehearse a scenario: a simulated room and a scripted user, faster than real time."""
    from assistant import sessions

    options = setting_options(locals())
    entries: list[Entry] = []
    journal = open_journal(events, entries.append, print_conversation)
    shown = rehearsal_progress(journal) if progress else nullcontext()
    with interruptible(status=INTERRUPTED), shown:
        problems, unsaid = sessions.rehearse(
            scenario, options, journal, entries, speaker, mic, limit
        )
    for sentence in (*unsaid, *problems):
        typer.echo(sentence, err=True)
    if problems:
        raise typer.Exit(FAILED_EXPECTATION)
