"""What is understood of sentences in people's own words, and what stays unclear."""

import pytest

from assistant.content.phrases import Meaning
from assistant.dialogue.meanings import Understood, agreed
from assistant.dialogue.writing import Writer
from tests.support.dialogue import BOOK


def means(text: str, state: str = "practice") -> Meaning | None:
    found = BOOK.understand(text, state)
    return found.means if found else None


def test_a_template_stands_for_every_choice_from_its_brackets() -> None:
    phrases = Writer({}).phrases("it (is|feels) (really|) sore")
    assert list(map(" ".join, phrases)) == [
        "it is really sore",
        "it is sore",
        "it feels really sore",
        "it feels sore",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "two of my friends are here",
        "I have two cats",
        "channel two",
        "number two",
        "this one",
        "two hours ago",
        "the left one",
        "ten minutes",
        "to",
        "then",
        "no, not you, I'm talking to the dog",
        "I couldn't say",
        "it's not that it hurts",
        "not too painful I hope they said",
    ],
)
def test_what_is_not_surely_an_answer_is_no_score(text: str) -> None:
    assert means(text, "check") not in {Meaning.PAIN, Meaning.PAIN_UNNUMBERED}


@pytest.mark.parametrize(
    "text", ["[unk] two", "two [unk]", "[unk] it is a two [unk]", "[unk] none"]
)
def test_a_mild_answer_beside_sounds_that_are_no_words_is_unclear(text: str) -> None:
    assert means(text, "check") is None


def test_a_sore_answer_beside_sounds_that_are_no_words_counts() -> None:
    assert means("[unk] it really hurts [unk]", "check") is Meaning.PAIN


@pytest.mark.parametrize("text", ["what if it hurts", "tell me what to do when it hurts"])
def test_what_might_hurt_is_no_report(text: str) -> None:
    assert means(text) is not Meaning.HURT
    assert means(text, "check") is None


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("could you stop please", Meaning.STOP),
        ("don't stop", Meaning.STOP),
        ("please no, STOP it now would you", Meaning.STOP),
        ("can we pause for a moment", Meaning.PAUSE),
        ("wait, go back", Meaning.PAUSE),
        ("hold on, the door bell is ringing", Meaning.PAUSE),
        ("let's carry on then", Meaning.CONTINUE),
        ("go ahead, yes", Meaning.CONTINUE),
        ("yes, but a bit softer", Meaning.SOFTER),
        ("okay, let\N{RIGHT SINGLE QUOTATION MARK}s move on", Meaning.NEXT),
        ("say that again, the kettle was on", Meaning.REPEAT),
        ("begin the full leg one", Meaning.START),
    ],
)
def test_wishes_in_polite_words(text: str, meaning: Meaning) -> None:
    assert means(text) is meaning


@pytest.mark.parametrize(
    "text", ["the next door neighbours", "carry on luggage", "back pain cream"]
)
def test_what_would_lead_on_counts_only_where_all_is_understood(text: str) -> None:
    assert means(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "No, pain!",
        "it is not nice",
        "less than comfortable",
        "not quite comfortable",
        "comfortable, but something clicked in there",
        "two, but my toes have gone all tingly",
        "not that one",
        "hardly comfortable",
        "nothing nice about it",
        "none of it is good",
        "not sure we should carry on",
        "it would be lovely if it didn't hurt",
        "two but getting worse",
        "is it okay to carry on",
        "is it comfortable",
        "don't carry on",
    ],
)
def test_nothing_goes_on_because_of_what_may_be_sore_or_unwanted(text: str) -> None:
    found = BOOK.understand(text, "check")
    assert found is None or not found.leads_on


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("seven, it's killing me", 7),
        ("two, lovely", 2),
        ("four to five somewhere in there", 5),
        ("Nine and I've had four kids", 9),
        ("four when I press the bony bit", 4),
    ],
)
def test_a_number_counts_before_words_that_say_no_more(text: str, number: int) -> None:
    assert BOOK.understand(text, "check") == Understood(Meaning.PAIN, "number", number)


@pytest.mark.parametrize("text", ["four minutes", "four or five minutes", "five weeks"])
def test_what_counts_something_else_is_no_score(text: str) -> None:
    assert means(text, "check") is None


def test_drawn_out_words_are_the_words() -> None:
    assert means("stoppppp") is Meaning.STOP
    assert means("owwwww") is Meaning.HURT


def test_a_question_mark_makes_a_question() -> None:
    assert BOOK.asks("and the left hand too?")
    assert not BOOK.asks("two?")


def test_plain_talk_is_told_from_mumbling() -> None:
    assert BOOK.talks("Put the bins out, Brian", "practice")
    assert not BOOK.talks("qwer zxcv asdf", "practice")
    assert not BOOK.talks("I couldn't say, the way it is going", "check")


def test_a_question_is_no_wish() -> None:
    assert means("what does lighter mean here") is None
    assert BOOK.asks("What does lighter mean here?")


def test_a_number_put_as_a_question_is_a_number() -> None:
    assert means("is it normal? it is a six", "check") is Meaning.PAIN


def test_before_a_massage_only_what_is_understood_throughout_counts() -> None:
    assert means("no, not you, I'm talking to the dog", "screening") is None


@pytest.mark.long
@pytest.mark.parametrize("state", ["check", "practice"])
def test_a_very_long_text_is_understood_without_delay(state: str) -> None:
    assert means("it hurts my banana " * 5000, state) in {Meaning.HURT, Meaning.PAIN_UNNUMBERED}
    assert means("banana " * 20000, state) is None


@pytest.mark.parametrize(
    ("found", "counts"),
    [
        ([], None),
        ([Understood(Meaning.NO), Understood(Meaning.CONTINUE)], Meaning.NO),
        ([Understood(Meaning.PAIN, number=0), Understood(Meaning.BACK)], None),
        ([Understood(Meaning.PAIN, number=6), Understood(Meaning.PAUSE)], Meaning.PAIN),
        ([Understood(Meaning.PAIN, number=0), Understood(Meaning.PAUSE)], Meaning.PAUSE),
        ([Understood(Meaning.PAIN, number=0), Understood(Meaning.NEXT)], Meaning.PAIN),
        ([Understood(Meaning.YES), Understood(Meaning.READY)], None),
        ([Understood(Meaning.YES), Understood(Meaning.CONTINUE)], Meaning.CONTINUE),
    ],
)
def test_of_meanings_that_differ_the_safer_counts(
    found: list[Understood], counts: Meaning | None
) -> None:
    one = agreed(found)
    assert (one.means if one else None) is counts


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("six or maybe seven blarney", 7),
        ("two or maybe three blarney", 3),
        ("four, no five sheriff", 5),
        ("6 1/2", 7),
        ("6½", 7),
        ("7-1/2 out of ten", 8),
    ],
)
def test_of_two_numbers_that_are_one_answer_the_higher_counts(text: str, number: int) -> None:
    found = BOOK.understand(text, "check")
    assert found is not None
    assert found.number == number


def test_a_number_beside_other_talk_is_no_part_of_the_answer() -> None:
    assert BOOK.understand("it's a two, nine people are waiting outside", "check") == Understood(
        Meaning.PAIN, "number", 2
    )


@pytest.mark.parametrize(
    "text",
    [
        "there's not enough light in here",
        "the dog won't stop barking",
        "he quit smoking last year",
        "I'll get my husband to hold the towel",
        "the radio's louder next door",
        "how much for an achy knee",
    ],
)
def test_a_word_of_a_wish_within_a_remark_is_none(text: str) -> None:
    assert means(text) in {None, Meaning.QUESTION}


@pytest.mark.parametrize(
    "text",
    ["Enough!", "that's enough", "enough of this now", "ten, ten, quit", "it won't stop hurting"],
)
def test_enough_and_stop_end_it_all_the_same(text: str) -> None:
    assert means(text) is Meaning.STOP
