"""Shows how far what takes a while has come: a rehearsal, a download."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from assistant.cli.output import console
from assistant.journal import Entry, Journal
from assistant.messages import seconds

if TYPE_CHECKING:
    from assistant.shelf.download import Show


@contextmanager
def rehearsal_progress(journal: Journal) -> Iterator[None]:
    """Show it below the conversation."""
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    bar = Progress(*columns, console=console)
    task = bar.add_task("Rehearsing")
    so_far = _SoFar()
    with bar:
        journal.add(lambda entry: bar.update(task, description=so_far.after(entry)))
        yield


class _SoFar:
    """Where a rehearsal is, in words."""

    def __init__(self) -> None:
        self._step = ""

    def after(self, entry: Entry) -> str:
        """Return where it is after `entry`; every entry is wanted, in order."""
        if entry.event == "state":
            number = entry.details["step"]
            self._step = f"step {number}, " if number else ""
        minutes, rest = divmod(int(seconds(entry.at)), 60)
        return f"Rehearsing: {self._step}{minutes}:{rest:02} of session in"


@contextmanager
def download_progress(name: str) -> Iterator["Show"]:
    """Show it for the model `name`; what is yielded is to be told of every piece."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn()
    with Progress(*columns) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)
