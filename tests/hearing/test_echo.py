"""The assistant's own voice is taken out, and somebody who speaks over it is noticed."""

import numpy as np
import pytest

from assistant.hearing.double_talk import RECENT_BLOCKS
from assistant.hearing.echo import NoCanceller, TwoPathCanceller
from assistant.hearing.far_end import FarEnd
from assistant.messages import BLOCK_SAMPLES, samples
from assistant.speaking.synthesiser import Samples, Synthesiser
from tests.support.echo import Scene, scene
from tests.support.people import stops


def cleaned(canceller: TwoPathCanceller, heard: Scene) -> Samples:
    return np.concatenate([canceller.clean(near, far) for near, far in heard.blocks()])


def removed_db(heard: Scene, left: Samples, since_seconds: float) -> float:
    since = samples(since_seconds)
    power = [float((signal[since:] ** 2).mean()) for signal in (heard.near, left)]
    return float(10 * np.log10(power[0] / power[1]))


def voices(heard: Scene) -> list[float]:
    """The seconds at which somebody else's voice is noticed, 2 s after the beginning or later."""
    canceller = TwoPathCanceller()
    noticed = []
    for number, (near, far) in enumerate(heard.blocks()):
        canceller.clean(near, far)
        if canceller.interrupted:
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


@pytest.mark.parametrize("echo_db", [0.0, 6.0, 10.0])
def test_a_person_is_noticed_while_the_assistant_speaks(
    echo_db: float, synthesiser: Synthesiser
) -> None:
    for word in stops(synthesiser, 4):
        heard = scene(synthesiser, 10, word, echo_db=echo_db)
        noticed = [at for at in voices(heard) if heard.begins <= samples(at) < heard.ends]
        assert noticed


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
        canceller.clean(near, far)
        speaks.append(canceller.somebody_speaks)
    last = max(at for at in voices(heard))
    after = int(samples(last) / BLOCK_SAMPLES) + 1
    assert all(speaks[after : after + RECENT_BLOCKS // 2])
    assert not speaks[after + RECENT_BLOCKS]


def test_while_the_loudspeaker_is_silent_anybody_counts() -> None:
    canceller, silence = TwoPathCanceller(), np.zeros(BLOCK_SAMPLES, np.float32)
    canceller.clean(silence, silence)
    assert canceller.somebody_speaks


def test_with_headphones_nothing_is_changed_and_nothing_is_held() -> None:
    canceller, block = NoCanceller(), np.full(BLOCK_SAMPLES, 0.1, np.float32)
    assert canceller.clean(block, block) is block
    assert canceller.somebody_speaks
    assert not canceller.interrupted
