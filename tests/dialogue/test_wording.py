"""Numbers and durations as they are spoken."""

import pytest

from assistant.dialogue import wording


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "zero"),
        (13, "thirteen"),
        (20, "twenty"),
        (47, "forty seven"),
        (100, "one hundred"),
        (176, "one hundred and seventy six"),
    ],
)
def test_numbers_are_spoken_in_words(value: int, words: str) -> None:
    assert wording.number(value) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "five seconds"),
        (7.4, "five seconds"),
        (7.6, "ten seconds"),
        (60, "one minute"),
        (75, "one minute fifteen seconds"),
        (119, "two minutes"),
        (200, "three minutes"),
    ],
)
def test_durations_are_rounded_to_what_is_of_use(seconds: float, words: str) -> None:
    assert wording.duration(seconds) == words


@pytest.mark.parametrize(("value", "words"), [(0, "zero"), (2, "a two"), (8, "an eight")])
def test_a_pain_number_is_read_back(value: int, words: str) -> None:
    assert wording.pain(value) == words
