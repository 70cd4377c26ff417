"""What loading a speech model costs, measured."""

import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from assistant.hearing.recogniser import Model


@dataclass(frozen=True)
class Loading:
    """What it cost."""

    seconds: float
    memory_bytes: int


def measure_loading(folder: Path) -> Loading:
    """Load the model in `folder`.

    Raises:
        ModelError: it cannot be loaded.
    """
    before_bytes, start = _peak_memory_bytes(), time.perf_counter()
    model = Model(folder)
    seconds = time.perf_counter() - start
    model.recogniser(["stop"])
    return Loading(seconds, _peak_memory_bytes() - before_bytes)


def _peak_memory_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
