"""The real assistant on virtual devices: what it hears, plays and survives."""

import csv
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile

from assistant.app import phrasebook
from assistant.audio_files import read_audio
from assistant.content.loader import load_content
from assistant.hearing.recogniser import Model, Recogniser
from assistant.messages import BLOCK_SAMPLES, SAMPLE_RATE_HZ, samples
from assistant.rehearsal import USER_RATE_WPM, USER_VOICE
from assistant.room import at_peak
from assistant.speaking.synthesiser import Samples, Synthesiser
from tests.conftest import Show
from tests.live.conftest import Say
from tests.support.live import LiveAssistant, enters, live_assistant, says
from tests.support.pulse import PulseServer, Recording

pytestmark = pytest.mark.slow

PEOPLE = Path(__file__).parents[3] / "shared/speech/dev"
"""Recordings of people, where they lie beside the checkout."""
SOUND = 1e-3
"""Louder than this is sound; on virtual devices silence is zero."""
MOST_STOP_SECONDS = 0.5


def stop_words(count: int, model: Model, synthesiser: Synthesiser) -> list[Samples]:
    """People saying "stop" whom the model understands well, or else a synthesised word."""
    words: list[Samples] = []
    manifest = PEOPLE / "manifest.csv"
    rows = list(csv.DictReader(manifest.open())) if manifest.exists() else []
    for row in rows:
        if row["text"] == "stop" and len(words) < count:
            word = at_peak(read_audio(PEOPLE / row["file"]), -6)
            words += [word] if understood(word, model) else []
    return words or [synthesiser.render("stop", USER_VOICE, USER_RATE_WPM)]


def understood(word: Samples, model: Model) -> bool:
    """Whether it is heard wherever the blocks' edges fall."""
    phrases = phrasebook(load_content()).hot_phrases()
    return all(heard_in(word, model.recogniser(phrases), lead) for lead in (0, 90, 190, 290))


def heard_in(word: Samples, recogniser: Recogniser, lead: int) -> bool:
    quiet = np.zeros(samples(0.3), np.float32)
    padded = np.concatenate([quiet[: samples(0.2) + lead], word, quiet])
    blocks = padded[: len(padded) // BLOCK_SAMPLES * BLOCK_SAMPLES].reshape(-1, BLOCK_SAMPLES)
    return any("stop" in recogniser.feed(block).text.split() for block in blocks)


def word_times(recording: Recording, since: float) -> tuple[float, float]:
    """The monotonic seconds when a word said later than `since` begins and is over.

    It is what is louder than 25 dB below its loudest 10 ms.
    """
    frame = samples(0.01)
    heard = recording.since(since)
    frames = heard[: len(heard) // frame * frame].reshape(-1, frame)
    level = np.sqrt((frames**2).mean(axis=1))
    loud = np.flatnonzero(level > level.max() * 10 ** (-25 / 20))
    began = max(since, recording.began)
    first, last = loud[[0, -1]] + [0, 1]
    return began + float(first) * 0.01, began + float(last) * 0.01


def silence_before(recording: Recording, assistant: LiveAssistant, line_at: float) -> float:
    """The monotonic second since when it was silent before the line at session second `line_at`."""
    played = recording.samples
    spoken, _ = soundfile.read(assistant.speaker, dtype="float32")
    first_played = np.flatnonzero(np.abs(played) > SOUND)[0]
    first_spoken = np.flatnonzero(np.abs(spoken) > SOUND)[0]
    line_from = first_played - first_spoken + samples(line_at - 0.05)
    last = np.flatnonzero(np.abs(played[:line_from]) > SOUND)[-1]
    return recording.began + float((last + 1) / SAMPLE_RATE_HZ)


def begin_massage(assistant: LiveAssistant, say: Say) -> None:
    """Answer the safety questions of every massage, until the first step is being read."""
    questions = load_content().screening.questions
    asked = [question.ask.split("{")[0] for question in questions if question.every_time]
    assistant.wait_for_line(asked[0])
    for wanted in (*map(says, asked[1:]), enters("reading")):
        assistant.say_until(lambda: say("none"), wanted)


@pytest.mark.parametrize("number", range(3))
def test_stop_said_by_a_person_silences_the_loudspeaker(  # noqa: PLR0913 (fixtures)
    number: int,
    sound: PulseServer,
    tmp_path: Path,
    model: Model,
    synthesiser: Synthesiser,
    write_wav: Callable[[Samples], Path],
    show: Show,
) -> None:
    words = stop_words(3, model, synthesiser)
    word = write_wav(words[number % len(words)])
    with (
        sound.recording("user") as user,
        sound.recording("loudspeaker") as loudspeaker,
        live_assistant(tmp_path, sound.env) as assistant,
    ):
        assistant.wait_for_line("Hello")
        time.sleep(1.0 + 0.5 * number)
        said_at: list[float] = []

        def say_stop() -> None:
            said_at.append(time.monotonic())
            sound.play(word)

        stopped = assistant.say_until(say_stop, says("All right"))
        assistant.wait_for(lambda e: e["event"] == "spoken" and "All right" in e["text"], "spoken")
        assert assistant.end(signal.SIGTERM) == 0
    began, over = word_times(user, said_at[-1])
    silent = silence_before(loudspeaker, assistant, stopped["at"])
    show(
        f'"stop" {number}: silent {1000 * (silent - over):.0f} ms after the end of the word, '
        f"{1000 * (silent - began):.0f} ms after its beginning"
    )
    assert silent - began > 0
    assert silent - over < MOST_STOP_SECONDS
    assert "hush" in [event["event"] for event in assistant.events]


@contextmanager
def in_the_middle_of(word: Path, sound: PulseServer) -> Iterator[None]:
    """While somebody says it: from its first quarter of a second on."""
    with sound.recording("user") as user, sound.playing(word):
        until = time.monotonic() + 10
        while np.abs(user.samples).max(initial=0.0) < SOUND and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.25)
        yield


def test_a_lost_sound_server_holds_the_massage_until_resume(
    sound: PulseServer, tmp_path: Path, say: Say
) -> None:
    arguments = ("--routine", "knee_quick", "--side", "left")
    with live_assistant(tmp_path, sound.env, *arguments) as assistant:
        begin_massage(assistant, say)
        sound.kill()
        for part in ("microphone", "loudspeaker"):
            assistant.wait_for(
                lambda e, part=part: e["event"] == "failed" and e["part"] == part, f"lost {part}"
            )
        assistant.wait_for(enters("held"), "hold")
        lost = len(assistant.events)
        time.sleep(3)
        assert assistant.process.poll() is None
        sound.start()
        assistant.wait_for_line("works again. Say resume", lost)
        assert "state" not in [event["event"] for event in assistant.events[lost:]]
        assistant.say_until(lambda: say("resume"), enters("reading"))
        assert assistant.end(signal.SIGTERM) == 0
    steps = {event["step"] for event in assistant.events if event["event"] == "state"}
    assert steps == {None, 1}
    assert "Traceback" not in assistant.printed


def test_a_lost_microphone_is_told_aloud(sound: PulseServer, tmp_path: Path, say: Say) -> None:
    arguments = ("--routine", "knee_quick", "--side", "left")
    with live_assistant(tmp_path, sound.env, *arguments) as assistant:
        begin_massage(assistant, say)
        sound.drop_microphones()
        failed = assistant.wait_for(lambda e: e["event"] == "failed", "lost microphone")
        assert failed["part"] == "microphone"
        told = assistant.wait_for_line("lost the microphone")
        lost = len(assistant.events)
        assistant.wait_for_line("The microphone works again", lost)
        assistant.say_until(lambda: say("resume"), enters("reading"))
        assert assistant.end(signal.SIGTERM) == 0
    assert told["text"] in [e["text"] for e in assistant.events if e["event"] == "spoken"]
    assert [e["part"] for e in assistant.events if e["event"] == "failed"] == ["microphone"]


@pytest.mark.parametrize("part", ["microphone", "loudspeaker"])
def test_a_device_that_is_lost_in_the_middle_of_a_command_holds_the_massage_until_resume(
    part: str,
    sound: PulseServer,
    tmp_path: Path,
    say: Say,
    synthesiser: Synthesiser,
    write_wav: Callable[[Samples], Path],
) -> None:
    arguments = ("--routine", "knee_quick", "--side", "left")
    command = write_wav(synthesiser.render("skip this step", USER_VOICE, USER_RATE_WPM))
    drop = {"microphone": sound.drop_microphones, "loudspeaker": sound.drop_loudspeakers}[part]
    with live_assistant(tmp_path, sound.env, *arguments) as assistant:
        begin_massage(assistant, say)
        with in_the_middle_of(command, sound):
            drop()
            failed = assistant.wait_for(lambda e: e["event"] == "failed", "lost device")
            time.sleep(1.0)
        assert failed["part"] == part
        assistant.wait_for_line(f"The {part} works again")
        assistant.say_until(lambda: say("resume"), enters("reading"))
        assert assistant.end(signal.SIGTERM) == 0
    assert {e["step"] for e in assistant.events if e["event"] == "state"} == {None, 1}


def test_a_sound_server_that_was_frozen_brings_back_nothing_that_was_said_before(
    sound: PulseServer,
    tmp_path: Path,
    say: Say,
    synthesiser: Synthesiser,
    write_wav: Callable[[Samples], Path],
) -> None:
    arguments = ("--routine", "knee_quick", "--side", "left")
    command = write_wav(synthesiser.render("skip this step", USER_VOICE, USER_RATE_WPM))
    with live_assistant(tmp_path, sound.env, *arguments) as assistant:
        begin_massage(assistant, say)
        with in_the_middle_of(command, sound):
            sound.freeze()
            try:
                assistant.wait_for(enters("held"), "hold")
                lost = len(assistant.events)
                time.sleep(3)
            finally:
                sound.thaw()
            assistant.wait_for_line("works again. Say resume", lost)
            assert "state" not in [event["event"] for event in assistant.events[lost:]]
        assistant.say_until(lambda: say("resume"), enters("reading"))
        assert assistant.end(signal.SIGTERM) == 0
    assert {e["step"] for e in assistant.events if e["event"] == "state"} == {None, 1}


def test_a_microphone_that_delivers_nothing_is_told_of_after_ten_seconds(
    sound: PulseServer, tmp_path: Path
) -> None:
    muted = load_content().lines.muted
    with live_assistant(tmp_path, sound.env) as assistant:
        told = assistant.wait_for_line(muted)
        assert assistant.end(signal.SIGTERM) == 0
    failed = [event for event in assistant.events if event["event"] == "failed"]
    assert [event["part"] for event in failed] == ["microphone"]
    assert failed[0]["at"] == pytest.approx(10.0, abs=0.1)
    assert told["at"] == pytest.approx(10.0, abs=0.5)


def test_a_frozen_sound_server_is_noticed_and_does_not_keep_the_session_from_ending(
    sound: PulseServer, tmp_path: Path
) -> None:
    with live_assistant(tmp_path, sound.env) as assistant:
        assistant.wait_for_line("Hello")
        sound.freeze()
        try:
            assistant.wait_for(lambda e: e["event"] == "failed", "lost device")
            assert assistant.end(signal.SIGINT) == 0
        finally:
            sound.thaw()
    assert assistant.events[-1]["reason"] == "interrupted"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_in_the_middle_of_a_sentence_ends_in_silence(
    number: signal.Signals, sound: PulseServer, tmp_path: Path, show: Show
) -> None:
    with (
        sound.recording("loudspeaker") as loudspeaker,
        live_assistant(tmp_path, sound.env) as assistant,
    ):
        assistant.wait_for_line("Hello")
        time.sleep(1)
        asked = time.monotonic()
        assert assistant.end(number) == 0
        time.sleep(0.5)
    after = np.abs(loudspeaker.since(asked)) > SOUND
    last = float(np.flatnonzero(after)[-1] / SAMPLE_RATE_HZ)
    show(f"{number.name}: {1000 * last:.0f} ms to silence")
    assert after[: samples(0.02)].any()
    assert not after[samples(0.3) :].any()
    assert assistant.events[-1]["reason"] == "interrupted"
    assert [event["event"] for event in assistant.events[-2:]] == ["hush", "end"]
    assert "Traceback" not in assistant.printed
    assert soundfile.info(assistant.speaker).duration == pytest.approx(
        assistant.events[-1]["at"], abs=0.021
    )


def test_the_devices_are_chosen_by_name(sound: PulseServer, tmp_path: Path, say: Say) -> None:
    names = ("--microphone", "virtual_mic", "--loudspeaker", "virtual_loudspeaker")
    with (
        sound.recording("loudspeaker") as loudspeaker,
        live_assistant(tmp_path, sound.env, *names) as assistant,
    ):
        assistant.wait_for_line("Hello")
        assistant.say_until(lambda: say("stop"), says("All right"))
        assert assistant.end(signal.SIGTERM) == 0
    assert np.abs(loudspeaker.samples).max() > 0.1
