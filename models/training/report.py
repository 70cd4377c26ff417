"""Prints every figure of a model: `scripts/score-model` runs this."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
import vosk

from assistant.content.loader import load_content
from assistant.dialogue.understanding import Phrasebook
from models.training import corpus, lexicon, scoring

app = typer.Typer(add_completion=False)
STATES = ("check", "practice", "stopped")
"""Where a misheard word matters most: each row is scored with what the assistant listens for."""


@dataclass(frozen=True)
class Row:
    """One line of the report."""

    name: str
    clips: list[corpus.Clip]
    phrases: list[str]
    change: scoring.Change


def robustness() -> dict[str, scoring.Change]:
    """Return the conditions that no noise recording is needed for."""
    levels = {f"peak at {dbfs} dBFS": scoring.level(dbfs) for dbfs in (-45, -30, -15, -3)}
    return {
        **levels,
        "clipped": scoring.clipped,
        "telephone band": scoring.telephone,
        "hum": scoring.hum,
        "room": scoring.room,
    }


def grammars() -> dict[str, list[str]]:
    """Return what the assistant listens for, by state."""
    content = load_content()
    book = Phrasebook(content.phrases, content.routines, content.flags)
    return {state: list(book.grammar(state)) for state in STATES}


@dataclass(frozen=True)
class Material:
    """What a model is measured on."""

    clips: list[corpus.Clip]
    phrases: list[str]
    noise: Path | None
    held_out: Path | None


def rows(material: Material) -> Iterator[Row]:
    """Plan the report."""
    clips, every = material.clips, material.phrases
    yield Row("all phrases, quiet", clips, every, scoring.quiet)
    if material.noise is not None:
        change = scoring.noisy(material.noise, 10)
        yield Row("all phrases, noise at 10 dB", clips, every, change)
    for state, phrases in grammars().items():
        yield Row(f"the assistant's, {state}", clips, phrases, scoring.quiet)
    for name, change in robustness().items():
        yield Row(name, clips, every, change)
    if material.held_out is not None:
        spoken = corpus.spoken(corpus.plan_held_out(material.held_out))
        yield Row("synthetic, voices held out", spoken, every, scoring.quiet)


@app.command()
def main(
    model: Annotated[Path, typer.Argument(help="Folder of a Vosk model.")],
    speech: Annotated[Path, typer.Argument(help="Folder of recordings with manifest.csv.")],
    noise: Annotated[Path | None, typer.Option(help="Folder of noise recordings.")] = None,
    held_out: Annotated[Path | None, typer.Option(help="Synthetic voices held out.")] = None,
    phrases: Annotated[Path | None, typer.Option(help="File of phrases, one per line.")] = None,
    only: Annotated[str, typer.Option(help="Rows whose name holds this.")] = "",
    confusions: Annotated[bool, typer.Option(help="What was taken for what.")] = False,
) -> None:
    """Score a model under every condition."""
    vosk.SetLogLevel(-1)
    loaded = vosk.Model(str(model))
    every = phrases.read_text("utf-8").splitlines() if phrases else list(lexicon.phrases())
    for row in rows(Material(corpus.people(speech), every, noise, held_out)):
        if only in row.name:
            found = scoring.score(loaded, row.clips, row.phrases, row.change)
            show(row.name, found, confusions=confusions)


def show(name: str, found: scoring.Score, *, confusions: bool) -> None:
    """Print one row."""
    typer.echo(f"{name}: {json.dumps(found.figures())}")
    for (said, heard), count in found.confusions.most_common() if confusions else ():
        typer.echo(f"  {count:4} {said!r} taken for {heard!r}")


if __name__ == "__main__":
    app()
