"""Rule 5: its own voice does not count, and it never silences a person."""

from assistant.hearing.own_voice import OwnVoice
from assistant.messages import Heard, samples

PROMPT = [("say", 0.0, 0.3), ("none", 0.4, 0.8), ("mild", 1.0, 1.3), ("or", 1.4, 1.5)]
PROMPT += [("stop", 1.6, 2.0)]


def words_said(since: int, until: int) -> set[str]:
    """Someone who says the prompt from the first sample on."""
    return {w for w, start, end in PROMPT if samples(start) < until and samples(end) > since}


def own_voice() -> OwnVoice:
    return OwnVoice(words_said, ["stop", "that hurts", "ouch"], lambda: 0)


def test_words_that_it_was_saying_at_that_time_are_its_own() -> None:
    judge = own_voice()
    assert judge.said(Heard("none", final=False), samples(0.7))
    assert judge.said(Heard("none mild", final=True), samples(1.6))


def test_words_that_it_was_not_saying_are_the_users() -> None:
    assert not own_voice().said(Heard("three", final=False), samples(1.3))


def test_a_word_it_said_that_begins_after_it_has_finished_is_the_users() -> None:
    assert not own_voice().said(Heard("none", final=False), samples(2.6))


def test_a_stop_is_masked_while_that_very_word_is_being_said() -> None:
    assert own_voice().said(Heard("stop", final=False), samples(2.0))


def test_a_stop_before_or_after_that_very_word_acts() -> None:
    assert not own_voice().said(Heard("stop", final=False), samples(1.0))
    assert not own_voice().said(Heard("stop", final=False), samples(2.7))


def test_a_masked_stop_stays_masked_in_its_own_final_result() -> None:
    judge = own_voice()
    assert judge.said(Heard("stop", final=False), samples(2.0))
    assert judge.said(Heard("stop", final=True), samples(2.9))


def test_a_stop_heard_again_right_after_a_masked_one_acts() -> None:
    judge = own_voice()
    assert judge.said(Heard("stop", final=False), samples(2.0))
    assert not judge.said(Heard("stop stop", final=False), samples(2.7))


def test_the_same_stop_heard_much_later_in_one_utterance_acts() -> None:
    judge = own_voice()
    assert judge.said(Heard("stop", final=False), samples(2.0))
    assert not judge.said(Heard("stop", final=True), samples(6.0))


def test_a_word_of_a_pain_phrase_alone_is_judged_as_any_other_word() -> None:
    """ "That hurts" is a pain phrase; "that" hurts nobody."""

    def say_that_again(since: int, _until: int) -> set[str]:
        return {"say", "that", "again"} if samples(0.8) > since else set()

    judge = OwnVoice(say_that_again, ["that hurts"], lambda: 0)
    assert judge.said(Heard("say", final=False), samples(0.5))
    assert judge.said(Heard("say that again", final=True), samples(1.5))


def test_a_pain_word_that_it_is_not_saying_is_never_masked() -> None:
    assert not own_voice().said(Heard("ouch", final=False), samples(1.0))


def test_sounds_that_are_no_words_are_nobodys_words() -> None:
    assert not own_voice().said(Heard("[unk]", final=True), samples(1.0))
