"""The whole command line: which commands there are, and how it tells of a problem."""

import sys
from collections.abc import Callable
from typing import NoReturn

import typer

from assistant.cli.content import benefits, check, routines, script
from assistant.cli.ending import INTERRUPTED, UNUSABLE
from assistant.cli.listen import listen
from assistant.cli.model import model_app
from assistant.cli.profile import profile_app
from assistant.cli.rehearse import rehearse
from assistant.cli.run import run
from assistant.cli.sentences import ask, phrases, understand
from assistant.cli.sound import devices, voices
from assistant.errors import AssistantError

COMMANDS: tuple[Callable[..., None], ...] = (
    run,
    rehearse,
    listen,
    routines,
    benefits,
    ask,
    script,
    phrases,
    understand,
    check,
    devices,
    voices,
)
"""In the order of `--help`, where the groups come last."""

app = typer.Typer(
    help="An offline, hands-free voice guide through knee and leg self-massage.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in COMMANDS:
    app.command()(command)
for group in (model_app, profile_app):
    app.add_typer(group)


def main() -> NoReturn:
    """Run the command line; a problem is one sentence on standard error and exit status 2."""
    try:
        app(standalone_mode=True)
    except AssistantError as error:
        typer.echo(f"massage-assistant: {error}", err=True)
        sys.exit(UNUSABLE)
    except (KeyboardInterrupt, BrokenPipeError):
        sys.exit(INTERRUPTED)
    sys.exit(0)
