"""The session commands from outside: recordings in, events out, signals at any moment."""

import json
import signal
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from assistant.messages import SAMPLE_RATE_HZ
from assistant.speaking.synthesiser import Synthesiser
from tests.support.cli import CommandLine, start_process

KEYS = {
    "heard": {"text", "final"},
    "ignored": {"text", "why"},
    "say": {"text"},
    "spoken": {"text"},
    "hush": set(),
    "state": {"state", "step"},
    "failed": {"part", "reason"},
    "end": {"reason"},
}


def read_events(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_recording_as_the_microphone_stops_the_greeting(
    command: CommandLine, stop_wav: Path, tmp_path: Path
) -> None:
    out, events = tmp_path / "out.wav", tmp_path / "events.jsonl"
    outcome = command(
        *("run", "--mic", stop_wav, "--speaker", out, "--events", events, "--limit", 8)
    )
    assert outcome.status == 0, outcome.err
    entries = read_events(events)
    for entry in entries:
        assert entry.keys() - {"at", "event"} == KEYS[str(entry["event"])]
        assert round(float(str(entry["at"])), 3) == entry["at"]
    hush = next(entry for entry in entries if entry["event"] == "hush")
    assert 2.0 < float(str(hush["at"])) < 3.2
    assert entries[-1] == {"at": 8.0, "event": "end", "reason": "limit"}
    played, rate_hz = soundfile.read(out)
    assert rate_hz == SAMPLE_RATE_HZ
    assert len(played) == 8 * SAMPLE_RATE_HZ
    at = round(float(str(hush["at"])) * SAMPLE_RATE_HZ)
    assert not played[at + 1600 : at + 4800].any()


@pytest.mark.parametrize(("rate_hz", "channels"), [(8_000, 1), (44_100, 2), (48_000, 1)])
def test_recordings_of_any_rate_and_channels_are_understood(
    rate_hz: int, channels: int, command: CommandLine, tmp_path: Path, synthesiser: Synthesiser
) -> None:
    word = synthesiser.render("repeat", "gmw/en-us", 150)
    padded = np.concatenate([np.zeros(8000, np.float32), word, np.zeros(16000, np.float32)])
    converted = soxr.resample(padded, SAMPLE_RATE_HZ, rate_hz)
    path = tmp_path / "word.wav"
    soundfile.write(path, np.stack([converted] * channels, axis=1), rate_hz)
    outcome = command("listen", path)
    assert outcome.status == 0
    assert "repeat" in outcome.out


def test_listen_writes_its_results_as_events(
    command: CommandLine, stop_wav: Path, tmp_path: Path
) -> None:
    events = tmp_path / "events.jsonl"
    command("listen", stop_wav, "--events", events)
    entries = read_events(events)
    assert {entry["event"] for entry in entries} == {"heard"}
    assert entries[-1]["final"] is True
    assert "stop" in str(entries[-1]["text"])


def test_a_rehearsal_is_the_same_whatever_settings_the_user_has(
    command: CommandLine, tmp_path: Path, own_home: Path
) -> None:
    scenario = tmp_path / "scenario.toml"
    scenario.write_text('[settings]\nroutine = "knee_quick"\nside = "left"\nscreening = "off"\n')
    command("rehearse", scenario, "--limit", 30, "--speaker", tmp_path / "a.wav")
    settings = own_home / "massage-assistant/settings.toml"
    settings.parent.mkdir(exist_ok=True)
    settings.write_text('rate_wpm = 200\nvolume_db = -20.0\nside = "right"\n')
    outcome = command("rehearse", scenario, "--limit", 30, "--speaker", tmp_path / "b.wav")
    assert outcome.status == 0
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_it_waits_for_the_keyboard_ends_in_good_order(
    number: signal.Signals, tmp_path: Path
) -> None:
    events = tmp_path / "events.jsonl"
    session = start_process("run", "--typed", "--events", events, stdin=-1)
    wait_for_lines(events, 2)
    session.send_signal(number)
    out, err = session.communicate(timeout=20)
    assert session.returncode == 0, err
    assert "Traceback" not in out + err
    assert read_events(events)[-1]["reason"] == "interrupted"


def test_an_interrupted_rehearsal_says_so_and_keeps_its_files_whole(tmp_path: Path) -> None:
    scenario = tmp_path / "scenario.toml"
    scenario.write_text('[settings]\nroutine = "leg_full"\nside = "left"\nscreening = "off"\n')
    events, out = tmp_path / "events.jsonl", tmp_path / "out.wav"
    session = start_process("rehearse", scenario, "--events", events, "--speaker", out)
    wait_for_lines(events, 3)
    session.send_signal(signal.SIGINT)
    _, err = session.communicate(timeout=20)
    assert session.returncode == 130
    assert "Traceback" not in err
    assert read_events(events)[-1]["reason"] == "interrupted"
    soundfile.read(out)


def wait_for_lines(path: Path, count: int) -> None:
    """Wait for another process; there is no virtual time to ask."""
    deadline = time.monotonic() + 20
    while not path.exists() or len(path.read_text().splitlines()) < count:
        assert time.monotonic() < deadline, "the session did not begin"
        time.sleep(0.01)
