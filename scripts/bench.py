"""How fast the assistant starts, rehearses, reads, listens, answers and stops.

Whole commands are measured from outside, as processes; what a block costs is measured inside one.
Figures of seconds depend on the machine, so each has a ratio beside it wherever there is something
to compare it with in the same run.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from assistant.app import Session, build_session, find_model, phrasebook
from assistant.content.loader import load_content
from assistant.conversation import Conversation
from assistant.hearing.ear import Ear
from assistant.hearing.echo import Canceller, NoCanceller, TwoPathCanceller
from assistant.hearing.recogniser import Model
from assistant.inspection import Inspector
from assistant.journal import Entry, Journal
from assistant.memory import GivenAnswers
from assistant.messages import BLOCK_SAMPLES, SAMPLE_RATE_HZ, Heard, samples, seconds
from assistant.script import Asked
from assistant.settings import Settings
from assistant.speaking.synthesiser import Samples, Synthesiser

ASSISTANT = [sys.executable, "-m", "assistant"]
SENTENCES = Path(__file__).parents[1] / "tests/sentences"
DEMONSTRATION = Path(__file__).with_name("demonstration.toml")
BLOCK_SECONDS = seconds(BLOCK_SAMPLES)
SILENT_PEAK = 10 ** (-60 / 20)
"""What counts as silence at the loudspeaker."""
USER_VOICE, USER_RATE_WPM = "gmw/en-us", 150


@dataclass(frozen=True)
class Figure:
    """One line of the table: what was measured, how much, and compared with what."""

    what: str
    value: str
    compared: str = ""


def main() -> None:
    """Measure everything and print it."""
    console = Console()
    console.width = max(console.width, 100)  # in a file too
    table = Table("what", "measured", "compared", title="massage-assistant")
    with tempfile.TemporaryDirectory() as name, console.status("measuring"):
        folder = Path(name)
        # Nothing of the user's own settings or cache plays a part.
        os.environ.update(XDG_CACHE_HOME=name, XDG_CONFIG_HOME=name)
        for figure in _figures(folder):
            table.add_row(figure.what, figure.value, figure.compared)
    console.print(table)


def _figures(folder: Path) -> Iterator[Figure]:
    yield from _starting(folder)
    yield from _rehearsing(folder)
    yield from _reading()
    model, synthesiser = find_model(Settings()), Synthesiser(folder / "speech")
    try:
        yield from _listening(model)
        yield from _answering(model, synthesiser)
        yield from _stopping(model, synthesiser)
    finally:
        synthesiser.close()


# Whole commands


def _starting(folder: Path) -> Iterator[Figure]:
    bare = min(_seconds_of([sys.executable, "-c", "pass"]) for _ in range(5))
    first = _seconds_to_first_word(folder)
    again = min(_seconds_to_first_word(folder) for _ in range(3))
    compared = f"{again / bare:.0f} times a bare Python ({bare * 1000:.0f} ms)"
    yield Figure("start to first spoken sample, first time ever", f"{first:.2f} s")
    yield Figure("start to first spoken sample", f"{again:.2f} s", compared)


def _seconds_to_first_word(folder: Path) -> float:
    """Start a session on a silent recording and time its first `say` event."""
    silence = folder / "silence.wav"
    if not silence.exists():
        _write_silence(silence)
    reader, writer = os.pipe()
    command = [*ASSISTANT, "run", "--mic", str(silence), "--limit", "1"]
    command += ["--events", f"/dev/fd/{writer}"]
    took = None
    began = time.perf_counter()
    with subprocess.Popen(command, pass_fds=[writer], stdout=subprocess.DEVNULL):
        os.close(writer)
        with os.fdopen(reader) as events:
            for line in events:
                if json.loads(line)["event"] == "say" and took is None:
                    took = time.perf_counter() - began
    if took is not None:
        return took
    raise SystemExit("The assistant said nothing; try `massage-assistant rehearse`.")


def _write_silence(path: Path) -> None:
    import soundfile  # noqa: PLC0415 (only here)

    soundfile.write(path, np.zeros(SAMPLE_RATE_HZ), SAMPLE_RATE_HZ, subtype="PCM_16")


def _seconds_of(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - began


def _rehearsing(folder: Path) -> Iterator[Figure]:
    scenario = folder / "echo.toml"
    scenario.write_text(DEMONSTRATION.read_text() + "\n[room]\necho_db = -10\n")
    for path, where in ((DEMONSTRATION, "no echo"), (scenario, "with echo")):
        took, session, megabytes = _rehearse(path, folder / "events.jsonl")
        yield Figure(
            f"a rehearsal of {session:.0f} s, {where}",
            f"{took:.1f} s",
            f"{session / took:.0f} times real time; real-time factor {took / session:.4f}",
        )
        yield Figure(f"peak memory of it, {where}", f"{megabytes:.0f} MB")


def _rehearse(scenario: Path, events: Path) -> tuple[float, float, float]:
    """Return the seconds it took, the seconds it is about, and the peak memory in MB."""
    # Whether expectations are met is the tests' business.
    command = [*ASSISTANT, "rehearse", str(scenario), "--events", str(events)]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    took = time.perf_counter() - began
    process.returncode = 0  # it has been waited for
    last = json.loads(events.read_text().splitlines()[-1])
    return took, last["at"], usage.ru_maxrss / 1000


# What is typed


def _reading() -> Iterator[Figure]:
    """Read the tests' sentences and questions one by one, as `understand` and `ask` do."""
    content = load_content()
    inspector, asked = Inspector(content, None, None), Asked(content, "112", "a helpline")
    for name, goal, read in (
        ("understand", "the goal is 1,000", lambda text: inspector.read(text).as_json()),
        ("questions", "the goal is 20 ms for each", asked.as_json),
    ):
        lines = (SENTENCES / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
        # Patterns are compiled when they are first needed, so everything is read twice.
        first, took = (
            [_seconds_to(read, line.split("\t")[-1]) for line in lines] for _ in range(2)
        )
        most = f"one at most {max(took) * 1000:.1f} ms, {max(first) * 1000:.0f} ms at first; {goal}"
        yield Figure(f"lines of {name}.tsv read a second", f"{len(took) / sum(took):.0f}", most)


def _seconds_to(read: Callable[[str], str], text: str) -> float:
    began = time.perf_counter()
    read(text)
    return time.perf_counter() - began


# What a block costs


def _listening(model: Model) -> Iterator[Figure]:
    rng = np.random.default_rng(0)
    quiet = (rng.standard_normal(samples(30)) * 10 ** (-50 / 20)).astype(np.float32)
    for sound, name in ((quiet, "a quiet room (-50 dBFS)"), (quiet * 0, "digital silence")):
        for canceller in (TwoPathCanceller(), NoCanceller()):
            share = _cpu_share(model, canceller, sound)
            against = "echo canceller on" if isinstance(canceller, TwoPathCanceller) else "off"
            yield Figure(f"one core's share while listening to {name}", f"{share:.1%}", against)


def _cpu_share(model: Model, canceller: Canceller, sound: Samples) -> float:
    ear = Ear(model, canceller, phrasebook(load_content()), "practice")
    far = np.zeros(BLOCK_SAMPLES, np.float32)
    began = time.process_time()
    for start in range(0, len(sound), BLOCK_SAMPLES):
        ear.feed(sound[start : start + BLOCK_SAMPLES], far)
    return (time.process_time() - began) / seconds(len(sound))


def _session(model: Model, synthesiser: Synthesiser, entries: list[Entry]) -> Session:
    settings = Settings(routine="knee_quick", side="left", screening="off")
    return build_session(settings, model, synthesiser, Journal(entries.append), GivenAnswers())


def _answering(model: Model, synthesiser: Synthesiser) -> Iterator[Figure]:
    """Time from the final result to the first block of the answer being ready to play."""
    questions = ("what are the benefits", "how long is left", "where am i", "help", "next")
    for name in ("rendered for the first time", "known"):
        took = [_answer_seconds(model, synthesiser, words) * 1000 for words in questions]
        yield Figure(
            f"final result to first sample of the answer, {name}",
            f"{statistics.median(took):.1f} ms",
            f"at most {max(took):.1f} ms; the goal is 50 ms",
        )


def _answer_seconds(model: Model, synthesiser: Synthesiser, words: str) -> float:
    session = _session(model, synthesiser, [])
    talk = session.conversation
    silence = np.zeros(BLOCK_SAMPLES, np.float32)
    while talk.now < samples(20):
        talk.hear(silence, talk.speak(BLOCK_SAMPLES))
    began = time.perf_counter()
    talk.happen(Heard(words, final=True))
    talk.speak(BLOCK_SAMPLES)
    return time.perf_counter() - began


def _stopping(model: Model, synthesiser: Synthesiser) -> Iterator[Figure]:
    stop = synthesiser.render("stop", USER_VOICE, USER_RATE_WPM)
    starts = np.random.default_rng(0).uniform(6.5, 14.5, 10)  # while the first step is read
    runs = [_stop_once(model, synthesiser, stop, samples(float(start))) for start in starts]
    caught = [run for run in runs if run is not None]
    if not caught:
        yield Figure("stop: the word's beginning to silence", "never", f"0 of {len(runs)} heard")
        return
    tries = f"{len(caught)} of {len(runs)} heard; at most"
    for name, values in (
        ("stop: the word's beginning to silence (audio)", [run.after_onset for run in caught]),
        ("stop: partial result to silence (audio)", [run.after_partial for run in caught]),
        ("stop: compute of the block that hears it", [run.compute for run in caught]),
    ):
        most = f"{tries} {max(values) * 1000:.0f} ms"
        yield Figure(name, f"{statistics.median(values) * 1000:.0f} ms", most)
    blocks = [seconds_of for run in runs if run for seconds_of in run.blocks]
    yield Figure(
        "compute of any block of 20 ms",
        f"{statistics.median(blocks) * 1000:.2f} ms",
        f"{statistics.mean(blocks) / BLOCK_SECONDS:.1%} of the time it lasts;"
        f" 99 % within {np.percentile(blocks, 99) * 1000:.1f} ms",
    )


@dataclass(frozen=True)
class Stopped:
    """One "stop", in seconds of audio (after what) and of compute."""

    after_onset: float
    after_partial: float
    compute: float
    blocks: list[float]


def _stop_once(model: Model, synthesiser: Synthesiser, stop: Samples, start: int) -> Stopped | None:
    """Say "stop" at sample `start` of a session and see when the loudspeaker falls silent."""
    entries: list[Entry] = []
    talk = _session(model, synthesiser, entries).conversation
    mic = np.zeros(start + len(stop) + samples(3), np.float32)
    mic[start : start + len(stop)] = stop * np.float32(0.5 / np.abs(stop).max())
    speaker, blocks = _drive(talk, mic)
    stopped = [e.at for e in entries if e.details.get("state") == "stopped"]
    if not stopped:
        return None
    hushed = stopped[0]
    quiet_from = hushed - BLOCK_SAMPLES  # the block that heard it
    loud = np.flatnonzero(np.abs(speaker[quiet_from : hushed + samples(0.3)]) > SILENT_PEAK)
    silent_at = quiet_from + (int(loud[-1]) + 1 if len(loud) else 0)
    word_start = start + int(np.flatnonzero(np.abs(stop) > SILENT_PEAK)[0])
    return Stopped(
        after_onset=seconds(silent_at - word_start),
        after_partial=max(0.0, seconds(silent_at - hushed)),
        compute=blocks[hushed // BLOCK_SAMPLES - 1],
        blocks=blocks,
    )


def _drive(talk: Conversation, mic: Samples) -> tuple[Samples, list[float]]:
    """Play a recording to a conversation; return what it said and what each block took."""
    spoken, took = [], []
    for start in range(0, len(mic) - BLOCK_SAMPLES + 1, BLOCK_SAMPLES):
        far = talk.speak(BLOCK_SAMPLES)
        spoken.append(far)
        began = time.perf_counter()
        talk.hear(mic[start : start + BLOCK_SAMPLES], far)
        took.append(time.perf_counter() - began)
    return np.concatenate(spoken), took


if __name__ == "__main__":
    main()
