"""Command line of the training package; `scripts/train-model` runs it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer

from models.training import corpus, cutting, export, graph, lexicon, reading, shelf, training

app = typer.Typer(no_args_is_help=True, add_completion=False)

Work = Annotated[Path, typer.Option(help="Folder for everything that is made on the way.")]
Recordings = Annotated[list[Path], typer.Option(help="Folder with manifest.csv.")]
Model = Annotated[Path, typer.Option(help="The model that hears the words.")]
MODEL = Path(__file__).parents[1] / "command-en"
SYNTHESIS_SEED, SHELF_SEED = 7, 1
ASSISTANT_LINES = 800
NOISE_LEVEL = 0.05
"""Mean amplitude that every noise is brought to."""


@app.command()
def synthesise(
    work: Work,
    count: Annotated[int, typer.Option(help="How many phrases.")] = 50000,
    jobs: Annotated[int, typer.Option(help="How many at a time.")] = 2,
) -> None:
    """Speak phrases with every voice, and with those held out for measuring."""
    corpus.synthesise(corpus.plan(count, SYNTHESIS_SEED, work / "synthetic"), jobs)
    corpus.synthesise(_assistant(work), jobs)
    corpus.synthesise(corpus.plan_held_out(work / "held-out"), jobs)


@app.command()
def cut(work: Work, recordings: Recordings, model: Model = MODEL) -> None:
    """Cut recordings of several words into single ones, by where a model hears them."""
    net = reading.read(model, len(lexicon.units()), export.Decoding.blank)
    clips = [clip for folder in recordings for clip in corpus.recordings(folder)]
    typer.echo(f"{cutting.cut(clips, net, work / corpus.CUT)} words")


@app.command()
def collect(
    work: Work,
    recordings: Recordings,
    count: Annotated[int, typer.Option(help="How many synthesised phrases.")] = 50000,
) -> None:
    """Put recordings of people and synthesised phrases on one shelf."""
    folders = [*recordings, *(folder for folder in [work / corpus.CUT] if folder.exists())]
    people = [clip for folder in folders for clip in corpus.recordings(folder)]
    own = [replace(clip, group=corpus.ASSISTANT) for clip in corpus.spoken(_assistant(work))]
    orders = corpus.plan(count, SYNTHESIS_SEED, work / "synthetic")
    shelf.fill([*people, *own, *corpus.spoken(orders)], SHELF_SEED).save(work / "shelf.npz")


def _assistant(work: Path) -> list[corpus.Order]:
    return corpus.plan_assistant(ASSISTANT_LINES, SYNTHESIS_SEED, work / corpus.ASSISTANT)


@app.command()
def train(
    work: Work,
    noise: Annotated[Path, typer.Option(help="Folder of noise recordings; every other is used.")],
    steps: int = training.Plan.steps,
    batch: Annotated[int, typer.Option(help="Examples per step.")] = training.Plan.batch,
    rate: Annotated[float, typer.Option(help="Highest learning rate.")] = training.Plan.peak_rate,
    start: Annotated[Path | None, typer.Option(help="Model to go on from.")] = None,
    seed: int = training.Plan.seed,
    workers: Annotated[int, typer.Option(help="Processes that draw examples.")] = 0,
) -> None:
    """Train the network, or go on where it stopped; on a GPU where there is one."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    plan = training.Plan(steps=steps, batch=batch, peak_rate=rate, seed=seed, workers=workers)
    trainer = training.Trainer(shelf.load(work / "shelf.npz"), noises(noise), plan, device)
    if start is not None:
        trainer.take_up(reading.read(start, len(lexicon.units()), export.Decoding.blank))
    training.train(trainer, work / "network.pt")


def noises(folder: Path) -> shelf.Sound:
    """Return every other noise of a folder, at like loudness; the rest is kept for measuring."""
    sounds = [shelf.read(path) for path in sorted(folder.glob("*.flac"))[::2]]
    level = [sound * (NOISE_LEVEL / np.abs(sound).mean()) for sound in sounds]
    return np.concatenate(level).astype(np.float32)


@app.command(name="export")
def export_model(
    work: Work, to: Annotated[Path, typer.Argument(help="The model's folder.")]
) -> None:
    """Write the trained network as a Vosk model."""
    net = training.averaged(work / "network.pt", len(lexicon.units()))
    export.export(net, to, graph.GraphCosts(), export.Decoding())
    typer.echo(f"{to}: {len(lexicon.words())} words, {len(lexicon.units())} units")


if __name__ == "__main__":
    app()
