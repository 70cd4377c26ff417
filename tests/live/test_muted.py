"""A microphone that is open but switched off."""

import numpy as np

from assistant.devices.block import MICROPHONE
from assistant.messages import BLOCK_SAMPLES, DeviceBack, MicrophoneMuted, samples
from assistant.muted import LONG_PATIENCE, PATIENCE, MuteWatch
from assistant.speaking.synthesiser import Samples

ZEROS = np.zeros(BLOCK_SAMPLES, np.float32)
HISS = np.random.default_rng(0).normal(size=BLOCK_SAMPLES).astype(np.float32) * 1e-5


def told(watch: MuteWatch, block: Samples, seconds: float) -> list[object]:
    blocks = samples(seconds) // BLOCK_SAMPLES
    return [event for _ in range(blocks) if (event := watch.follow(block))]


def test_after_ten_seconds_of_zeros_it_is_told_once() -> None:
    watch = MuteWatch()
    assert told(watch, ZEROS, 9.9) == []
    assert told(watch, ZEROS, 60) == [MicrophoneMuted()]
    assert samples(10) == PATIENCE


def test_the_first_sound_after_that_is_told_too() -> None:
    watch = MuteWatch()
    told(watch, ZEROS, 11)
    assert told(watch, HISS, 1) == [DeviceBack(MICROPHONE)]
    assert told(watch, ZEROS, 60) == []


def test_the_faintest_hiss_is_no_silence() -> None:
    assert told(MuteWatch(), HISS, 60) == []


def test_a_click_is_no_sign_of_life() -> None:
    watch = MuteWatch()
    assert told(watch, HISS, 0.02) == []
    assert told(watch, ZEROS, 9.9) == []
    assert told(watch, ZEROS, 60) == [MicrophoneMuted()]


def test_one_that_delivers_zeros_between_words_is_not_muted() -> None:
    watch = MuteWatch()
    for _ in range(10):
        assert told(watch, HISS, 1.0) == []
        assert told(watch, ZEROS, 179) == []


def test_one_that_worked_is_told_of_after_three_minutes_of_zeros_and_only_once() -> None:
    watch = MuteWatch()
    told(watch, HISS, 1.0)
    assert told(watch, ZEROS, 179.9) == []
    assert told(watch, ZEROS, 60) == [MicrophoneMuted()]
    assert told(watch, HISS, 1.0) == [DeviceBack(MICROPHONE)]
    assert told(watch, ZEROS, 600) == []
    assert samples(180) == LONG_PATIENCE
