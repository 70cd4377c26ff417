"""From samples to words, with the real model and synthesised speech."""

import numpy as np
import pytest

from assistant.app import phrasebook
from assistant.content.loader import load_content
from assistant.hearing.ear import Ear
from assistant.hearing.echo import NoCanceller, TwoPathCanceller
from assistant.hearing.recogniser import Model
from assistant.messages import BLOCK_SAMPLES, Heard, samples, seconds
from assistant.room import at_peak
from assistant.speaking.synthesiser import Samples, Synthesiser
from tests.support.people import stops

pytestmark = pytest.mark.long

BOOK = phrasebook(load_content())
SILENCE = np.zeros(samples(2), np.float32)


@pytest.fixture
def ear(model: Model) -> Ear:
    return Ear(model, NoCanceller(), BOOK, "practice")


def spoken(synthesiser: Synthesiser, text: str, level_db: float = -6.0) -> Samples:
    return at_peak(synthesiser.render(text, "gmw/en-us", 150), level_db)


def listen(ear: Ear, *parts: Samples) -> list[Heard]:
    return [heard for _, heard in timed(ear, *parts)]


def timed(ear: Ear, *parts: Samples, far_level: float = 0.0) -> list[tuple[float, Heard]]:
    """Return what was heard, each with the seconds of sound until then."""
    signal = np.concatenate(parts)
    far = np.full(BLOCK_SAMPLES, far_level, np.float32)
    ends = range(BLOCK_SAMPLES, len(signal) + 1, BLOCK_SAMPLES)
    return [
        (seconds(end), heard)
        for end in ends
        for heard in ear.feed(signal[end - BLOCK_SAMPLES : end], far)
    ]


def finals(heard: list[Heard]) -> list[str]:
    return [each.text for each in heard if each.final]


@pytest.mark.parametrize("phrase", ["pause", "repeat", "how long is left", "louder"])
def test_a_phrase_is_heard_once_and_as_a_whole(
    phrase: str, ear: Ear, synthesiser: Synthesiser
) -> None:
    assert finals(listen(ear, SILENCE, spoken(synthesiser, phrase), SILENCE)) == [phrase]


def test_partial_results_come_before_the_final_one(ear: Ear, synthesiser: Synthesiser) -> None:
    heard = listen(ear, SILENCE, spoken(synthesiser, "what are the benefits"), SILENCE)
    assert [each.final for each in heard].count(True) == 1
    assert heard[-1].final
    assert len(heard) > 2


def test_a_pain_word_shows_in_a_partial_result(ear: Ear, synthesiser: Synthesiser) -> None:
    heard = listen(ear, SILENCE, spoken(synthesiser, "that hurts"), SILENCE)
    assert Heard("that hurts", final=False) in heard


def test_stop_counts_at_once_while_the_assistant_speaks_and_else_after_a_second_look(
    ear: Ear, synthesiser: Synthesiser
) -> None:
    at = {}
    for far_level in (0.5, 0.0):
        said = (SILENCE, spoken(synthesiser, "stop"), SILENCE)
        heard = timed(ear, *said, far_level=far_level)
        at[far_level] = next(when for when, each in heard if "stop" in each.text.split())
    assert at[0.0] - at[0.5] == pytest.approx(0.2, abs=0.05)


@pytest.mark.parametrize("far_level", [0.5, 0.0])
def test_what_sounded_like_stop_for_a_moment_is_not_obeyed_while_the_assistant_is_silent(
    far_level: float, ear: Ear, synthesiser: Synthesiser
) -> None:
    talk = at_peak(synthesiser.render("top of the morning", "gmw/en", 150), -6.0)
    heard = timed(ear, SILENCE, talk, SILENCE, far_level=far_level)
    assert any("stop" in each.text.split() for _, each in heard) == (far_level > 0)


def test_stop_said_again_over_other_talk_needs_no_second_look(
    ear: Ear, synthesiser: Synthesiser
) -> None:
    voice = "gmw/en-gb-x-rp"
    stop = at_peak(synthesiser.render("stop stop stop", voice, 150), -6.0)
    talk = at_peak(synthesiser.render("the news at nine with all the weather", voice, 150), -14.0)
    both = np.zeros(max(len(stop), len(talk)), np.float32)
    both[: len(stop)] += stop
    both[: len(talk)] += talk
    heard = listen(ear, SILENCE, both, SILENCE)
    assert any("stop" in each.text.split() for each in heard)


def test_stop_counts_that_was_being_looked_at_when_sound_was_lost(
    ear: Ear, model: Model, synthesiser: Synthesiser
) -> None:
    said = np.concatenate([SILENCE, spoken(synthesiser, "stop"), SILENCE])
    other = Ear(model, NoCanceller(), BOOK, "practice")
    counts_at = next(when for when, each in timed(other, said) if "stop" in each.text.split())
    before = listen(ear, said[: samples(counts_at - 0.1)])
    assert not any("stop" in each.text.split() for each in before)
    assert ear.forget() == [Heard("stop", final=True)]


@pytest.mark.parametrize("too_loud_db", [6.0, 20.0, 30.0])
def test_stop_is_heard_from_a_microphone_that_clips(
    too_loud_db: float, model: Model, synthesiser: Synthesiser
) -> None:
    words = stops(synthesiser, 8)
    caught = 0
    for word in words:
        ear = Ear(model, TwoPathCanceller(), BOOK, "practice")
        clipped = np.clip(at_peak(word, too_loud_db), -1, 1)
        heard = listen(ear, SILENCE, clipped, SILENCE)
        caught += any("stop" in each.text.split() for each in heard)
    assert caught >= len(words) - 1


@pytest.mark.parametrize("level_db", [-30.0, -20.0, -3.0])
def test_loud_and_quiet_people_are_heard(
    level_db: float, ear: Ear, synthesiser: Synthesiser
) -> None:
    word = spoken(synthesiser, "repeat", level_db)
    assert finals(listen(ear, SILENCE, word, SILENCE)) == ["repeat"]


def test_ten_minutes_of_silence_bring_nothing_and_the_next_word_is_heard(
    ear: Ear, synthesiser: Synthesiser
) -> None:
    silence = np.zeros(samples(600), np.float32)
    assert listen(ear, silence) == []
    assert finals(listen(ear, spoken(synthesiser, "repeat"), SILENCE)) == ["repeat"]


def test_steady_noise_is_no_phrase(ear: Ear) -> None:
    noise = np.random.default_rng(3).normal(size=samples(20)).astype(np.float32) * 0.02
    heard = finals(listen(ear, noise, SILENCE))
    assert all(BOOK.understand(text, "practice") is None for text in heard)


def test_the_grammar_is_that_of_the_state_from_the_next_silence_on(
    ear: Ear, synthesiser: Synthesiser
) -> None:
    answer = spoken(synthesiser, "nope")
    assert finals(listen(ear, SILENCE, answer, SILENCE)) != ["nope"]
    ear.listen_as_in("check")
    assert finals(listen(ear, SILENCE, answer, SILENCE)) == ["nope"]


def test_stop_is_listened_for_in_every_state(ear: Ear, synthesiser: Synthesiser) -> None:
    for state in BOOK.states:
        ear.listen_as_in(state)
        heard = listen(ear, SILENCE, spoken(synthesiser, "stop"), SILENCE)
        assert any("stop" in each.text.split() for each in heard), state


def test_two_ears_hear_the_same_in_the_same_recording(
    model: Model, synthesiser: Synthesiser
) -> None:
    signal = (SILENCE, spoken(synthesiser, "go to step four"), SILENCE)
    one = listen(Ear(model, NoCanceller(), BOOK, "practice"), *signal)
    two = listen(Ear(model, NoCanceller(), BOOK, "practice"), *signal)
    assert one == two


def test_what_was_being_said_when_sound_was_lost_is_never_heard(
    ear: Ear, synthesiser: Synthesiser
) -> None:
    word = spoken(synthesiser, "repeat")
    cut_off = word[: len(word) * 4 // 5]
    begun = listen(ear, SILENCE, cut_off)
    assert begun
    assert finals(begun) == []
    ear.forget()
    assert listen(ear, SILENCE) == []


def test_the_echo_of_the_assistants_own_voice_is_taken_out(synthesiser: Synthesiser) -> None:
    line = "Squeeze and release the muscle above the knee, working slowly up the thigh."
    far = np.tile(synthesiser.render(line, "gmw/en", 150), 3)
    far = far[: len(far) // BLOCK_SAMPLES * BLOCK_SAMPLES]
    near = np.concatenate([np.zeros(samples(0.08), np.float32), far])[: len(far)] * 0.5
    canceller = TwoPathCanceller()
    cleaned = np.concatenate(
        [
            canceller.clean(near[i : i + BLOCK_SAMPLES], far[i : i + BLOCK_SAMPLES]).block
            for i in range(0, len(far), BLOCK_SAMPLES)
        ]
    )
    last = slice(len(far) * 2 // 3, None)
    removed_db = 10 * np.log10((near[last] ** 2).mean() / (cleaned[last] ** 2).mean())
    assert removed_db > 20


# Gaps


def test_words_on_either_side_of_a_gap_are_no_phrase(ear: Ear, synthesiser: Synthesiser) -> None:
    carry, on = (spoken(synthesiser, word) for word in ("carry", "on"))
    assert finals(listen(ear, SILENCE, carry, on, SILENCE)) == ["carry on"]
    heard = [*listen(ear, carry), *ear.forget(), *listen(ear, on, SILENCE)]
    assert "carry on" not in [each.text for each in heard]


def test_half_a_number_is_no_number(ear: Ear, synthesiser: Synthesiser) -> None:
    ear.listen_as_in("check")
    listen(ear, SILENCE)
    for number in ("seven", "nine", "zero", "six"):
        word = spoken(synthesiser, number)
        begins, ends = word[: len(word) // 3], word[len(word) // 2 :]
        heard = [*listen(ear, SILENCE, begins), *ear.forget(), *listen(ear, ends, SILENCE)]
        assert not [each.text for each in heard if BOOK.understand(each.text, "check")], number


def test_a_word_soon_after_a_gap_is_heard(ear: Ear, synthesiser: Synthesiser) -> None:
    listen(ear, SILENCE)
    assert ear.forget() == []
    quiet = SILENCE[: samples(0.5)]
    assert finals(listen(ear, quiet, spoken(synthesiser, "repeat"), SILENCE)) == ["repeat"]


@pytest.mark.parametrize("word", ["stop", "that hurts"])
def test_a_stop_or_pain_word_right_after_a_gap_is_heard(
    word: str, ear: Ear, synthesiser: Synthesiser
) -> None:
    listen(ear, SILENCE, spoken(synthesiser, "seven"))
    ear.forget()
    heard = listen(ear, spoken(synthesiser, word), SILENCE)
    assert [each.text for each in heard if each.final] == [word]


def test_what_was_made_out_before_a_gap_is_taken_back(ear: Ear, synthesiser: Synthesiser) -> None:
    partial = listen(ear, SILENCE, spoken(synthesiser, "what are the benefits"))
    assert partial
    assert not partial[-1].final
    assert ear.forget() == [Heard("[unk]", final=True)]
