"""What is heard beside what is played, without devices."""

import numpy as np
import pytest

from assistant.devices import LOUDSPEAKER, MICROPHONE
from assistant.live import Pairing
from assistant.messages import BLOCK_SAMPLES
from assistant.speaking.synthesiser import Samples


def block(number: int) -> Samples:
    return np.full(BLOCK_SAMPLES, number, np.float32)


def put(pairing: Pairing, part: str, numbers: range) -> None:
    for number in numbers:
        pairing.put(part, block(number))


def heard(pairing: Pairing) -> list[tuple[int, int]]:
    """The pairs as block numbers; 0 is silence."""
    return [(int(near[0]), int(far[0])) for near, far in pairing.pairs()]


def test_blocks_are_paired_one_for_one_in_order() -> None:
    pairing = Pairing()
    put(pairing, MICROPHONE, range(1, 4))
    put(pairing, LOUDSPEAKER, range(101, 104))
    assert heard(pairing) == [(1, 101), (2, 102), (3, 103)]


def test_what_was_played_waits_for_what_was_heard() -> None:
    pairing = Pairing()
    put(pairing, LOUDSPEAKER, range(101, 103))
    assert heard(pairing) == []
    put(pairing, MICROPHONE, range(1, 2))
    assert heard(pairing) == [(1, 101)]


def test_a_microphone_that_is_behind_is_heard_as_silence_and_time_goes_on() -> None:
    pairing = Pairing()
    put(pairing, LOUDSPEAKER, range(101, 131))
    pairs = heard(pairing)
    assert pairs == [(0, number) for number in range(101, 121)]


def test_what_was_heard_does_not_wait_long_for_a_loudspeaker_that_is_behind() -> None:
    pairing = Pairing()
    put(pairing, MICROPHONE, range(1, 101))
    assert heard(pairing) == []
    put(pairing, LOUDSPEAKER, range(101, 102))
    assert heard(pairing) == [(100, 101)]


@pytest.mark.parametrize("length", [26, 150])
def test_sound_older_than_half_a_second_is_not_acted_upon(length: int) -> None:
    pairing = Pairing()
    put(pairing, MICROPHONE, range(1, length + 1))
    put(pairing, LOUDSPEAKER, range(1001, 1001 + length))
    pairs = heard(pairing)
    assert [far for _, far in pairs] == list(range(1001, 1001 + length))
    stale = length - 25
    assert [near for near, _ in pairs] == [0] * stale + list(range(stale + 1, length + 1))


def test_half_a_second_is_heard_in_full() -> None:
    pairing = Pairing()
    put(pairing, MICROPHONE, range(1, 26))
    put(pairing, LOUDSPEAKER, range(101, 126))
    assert [near for near, _ in heard(pairing)] == list(range(1, 26))


def test_the_rest_is_what_was_played_with_silence() -> None:
    pairing = Pairing()
    put(pairing, MICROPHONE, range(1, 3))
    put(pairing, LOUDSPEAKER, range(101, 104))
    assert [(int(n[0]), int(f[0])) for n, f in pairing.rest()] == [(0, 101), (0, 102), (0, 103)]
    assert heard(pairing) == []
