"""What a language model makes of a sentence counts where it is nearly sure."""

from functools import cache

import pytest

from assistant.content.phrases import Meaning
from assistant.dialogue.free_text import FreeText, Reports
from assistant.dialogue.second_opinion import GRAVE, NO_SIGN, Judge, SecondOpinion
from assistant.dialogue.understanding import Understood
from assistant.reading.reader import shipped_reader
from tests.support.dialogue import BOOK, CONTENT, RULES, answers, unsure

FIND = BOOK.sign
CALF, CHEST = "my calf is swollen", "I have chest pain"
BRUISE = "I have a big bruise just above my left knee"
NEW = "I went out like a lamp somebody switched off"


def sure(share: float, *rules: str) -> Judge:
    """A judge who gives `share` to the rules together, and the rest to no sign or to another."""
    likely = dict.fromkeys((NO_SIGN, *RULES), 0.0) | dict.fromkeys(rules, share / len(rules))
    likely["R-INJ" if NO_SIGN in rules else NO_SIGN] += 1 - share
    return lambda _: likely


def opinion(share: float, *rules: str) -> SecondOpinion:
    return SecondOpinion(sure(share, *rules), FIND)


def judge_by(word: str, rule: str, otherwise: str) -> Judge:
    """A judge to whom text with `word` is `rule`, and all other text something else."""
    return lambda text: sure(0.99, rule if word in text else otherwise)(text)


CALM, ALARMED = sure(1.0, NO_SIGN), sure(1.0, "R-EMERG")


def test_the_patterns_know_what_these_tests_take_them_to_know() -> None:
    assert [FIND(text) for text in (CALF, CHEST, BRUISE, NEW)] == [
        "R-CLOT",
        "R-EMERG",
        "R-INJ",
        None,
    ]


def test_an_emergency_or_a_clot_that_no_pattern_knows_is_added() -> None:
    assert opinion(0.85, "R-EMERG").of_sign(NEW) == "R-EMERG"
    assert opinion(0.85, "R-CLOT").of_sign(NEW) == "R-CLOT"


def test_where_it_may_be_either_it_is_an_emergency() -> None:
    assert opinion(0.85, "R-CLOT", "R-EMERG").of_sign(NEW) == "R-EMERG"


def test_who_is_not_sure_enough_of_an_emergency_adds_none() -> None:
    assert opinion(0.65, "R-EMERG").of_sign(NEW) is None


@pytest.mark.parametrize("milder", [CALF, BRUISE])
def test_a_milder_sign_becomes_an_emergency(milder: str) -> None:
    assert opinion(0.85, "R-EMERG").of_sign(milder) == "R-EMERG"


IN_A_FILM = "they all shouted I have chest pain in that silly film"
NINE_WORDS = "they all shouted I have chest pain in films"


def test_an_emergency_is_taken_away_only_where_there_is_most_surely_none() -> None:
    assert opinion(0.97, NO_SIGN).of_sign(IN_A_FILM) == "R-EMERG"
    assert opinion(0.99, NO_SIGN).of_sign(IN_A_FILM) is None


@pytest.mark.parametrize("report", [CHEST, CALF, NINE_WORDS])
def test_an_emergency_or_a_clot_in_few_words_is_never_taken_away(report: str) -> None:
    assert FIND(report) in GRAVE
    assert opinion(1.0, NO_SIGN).of_sign(report) == FIND(report)


def test_an_emergency_amid_harmless_talk_is_judged_by_itself() -> None:
    talk = f"My brother had his at the wedding and now {CHEST}, just like in that film of his"
    judge = judge_by("film", NO_SIGN, "R-INJ")
    assert FIND(talk) == SecondOpinion(judge, FIND).of_sign(talk) == "R-EMERG"


@pytest.mark.parametrize(
    "talk",
    [
        "the song in that lovely film is nice \u2013 I can't breathe properly though",
        "we were watching the film on the television - I can't breathe properly",
        "we had the film on so loud that I can't breathe properly any more",
        "it was a sad film tonight so I can't breathe properly",
        "I had to leave the film because I can't breathe properly",
    ],
)
def test_an_emergency_is_judged_by_itself_however_it_is_linked(talk: str) -> None:
    assert FIND(talk) == "R-EMERG"
    judge = judge_by("film", NO_SIGN, "R-INJ")
    assert SecondOpinion(judge, FIND).of_sign(talk) == "R-EMERG"
    assert SecondOpinion(shipped_reader().signs, FIND).of_sign(talk) == "R-EMERG"


def test_a_doubted_whole_keeps_a_sign_whose_clauses_are_harmless() -> None:
    talk = f"{IN_A_FILM}. The music is nice."
    judge = judge_by("music", "R-INJ", NO_SIGN)
    assert SecondOpinion(judge, FIND).of_sign(talk) == "R-EMERG"


def test_a_question_about_an_emergency_reports_none_where_that_is_most_sure() -> None:
    asked = "what ought somebody do who can't catch a breath"
    for judge in (CALM, sure(0.97, NO_SIGN), ALARMED):
        assert not SecondOpinion(judge, FIND).rules_out("R-PREG", asked)
    assert SecondOpinion(CALM, lambda _: None).rules_out("R-EMERG", asked)
    assert not SecondOpinion(sure(0.97, NO_SIGN), lambda _: None).rules_out("R-EMERG", asked)
    assert not SecondOpinion(CALM, lambda _: "R-EMERG").rules_out("R-EMERG", asked)


def test_an_emergency_never_becomes_anything_milder() -> None:
    assert opinion(1.0, "R-CLOT").of_sign(CHEST) == "R-EMERG"
    assert opinion(1.0, "R-NUMB").of_sign(CALF) == "R-CLOT"


def test_another_sign_is_taken_away_only_where_there_is_surely_none() -> None:
    assert opinion(0.9, NO_SIGN).of_sign(BRUISE) == "R-INJ"
    assert opinion(0.96, NO_SIGN).of_sign(BRUISE) is None


def test_a_sign_amid_harmless_talk_is_judged_by_itself() -> None:
    talk = f"The music is nice. My sister came on Sunday. {BRUISE}! Now the towel."
    assert SecondOpinion(judge_by("music", NO_SIGN, "R-INJ"), FIND).of_sign(talk) == "R-INJ"


def test_a_sign_in_a_clause_is_judged_by_itself() -> None:
    talk = "I had an accident on my bike but I am happy and nothing hurts"
    judge = judge_by("happy", NO_SIGN, "R-INJ")
    assert FIND(talk) == SecondOpinion(judge, FIND).of_sign(talk) == "R-INJ"


def test_a_short_report_is_never_taken_away() -> None:
    for talk in (
        "No, it is bleeding",
        "my knee gave way a bit",
        "The music is nice. A big bruise.",
    ):
        assert FIND(talk) is not None
        assert opinion(1.0, NO_SIGN).of_sign(talk) == FIND(talk)


def test_an_emergency_counts_before_a_clot_wherever_it_stands() -> None:
    judge = judge_by("calf", "R-CLOT", "R-EMERG")
    assert SecondOpinion(judge, FIND).of_sign(f"{CALF} since today. {NEW}.") == "R-EMERG"


def test_a_new_emergency_amid_harmless_talk_is_found_by_itself() -> None:
    judge = judge_by("music", NO_SIGN, "R-EMERG")
    assert SecondOpinion(judge, FIND).of_sign(f"The music is nice. {NEW}.") == "R-EMERG"


def test_any_other_sign_is_added_only_to_talk_and_needs_more() -> None:
    assert opinion(0.95, "R-NUMB").of_sign(NEW) is None
    assert opinion(0.85, "R-NUMB").of_talk(NEW) is None
    assert opinion(0.95, "R-NUMB").of_talk(NEW) == "R-NUMB"
    assert opinion(0.95, "R-NUMB", "R-EMERG").of_talk(NEW) == "R-EMERG"


def test_short_talk_is_left_to_the_patterns() -> None:
    assert opinion(1.0, "R-EMERG").of_sign("go on then") is None
    assert opinion(1.0, "R-EMERG").of_talk("go on then") is None


@pytest.mark.parametrize("text", [CALF, CHEST, BRUISE, NEW])
def test_a_judge_who_is_unsure_changes_nothing(text: str) -> None:
    assert SecondOpinion(unsure, FIND).of_sign(text) == FIND(text)
    assert SecondOpinion(unsure, FIND).of_talk(text) is None


# In a typed session, and for `ask`


@cache
def typed(judge: Judge) -> FreeText:
    return FreeText(CONTENT, CONTENT.routines, judge, answers)


def test_what_means_nothing_else_may_be_a_sign() -> None:
    found = typed(sure(0.95, "R-NUMB")).understand(
        "you could stick a pin in my big toe", "practice"
    )
    assert found == Understood(Meaning.FLAG, "R-NUMB")


def test_an_answer_is_no_sign_that_is_not_grave() -> None:
    found = typed(sure(0.95, "R-NUMB")).understand("it is about a three now", "check")
    assert found is not None
    assert found.number == 3


@pytest.mark.parametrize("judge", [CALM, ALARMED])
@pytest.mark.parametrize("state", ["practice", "check", "screening", "stopped"])
def test_who_is_in_distress_is_heard_whatever_the_judge_thinks(state: str, judge: Judge) -> None:
    found = typed(judge).understand("I don't want to live any more, you know", state)
    assert found == Understood(Meaning.FLAG, "R-DISTRESS")


def test_who_is_in_distress_and_tells_of_an_emergency_is_told_of_that() -> None:
    said = "I don't want to die, there is something heavy on my front"
    for judge, rule in ((CALM, "R-DISTRESS"), (ALARMED, "R-EMERG")):
        assert typed(judge).understand(said, "practice") == Understood(Meaning.FLAG, rule)


@pytest.mark.parametrize("state", BOOK.states)
def test_the_assistants_own_phrases_mean_what_they_mean(state: str) -> None:
    unsure_book, sure_books = typed(unsure), [typed(CALM), typed(ALARMED)]
    for text in BOOK.grammar(state):
        usual = unsure_book.understand(text, state)
        assert [book.understand(text, state) for book in sure_books] == [usual, usual], text


@pytest.mark.parametrize("said", ["no, {}", "yes, {}", "{} now", "{} a bit", "{}, thanks"])
def test_a_sign_that_is_listened_for_stays_one_with_a_word_beside_it(said: str) -> None:
    for text in (said.format(one) for rule in CONTENT.flags.rules for one in rule.listen):
        if found := BOOK.sign(text):
            assert typed(shipped_reader().signs).sign(text) == found, text


def test_a_question_keeps_the_sign_that_it_names() -> None:
    asked = "I have a big bruise on my knee, may I massage it?"
    assert typed(CALM).sign(asked) == BOOK.sign(asked) == "R-INJ"


def test_what_is_reported_to_ask_gets_the_second_opinion_too() -> None:
    assert Reports(CONTENT, CALM).find(BRUISE) is None
    assert Reports(CONTENT, ALARMED).find(NEW) == "R-EMERG"
    assert Reports(CONTENT, ALARMED).find("how long does it take me?") is None


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("My calf is swollen and hot. Is that normal?", "R-CLOT"),
        ("My face is drooping. How long do I rub my knee?", "R-EMERG"),
        ("what are the signs of a stroke?", None),
        ("I slouch something terrible, can this straighten me out?", None),
    ],
)
def test_what_is_reported_beside_a_question_is_no_question(said: str, rule: str | None) -> None:
    assert Reports(CONTENT, shipped_reader().signs).find(said) == rule
