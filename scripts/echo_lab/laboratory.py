"""Runs trials in several processes and remembers what is done, so that a run can be taken up again.

Results are JSON lines, one a trial, appended as they come; a trial that is there is not run again.
"""

import json
import multiprocessing
import signal
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from rich.progress import Progress

from assistant.app import find_model, phrasebook
from assistant.content.loader import load_content
from assistant.settings import Settings, cache_folder
from assistant.speaking.synthesiser import Synthesiser
from echo_lab import trials
from echo_lab.conditions import ALONE, BASE, CURVE, HARDER, LEVELS, Condition
from echo_lab.listeners import ASSISTANT, DEAF, PLAIN, UNCANCELLED, Kit
from echo_lab.people import Recording, recordings
from echo_lab.trials import Result

RADIO_CLIPS = 20
"""How many recordings of talk make one trial: about a minute."""


@dataclass(frozen=True)
class Trial:
    """What is run: which kind, in which condition, by whose ears, and the number that seeds it."""

    kind: str
    number: int
    condition: Condition = BASE
    listener: str = ASSISTANT
    length_seconds: float = 0.0

    @property
    def key(self) -> str:
        """What names it in the file of results."""
        parts = (self.kind, self.condition.name, self.listener, f"{self.length_seconds:g}")
        return "/".join((*parts, str(self.number)))


@dataclass(frozen=True)
class Extent:
    """How much is run."""

    stops: int
    """Trials a row of the tables of "stop"."""
    recital_hours: float
    recital_minutes: float = 10.0
    """How long each recital is, in a room of its own."""
    interruptions: int = 60


def plan(extent: Extent, people: Path) -> list[Trial]:
    """Return all trials, the quickest first."""
    talk = len(_foreign(people)) // RADIO_CLIPS
    commands = len(_commands(people))
    recitals = round(extent.recital_hours * 60 / extent.recital_minutes)
    length = extent.recital_minutes * 60
    rows = (*LEVELS, *HARDER, *CURVE)
    return [
        *(Trial("cost", number) for number in range(5)),
        *(Trial("stop", n, row) for row in rows for n in range(extent.stops)),
        *(
            Trial("stop", n, row, other)
            for other in (PLAIN, DEAF)
            for row in LEVELS
            for n in range(extent.stops)
        ),
        *(Trial("interruption", number) for number in range(extent.interruptions)),
        *(Trial("radio", number) for number in range(talk)),
        *(
            Trial("without echo", n, listener=one)
            for n in range(commands)
            for one in (UNCANCELLED, ASSISTANT)
        ),
        *(Trial("recital", 1000 + n, length_seconds=length) for n in range(recitals)),
        *(Trial("recital", 1000 + n, row, length_seconds=length) for row in ALONE for n in (0, 1)),
        *(
            Trial("recital", 1000 + n, BASE, other, length)
            for other in (PLAIN, DEAF)
            for n in (0, 1)
        ),
    ]


def done(results: Path) -> dict[str, Result]:
    """Return what has been run, by the trials' keys; a line that was cut off is left out."""
    found: dict[str, Result] = {}
    for line in results.read_text().splitlines() if results.exists() else []:
        try:
            entry = json.loads(line)
        except json.JSONDecodeError:
            continue
        found[entry.pop("trial")] = entry
    return found


def run(wanted: Iterable[Trial], results: Path, people: Path, processes: int) -> None:
    """Run what has not been run yet and append what comes of it to `results`."""
    known = done(results)
    missing = [trial for trial in wanted if trial.key not in known]
    results.parent.mkdir(parents=True, exist_ok=True)
    _end_last_line(results)
    work: Callable[[Trial], tuple[str, Result]] = partial(_carry_out, people=people)
    with (
        multiprocessing.get_context("spawn").Pool(processes, _leave_interrupts) as pool,
        results.open("a") as file,
        Progress() as progress,
    ):
        bar = progress.add_task("trials", total=len(missing))
        for key, result in pool.imap_unordered(work, missing):
            file.write(json.dumps({"trial": key, **result}) + "\n")
            file.flush()
            progress.advance(bar)


def _end_last_line(results: Path) -> None:
    """A line that was cut off must not take the next with it."""
    if results.exists() and not results.read_bytes().endswith(b"\n"):
        with results.open("a") as file:
            file.write("\n")


def _leave_interrupts() -> None:
    """Let Ctrl-C end the laboratory, not each of its processes with a traceback of its own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _carry_out(trial: Trial, people: Path) -> tuple[str, Result]:
    kit, number, condition = make_kit(), trial.number, trial.condition
    stops, foreign = _stops(people), _foreign(people)
    match trial.kind:
        case "stop":
            said = stops[number % len(stops)]
            result, _ = trials.stop(kit, said, condition, number, trial.listener)
        case "recital":
            result = trials.recital(kit, condition, number, trial.length_seconds, trial.listener)
        case "interruption":
            result = trials.interruption(kit, foreign[7 * number % len(foreign)], condition, number)
        case "radio":
            talk = foreign[number * RADIO_CLIPS : (number + 1) * RADIO_CLIPS]
            result = trials.radio(kit, talk, number)
        case "without echo":
            result = trials.without_echo(kit, _commands(people)[number], trial.listener)
        case _:
            result = trials.cost(kit, condition, number)
    return trial.key, result


@cache
def make_kit() -> Kit:
    """Return what trials need, made once a process."""
    content = load_content()
    return Kit(find_model(Settings()), Synthesiser(cache_folder()), content, phrasebook(content))


@cache
def _stops(people: Path) -> list[Recording]:
    return [one for one in recordings(people) if one.text == "stop"]


@cache
def _commands(people: Path) -> list[Recording]:
    phrases = set(make_kit().book.grammar())
    return [one for one in recordings(people) if one.text in phrases][::4]


@cache
def _foreign(people: Path) -> list[Recording]:
    """Return what holds no word that is listened for."""
    words = {word for phrase in make_kit().book.grammar() for word in phrase.split()}
    return [one for one in recordings(people) if not set(one.text.split()) & words]
