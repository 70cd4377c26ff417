"""The laboratory's command line."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from echo_lab import plots, tables, trials
from echo_lab.conditions import LEVELS
from echo_lab.laboratory import Extent, done, make_kit, plan, run
from echo_lab.people import recordings


def main(
    people: Annotated[Path, typer.Argument(help="Recordings of people, with a manifest.csv.")],
    work: Annotated[Path, typer.Option(help="Where results and pictures go.")] = Path("echo-lab"),
    stops: Annotated[int, typer.Option(min=1, help="How many “stop” a row.")] = 98,
    hours: Annotated[float, typer.Option(min=0.01, help="Of its own voice alone.")] = 12.0,
    minutes: Annotated[float, typer.Option(min=0.1, help="Of those in each room.")] = 10.0,
    interruptions: Annotated[int, typer.Option(min=1)] = 60,
    processes: Annotated[int, typer.Option(min=1)] = 2,
    only: Annotated[str, typer.Option(help="Trials whose name holds this.")] = "",
) -> None:
    """Measure in simulated rooms how “stop” is heard over the assistant's own voice.

    A run that was broken off goes on where it stopped. A full one takes hours.
    """
    if not (people / "manifest.csv").is_file():
        raise SystemExit(f"{people}: there is no manifest.csv; name a folder of recordings.")
    extent = Extent(stops, hours, minutes, interruptions)
    wanted = [trial for trial in plan(extent, people) if only in trial.key]
    results = work / "results.jsonl"
    run(wanted, results, people, processes)
    known = done(results)
    tables.show(Console(width=110), wanted, known)
    plots.recall(wanted, known, work / "recall.png")
    _draw_one_stop(people, work)


def _draw_one_stop(people: Path, work: Path) -> None:
    said = next(one for one in recordings(people) if one.text == "stop")
    result, tape = trials.stop(make_kit(), said, LEVELS[1], 0)
    if result["caught"]:
        plots.waveform(tape, work / "stop.png")


if __name__ == "__main__":
    typer.run(main)
