"""Command line of the training package; `scripts/train-model` runs it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import torch
import typer

from models.training import corpus, export, graph, lexicon, shelf, training

app = typer.Typer(no_args_is_help=True, add_completion=False)

Work = Annotated[Path, typer.Option(help="Folder for everything that is made on the way.")]
Threads = Annotated[int, typer.Option(help="Processor cores to use.")]
SYNTHESIS_SEED, SHELF_SEED = 7, 1


@app.command()
def synthesise(
    work: Work,
    count: Annotated[int, typer.Option(help="How many phrases.")] = 16000,
    jobs: Annotated[int, typer.Option(help="How many at a time.")] = 2,
) -> None:
    """Speak phrases with every voice, and with those held out for measuring."""
    corpus.synthesise(corpus.plan(count, SYNTHESIS_SEED, work / "synthetic"), jobs)
    corpus.synthesise(corpus.plan_held_out(work / "held-out"), jobs)


@app.command()
def features(
    work: Work,
    recordings: Annotated[list[Path] | None, typer.Option(help="Folder with manifest.csv.")] = None,
    count: Annotated[int, typer.Option(help="How many synthesised phrases.")] = 16000,
) -> None:
    """Compute the features of recordings and synthesised phrases, and of altered copies."""
    orders = corpus.plan(count, SYNTHESIS_SEED, work / "synthetic")
    spoken = [corpus.Clip(o.path, o.text, human=False) for o in orders if o.path.exists()]
    people = [clip for folder in recordings or [] for clip in corpus.recordings(folder)]
    if people:
        shelf.fill(work / "human.npz", people, copies=3, seed=SHELF_SEED)
    shelf.fill(work / "synthetic.npz", spoken, copies=2, seed=SHELF_SEED + 1)


@app.command()
def train(
    work: Work, steps: int = 5000, seed: int = 1, threads: Threads = 2, begin: Path | None = None
) -> None:
    """Train the network, or go on training; `begin` names a checkpoint to start from."""
    torch.set_num_threads(threads)
    shelves = sorted(work.glob("*.npz"))
    plan = training.Plan(steps=steps, seed=seed)
    plan = plan if begin is None else replace(plan, frame_steps=0, peak_rate=plan.peak_rate / 2)
    training.train(shelf.load(shelves), plan, work / "network.pt", begin)


@app.command(name="export")
def export_model(
    work: Work, to: Annotated[Path, typer.Argument(help="The model's folder.")]
) -> None:
    """Write the trained network as a Vosk model."""
    net = training.averaged(work / "network.pt")
    export.export(net, to, graph.GraphCosts(), export.Decoding())
    typer.echo(f"{to}: {len(lexicon.words())} words, {len(lexicon.units())} units")


if __name__ == "__main__":
    app()
