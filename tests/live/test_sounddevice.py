"""One contract for the fake sounddevice and the real one on a virtual sound server."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pytest
import sounddevice

from assistant.messages import BLOCK_SAMPLES, SAMPLE_RATE_HZ
from assistant.speaking.synthesiser import Samples
from tests.support.fake_sounddevice import FakeSounddevice
from tests.support.pulse import PulseServer

SECOND = np.arange(SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
TONE = (0.5 * np.sin(2 * np.pi * 440 * SECOND)).astype(np.float32)
FORMAT = {"samplerate": SAMPLE_RATE_HZ, "channels": 1, "dtype": "float32"}


class Bench(Protocol):
    """Devices, and what is around them."""

    sounddevice: Any

    def say_tone(self) -> None: ...
    def pass_second(self) -> None: ...
    def recorded(self) -> AbstractContextManager[Callable[[], Samples]]: ...


class FakeBench:
    def __init__(self) -> None:
        self.sounddevice = FakeSounddevice(SAMPLE_RATE_HZ)

    def say_tone(self) -> None:
        self.sounddevice.say(TONE)
        self.sounddevice.pass_time(1.0)

    def pass_second(self) -> None:
        self.sounddevice.pass_time(1.0)

    @contextmanager
    def recorded(self) -> Iterator[Callable[[], Samples]]:
        yield lambda: self.sounddevice.played[:, 0]


class RealBench:
    def __init__(self, real_sounddevice: Any, server: PulseServer, tone: Path) -> None:
        self.sounddevice = real_sounddevice
        self._server, self._tone = server, tone

    def say_tone(self) -> None:
        self._server.play(self._tone)

    def pass_second(self) -> None:
        time.sleep(1.0)

    @contextmanager
    def recorded(self) -> Iterator[Callable[[], Samples]]:
        with self._server.recording("loudspeaker") as recording:
            while not len(recording.samples):
                time.sleep(0.05)  # it takes a moment to start
            yield lambda: recording.samples


@pytest.fixture(params=["fake", pytest.param("real", marks=pytest.mark.slow)])
def bench(request: pytest.FixtureRequest) -> Bench:
    return FakeBench() if request.param == "fake" else request.getfixturevalue("real_bench")


@pytest.fixture
def real_bench(
    sound: PulseServer, real_sounddevice: Any, write_wav: Callable[[Samples], Path]
) -> RealBench:
    return RealBench(real_sounddevice, sound, write_wav(TONE))


def loudest_hz(sound: Samples) -> float:
    return float(np.abs(np.fft.rfft(sound)).argmax() * SAMPLE_RATE_HZ / len(sound))


class Calls:
    """What a callback was called with; it plays the tone."""

    def __init__(self) -> None:
        self.blocks: list[Samples] = []
        self.frames: set[int] = set()
        self.statuses: list[sounddevice.CallbackFlags] = []
        self.finished = 0

    def hear(self, data: Samples, frames: int, _: object, status: Any) -> None:
        self.blocks.append(data.copy())
        self.frames.add(frames)
        self.statuses.append(status)

    def play(self, data: Samples, frames: int, time_info: object, status: Any) -> None:
        data[:] = TONE.reshape(-1, BLOCK_SAMPLES, 1)[len(self.blocks) % 50]
        self.hear(data, frames, time_info, status)

    def callback(self, kind: str) -> Callable[..., None]:
        return self.hear if kind == "InputStream" else self.play

    def finish(self) -> None:
        self.finished += 1


def opened(opener: Any, callback: Callable[..., None], calls: Calls) -> Any:
    return opener(
        **FORMAT,
        blocksize=BLOCK_SAMPLES,
        latency="low",
        callback=callback,
        finished_callback=calls.finish,
    )


def start(stream: Any, bench: Bench, calls: Calls) -> None:
    """Start it and wait until it calls back: a server takes up to 2 s for that."""
    stream.start()
    for _ in range(8):
        if not calls.blocks:
            bench.pass_second()


def test_it_is_terminated_as_often_as_it_was_initialised(bench: Bench) -> None:
    library = bench.sounddevice
    assert library._initialized == 1
    library._terminate()
    assert library._initialized == 0
    with pytest.raises(library.PortAudioError):
        library._terminate()
    library._initialize()
    assert library._initialized == 1


@pytest.mark.parametrize("kind", ["input", "output"])
def test_the_default_device_has_a_name_an_index_channels_and_a_rate(
    kind: str, bench: Bench
) -> None:
    device = bench.sounddevice.query_devices(None, kind)
    assert isinstance(device["name"], str)
    assert isinstance(device["index"], int)
    assert device[f"max_{kind}_channels"] > 0
    assert device["default_samplerate"] > 0
    assert len(list(bench.sounddevice.query_devices())) > device["index"]


@pytest.mark.parametrize("kind", ["input", "output"])
def test_a_format_is_taken_or_refused(kind: str, bench: Bench) -> None:
    check = getattr(bench.sounddevice, f"check_{kind}_settings")
    index = bench.sounddevice.query_devices(None, kind)["index"]
    check(device=index, **FORMAT)
    with pytest.raises(bench.sounddevice.PortAudioError):
        check(device=index, **{**FORMAT, "samplerate": 1})


def test_a_microphone_brings_what_is_heard_in_blocks_of_the_size_asked_for(bench: Bench) -> None:
    calls = Calls()
    stream = opened(bench.sounddevice.InputStream, calls.hear, calls)
    start(stream, bench, calls)
    bench.say_tone()
    stream.abort()
    stream.close()
    assert {(block.shape, str(block.dtype)) for block in calls.blocks} == {
        ((BLOCK_SAMPLES, 1), "float32")
    }
    assert calls.frames == {BLOCK_SAMPLES}
    assert loudest_hz(np.concatenate(calls.blocks)[:, 0]) == pytest.approx(440, abs=2)


def test_a_loudspeaker_plays_what_it_is_given(bench: Bench) -> None:
    calls = Calls()
    stream = opened(bench.sounddevice.OutputStream, calls.play, calls)
    with bench.recorded() as recorded:
        start(stream, bench, calls)
        bench.pass_second()
        stream.abort()
        stream.close()
        played = recorded()
    assert {block.shape for block in calls.blocks} == {(BLOCK_SAMPLES, 1)}
    assert loudest_hz(played) == pytest.approx(440, abs=2)


@pytest.mark.parametrize("kind", ["InputStream", "OutputStream"])
def test_a_callback_is_told_whether_sound_was_lost(kind: str, bench: Bench) -> None:
    calls = Calls()
    stream = opened(getattr(bench.sounddevice, kind), calls.callback(kind), calls)
    start(stream, bench, calls)
    bench.pass_second()
    stream.abort()
    stream.close()
    assert {type(status) for status in calls.statuses} == {sounddevice.CallbackFlags}
    assert not any(each.input_overflow or each.output_underflow for each in calls.statuses)


@pytest.mark.parametrize("kind", ["InputStream", "OutputStream"])
def test_a_stream_is_active_from_its_start_until_it_is_aborted(kind: str, bench: Bench) -> None:
    calls = Calls()
    stream = opened(getattr(bench.sounddevice, kind), calls.callback(kind), calls)
    assert not stream.active
    stream.start()
    assert stream.active
    assert 0 < stream.latency < 1
    bench.pass_second()
    assert calls.finished == 0
    stream.abort()
    assert not stream.active
    assert calls.finished == 1
    called = len(calls.blocks)
    bench.pass_second()
    assert len(calls.blocks) == called
    stream.close()
