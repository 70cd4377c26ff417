"""When speech is held for somebody else, and when it goes on."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.hearing.barge_in import (
    FIRST_REST,
    HELD_SAMPLES,
    LONGEST_REST,
    QUIET_SAMPLES,
    WORDS_SAMPLES,
    BargeIn,
    Order,
)
from assistant.hearing.double_talk import Interruption
from assistant.messages import BLOCK_SAMPLES, samples


def blocks(length: int) -> range:
    return range(length // BLOCK_SAMPLES)


HISS, VOICE = Interruption.HISS, Interruption.VOICE


def follow(
    barge_in: BargeIn, seconds: float, heard: Interruption | None = None, *, words: bool = False
) -> list[tuple[float, Order]]:
    """Let time pass while the assistant has something to say; return what changed, and when."""
    changes = []
    for number in blocks(samples(seconds)):
        order = barge_in.follow(speaking=True, interruption=heard, words=words)
        if order:
            changes.append((number * BLOCK_SAMPLES / 16_000, order))
    return changes


def test_a_voice_holds_the_speech_at_once() -> None:
    assert follow(BargeIn(), 0.1, VOICE) == [(0.0, Order.HOLD)]


def test_nobody_is_held_for_while_the_assistant_has_nothing_to_say() -> None:
    barge_in = BargeIn()
    orders = [barge_in.follow(speaking=False, interruption=VOICE, words=False) for _ in range(100)]
    assert set(orders) == {None}


def test_a_cough_is_forgiven_within_half_a_second_of_its_end() -> None:
    barge_in = BargeIn()
    follow(barge_in, 0.3, VOICE)
    [(at, order)] = follow(barge_in, 2)
    assert order is Order.GO_ON
    assert at <= 0.5


def test_what_makes_no_words_holds_it_for_less_than_one_and_a_half_seconds() -> None:
    first, second = follow(BargeIn(), 2, VOICE)[:2]
    assert (first[1], second[1]) == (Order.HOLD, Order.GO_ON)
    assert second[0] - first[0] <= 1.5


def test_words_are_waited_for() -> None:
    barge_in = BargeIn()
    follow(barge_in, 0.1, VOICE)
    assert follow(barge_in, 3, VOICE, words=True) == []
    assert follow(barge_in, 1)[0][1] is Order.GO_ON


def test_even_words_do_not_hold_it_for_ever() -> None:
    barge_in = BargeIn()
    follow(barge_in, 0.1, VOICE)
    orders = follow(barge_in, 6, VOICE, words=True)[:1]
    assert [order for _, order in orders] == [Order.GO_ON]
    assert orders[0][0] * 16_000 <= WORDS_SAMPLES


def test_where_somebody_talks_all_the_time_the_assistant_speaks_longer_every_time() -> None:
    barge_in = BargeIn()
    orders = follow(barge_in, 120, VOICE)
    went_on = [at for at, order in orders if order is Order.GO_ON]
    held = [at for at, order in orders if order is Order.HOLD][1:]
    spoke = [round(after - before, 3) for before, after in zip(went_on, held, strict=False)]
    assert spoke == sorted(spoke)
    assert spoke[0] <= FIRST_REST / 16_000 + 0.1
    assert spoke[-1] >= LONGEST_REST / 16_000 - 0.1


def test_an_s_that_was_nothing_does_not_keep_a_voice_from_holding_it() -> None:
    barge_in = BargeIn()
    follow(barge_in, 0.1, HISS)
    follow(barge_in, 0.42)
    assert follow(barge_in, 0.1, HISS) == [], "another s has to wait"
    assert follow(barge_in, 0.1, VOICE) == [(0.0, Order.HOLD)]


def test_a_voice_that_was_nothing_keeps_its_s_from_holding_it_too() -> None:
    barge_in = BargeIn()
    follow(barge_in, 0.1, HISS)
    follow(barge_in, 0.1, VOICE)
    follow(barge_in, 0.42)
    assert follow(barge_in, 0.1, HISS) == follow(barge_in, 0.1, VOICE) == []


def test_the_beginning_of_a_phrase_that_never_ends_is_forgiven_after_a_second() -> None:
    barge_in = BargeIn()
    follow(barge_in, 0.1, VOICE)
    [(at, order)] = follow(barge_in, 2, words=True)
    assert order is Order.GO_ON
    assert 0.9 <= at <= 1.0


def test_after_words_that_meant_nothing_it_goes_on_at_once() -> None:
    barge_in = BargeIn()
    follow(barge_in, 0.1, VOICE, words=True)
    follow(barge_in, 0.8, words=True)
    assert follow(barge_in, 0.1) == [(0.0, Order.GO_ON)]


def test_after_an_answer_the_next_voice_holds_at_once_again() -> None:
    barge_in = BargeIn()
    follow(barge_in, 10, VOICE)
    barge_in.answered()
    assert follow(barge_in, 0.1, VOICE) == [(0.0, Order.HOLD)]


def test_holds_for_nothing_that_had_a_cause_are_forgotten_with_it() -> None:
    barge_in = BargeIn()
    follow(barge_in, 10, VOICE)
    follow(barge_in, 0.5)
    barge_in.forgive()
    assert follow(barge_in, 0.1, VOICE) == [(0.0, Order.HOLD)]


@given(
    st.lists(
        st.tuples(st.booleans(), st.sampled_from([None, *Interruption]), st.booleans()),
        max_size=600,
    )
)
def test_holds_and_goings_on_take_turns_and_no_hold_outlasts_words(
    heard: list[tuple[bool, Interruption | None, bool]],
) -> None:
    barge_in, held = BargeIn(), 0
    for speaking, interruption, words in heard:
        order = barge_in.follow(speaking=speaking, interruption=interruption, words=words)
        assert order is not (Order.HOLD if held else Order.GO_ON)
        if order is Order.HOLD:
            held = 1
        elif order is Order.GO_ON or not speaking:
            held = 0
        elif held:
            held += 1
        assert held * BLOCK_SAMPLES <= WORDS_SAMPLES


def test_a_false_interruption_is_over_within_one_and_a_half_seconds() -> None:
    assert QUIET_SAMPLES < HELD_SAMPLES < samples(1.5)
