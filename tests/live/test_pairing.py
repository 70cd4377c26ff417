"""What is heard beside what is played, without devices."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from assistant.devices.block import LOUDSPEAKER, MICROPHONE, Block
from assistant.messages import BLOCK_SAMPLES
from assistant.pairing import Pair, Pairing
from assistant.speaking.synthesiser import Samples


def block(value: int) -> Samples:
    return np.full(BLOCK_SAMPLES, value, np.float32)


def put(pairing: Pairing, part: str, numbers: range) -> None:
    for each in numbers:
        pairing.put(Block(part, block(each)))


def number(sound: Samples | None) -> int:
    """The number of a block; 0 is what was lost."""
    return 0 if sound is None else int(sound[0])


def numbers_of(pairs: Iterable[Pair]) -> list[tuple[int, int]]:
    """The pairs as block numbers."""
    return [(number(pair.near), number(pair.far)) for pair in pairs]


def heard(pairing: Pairing) -> list[tuple[int, int]]:
    return numbers_of(pairing.pairs())


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


def test_what_a_microphone_that_is_behind_heard_is_lost_and_time_goes_on() -> None:
    pairing = Pairing()
    put(pairing, LOUDSPEAKER, range(101, 131))
    pairs = heard(pairing)
    assert pairs == [(0, each) for each in range(101, 121)]


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


def test_the_rest_is_what_was_played_while_nothing_was_heard() -> None:
    pairing = Pairing()
    put(pairing, MICROPHONE, range(1, 3))
    put(pairing, LOUDSPEAKER, range(101, 104))
    assert numbers_of(pairing.rest()) == [(0, 101), (0, 102), (0, 103)]
    assert heard(pairing) == []


# Gaps


def in_step(pairing: Pairing, lead: int) -> None:
    """Pair blocks 1 to 9 in step, with the loudspeaker so many blocks ahead."""
    put(pairing, LOUDSPEAKER, range(101, 110 + lead))
    put(pairing, MICROPHONE, range(1, 10))
    assert heard(pairing) == [(each, 100 + each) for each in range(1, 10)]


@pytest.mark.parametrize("lead", [0, 1, 5])
@pytest.mark.parametrize("lost", [1, 2, 30])
def test_after_a_microphone_lost_sound_the_loudspeaker_is_as_far_ahead_as_before(
    lost: int, lead: int
) -> None:
    pairing = Pairing()
    in_step(pairing, lead)
    last = 110 + lead + lost
    put(pairing, LOUDSPEAKER, range(110 + lead, last + 1))
    pairing.put(Block(MICROPHONE, block(10 + lost), after_gap=True))
    missed = [(0, each) for each in range(110, 110 + lost)]
    assert heard(pairing) == [*missed, (10 + lost, 110 + lost)]


@pytest.mark.parametrize("lead", [0, 1, 5])
def test_a_microphone_that_lost_sound_and_does_not_tell_is_noticed_by_what_is_missing(
    lead: int,
) -> None:
    pairing = Pairing()
    in_step(pairing, lead)
    put(pairing, LOUDSPEAKER, range(110 + lead, 150 + lead))
    assert {near for near, _ in heard(pairing)} == {0}
    put(pairing, MICROPHONE, range(49, 52))
    put(pairing, LOUDSPEAKER, range(150 + lead, 152 + lead))
    assert heard(pairing)[-3:] == [(49, 149), (50, 150), (51, 151)]


@pytest.mark.parametrize(("given_up", "missed"), [(1, 0), (2, 1)])
def test_20_ms_that_are_given_up_are_no_gap_and_40_are(given_up: int, missed: int) -> None:
    pairing = Pairing()
    in_step(pairing, lead=0)
    put(pairing, MICROPHONE, range(10, 11 + given_up))
    assert heard(pairing) == []
    put(pairing, LOUDSPEAKER, range(111, 114))
    put(pairing, MICROPHONE, range(11 + given_up, 14 + given_up))
    assert [near for near, _ in heard(pairing)].count(0) == missed


def test_a_loudspeaker_that_ran_dry_is_as_far_ahead_as_before() -> None:
    pairing = Pairing()
    in_step(pairing, lead=2)
    put(pairing, MICROPHONE, range(10, 20))
    assert heard(pairing) == [(10, 110), (11, 111)]
    put(pairing, LOUDSPEAKER, range(112, 115))
    put(pairing, MICROPHONE, range(20, 21))
    assert heard(pairing) == [(0, 112)]
    put(pairing, LOUDSPEAKER, range(115, 116))
    put(pairing, MICROPHONE, range(21, 22))
    assert heard(pairing) == [(21, 113)]


def test_after_devices_were_lost_there_is_a_gap() -> None:
    pairing = Pairing()
    in_step(pairing, lead=1)
    assert numbers_of(pairing.rest()) == [(0, 110)]
    put(pairing, LOUDSPEAKER, range(111, 114))
    put(pairing, MICROPHONE, range(21, 23))
    assert heard(pairing) == [(0, 111), (22, 112)]


def test_a_gap_begins_where_sound_was_lost_and_what_waited_before_it_is_heard() -> None:
    pairing = Pairing()
    in_step(pairing, lead=1)
    put(pairing, LOUDSPEAKER, range(111, 117))
    put(pairing, MICROPHONE, range(10, 12))
    pairing.put(Block(MICROPHONE, block(15), after_gap=True))
    assert heard(pairing) == [(10, 110), (11, 111), (0, 112), (0, 113), (0, 114), (15, 115)]


# Clocks that drift apart

LATE = 4
"""Blocks from the moment a loudspeaker asks for sound until that is heard: 80 ms."""


@dataclass(frozen=True)
class Clocks:
    """A session on a microphone whose clock runs faster by `drift_ppm`.

    Times are in blocks of the loudspeaker's; block n is asked for at n and heard from n + LATE on.
    The microphone hands on a block at its end, up to `jitter` later.
    """

    drift_ppm: float = 0.0
    minutes: int = 30
    jitter: float = 0.0
    lost: tuple[int, ...] = ()
    """The microphone's blocks that are lost without telling."""
    late: tuple[int, ...] = ()
    """Blocks that the loudspeaker asks for 50 ms late, without having run dry."""
    busy: tuple[int, ...] = ()
    """The microphone's blocks that are handed on 25 ms late."""

    @cache  # noqa: B019 (there are few, and half an hour takes seconds)
    def paired(self) -> list[Pair]:
        pairing = Pairing()
        arrived: list[Pair] = []
        for _, part, count in sorted(self._blocks()):
            pairing.put(Block(part, np.float32([count])))
            arrived += pairing.pairs()
        return arrived

    def pairs(self) -> list[tuple[int, int]]:
        return numbers_of(self.paired())

    def echo_delays(self) -> list[float]:
        """How many blocks after what was played its echo seems to come, pair by pair."""
        return [far - (self._began(near) - LATE) for near, far in self.pairs() if near]

    def drifted(self) -> float:
        """By how many blocks the clocks drift apart, all in all."""
        return abs(self.drift_ppm) * 1e-6 * self.minutes * 60 * 50

    def _began(self, near: int) -> float:
        return 0.4 + near * (1 - self.drift_ppm * 1e-6)

    def _blocks(self) -> Iterator[tuple[float, str, int]]:
        end = self.minutes * 60 * 50
        rng = np.random.default_rng(0)
        arrives = 0.0
        for count in range(1, 2 * end):
            if count < end:
                held_up = max(
                    (2.5 - ago for ago in range(3) if count - ago in self.late), default=0
                )
                yield count + held_up, LOUDSPEAKER, count
            held_up = rng.uniform(0, self.jitter) + 1.25 * (count in self.busy)
            arrives = max(arrives, self._began(count + 1) + held_up)
            if arrives < end and count not in self.lost:
                yield arrives, MICROPHONE, count


@pytest.mark.long
@pytest.mark.parametrize("drift_ppm", [-300.0, -100.0, 100.0, 300.0])
def test_the_echo_stays_as_late_as_it_was_where_clocks_drift_apart(drift_ppm: float) -> None:
    delays = Clocks(drift_ppm).echo_delays()
    assert min(delays) > 0
    assert max(abs(delay - delays[0]) for delay in delays) < 1.1


@pytest.mark.parametrize("drift_ppm", [-300.0, -100.0, 100.0, 300.0])
def test_it_says_by_how_much_the_echo_moves_where_a_block_is_left_out_or_heard_twice(
    drift_ppm: float,
) -> None:
    clocks = Clocks(drift_ppm)
    slips = [pair.slipped / BLOCK_SAMPLES for pair in clocks.paired()]
    moves = np.diff(clocks.echo_delays())
    assert np.count_nonzero(slips) >= int(clocks.drifted())
    assert moves == pytest.approx(slips[1:], abs=0.01)


@pytest.mark.parametrize("drift_ppm", [-300.0, -100.0, 100.0, 300.0])
def test_no_more_is_left_out_or_heard_twice_than_clocks_drift_apart(drift_ppm: float) -> None:
    clocks = Clocks(drift_ppm)
    pairs = clocks.pairs()
    steps = np.diff([near for near, _ in pairs])
    assert [far for _, far in pairs] == list(range(1, 1 + len(pairs)))
    assert set(steps) == {1, 2 if drift_ppm > 0 else 0}, "one at a time"
    assert np.count_nonzero(steps != 1) == pytest.approx(clocks.drifted(), abs=1)


def test_blocks_that_come_unevenly_are_neither_left_out_nor_heard_twice() -> None:
    pairs = Clocks(jitter=0.9, minutes=10).pairs()
    assert set(np.diff([near for near, _ in pairs[50:]])) == {1}


def test_nor_more_of_them_where_clocks_drift_apart() -> None:
    clocks = Clocks(-300.0, jitter=0.9, minutes=10)
    steps = np.diff([near for near, _ in clocks.pairs()[50:]])
    assert np.count_nonzero(steps != 1) == pytest.approx(clocks.drifted(), abs=1)


@pytest.mark.parametrize("begins", range(500, 550, 10))
def test_one_busy_second_leaves_nothing_out(begins: int) -> None:
    pairs = Clocks(minutes=1, busy=tuple(range(begins, begins + 50))).pairs()
    assert set(np.diff([near for near, _ in pairs])) == {1}


def test_after_60_ms_are_lost_without_telling_the_echo_is_as_late_as_before() -> None:
    clocks = Clocks(minutes=1, lost=(1000, 1001, 1002))
    delays = clocks.echo_delays()
    assert [near for near, _ in clocks.pairs()].count(0) == len(clocks.lost)
    assert delays[-1] == pytest.approx(delays[0])
    assert sum(delay < delays[0] - 0.5 for delay in delays) <= 2 * 50


def test_a_loudspeaker_that_asks_late_now_and_then_costs_20_ms_once() -> None:
    clocks = Clocks(minutes=2, late=tuple(range(500, 6000, 500)))
    steps = np.diff([near for near, _ in clocks.pairs()])
    assert steps[steps != 1].tolist() == [2]
    assert min(clocks.echo_delays()) > 0
