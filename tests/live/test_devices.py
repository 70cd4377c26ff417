"""Which devices there are, and how they are opened."""

import itertools
import os
import queue
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soxr

from assistant.app import phrasebook
from assistant.content.loader import load_content
from assistant.devices import portaudio
from assistant.devices.attempt import Attempt
from assistant.devices.block import LOUDSPEAKER, MICROPHONE, Block, Blocks
from assistant.devices.both import Devices
from assistant.devices.rate import Rate
from assistant.devices.stream import Loudspeaker, Microphone
from assistant.errors import AudioError
from assistant.hearing.ear import Ear
from assistant.hearing.echo import NoCanceller
from assistant.hearing.recogniser import Model
from assistant.messages import BLOCK_SAMPLES, SAMPLE_RATE_HZ
from assistant.rehearsal import USER_RATE_WPM, USER_VOICE
from assistant.room import at_peak
from assistant.speaking.synthesiser import Samples, Synthesiser
from tests.live.conftest import Fake
from tests.support.pulse import PulseServer

FORMATS = [(8_000, 1), (16_000, 1), (44_100, 2), (48_000, 2)]
"""Of devices that take nothing else: hertz and channels."""


def command(env: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "assistant", *arguments],
        env=env,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.slow
def test_the_virtual_devices_are_listed(sound: PulseServer) -> None:
    listed = command(sound.env, "devices")
    assert listed.returncode == 0
    lines = [line.split(maxsplit=2) for line in listed.stdout.splitlines()]
    assert [MICROPHONE, "virtual_microphone"] in [[part, name] for part, _, name in lines]
    assert [LOUDSPEAKER, "virtual_loudspeaker"] in [[part, name] for part, _, name in lines]


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [("devices",), ("run",)])
def test_without_devices_one_sentence_says_so(arguments: tuple[str, ...], tmp_path: Path) -> None:
    asound = tmp_path / "asound.conf"
    asound.write_text("pcm.!default { type pulse }\nctl.!default { type pulse }\n")
    nothing = {"ALSA_CONFIG_PATH": str(asound), "PULSE_SERVER": "unix:/nonexistent"}
    done = command({**os.environ, **nothing}, *arguments)
    assert done.returncode == 2
    assert done.stderr.strip().count("\n") == 0
    assert "There is no microphone; connect one" in done.stderr


@pytest.mark.slow
def test_an_unknown_device_is_named(sound: PulseServer) -> None:
    done = command(sound.env, "run", "--microphone", "trumpet")
    assert done.returncode == 2
    assert "There is no microphone 'trumpet'" in done.stderr


@pytest.fixture
def blocks() -> Blocks:
    return queue.SimpleQueue()


def taken(blocks: Blocks) -> list[Block]:
    return [blocks.get_nowait() for _ in range(blocks.qsize())]


def joined(blocks: list[Block]) -> Samples:
    return np.concatenate([block.samples for block in blocks])


def at_rate(sound: Samples, from_hz: int, to_hz: int) -> Samples:
    return soxr.resample(sound, from_hz, to_hz).astype(np.float32)


@pytest.mark.parametrize(("rate_hz", "channels"), FORMATS)
def test_a_command_is_heard_through_a_microphone_of_any_rate(
    rate_hz: int,
    channels: int,
    fake: Fake,
    blocks: Blocks,
    model: Model,
    synthesiser: Synthesiser,
) -> None:
    device = fake(rate_hz, channels)
    _microphone = Microphone(None, blocks)
    word = at_peak(synthesiser.render("repeat", USER_VOICE, USER_RATE_WPM), -6)
    device.say(at_rate(word, SAMPLE_RATE_HZ, rate_hz))
    device.pass_time(3.0)
    heard = taken(blocks)
    assert {len(block.samples) for block in heard} == {BLOCK_SAMPLES}
    assert 145 <= len(heard) <= 150  # the last are still under way
    ear = Ear(model, NoCanceller(), phrasebook(load_content()), "practice")
    results = [each for block in heard for each in ear.feed(block.samples, block.samples)]
    assert [each.text for each in results if each.final] == ["repeat"]


@pytest.mark.parametrize(("rate_hz", "channels"), FORMATS)
def test_a_line_is_played_right_through_a_loudspeaker_of_any_rate(
    rate_hz: int,
    channels: int,
    fake: Fake,
    blocks: Blocks,
    synthesiser: Synthesiser,
) -> None:
    device = fake(rate_hz, channels)
    line = synthesiser.render("Rub your palms together.", "gmw/en", 150)
    rest = iter(np.concatenate([line, np.zeros(SAMPLE_RATE_HZ, np.float32)]))
    loudspeaker = Loudspeaker(None, blocks, lambda frames: np.fromiter(rest, np.float32, frames))
    loudspeaker.speaks = True
    device.pass_time(0.02 + len(line) / SAMPLE_RATE_HZ)  # the first block fills the buffer
    assert (device.played == device.played[:, :1]).all()
    came = at_rate(device.played[device.block_frames :, 0], rate_hz, SAMPLE_RATE_HZ)
    wanted = at_rate(at_rate(line, SAMPLE_RATE_HZ, rate_hz), rate_hz, SAMPLE_RATE_HZ)
    length = min(len(came), len(wanted)) - BLOCK_SAMPLES
    wrong = came[:length] - wanted[:length]
    assert (wrong**2).mean() < (wanted[:length] ** 2).mean() / 1000  # 30 dB below
    sent = joined(taken(blocks))
    assert np.array_equal(sent[: len(line)], line[: len(sent)]), "what was played is told as it was"


class OneRate:
    """The real sounddevice, with devices that take one rate only."""

    def __init__(self, real: Any, rate_hz: int) -> None:
        self._real, self._rate_hz = real, rate_hz

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def query_devices(self, *which: Any) -> Any:
        found = self._real.query_devices(*which)
        return {**found, "default_samplerate": self._rate_hz} if isinstance(found, dict) else found

    def check_input_settings(self, **wanted: Any) -> None:
        if wanted["samplerate"] != self._rate_hz:
            raise self._real.PortAudioError("Invalid sample rate")
        self._real.check_input_settings(**wanted)

    check_output_settings = check_input_settings


@pytest.mark.slow
@pytest.mark.parametrize("rate_hz", [8_000, 44_100, 48_000])
def test_real_devices_of_any_rate_hear_and_play(  # noqa: PLR0913 (fixtures)
    rate_hz: int,
    sound: PulseServer,
    real_sounddevice: Any,
    monkeypatch: pytest.MonkeyPatch,
    model: Model,
    synthesiser: Synthesiser,
    write_wav: Callable[[Samples], Path],
) -> None:
    monkeypatch.setattr(portaudio, "library", lambda: OneRate(real_sounddevice, rate_hz))
    word = write_wav(synthesiser.render("repeat", USER_VOICE, USER_RATE_WPM))
    line = synthesiser.render("Rub your palms together.", "gmw/en", 150)
    rest = itertools.chain(line, itertools.repeat(0.0))
    both = Devices(None, None, lambda frames: np.fromiter(rest, np.float32, frames))
    with sound.recording("loudspeaker") as loudspeaker:
        both.open()
        both.begin()
        sound.play(word)
        time.sleep(2.5)
        came = list(both.take(0))
        both.close()
    ear = Ear(model, NoCanceller(), phrasebook(load_content()), "practice")
    near = [block.samples for block in came if block.part == MICROPHONE]
    results = [each for block in near for each in ear.feed(block, block)]
    assert [each.text for each in results if each.final] == ["repeat"]
    assert likeness(loudspeaker.samples, at_rate(line, SAMPLE_RATE_HZ, rate_hz), rate_hz) > 0.95


def likeness(played: Samples, line: Samples, rate_hz: int) -> float:
    """How much of what was played is the line, wherever that begins: 1 is all of it."""
    wanted = at_rate(line, rate_hz, SAMPLE_RATE_HZ)
    heard = np.concatenate([played, np.zeros(len(wanted), np.float32)])
    alike = np.fft.irfft(np.fft.rfft(heard) * np.conj(np.fft.rfft(wanted, len(heard))), len(heard))
    power = float((played**2).sum() * (wanted**2).sum())
    return float(alike.max() / np.sqrt(power))


def test_a_loudspeaker_is_silent_until_it_is_told_to_speak(fake: Fake, blocks: Blocks) -> None:
    device = fake(SAMPLE_RATE_HZ)
    loudspeaker = Loudspeaker(None, blocks, lambda frames: np.ones(frames, np.float32))
    device.pass_time(1.0)
    assert not device.played.any()
    assert blocks.empty()
    loudspeaker.speaks = True
    device.pass_time(1.0)
    assert device.played.any()


def test_what_comes_after_sound_was_lost_is_marked(fake: Fake, blocks: Blocks) -> None:
    device = fake(SAMPLE_RATE_HZ)
    _microphone = Microphone(None, blocks)
    device.pass_time(0.1)
    device.pass_time(0.3, deaf=True)
    device.pass_time(0.1)
    assert [block.after_gap for block in taken(blocks)] == [False] * 5 + [True] + [False] * 4


def test_a_device_that_takes_nothing_is_refused(fake: Fake, blocks: Blocks) -> None:
    fake(SAMPLE_RATE_HZ, channels=3)
    with pytest.raises(AudioError, match="The microphone one does not work; choose another"):
        Microphone(None, blocks)


def test_a_device_that_falls_silent_is_lost_and_one_that_starts_slowly_is_not(
    fake: Fake, blocks: Blocks
) -> None:
    fake(SAMPLE_RATE_HZ)
    microphone = Microphone(None, blocks)
    assert microphone.lost(now=1e9) is None
    microphone.flows = True
    microphone.excuse(now=100.0)
    assert microphone.lost(now=100.9) is None
    assert microphone.lost(now=101.1) == (
        "The microphone has stopped working; check the sound system."
    )


def broken() -> None:
    raise ValueError("out of order")


def test_whatever_goes_wrong_in_an_attempt_is_told() -> None:
    with pytest.raises(AudioError, match="check the sound system") as told:
        Attempt(broken).done(5.0)
    assert isinstance(told.value.__cause__, ValueError)


def test_what_is_open_is_closed_whatever_goes_wrong(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = fake(SAMPLE_RATE_HZ)
    closed: list[str] = []
    monkeypatch.setattr(Microphone, "close", lambda microphone: closed.append(microphone.part))
    monkeypatch.setattr(device, "OutputStream", lambda **_: broken())
    with pytest.raises(AudioError, match="check the sound system"):
        Attempt(Devices(None, None, np.zeros).open).done(5.0)
    assert closed == [MICROPHONE]


def test_a_sound_library_that_failed_to_start_can_be_started_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = portaudio.library()

    def fail() -> None:
        raise real.PortAudioError("Error initializing PortAudio", -9999)

    with monkeypatch.context() as patched:
        patched.setattr(real, "_initialize", fail)
        for _ in range(2):
            with pytest.raises(AudioError, match="check the sound system") as told:
                portaudio.restart()
            assert isinstance(told.value.__cause__, real.PortAudioError)
            assert "-9999" in str(told.value.__cause__)
    portaudio.restart()
    real.query_devices()


def test_a_rate_that_is_right_is_left_alone() -> None:
    rate = Rate(SAMPLE_RATE_HZ, SAMPLE_RATE_HZ)
    sound = np.random.default_rng(0).normal(size=500).astype(np.float32)
    rate.put(sound)
    assert rate.take(501) is None
    assert np.array_equal(rate.take(500), sound)
