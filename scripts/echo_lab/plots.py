"""Two pictures: recall against the user's level, and what the loudspeaker did around one "stop"."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib
import numpy as np

from assistant.messages import SAMPLE_RATE_HZ
from echo_lab.conditions import CURVE, LEVELS
from echo_lab.laboratory import Trial
from echo_lab.listeners import LISTENERS
from echo_lab.trials import Result, Tape

matplotlib.use("Agg")  # there is no screen
from matplotlib import pyplot as plt


def recall(trials: Sequence[Trial], results: dict[str, Result], path: Path) -> None:
    """Draw how many "stop" are caught against the user's level over the echo."""
    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    levels = sorted({row.ser_db for row in (*LEVELS, *CURVE)})
    for listener in LISTENERS:
        points = []
        for level in levels:
            found = [
                bool(results[trial.key]["caught"])
                for trial in trials
                if trial.kind == "stop" and trial.listener == listener
                if trial.condition in (*LEVELS, *CURVE) and trial.condition.ser_db == level
            ]
            if found:
                points.append((level, 100 * np.mean(found)))
        if points:
            axes.plot(*zip(*points, strict=True), marker="o", label=listener)
    axes.set(xlabel="user's level over the echo, dB", ylabel="“stop” caught, %", ylim=(0, 102))
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, dpi=120)
    plt.close(figure)


def waveform(tape: Tape, path: Path) -> None:
    """Draw what the loudspeaker played and the microphone heard around one "stop"."""
    stopped = next(e.at for e in tape.entries if e.details.get("state") == "stopped")
    since, until = max(0, stopped - 2 * SAMPLE_RATE_HZ), stopped + SAMPLE_RATE_HZ
    seconds = np.arange(since, until) / SAMPLE_RATE_HZ
    figure, rows = plt.subplots(2, 1, figsize=(9, 4), sharex=True, layout="constrained")
    for axes, signal, name in zip(
        rows, (tape.spoken, tape.heard), ("loudspeaker", "microphone"), strict=True
    ):
        part = np.concatenate(signal)[since:until]
        axes.plot(seconds[: len(part)], part, linewidth=0.5)
        axes.set_ylabel(name)
        for entry in tape.entries:
            if entry.event in ("held", "state") and since <= entry.at < until:
                name_of = entry.details.get("state", entry.event)
                axes.axvline(entry.at / SAMPLE_RATE_HZ, color="tab:red", linewidth=1)
                axes.annotate(str(name_of), (entry.at / SAMPLE_RATE_HZ, axes.get_ylim()[1]))
    rows[-1].set_xlabel("seconds")
    figure.savefig(path, dpi=120)
    plt.close(figure)
