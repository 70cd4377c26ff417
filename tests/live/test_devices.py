"""Which devices there are, and how they are opened."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant import devices
from assistant.devices import LOUDSPEAKER, MICROPHONE, Loudspeaker, Microphone, Rate
from assistant.errors import AudioError
from assistant.messages import BLOCK_SAMPLES, SAMPLE_RATE_HZ
from assistant.speaking.synthesiser import Samples
from tests.support.pulse import PulseServer


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


class FakeSounddevice:
    """Has one device, which takes 48 kHz stereo only."""

    class PortAudioError(Exception):
        pass

    class Stream:
        active, latency = True, 0.03

        def __init__(self, **options: Any) -> None:
            self.options = options

        def start(self) -> None: ...
        def abort(self) -> None: ...
        def close(self) -> None: ...

    InputStream = OutputStream = Stream
    only = (48_000, 2)

    def query_devices(self, _device: Any = None, kind: str | None = None) -> Any:
        one = {"name": "one", "index": 0, "default_samplerate": 48_000.0}
        one |= {"max_input_channels": 2, "max_output_channels": 2}
        return one if kind else [one]

    def check_input_settings(self, *, samplerate: int, channels: int, **_: Any) -> None:
        if (samplerate, channels) != self.only:
            raise self.PortAudioError

    check_output_settings = check_input_settings


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeSounddevice:
    fake = FakeSounddevice()
    monkeypatch.setattr(devices, "_sounddevice", lambda: fake)
    return fake


def tone(frames: int, rate_hz: int) -> Samples:
    return np.sin(2 * np.pi * 440 * np.arange(frames) / rate_hz).astype(np.float32)


@pytest.mark.usefixtures("fake")
def test_a_microphone_that_refuses_our_rate_is_resampled() -> None:
    blocks: devices.Blocks = devices.queue.SimpleQueue()
    microphone = Microphone(None, blocks)
    sound = np.repeat(tone(48_000, 48_000)[:, np.newaxis], 2, axis=1)
    for start in range(0, 48_000, 960):
        microphone._callback(sound[start : start + 960], 960, None, None)
    heard = [blocks.get_nowait()[1] for _ in range(blocks.qsize())]
    assert {len(block) for block in heard} == {BLOCK_SAMPLES}
    assert len(heard) >= 48
    assert np.abs(np.fft.rfft(np.concatenate(heard)[:8000])).argmax() == 440 / 2


@pytest.mark.usefixtures("fake")
def test_a_loudspeaker_that_refuses_our_rate_is_resampled() -> None:
    blocks: devices.Blocks = devices.queue.SimpleQueue()
    rest = iter(tone(2 * SAMPLE_RATE_HZ, SAMPLE_RATE_HZ).reshape(-1, BLOCK_SAMPLES))
    loudspeaker = Loudspeaker(None, blocks, lambda _: next(rest))
    loudspeaker.speaks = True
    played = np.ones((48_000, 2), np.float32)
    for start in range(0, 48_000, 960):
        loudspeaker._callback(played[start : start + 960], 960, None, None)
    assert np.array_equal(played[:, 0], played[:, 1])
    assert np.abs(np.fft.rfft(played[24_000:, 0])).argmax() == 440 / 2
    assert 50 <= blocks.qsize() <= 53  # a little more is rendered than was played


@pytest.mark.usefixtures("fake")
def test_a_loudspeaker_is_silent_until_it_is_told_to_speak() -> None:
    blocks: devices.Blocks = devices.queue.SimpleQueue()
    loudspeaker = Loudspeaker(None, blocks, lambda frames: tone(frames, SAMPLE_RATE_HZ))
    played = np.ones((960, 2), np.float32)
    loudspeaker._callback(played, 960, None, None)
    assert not played.any()
    assert blocks.empty()


def test_a_device_that_takes_nothing_is_refused(fake: FakeSounddevice) -> None:
    fake.only = (0, 0)
    with pytest.raises(AudioError, match="The microphone one does not work; choose another"):
        Microphone(None, devices.queue.SimpleQueue())


def test_a_device_that_falls_silent_is_lost_and_one_that_starts_slowly_is_not(
    fake: FakeSounddevice,
) -> None:
    fake.only = (SAMPLE_RATE_HZ, 1)
    microphone = Microphone(None, devices.queue.SimpleQueue())
    assert microphone.lost(now=1e9) is None
    microphone.flows = True
    microphone.excuse(now=100.0)
    assert microphone.lost(now=100.9) is None
    assert microphone.lost(now=101.1) == (
        "The microphone has stopped working; check the sound system."
    )


def test_a_rate_that_is_right_is_left_alone() -> None:
    rate = Rate(SAMPLE_RATE_HZ, SAMPLE_RATE_HZ)
    rate.put(tone(500, SAMPLE_RATE_HZ))
    assert rate.take(501) is None
    taken = rate.take(500)
    assert taken is not None
    assert np.array_equal(taken, tone(500, SAMPLE_RATE_HZ))
