"""What the loudspeaker is given: one utterance at a time, silence one block after a hush."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.messages import BLOCK_SAMPLES, Say, SetVoice, samples
from assistant.speaking.mouth import FADE_SAMPLES, Finished, Mouth, Started
from assistant.speaking.synthesiser import Samples
from tests.support.fakes import FakeSynthesiser

FULL = SetVoice(rate_wpm=150, volume_db=0.0, voice="gmw/en")


@pytest.fixture
def mouth() -> Mouth:
    return Mouth(FakeSynthesiser(), FULL)  # type: ignore[arg-type]


def read(mouth: Mouth, seconds: float) -> Samples:
    blocks = round(samples(seconds) / BLOCK_SAMPLES)
    return np.concatenate([mouth.read(BLOCK_SAMPLES) for _ in range(blocks)])


def test_with_nothing_to_say_it_is_silent(mouth: Mouth) -> None:
    assert not read(mouth, 1).any()
    assert mouth.happened() == []


def test_an_utterance_begins_with_the_next_block_and_is_said_to_its_end(mouth: Mouth) -> None:
    read(mouth, 0.1)
    say = Say(("Halfway.",))
    mouth.say(say)
    played = read(mouth, 1)
    assert played[0] != 0
    started, finished = mouth.happened()
    assert started == Started(say, samples(0.1))
    assert isinstance(finished, Finished)
    assert finished.at == samples(0.1) + np.count_nonzero(played)


def test_lines_follow_each_other_after_a_short_gap(mouth: Mouth) -> None:
    mouth.say(Say(("One line.", "Another line.")))
    played = read(mouth, 3)
    silent = np.flatnonzero(played == 0)
    assert silent[0] == samples(len("One line.") * 0.06)
    assert played[silent[0] + samples(0.26)] != 0


def test_a_hush_is_silence_after_a_fade_of_a_few_milliseconds(mouth: Mouth) -> None:
    mouth.say(Say(("A rather long line that goes on and on.",)))
    read(mouth, 0.5)
    mouth.hush()
    after = read(mouth, 1)
    assert not after[FADE_SAMPLES:].any()
    assert np.abs(np.diff(after[:FADE_SAMPLES])).max() < 0.02, "the cut clicks"


def test_a_hushed_utterance_is_never_reported_as_finished(mouth: Mouth) -> None:
    mouth.say(Say(("A rather long line.",)))
    read(mouth, 0.2)
    mouth.hush()
    read(mouth, 5)
    assert [type(each) for each in mouth.happened()] == [Started]


def test_a_new_utterance_takes_the_place_of_the_one_before(mouth: Mouth) -> None:
    first, second = Say(("The first line.",)), Say(("The second one.",))
    mouth.say(first)
    read(mouth, 0.1)
    mouth.say(second)
    read(mouth, 5)
    assert [each.say for each in mouth.happened()] == [first, second, second]


def test_a_volume_change_counts_from_the_next_utterance(mouth: Mouth) -> None:
    mouth.set_voice(SetVoice(rate_wpm=150, volume_db=-20.0, voice="gmw/en"))
    mouth.say(Say(("Quiet.",)))
    assert np.abs(read(mouth, 0.1)).max() == pytest.approx(0.05)


def test_a_line_without_a_sound_is_finished_all_the_same() -> None:
    mouth = Mouth(FakeSynthesiser(), FULL)  # type: ignore[arg-type]
    mouth.say(Say(("",)))
    read(mouth, 0.1)
    assert [type(each) for each in mouth.happened()] == [Started, Finished]


def test_it_knows_which_words_it_was_saying(mouth: Mouth) -> None:
    mouth.say(Say(("Say none, mild, bad, or stop.",)))
    read(mouth, 5)
    last = samples(len("Say none, mild, bad, or stop.") * 0.06)
    assert "stop" in mouth.words_said(last - samples(0.3), last)
    assert "stop" not in mouth.words_said(0, samples(0.5))
    assert mouth.words_said(last + samples(1), last + samples(2)) == set()


def test_words_that_were_cut_off_were_not_said(mouth: Mouth) -> None:
    mouth.say(Say(("Say none, mild, bad, or stop.",)))
    read(mouth, 0.5)
    mouth.hush()
    read(mouth, 3)
    assert "stop" not in mouth.words_said(0, samples(5))


def test_held_speech_is_silent_after_a_fade_and_goes_on_with_the_word_it_was_in(
    mouth: Mouth,
) -> None:
    whole = FakeSynthesiser().render("Slowly now.", "gmw/en", 150)
    mouth.say(Say(("Slowly now.",)))
    before = read(mouth, 0.3)
    mouth.hold()
    held = read(mouth, 1)
    assert not held[FADE_SAMPLES:].any()
    assert mouth.speaking
    mouth.go_on()
    after = read(mouth, 2)
    assert np.count_nonzero(before) < samples(0.36) <= len("Slowly") * samples(0.06)
    assert np.count_nonzero(after) == len(whole), "the interrupted word is said again"
    assert [type(each) for each in mouth.happened()] == [Started, Finished]


def test_speech_that_is_held_before_it_began_begins_when_it_goes_on(mouth: Mouth) -> None:
    mouth.say(Say(("Halfway.",)))
    mouth.hold()
    assert not read(mouth, 1).any()
    assert mouth.happened() == []
    mouth.go_on()
    assert read(mouth, 0.1)[0] != 0
    assert mouth.happened() == [Started(Say(("Halfway.",)), samples(1))]


def test_a_hush_ends_a_hold(mouth: Mouth) -> None:
    mouth.say(Say(("Halfway.",)))
    read(mouth, 0.1)
    mouth.hold()
    read(mouth, 0.1)
    mouth.hush()
    assert not read(mouth, 1).any()
    assert not mouth.speaking
    mouth.say(Say(("Halfway.",)))
    assert read(mouth, 0.1).any()


def test_a_word_that_is_said_twice_was_said_at_both_times(mouth: Mouth) -> None:
    mouth.say(Say(("Stop.",)))
    read(mouth, 0.1)
    mouth.hold()
    read(mouth, 1.9)
    mouth.go_on()
    read(mouth, 1)
    assert "stop" in mouth.words_said(0, samples(0.1))
    assert mouth.words_said(samples(0.5), samples(1.5)) == set()
    assert "stop" in mouth.words_said(samples(2), samples(2.2))


@given(st.lists(st.sampled_from(["say", "hush", "hold", "go on", "read"]), max_size=30))
def test_whatever_is_ordered_the_samples_stay_within_full_scale(orders: list[str]) -> None:
    mouth = Mouth(FakeSynthesiser(), FULL)  # type: ignore[arg-type]
    for order in orders:
        if order == "say":
            mouth.say(Say(("A line.", "And another.")))
        elif order == "hush":
            mouth.hush()
        elif order == "hold":
            mouth.hold()
        elif order == "go on":
            mouth.go_on()
        else:
            assert np.abs(mouth.read(BLOCK_SAMPLES)).max() <= 1
