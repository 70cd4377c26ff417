"""`listen`: a recording."""

from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.ending import interruptible
from assistant.cli.options import EventsOption, ModelOption
from assistant.cli.output import open_journal
from assistant.journal import Entry
from assistant.messages import seconds


def listen(
    file: Annotated[Path, typer.Argument(help="A recording.", metavar="FILE.wav")],
    state: Annotated[
        str | None, typer.Option(help="Listen as in this state only; see `phrases`.")
    ] = None,
    events: EventsOption = None,
    model: ModelOption = None,
) -> None:
    """Print what is recognised in a recording, as it is recognised."""
    from assistant import sessions
    from assistant.settings import Settings, with_options

    settings = with_options(Settings(), {"model": model})
    journal = open_journal(events)
    journal.add(_print_heard)
    with interruptible():
        sessions.listen(settings, journal, file, state)


def _print_heard(entry: Entry) -> None:
    if entry.event == "heard":
        mark = "" if entry.details["final"] else " ..."
        typer.echo(f"{seconds(entry.at):7.2f}  {entry.details['text']}{mark}")
