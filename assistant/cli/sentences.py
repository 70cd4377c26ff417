"""`phrases`, `understand`, `ask`: what is listened for, understood and answered."""

import sys
from collections.abc import Iterable
from io import TextIOWrapper
from typing import Annotated

import typer

from assistant.cli.options import EmergencyOption, HelplineOption, SettingsOption, chosen_settings
from assistant.errors import ContentError


def phrases(
    state: Annotated[str | None, typer.Option(help="Only those of this state.")] = None,
) -> None:
    """Print what the assistant listens for, one phrase a line."""
    from assistant.app import phrasebook
    from assistant.content.loader import did_you_mean, load_content

    book = phrasebook(load_content())
    if state is not None and state not in book.states:
        near = did_you_mean(state, book.states, f"; there are {', '.join(book.states)}")
        raise ContentError(f"There is no state {state!r}{near}")
    states = [state] if state else book.states
    for phrase in dict.fromkeys(phrase for each in states for phrase in book.grammar(each)):
        typer.echo(phrase)


def understand(
    text: Annotated[
        list[str] | None, typer.Argument(help="A sentence; without one, standard input's lines.")
    ] = None,
    state: Annotated[
        str | None, typer.Option(help="As in this state; see `phrases`. Default: practice.")
    ] = None,
    question: Annotated[
        str | None, typer.Option(help="After this question: step, calibrate or okay.")
    ] = None,
) -> None:
    """Print what the assistant makes of sentences, one JSON object a line."""
    from assistant.content.loader import load_content
    from assistant.inspection import Inspector

    inspector = Inspector(load_content(), state, question)
    for sentence in _sentences(text):
        typer.echo(inspector.read(sentence).as_json())


def ask(
    text: Annotated[
        list[str] | None, typer.Argument(help="A question; without one, lines of standard input.")
    ] = None,
    settings_file: SettingsOption = None,
    emergency_number: EmergencyOption = None,
    helpline: HelplineOption = None,
) -> None:
    """Print what is answered to a question in any words, as JSON, one object a line."""
    from assistant.content.loader import load_content
    from assistant.script import Asked

    settings = chosen_settings(settings_file, locals())
    asked = Asked(load_content(), settings.emergency_number, settings.helpline)
    for question in _sentences(text):
        typer.echo(asked.as_json(question))


def _sentences(text: list[str] | None) -> Iterable[str]:
    """Return the command's words as one sentence; without any, standard input's lines."""
    if text:
        return [" ".join(text)]
    if isinstance(sys.stdin, TextIOWrapper):  # what is no text is nothing anybody said
        sys.stdin.reconfigure(errors="replace")
    return sys.stdin
