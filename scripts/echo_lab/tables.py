"""What came of the trials, as tables."""

from collections.abc import Iterable

import numpy as np
from rich.console import Console
from rich.table import Table

from echo_lab.conditions import ALONE, HARDER, LEVELS, Condition
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
        _harder_recitals(trials, results),
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
    heard = [name for name in LISTENERS if _of(trials, results, "stop", LEVELS[0].name, name)]
    table = _table("The same recordings and rooms, heard in other ways", "", *heard)
    for row in LEVELS:
        found = [_of(trials, results, "stop", row.name, name) for name in heard]
        if any(found):
            table.add_row(f"caught, {row.name}", *(_share(each, "caught") for each in found))
            silent = (_spread(each, "end to silent ms") for each in found)
            table.add_row("  end of word to silent, ms", *silent)
    return table


def _recitals(trials: list[Trial], results: Results) -> Table:
    heard = [name for name in LISTENERS if _of(trials, results, "recital", "base", name)]
    table = _table("Its own voice: prompts that hold every command word", "", *heard)
    found = [_of(trials, results, "recital", "base", name) for name in heard]
    hours = [sum(_numbers(rows, "seconds")) / 3600 for rows in found]
    if not heard:
        return table
    table.add_row("hours", *(f"{each:.1f}" for each in hours))
    table.add_row("rooms", *(str(len(rows)) for rows in found))
    obeyed, held = ([sum(_numbers(rows, key)) for rows in found] for key in ("obeyed", "held"))
    table.add_row("acted on itself", *(f"{count:.0f}" for count in obeyed))
    often = (f"{count / long:.1f}" for count, long in zip(held, hours, strict=True))
    table.add_row("held for nothing, an hour", *often)
    return table


def _harder_recitals(trials: list[Trial], results: Results) -> Table:
    table = _table("The same in harder rooms", "", "minutes", "acted on itself", "held for nothing")
    for row in ALONE:
        if found := _of(trials, results, "recital", row.name):
            sums = [sum(_numbers(found, key)) for key in ("seconds", "obeyed", "held")]
            table.add_row(row.name, f"{sums[0] / 60:.0f}", f"{sums[1]:.0f}", f"{sums[2]:.0f}")
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
    return f"{100 * yes / len(rows):.1f} % of {len(rows)}" if rows else "not run"


def _spread(rows: list[Result], key: str) -> str:
    numbers = _numbers(rows, key)
    if not numbers:
        return "never"
    return f"{np.percentile(numbers, 50):.0f} / {np.percentile(numbers, 95):.0f}"
