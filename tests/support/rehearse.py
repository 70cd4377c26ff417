"""Rehearses a scenario in this process and keeps everything that came of it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.app import build_session
from assistant.hearing.recogniser import Model
from assistant.journal import Entry, Journal
from assistant.messages import seconds
from assistant.offline import Recordings
from assistant.rehearsal import Rehearsal
from assistant.scenario import Scenario, answers_of
from assistant.settings import Settings, with_options
from assistant.speaking.synthesiser import Samples, Synthesiser


class _Kept:
    """Stands where a WAV writer stands and keeps the samples."""

    def __init__(self) -> None:
        self._blocks: list[Samples] = []

    def write(self, block: Samples) -> None:
        self._blocks.append(block)

    def close(self) -> None:
        """Nothing to complete."""

    @property
    def samples(self) -> Samples:
        return np.concatenate(self._blocks)


@dataclass(frozen=True)
class Rehearsed:
    """What came of a rehearsal."""

    entries: list[Entry]
    speaker: Samples
    mic: Samples

    def said(self) -> list[str]:
        return [str(entry.details["text"]) for entry in self.entries if entry.event == "say"]

    def heard(self) -> list[str]:
        return [
            str(entry.details["text"])
            for entry in self.entries
            if entry.event == "heard" and entry.details["final"]
        ]

    def states(self) -> list[str]:
        return [str(entry.details["state"]) for entry in self.entries if entry.event == "state"]

    def steps(self) -> list[int]:
        """The steps in the order they were read, each once a reading."""
        return [
            int(str(entry.details["step"]))
            for entry in self.entries
            if entry.event == "state" and entry.details["state"] == "reading"
        ]

    def first(self, event: str, **details: object) -> Entry:
        for entry in self.entries:
            if entry.event == event and details.items() <= entry.details.items():
                return entry
        raise AssertionError(f"no {event} with {details} in {self.entries}")

    def seconds(self) -> float:
        return seconds(len(self.speaker))


def rehearse(
    scenario: Scenario,
    model: Model,
    synthesiser: Synthesiser,
    folder: Path = Path(),
    limit_seconds: float | None = None,
    **options: object,
) -> Rehearsed:
    entries: list[Entry] = []
    speaker, mic = _Kept(), _Kept()
    echo = "off" if scenario.room.echo_db is None else "on"
    settings = with_options(Settings(), {"echo": echo, **scenario.settings, **options})
    memory = answers_of(scenario)
    session = build_session(settings, model, synthesiser, Journal(entries.append), memory)
    rehearsal = Rehearsal(session, scenario, folder, synthesiser)
    rehearsal.run(Recordings(speaker, mic), limit_seconds)  # type: ignore[arg-type]
    return Rehearsed(entries, speaker.samples, mic.samples)
