"""How a command ends: its exit status, and what an interruption means."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import typer

FAILED_EXPECTATION, UNUSABLE, INTERRUPTED = 1, 2, 130
"""Exit statuses: a rehearsal's expectation was not met; bad input; Ctrl-C or SIGTERM."""
LACKS_WORDS = 1
"""Exit status of `model words` where the model lacks some."""


@contextmanager
def interruptible(status: int = 0) -> Iterator[None]:
    """Treat SIGTERM like Ctrl-C: the session has ended in good order, and `status` says so."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        raise typer.Exit(status) from None
