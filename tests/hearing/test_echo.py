"""The assistant's own voice is taken out, and somebody who speaks over it is noticed."""

import numpy as np
import pytest

from assistant.hearing.double_talk import RECENT_BLOCKS, DoubleTalk, Interruption
from assistant.hearing.echo import NoCanceller, TwoPathCanceller
from assistant.hearing.far_end import FarEnd
from assistant.messages import BLOCK_SAMPLES, SAMPLE_RATE_HZ, samples
from assistant.speaking.synthesiser import Samples, Synthesiser
from tests.support.echo import Scene, scene
from tests.support.people import stops

pytestmark = pytest.mark.long


def cleaned(canceller: TwoPathCanceller, heard: Scene) -> Samples:
    return np.concatenate([canceller.clean(near, far).block for near, far in heard.blocks()])


def removed_db(heard: Scene, left: Samples, since_seconds: float) -> float:
    since = samples(since_seconds)
    power = [float((signal[since:] ** 2).mean()) for signal in (heard.near, left)]
    return float(10 * np.log10(power[0] / power[1]))


def voices(heard: Scene) -> list[float]:
    """The seconds at which somebody else's voice is noticed, 2 s after the beginning or later."""
    canceller = TwoPathCanceller()
    noticed = []
    for number, (near, far) in enumerate(heard.blocks()):
        if canceller.clean(near, far).interruption:
            noticed.append(number * BLOCK_SAMPLES / 16_000)
    return noticed


# How late the echo is


@pytest.mark.parametrize("delay_ms", [0, 40, 170, 400])
def test_the_delay_of_the_echo_is_found(delay_ms: int, synthesiser: Synthesiser) -> None:
    heard, far_end = scene(synthesiser, 5, echo_delay=samples(delay_ms / 1000)), FarEnd()
    for near, far in heard.blocks():
        far_end.align(near, far)
    assert far_end.delay == pytest.approx(samples(delay_ms / 1000), abs=2)


def test_a_jump_of_the_delay_is_followed_within_two_seconds(synthesiser: Synthesiser) -> None:
    heard, far_end = scene(synthesiser, 12, jump=samples(0.08)), FarEnd()
    for near, far in heard.blocks():
        far_end.align(near, far)
    assert far_end.jumps == 1
    assert far_end.delay == pytest.approx(samples(0.13), abs=2)


@pytest.mark.parametrize("silent_from", [8.0, 8.16, 8.2])
def test_what_sounds_like_a_late_echo_between_two_lines_is_no_jump(silent_from: float) -> None:
    """Where no echo is due, what is heard is like what was played at any time before."""
    rng, late = np.random.default_rng(6), samples(0.5)
    far = rng.normal(size=samples(10)).astype(np.float32) * np.float32(0.1)
    begins, ends = samples(silent_from), samples(silent_from + 0.4)
    far[begins:ends] = 0
    near = np.concatenate([np.zeros(800, np.float32), far])[: len(far)]
    near[begins + 800 : ends + 800] = far[begins + 800 - late : ends + 800 - late]
    far_end = FarEnd()
    for start in range(0, len(far), BLOCK_SAMPLES):
        far_end.align(near[start : start + BLOCK_SAMPLES], far[start : start + BLOCK_SAMPLES])
    assert far_end.jumps == 0


def test_a_tone_that_is_like_itself_a_period_later_is_no_jump() -> None:
    """What is played first is noise, which tells the delay; then a hum, which does not."""
    rng, seconds = np.random.default_rng(5), np.arange(samples(4)) / SAMPLE_RATE_HZ
    hum = sum(np.sin(2 * np.pi * 120 * n * seconds) / n for n in range(1, 20))
    far = np.concatenate([rng.normal(size=samples(4)), hum]).astype(np.float32) * np.float32(0.1)
    noise = rng.normal(size=len(far)).astype(np.float32) * np.float32(0.02)
    near = np.concatenate([np.zeros(800, np.float32), far])[: len(far)] + noise
    far_end = FarEnd()
    for start in range(0, len(far), BLOCK_SAMPLES):
        far_end.align(near[start : start + BLOCK_SAMPLES], far[start : start + BLOCK_SAMPLES])
    assert far_end.jumps == 0
    assert far_end.delay == pytest.approx(800, abs=2)


def test_a_microphone_that_is_cut_off_for_a_second_leaves_the_delay_as_it_was(
    synthesiser: Synthesiser,
) -> None:
    heard, far_end = scene(synthesiser, 8), FarEnd()
    heard.near[samples(5) : samples(6)] = 0
    for near, far in heard.blocks():
        far_end.align(near, far)
    assert far_end.jumps == 0
    assert far_end.delay == pytest.approx(samples(0.05), abs=2)


def test_before_anything_was_played_nothing_is_late(synthesiser: Synthesiser) -> None:
    word = stops(synthesiser, 1)[0]
    far_end, silence = FarEnd(), np.zeros(BLOCK_SAMPLES, np.float32)
    for start in range(0, len(word) - BLOCK_SAMPLES, BLOCK_SAMPLES):
        assert not far_end.align(word[start : start + BLOCK_SAMPLES], silence).any()
    assert far_end.delay == 0


# What is left of it


@pytest.mark.parametrize(
    ("what", "acoustics"),
    [
        ("a plain room", {}),
        ("a long delay", {"echo_delay": samples(0.35)}),
        ("clocks that drift apart", {"drift_ppm": 100.0}),
        ("clocks that drift the other way", {"drift_ppm": -100.0}),
        ("a jump two seconds ago", {"jump": samples(0.08)}),
    ],
)
def test_15_db_of_the_echo_are_taken_out(
    what: str, acoustics: dict[str, float], synthesiser: Synthesiser
) -> None:
    heard = scene(synthesiser, 16, **acoustics)
    assert removed_db(heard, cleaned(TwoPathCanceller(), heard), 12.5) > 15, what


@pytest.mark.parametrize("drift_ppm", [100.0, -100.0])
def test_a_drift_that_is_known_costs_nothing(drift_ppm: float, synthesiser: Synthesiser) -> None:
    drifting, steady = scene(synthesiser, 30, drift_ppm=drift_ppm), scene(synthesiser, 30)
    left = [
        removed_db(heard, cleaned(TwoPathCanceller(), heard), since_seconds=20)
        for heard in (drifting, steady)
    ]
    assert left[0] > left[1] - 2


@pytest.mark.parametrize("slipped", [-BLOCK_SAMPLES, BLOCK_SAMPLES])
def test_a_block_that_was_left_out_or_heard_twice_is_no_jump(
    slipped: int, synthesiser: Synthesiser
) -> None:
    near, far = zip(*scene(synthesiser, 14, echo_delay=samples(0.09)).blocks(), strict=True)
    at, canceller = samples(10) // BLOCK_SAMPLES, TwoPathCanceller()
    again = near[at + 1 :] if slipped < 0 else near[at - 1 :]
    before = [canceller.clean(*blocks) for blocks in zip(near[:at], far[:at], strict=True)]
    canceller.slip(slipped)
    after = [canceller.clean(*blocks) for blocks in zip(again, far[at:], strict=False)]
    assert not any(cleaned.interruption for cleaned in (*before, *after))
    assert not any(cleaned.said_a_word or cleaned.said_a_phrase for cleaned in after)
    left = np.concatenate([cleaned.block for cleaned in after])[samples(0.3) :]
    echo = np.concatenate(again)[samples(0.3) :]
    assert removed_db(Scene(echo, left, 0, 0), left, 0) > 18


def test_a_person_over_the_echo_is_left(synthesiser: Synthesiser) -> None:
    word = stops(synthesiser, 1)[0]
    heard = scene(synthesiser, 10, word, echo_db=6.0)
    alone = scene(synthesiser, 10, echo_db=6.0)
    left = cleaned(TwoPathCanceller(), heard)
    during = slice(heard.begins, heard.ends)
    person = float((left[during] ** 2).mean())
    echo = float((cleaned(TwoPathCanceller(), alone)[during] ** 2).mean())
    assert person > 4 * echo


# Whether somebody else speaks


def at_db(level_db: float) -> Samples:
    """A block of this level; silence where that is nothing."""
    return np.full(BLOCK_SAMPLES, 10 ** (level_db / 20) if level_db > -150 else 0.0, np.float32)


@pytest.mark.parametrize("echo_db", [0.0, 6.0, 10.0])
def test_a_person_is_noticed_while_the_assistant_speaks(
    echo_db: float, synthesiser: Synthesiser
) -> None:
    for word in stops(synthesiser, 4):
        heard = scene(synthesiser, 10, word, echo_db=echo_db)
        noticed = [at for at in voices(heard) if heard.begins <= samples(at) < heard.ends]
        assert noticed


def test_an_echo_that_is_still_under_way_does_not_count_as_what_is_left_of_it() -> None:
    """Every line is played for 0.3 s before the microphone hears it."""
    talk = DoubleTalk()
    for _ in range(4):
        for _ in range(15):
            talk.follow(at_db(-78), far=at_db(-25), linear=at_db(-78), aec3=at_db(-79))
        for _ in range(60):
            talk.follow(at_db(-30), far=at_db(-25), linear=at_db(-50), aec3=at_db(-79))
        for _ in range(25):
            talk.follow(at_db(-78), far=at_db(-200), linear=at_db(-78), aec3=at_db(-79))
    assert not talk.voice
    for _ in range(2):
        talk.follow(at_db(-28), far=at_db(-25), linear=at_db(-38), aec3=at_db(-79))
    assert talk.voice


def test_a_voice_says_nothing_about_what_is_heard_after_its_utterance(
    synthesiser: Synthesiser,
) -> None:
    heard = scene(synthesiser, 8, stops(synthesiser, 1)[0], at_seconds=6.0, echo_db=0.0)
    canceller = TwoPathCanceller()
    over = (heard.ends + samples(0.2)) // BLOCK_SAMPLES
    for block in heard.blocks()[:over]:
        during = canceller.clean(*block)
    canceller.utterance_ended()
    after = [canceller.clean(*block) for block in heard.blocks()[over:]]
    assert during.said_a_word
    assert not any(cleaned.said_a_word or cleaned.said_a_phrase for cleaned in after)


def test_what_somebody_said_stays_said_where_a_block_is_left_out_after_it(
    synthesiser: Synthesiser,
) -> None:
    heard = scene(synthesiser, 8, stops(synthesiser, 1)[0], at_seconds=6.0, echo_db=-6.0)
    canceller, over = TwoPathCanceller(), heard.ends // BLOCK_SAMPLES
    near, far = zip(*heard.blocks(), strict=True)
    for block in zip(near[:over], far[:over], strict=True):
        before = canceller.clean(*block)
    canceller.slip(-BLOCK_SAMPLES)
    after = canceller.clean(near[over + 1], far[over])
    assert before.said_a_phrase
    assert after.said_a_phrase
    canceller.sound_lost()
    assert not canceller.clean(near[over + 2], far[over + 1]).said_a_phrase


def test_its_own_voice_is_nobody(synthesiser: Synthesiser) -> None:
    assert voices(scene(synthesiser, 30)) == []


def test_a_microphone_that_is_lost_while_it_speaks_is_nobody(synthesiser: Synthesiser) -> None:
    heard = scene(synthesiser, 10)
    heard.near[samples(6) :] = 0
    assert voices(heard) == []


def test_where_no_loudspeaker_is_heard_a_person_is_noticed_all_the_same(
    synthesiser: Synthesiser,
) -> None:
    word = stops(synthesiser, 1)[0]
    heard = scene(synthesiser, 10, word, echo_db=-80.0)
    assert any(heard.begins <= samples(at) < heard.ends for at in voices(heard))


def test_somebody_may_still_be_speaking_for_a_moment(synthesiser: Synthesiser) -> None:
    word = stops(synthesiser, 1)[0]
    heard, canceller = scene(synthesiser, 11, word, at_seconds=6.0), TwoPathCanceller()
    speaks = []
    for near, far in heard.blocks():
        speaks.append(canceller.clean(near, far).somebody_speaks)
    last = max(at for at in voices(heard))
    after = int(samples(last) / BLOCK_SAMPLES) + 1
    assert all(speaks[after : after + RECENT_BLOCKS // 2])
    assert not speaks[after + RECENT_BLOCKS]


def test_while_the_loudspeaker_is_silent_anybody_counts() -> None:
    canceller, silence = TwoPathCanceller(), np.zeros(BLOCK_SAMPLES, np.float32)
    assert canceller.clean(silence, silence).somebody_speaks


def test_with_headphones_nothing_is_changed_and_nothing_is_held() -> None:
    canceller, block = NoCanceller(), np.full(BLOCK_SAMPLES, 0.1, np.float32)
    cleaned = canceller.clean(block, block)
    assert cleaned.block is block
    assert cleaned.somebody_speaks
    assert not cleaned.interruption


def test_after_a_jump_in_a_long_silence_the_room_is_still_known(synthesiser: Synthesiser) -> None:
    canceller = TwoPathCanceller()
    before = scene(synthesiser, 8, echo_delay=samples(0.05))
    cleaned(canceller, before)
    silence = np.zeros(samples(12), np.float32)
    cleaned(canceller, Scene(silence, silence, 0, 0))
    after = scene(synthesiser, 4, echo_delay=samples(0.13))
    assert removed_db(after, cleaned(canceller, after), since_seconds=0.6) > 18


def test_after_a_jump_what_was_usual_before_it_counts() -> None:
    """The canceller has learnt the room from before the jump, so it leaves as little as then."""
    talk = DoubleTalk()
    for left_db, blocks in ((-78, 20), (-50, 120), (-30, 40)):  # silence, the echo, a jump of it
        for _ in range(blocks):
            near = at_db(-78 if left_db == -78 else -30)
            talk.follow(near, far=at_db(-25), linear=at_db(left_db), aec3=at_db(-79))
    talk.forget(60)
    for _ in range(10):
        talk.follow(at_db(-30), far=at_db(-25), linear=at_db(-50), aec3=at_db(-79))
    assert not talk.voice
    for _ in range(2):
        talk.follow(at_db(-30), far=at_db(-25), linear=at_db(-38), aec3=at_db(-79))
    assert talk.voice


def test_an_echo_that_is_cancelled_below_the_rooms_noise_is_an_echo_all_the_same() -> None:
    """With no echo at all whatever stands out of the noise is somebody; here it is a remnant."""
    talk = DoubleTalk()
    for heard_db in [-60] * 25 + [-30] * 60:
        talk.follow(at_db(heard_db), far=at_db(-25), linear=at_db(-60), aec3=at_db(-79))
    for _ in range(3):
        talk.follow(at_db(-30), far=at_db(-25), linear=at_db(-50), aec3=at_db(-79))
    assert not talk.voice


def test_an_s_over_the_assistant_holds_its_speech_and_is_no_word() -> None:
    talk = DoubleTalk()
    hiss = np.random.default_rng(3).normal(size=(80, BLOCK_SAMPLES))
    hiss = (np.diff(hiss, 3, prepend=np.zeros((80, 3))) * 2e-4).astype(np.float32)
    heard, echo = at_db(-30), at_db(-55)
    for _ in range(25):
        talk.follow(at_db(-75), far=at_db(-25), linear=at_db(-75), aec3=at_db(-79))
    for block in hiss:
        talk.follow(heard, far=at_db(-25), linear=echo + block / 4, aec3=at_db(-79))
        assert talk.interruption is None
    for block in hiss[:2]:
        talk.follow(heard, far=at_db(-25), linear=echo + block, aec3=at_db(-79))
    assert talk.interruption is Interruption.HISS
    assert not talk.for_a_word
