"""What came of the trials, as tables."""

from collections.abc import Iterable

import numpy as np
from rich.console import Console
from rich.table import Table

from echo_lab.conditions import HARDER, LEVELS, Condition
from echo_lab.laboratory import Trial
from echo_lab.listeners import ASSISTANT, LISTENERS, UNCANCELLED
from echo_lab.trials import Result

Results = dict[str, Result]


def show(console: Console, wanted: Iterable[Trial], results: Results) -> None:
    """Print every table for which there are results."""
    trials = [trial for trial in wanted if trial.key in results]
    for table in (
        _stops("“Stop” while it speaks", LEVELS, trials, results),
        _stops("The same, 6 dB below the echo, in harder rooms", HARDER, trials, results),
        _others(trials, results),
        _recitals(trials, results),
        _the_rest(trials, results),
    ):
        console.print(table)


def _stops(title: str, rows: tuple[Condition, ...], trials: list[Trial], results: Results) -> Table:
    table = _table(title, "", "caught", "end of word to silent, ms", "onset to ducked, ms", "held")
    for row in rows:
        found = _of(trials, results, "stop", row.name, ASSISTANT)
        if found:
            table.add_row(
                row.name,
                _share(found, "caught"),
                _spread(found, "end to silent ms"),
                _spread(found, "onset to ducked ms"),
                f"{sum(float(r['held before'] or 0) for r in found):.0f} for nothing",
            )
    return table


def _others(trials: list[Trial], results: Results) -> Table:
    table = _table("The same recordings and rooms, heard in other ways", "", *LISTENERS)
    for row in LEVELS:
        found = {name: _of(trials, results, "stop", row.name, name) for name in LISTENERS}
        if all(found.values()):
            table.add_row(
                f"caught, {row.name}", *(_share(found[name], "caught") for name in LISTENERS)
            )
            table.add_row(
                "  end of word to silent, ms",
                *(_spread(found[name], "end to silent ms") for name in LISTENERS),
            )
    return table


def _recitals(trials: list[Trial], results: Results) -> Table:
    table = _table("Its own voice: prompts that hold every command word", "", *LISTENERS)
    found = {name: _of(trials, results, "recital", "base", name) for name in LISTENERS}
    hours = {name: sum(_numbers(rows, "seconds")) / 3600 for name, rows in found.items()}
    if not all(hours.values()):
        return table
    table.add_row("hours", *(f"{hours[name]:.1f}" for name in LISTENERS))
    table.add_row("rooms", *(str(len(found[name])) for name in LISTENERS))
    for key, title in (("obeyed", "acted on itself"), ("held", "held for nothing, an hour")):
        totals = {name: sum(_numbers(found[name], key)) for name in LISTENERS}
        per_hour = key == "held"
        table.add_row(
            title,
            *(
                f"{totals[name] / hours[name]:.1f}" if per_hour else f"{totals[name]:.0f}"
                for name in LISTENERS
            ),
        )
    return table


def _the_rest(trials: list[Trial], results: Results) -> Table:
    table = _table("And", "", "measured")
    interrupted = _of(trials, results, "interruption")
    if interrupted:
        table.add_row("other words over its voice: held", _share(interrupted, "held"))
        table.add_row("  obeyed", _share(interrupted, "obeyed"))
        table.add_row("  their end to going on, ms", _spread(interrupted, "end to back ms"))
    radio = _of(trials, results, "radio")
    if radio:
        hours = sum(_numbers(radio, "seconds")) / 3600
        for key in ("stops", "others"):
            count = sum(_numbers(radio, key))
            table.add_row(
                f"a radio while it is silent: false {key}",
                f"{count / hours:.1f} an hour ({count:.0f} in {hours:.2f} h)",
            )
    for listener in (UNCANCELLED, ASSISTANT):
        heard = _of(trials, results, "without echo", "base", listener)
        if heard:
            table.add_row(f"commands without echo: {listener}", _share(heard, "right"))
    cost = _of(trials, results, "cost")
    if cost:
        table.add_row("front end, ms of CPU per second of audio", _spread(cost, "cpu ms per s"))
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column)
    return table


def _of(
    trials: list[Trial],
    results: Results,
    kind: str,
    condition: str = "base",
    listener: str = ASSISTANT,
) -> list[Result]:
    return [
        results[trial.key]
        for trial in trials
        if (trial.kind, trial.condition.name, trial.listener) == (kind, condition, listener)
    ]


def _numbers(rows: list[Result], key: str) -> list[float]:
    return [float(value) for row in rows if (value := row.get(key)) is not None]


def _share(rows: list[Result], key: str) -> str:
    yes = sum(bool(row[key]) for row in rows)
    return f"{100 * yes / len(rows):.1f} % of {len(rows)}"


def _spread(rows: list[Result], key: str) -> str:
    numbers = _numbers(rows, key)
    if not numbers:
        return "never"
    return f"{np.percentile(numbers, 50):.0f} / {np.percentile(numbers, 95):.0f}"
