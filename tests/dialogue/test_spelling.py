"""Which slips of the keys a long word is known with."""

import pytest

from assistant.dialogue.spelling import LongWords, straight

KNOWN = LongWords(["weather", "arthritis"], sure=0)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("arthritis", "arthritis"),
        ("arthrits", "arthritis"),
        ("arthrittis", "arthritis"),
        ("arthretis", "arthritis"),
        ("rathritis", "arthritis"),
        ("arhtritis", "arthritis"),
        ("wetaher", "weather"),
    ],
)
def test_one_slip_is_put_right(typed: str, meant: str) -> None:
    assert KNOWN.meant_by(typed) == meant


@pytest.mark.parametrize("word", ["whether", "leather boots", "arthrtiss", "a", ""])
def test_what_is_more_than_one_slip_away_is_another_word(word: str) -> None:
    assert KNOWN.meant_by(word) == word


def test_a_slip_is_not_looked_for_in_the_letters_that_are_sure() -> None:
    assert LongWords(["swollen"], sure=1).meant_by("wollen") == "wollen"
    assert LongWords(["swollen"], sure=0).meant_by("wollen") == "swollen"


def test_every_sign_for_an_apostrophe_is_one() -> None:
    signs = "\u2018\u2019\u02bc\u00b4`\uff07"
    assert straight(signs) == "'" * len(signs)
