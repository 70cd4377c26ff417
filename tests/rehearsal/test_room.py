"""The simulated room: levels, delays and timing are what a scenario says."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from assistant.hearing.recogniser import Model
from assistant.messages import BLOCK_SAMPLES, SAMPLE_RATE_HZ, samples
from assistant.room import Acoustics, SimulatedRoom, active_rms, at_peak
from assistant.scenario import Room, Scenario, Turn
from assistant.speaking.synthesiser import Samples, Synthesiser
from tests.support.rehearse import rehearse

pytestmark = pytest.mark.long

ONE = np.ones(1, np.float32)
NOTHING = np.zeros(1, np.float32)


def heard(room: SimulatedRoom, far: Samples) -> Samples:
    blocks = range(0, len(far), BLOCK_SAMPLES)
    return np.concatenate([room.microphone(far[i : i + BLOCK_SAMPLES]) for i in blocks])


def test_a_room_without_anybody_is_silent() -> None:
    room = SimulatedRoom(Acoustics(0.0, samples(0.04), ONE, NOTHING))
    assert not heard(room, np.ones(3200, np.float32)).any()


def test_the_echo_comes_after_its_delay_at_its_level() -> None:
    far = np.random.default_rng(0).normal(size=6400).astype(np.float32) * 0.1
    room = SimulatedRoom(Acoustics(0.5, 1000, ONE, NOTHING))
    near = heard(room, far)
    assert np.abs(near[:1000]).max() < 1e-6
    assert np.allclose(near[1000:], far[:-1000] * 0.5, atol=1e-6)


def speech_like(seconds: float) -> Samples:
    """Noise below 3 kHz, where a voice is."""
    noise = np.random.default_rng(0).normal(size=samples(seconds))
    spectrum = np.fft.rfft(noise)
    spectrum[len(spectrum) * 3 // 8 :] = 0
    return (np.fft.irfft(spectrum, len(noise)) * 0.1).astype(np.float32)


def lag(far: Samples, near: Samples) -> float:
    """By how many samples `near` is behind `far`, to a hundredth."""
    spectrum = np.fft.rfft(near) * np.conj(np.fft.rfft(far))
    fine = np.fft.irfft(spectrum, len(far) * 100)
    return int(np.argmax(fine)) / 100


@pytest.mark.parametrize("drift_ppm", [100.0, -100.0])
def test_clocks_that_drift_apart_move_the_echo_bit_by_bit(drift_ppm: float) -> None:
    far = speech_like(64)
    near = heard(SimulatedRoom(Acoustics(1.0, 400, ONE, NOTHING, drift_ppm=drift_ppm)), far)
    a_second = drift_ppm * 1e-6 * SAMPLE_RATE_HZ
    early, later = slice(samples(2), samples(4)), slice(samples(60), samples(62))
    assert lag(far[early], near[early]) == pytest.approx(400 + 3 * a_second, abs=0.5)
    assert lag(far[later], near[later]) == pytest.approx(400 + 61 * a_second, abs=0.5)


@pytest.mark.parametrize("drift_ppm", [100.0, -100.0])
def test_the_echo_is_as_late_as_at_first_where_the_clocks_have_drifted_apart_by_a_block(
    drift_ppm: float,
) -> None:
    acoustics = Acoustics(1.0, 400, ONE, NOTHING, drift_ppm=drift_ppm)
    a_second = drift_ppm * 1e-6 * SAMPLE_RATE_HZ
    assert acoustics.late(samples(199)) == pytest.approx(400 + 199 * a_second)
    assert acoustics.late(samples(201)) == pytest.approx(400 + a_second)


@pytest.mark.parametrize("drift_ppm", [1000.0, -1000.0])
def test_the_room_says_by_how_much_the_echo_moves_there(drift_ppm: float) -> None:
    acoustics = Acoustics(1.0, 400, ONE, NOTHING, drift_ppm=drift_ppm)
    room, block = SimulatedRoom(acoustics), np.zeros(BLOCK_SAMPLES, np.float32)
    for start in range(0, samples(45), BLOCK_SAMPLES):
        room.microphone(block)
        moved = acoustics.late(start) - acoustics.late(start - BLOCK_SAMPLES)
        assert moved == pytest.approx(room.slipped, abs=1)


def test_the_delay_jumps_ten_seconds_after_the_beginning() -> None:
    far = speech_like(16)
    near = heard(SimulatedRoom(Acoustics(1.0, 400, ONE, NOTHING, jump=samples(0.08))), far)
    assert lag(far[samples(5) : samples(7)], near[samples(5) : samples(7)]) == 400
    after = slice(samples(12), samples(14))
    assert lag(far[after], near[after]) == 400 + samples(0.08)


def test_a_loudspeaker_that_clips_plays_nothing_louder() -> None:
    far = np.full(3200, 0.5, np.float32)
    near = heard(SimulatedRoom(Acoustics(1.0, 0, ONE, NOTHING, clip=0.2)), far)
    assert near[-1] == pytest.approx(0.2, abs=1e-4)


def test_the_echo_goes_through_the_impulse_response() -> None:
    far = np.zeros(3200, np.float32)
    far[0] = 0.5
    response = np.array([1.0, 0.0, 0.5], np.float32)
    near = heard(SimulatedRoom(Acoustics(1.0, 10, response, NOTHING)), far)
    assert near[10:13] == pytest.approx([0.5, 0.0, 0.25], abs=1e-6)


def test_the_user_is_heard_from_the_sample_on() -> None:
    room = SimulatedRoom(Acoustics(0.0, 0, ONE, NOTHING))
    room.user_says(np.full(500, 0.3, np.float32), 1234)
    near = heard(room, np.zeros(3200, np.float32))
    assert np.flatnonzero(near)[[0, -1]].tolist() == [1234, 1733]


def test_noise_is_looped_without_end() -> None:
    noise = np.array([0.1, 0.2, 0.3], np.float32)
    near = heard(SimulatedRoom(Acoustics(0.0, 0, ONE, noise)), np.zeros(960, np.float32))
    assert near.tolist() == pytest.approx(np.tile(noise, 320).tolist())


def test_a_peak_level_is_kept_and_silence_stays_silence() -> None:
    assert np.abs(at_peak(np.array([0.1, -0.2], np.float32), -6.0)).max() == pytest.approx(
        0.501, abs=0.001
    )
    assert not at_peak(np.zeros(5, np.float32), -6.0).any()


@pytest.mark.parametrize("echo_db", [-10.0, 0.0, 5.0])
def test_echo_db_is_the_assistants_level_over_the_users(
    echo_db: float, model: Model, synthesiser: Synthesiser
) -> None:
    turn = Turn(say="repeat that", at=12.0)
    scenario = Scenario(room=Room(echo_db=echo_db), user=(turn,))
    rehearsed = rehearse(scenario, model, synthesiser, limit_seconds=16)
    echo = rehearsed.mic[: samples(6)]
    user = rehearsed.mic[samples(12) : samples(14)]
    level = 20 * np.log10(active_rms(echo) / active_rms(user))
    assert level == pytest.approx(echo_db, abs=2.0)


def test_noise_is_at_its_signal_to_noise_ratio(
    model: Model, synthesiser: Synthesiser, tmp_path: Path
) -> None:
    noise = np.random.default_rng(1).normal(size=SAMPLE_RATE_HZ) * 0.1
    soundfile.write(tmp_path / "noise.wav", noise, SAMPLE_RATE_HZ)
    turn = Turn(say="repeat that", at=2.0)
    scenario = Scenario(room=Room(noise="noise.wav", snr_db=20.0), user=(turn,))
    rehearsed = rehearse(scenario, model, synthesiser, tmp_path, limit_seconds=5)
    quiet = rehearsed.mic[: samples(1.9)]
    speech = rehearsed.mic[samples(2) : samples(3)]
    snr = 20 * np.log10(active_rms(speech) / np.sqrt((quiet**2).mean()))
    assert snr == pytest.approx(20, abs=1.5)


def test_a_turn_after_a_line_waits_for_its_end_and_the_delay(
    model: Model, synthesiser: Synthesiser
) -> None:
    turn = Turn(say="help", after="ask for help", delay=1.0)
    rehearsed = rehearse(Scenario(user=(turn,)), model, synthesiser, limit_seconds=14)
    spoken = rehearsed.first("spoken")
    begins = np.flatnonzero(rehearsed.mic)[0]
    assert begins == pytest.approx(spoken.at + samples(1.0), abs=samples(0.1))


def test_a_turn_during_a_line_comes_half_a_second_into_it(
    model: Model, synthesiser: Synthesiser
) -> None:
    turn = Turn(say="help", during="Hello")
    rehearsed = rehearse(Scenario(user=(turn,)), model, synthesiser, limit_seconds=14)
    begins = np.flatnonzero(rehearsed.mic)[0]
    assert begins == pytest.approx(rehearsed.first("say").at + samples(0.5), abs=samples(0.1))
