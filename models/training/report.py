"""Prints every figure of a model: `scripts/score-model` runs this."""

from __future__ import annotations

import importlib.util
import json
import random
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
import vosk

from assistant.content.loader import load_content
from assistant.dialogue.understanding import Phrasebook
from assistant.hearing.recogniser import Model
from models.training import conditions, corpus, lexicon, listeners, scoring
from models.training.conditions import Change
from models.training.listeners import Listener
from models.training.meanings import Meanings, Understanding, Verbatim

app = typer.Typer(add_completion=False)
STATES = ("check", "practice", "stopped")
"""Where a misheard word matters most: each row is scored with what the assistant listens for."""
SNR_DB = 10
CONTENT = load_content()
BOOK = Phrasebook(CONTENT.phrases, CONTENT.routines, CONTENT.flags)


@dataclass(frozen=True)
class Row:
    """One line of the report."""

    name: str
    clips: list[corpus.Clip]
    listener: Listener
    meanings: Meanings
    change: Change = conditions.quiet


@dataclass(frozen=True)
class Material:
    """What a model is measured on."""

    clips: list[corpus.Clip]
    phrases: list[str]
    noise: Path | None
    synthetic: list[corpus.Clip]
    """Phrases from voices held out of training."""


def robustness() -> dict[str, Change]:
    """Return the conditions that no noise recording is needed for."""
    levels = {f"peak at {dbfs} dBFS": conditions.level(dbfs) for dbfs in (-45, -30, -15, -3)}
    return {
        **levels,
        "clipped": conditions.clipped,
        "telephone band": conditions.telephone,
        "hum": conditions.hum,
        "room": conditions.room,
    }


def rows(folder: Path, material: Material) -> Iterator[Row]:
    """Plan the report."""
    model = vosk.Model(str(folder))
    yield from of_model(listeners.plain(model, material.phrases), material)
    yield from of_hot_words(model, material)
    yield from of_assistant(Model(folder), material)
    yield from of_pocketsphinx(material)


def noises(material: Material) -> dict[str, Change]:
    """Return quiet, and noise where there are recordings of it."""
    quiet = {"quiet": conditions.quiet}
    if material.noise is None:
        return quiet
    return {**quiet, f"noise at {SNR_DB} dB": conditions.noisy(material.noise, SNR_DB)}


def of_model(listener: Listener, material: Material) -> Iterator[Row]:
    """Plan what is measured with every phrase in one grammar: the hardest case."""
    exact = Verbatim(material.phrases)
    for name, change in {**noises(material), **robustness()}.items():
        yield Row(f"all phrases, {name}", material.clips, listener, exact, change)
    yield Row("all phrases, synthetic", material.synthetic, listener, exact)


def of_hot_words(model: vosk.Model, material: Material) -> Iterator[Row]:
    """Plan what the recogniser of stop and pain words is measured on: "stop" alone."""
    with_decoys = listeners.plain(model, (*BOOK.hot_phrases(), *BOOK.decoys()))
    alone = listeners.plain(model, BOOK.hot_phrases())
    stop = Verbatim([scoring.STOP])
    for name, change in noises(material).items():
        yield Row(f"hot words, {name}", material.clips, with_decoys, stop, change)
    yield Row("hot words, synthetic", material.synthetic, with_decoys, stop)
    yield Row("hot words without decoys", material.clips, alone, stop)
    yield Row("hot words without decoys, synthetic", material.synthetic, alone, stop)


def of_assistant(model: Model, material: Material) -> Iterator[Row]:
    """Plan what the assistant itself is measured on, state by state."""
    for state in STATES:
        listener, meanings = listeners.assistant(model, BOOK, state), Understanding(BOOK, state)
        for name, change in noises(material).items():
            yield Row(f"assistant, {state}, {name}", material.clips, listener, meanings, change)
        yield Row(f"assistant, {state}, synthetic", material.synthetic, listener, meanings)


def of_pocketsphinx(material: Material) -> Iterator[Row]:
    """Plan what somebody would get without this model, where PocketSphinx is installed."""
    if not importlib.util.find_spec("pocketsphinx"):
        return
    listener, exact = listeners.pocketsphinx(material.phrases), Verbatim(material.phrases)
    for name, change in noises(material).items():
        yield Row(f"PocketSphinx, {name}", material.clips, listener, exact, change)
    yield Row("PocketSphinx, synthetic", material.synthetic, listener, exact)


def show_cost(folder: Path, phrases: list[str], clip: corpus.Clip) -> None:
    """Print what the model takes: to store, to load, and in memory after the longest clip."""
    before, began = memory_bytes(), time.perf_counter()
    model = vosk.Model(str(folder))
    load_s = time.perf_counter() - began
    scoring.score(listeners.plain(model, phrases), [clip], Verbatim(phrases), conditions.quiet)
    files = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    found = {
        "size_MB": sum(files) / 1e6,
        "load_s": load_s,
        "memory_MB": (memory_bytes() - before) / 1e6,
    }
    typer.echo(f"cost: {json.dumps({name: round(value, 3) for name, value in found.items()})}")


def memory_bytes() -> int:
    """Return what this process has in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def drawn(clips: list[corpus.Clip], sample: int | None) -> list[corpus.Clip]:
    """Return a sample, the same each time, or all of them."""
    return clips if sample is None else random.Random(1).sample(clips, min(sample, len(clips)))


@app.command()
def main(
    model: Annotated[Path, typer.Argument(help="Folder of a Vosk model.")],
    speech: Annotated[Path, typer.Argument(help="Folder of recordings with manifest.csv.")],
    noise: Annotated[Path | None, typer.Option(help="Folder of noise recordings.")] = None,
    held_out: Annotated[Path | None, typer.Option(help="Synthetic voices held out.")] = None,
    phrases: Annotated[Path | None, typer.Option(help="File of phrases, one per line.")] = None,
    only: Annotated[str, typer.Option(help="Rows whose name holds this.")] = "",
    sets: Annotated[str, typer.Option(help="Sets of recordings, by commas; all.")] = "",
    sample: Annotated[int | None, typer.Option(help="So many clips a row.")] = None,
    confusions: Annotated[bool, typer.Option(help="What was taken for what.")] = False,
) -> None:
    """Score a model under every condition."""
    vosk.SetLogLevel(-1)
    every = phrases.read_text("utf-8").splitlines() if phrases else list(lexicon.phrases())
    recordings = [c for c in corpus.people(speech) if not sets or c.group in sets.split(",")]
    people = drawn(recordings, sample)
    synthetic = corpus.spoken(corpus.plan_held_out(held_out)) if held_out else []
    show_cost(model, every, max(people, key=lambda clip: clip.path.stat().st_size))
    for row in rows(model, Material(people, every, noise, drawn(synthetic, sample))):
        if row.clips and only in row.name:
            found = scoring.score(row.listener, row.clips, row.meanings, row.change)
            show(row.name, found, confusions=confusions)


def show(name: str, found: scoring.Score, *, confusions: bool) -> None:
    """Print one row."""
    typer.echo(f"{name}: {json.dumps(found.figures())}")
    for (said, heard), count in found.dangers().most_common():
        typer.echo(f"  {count:4} DANGEROUS: {said!r} taken for {heard!r}")
    for (said, heard), count in found.confusions().most_common() if confusions else ():
        typer.echo(f"  {count:4} {said!r} taken for {heard!r}")


if __name__ == "__main__":
    app()
