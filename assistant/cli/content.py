"""`routines`, `benefits`, `script`, `check`: what the content holds, and a routine of your own."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from assistant.cli.output import console
from assistant.errors import ContentError


def routines() -> None:
    """List the routines."""
    from assistant.content.loader import load_content

    table = Table("id", "title", "minutes", "steps", "say")
    for routine in load_content().routines:
        say = f"start {routine.names[0]}" if routine.names else ""
        row = (routine.id, routine.title, str(routine.minutes), str(len(routine.steps)), say)
        table.add_row(*row)
    console.print(table)


def benefits(
    topic: Annotated[str | None, typer.Argument(help="knee, leg or stretches.")] = None,
) -> None:
    """Print what massage is said to be good for, each claim with its verdict."""
    from assistant.content.loader import did_you_mean, load_content

    topics = {topic.id: topic for topic in load_content().benefits.topics}
    if topic is not None and topic not in topics:
        raise ContentError(f"There is nothing on {topic!r}{did_you_mean(topic, topics)}")
    for each in [topics[topic]] if topic else topics.values():
        typer.secho(each.name.capitalize(), bold=True)
        for number, benefit in enumerate(each.benefits, start=1):
            typer.echo(
                f"{number:2}. {benefit.say} [{benefit.verdict}; {', '.join(benefit.sources)}]"
            )


def script() -> None:
    """Print every line the assistant can say, as Markdown, for a physiotherapist's review."""
    from assistant.content.loader import load_content
    from assistant.script import markdown

    typer.echo(markdown(load_content()), nl=False)


def check(
    file: Annotated[Path, typer.Argument(help="A routine of your own.", metavar="FILE.toml")],
) -> None:
    """Check a routine of your own."""
    from assistant import sessions

    routine = sessions.check_routine(file)
    practice = sum(step.seconds for step in routine.steps)
    typer.echo(f"{file}: {routine.title!r} is fine: {len(routine.steps)} steps, {practice:g} s.")
