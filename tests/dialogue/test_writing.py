"""What was typed, made into something that somebody may have meant."""

import pytest

from assistant.dialogue.writing import UNKNOWN, sayable


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("My knee is sore.", "My knee is sore."),
        ("stoo" + "o" * 20 + "op", "stooop"),
        ("help" + "!" * 99, "help!!!"),
        ("ab" * 30, UNKNOWN),
        ("it is " * 2_000, "it is " * 833 + "it"),
    ],
)
def test_no_word_and_no_line_is_endless(typed: str, meant: str) -> None:
    assert sayable(typed) == meant
