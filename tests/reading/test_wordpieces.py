"""Text is cut into pieces of words, and nothing anybody types is too odd for it."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.wordpieces import BEGIN, END, PADDING, UNKNOWN, WordPieces, words

VOCABULARY = [
    PADDING,
    UNKNOWN,
    BEGIN,
    END,
    "swollen",
    "sw",
    "##oll",
    "##en",
    "knee",
    "##s",
    "'",
    "s",
]
PIECES = WordPieces(VOCABULARY)


def cut(text: str) -> list[str]:
    (stretch,) = PIECES.numbers(text, 20)
    return [VOCABULARY[number] for number in stretch]


def test_a_known_word_is_one_piece() -> None:
    assert cut("Swollen") == [BEGIN, "swollen", END]


def test_another_word_is_cut_into_the_longest_pieces_there_are() -> None:
    assert cut("knees") == [BEGIN, "knee", "##s", END]
    assert cut("sws") == [BEGIN, "sw", "##s", END]


def test_a_word_with_an_unknown_part_is_unknown_as_a_whole() -> None:
    assert cut("kneex swollen") == [BEGIN, UNKNOWN, "swollen", END]


def test_signs_stand_by_themselves_and_quotes_are_straight() -> None:
    assert cut("knee\u2019s") == [BEGIN, "knee", "'", "s", END]


def test_accents_and_capitals_make_no_difference() -> None:
    assert words("Ça VA, née") == ["ca", "va", ",", "nee"]


def test_what_is_long_comes_in_stretches_that_half_overlap() -> None:
    found = PIECES.numbers("knee swollen s knee sw", 6)
    assert [[VOCABULARY[number] for number in one[1:-1]] for one in found] == [
        ["knee", "swollen", "s", "knee"],
        ["s", "knee", "sw"],
    ]


def test_an_endless_word_is_unknown() -> None:
    assert cut("s" * 1000) == [BEGIN, UNKNOWN, END]


@given(st.text(max_size=300), st.integers(4, 30))
def test_anything_can_be_cut_and_every_piece_is_there(text: str, most: int) -> None:
    stretches = [one[1:-1] for one in PIECES.numbers(text, most)]
    whole = PIECES.numbers(text, 1000)[0][1:-1]
    half = (most - 2) // 2
    first, *others = stretches
    assert [*first, *(n for one in others for n in one[len(first) - half :])] == whole
    assert all(len(one) <= most - 2 for one in stretches)
