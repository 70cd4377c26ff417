"""Warning signs are found in whatever words they come, and nothing harmless is taken for one.

The sentences of flags.tsv, more_flags.tsv and no_flags.tsv in tests/sentences come from many pens:
real wordings of every rule, near misses, denials, things past and healed, other people's troubles,
television, and ordinary talk.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.content.flags import Circumstance, FlagPatterns, FlagRule, Signs, ToldNo
from assistant.content.phrases import Meaning
from assistant.dialogue.flags import Flags
from assistant.dialogue.understanding import Understood
from assistant.errors import ContentError
from tests.conftest import Show
from tests.support.dialogue import BOOK, CONTENT

PATTERNS = CONTENT.flags
FLAGS = Flags(PATTERNS)
RULES = [rule.id for rule in PATTERNS.rules]
GRAVE = {"R-CLOT": 1, "R-EMERG": 2}
"""A sign of these must not pass, nor be taken for anything milder."""


@dataclass(frozen=True)
class Sentence:
    """A row of the sentence set."""

    expected: str | None
    kind: str
    text: str


def sentences() -> Iterator[Sentence]:
    folder = Path(__file__).parents[1] / "sentences"
    for name in ("flags.tsv", "more_flags.tsv", "no_flags.tsv"):
        for line in (folder / name).read_text(encoding="utf-8").splitlines()[1:]:
            expected, kind, text = line.split("\t")
            yield Sentence(None if expected == "-" else expected, kind, text)


SENTENCES = list(sentences())
EMERGENCIES = [one.text for one in SENTENCES if one.expected == "R-EMERG"]


def gravity(rule: str | None) -> int:
    return GRAVE.get(rule or "", 0)


def share(wrong: list[Sentence], of: list[Sentence]) -> str:
    listed = "".join(f"\n    {one.expected or '-'}: {one.text}" for one in wrong)
    return f"{len(wrong)} of {len(of)}, {len(wrong) / len(of):.1%}{listed}"


# The sentence set


def test_the_set_is_large_and_has_every_rule_and_every_kind() -> None:
    assert len(SENTENCES) >= 600
    assert {one.expected for one in SENTENCES} == {None, *RULES}
    assert {one.kind for one in SENTENCES} == {
        *("flag wording", "near miss", "negation", "past and healed"),
        *("other people", "television", "ordinary"),
    }


def test_no_emergency_and_no_clot_sign_passes_or_is_taken_for_something_milder(show: Show) -> None:
    grave = [one for one in SENTENCES if gravity(one.expected)]
    wrong = [one for one in grave if gravity(FLAGS.find(one.text)) < gravity(one.expected)]
    show(f"emergency and clot signs missed: {share(wrong, grave)}")
    assert wrong == []


def test_hardly_any_other_sign_passes(show: Show) -> None:
    others = [one for one in SENTENCES if one.expected and not gravity(one.expected)]
    passed = [one for one in others if FLAGS.find(one.text) is None]
    show(f"other signs missed: {share(passed, others)}")
    assert len(passed) <= 0.03 * len(others)


def test_hardly_any_other_sign_is_taken_for_another_one(show: Show) -> None:
    others = [one for one in SENTENCES if one.expected and not gravity(one.expected)]
    wrong = [one for one in others if FLAGS.find(one.text) not in {None, one.expected}]
    show(f"other signs answered with another rule: {share(wrong, others)}")
    assert len(wrong) <= 0.1 * len(others)


def test_hardly_anything_harmless_triggers(show: Show) -> None:
    harmless = [one for one in SENTENCES if one.expected is None]
    triggered = [one for one in harmless if FLAGS.find(one.text)]
    show(f"harmless sentences that trigger: {share(triggered, harmless)}")
    assert len(triggered) <= 0.02 * len(harmless)


# One plain wording for each rule

PLAIN = {
    "R-EMERG": "my chest hurts",
    "R-CLOT": "my left calf is swollen",
    "R-INJ": "my knee gave way",
    "R-INFECT": "I have a fever",
    "R-SKIN": "there's a rash on my shin",
    "R-SURG": "I had my knee replaced two weeks ago",
    "R-BONE": "I've got osteoporosis",
    "R-BLEED": "I'm on warfarin",
    "R-CANCER": "I'm having chemotherapy",
    "R-VEIN": "I have varicose veins",
    "R-SWELL": "both my ankles are swollen",
    "R-NUMB": "my foot has gone numb",
    "R-PREG": "I'm pregnant",
}


@pytest.mark.parametrize("rule", RULES)
def test_a_plain_wording_of_each_rule_is_found_in_every_state(rule: str) -> None:
    for state in BOOK.states:
        assert BOOK.understand(PLAIN[rule], state) == Understood(Meaning.FLAG, rule)


def test_of_two_signs_the_graver_one_is_answered_whichever_comes_first() -> None:
    for graver, rule in enumerate(RULES):
        for milder in RULES[graver + 1 :]:
            assert FLAGS.find(f"{PLAIN[rule]}, but {PLAIN[milder]}") == rule
            assert FLAGS.find(f"{PLAIN[milder]}, but {PLAIN[rule]}") == rule


# Denials

DENIED = [
    "no chest pain",
    "my foot isn't numb",
    "it isn't numb any more",
    "I don't feel any tingling",
    "I do not have a fever",
    "I've never had a blood clot",
    "no swelling, numbness or tingling",
    "without any pins and needles",
    "neither numb nor tingling",
    "I don't think it's swollen",
    "my calf has no swelling",
    "it's no longer numb",
    "the numbness has gone",
    "cant say its numb",
    "I arent dizzy",
]


@pytest.mark.parametrize("text", DENIED)
def test_what_is_denied_is_no_sign(text: str) -> None:
    assert FLAGS.find(text) is None


DENIAL_IS_THE_SIGN = {
    "I can't feel my foot": "R-NUMB",
    "I can't breathe": "R-EMERG",
    "cant catch my breath": "R-EMERG",
    "I can't put weight on it": "R-INJ",
    "it won't straighten": "R-INJ",
    "I've not been able to breathe properly": "R-EMERG",
    "there's no feeling in my toes": "R-NUMB",
}


@pytest.mark.parametrize(("text", "rule"), DENIAL_IS_THE_SIGN.items())
def test_some_denials_are_the_sign(text: str, rule: str) -> None:
    assert FLAGS.find(text) == rule


A_DENIAL_ENDS = {
    "no chest pain but my calf is swollen": "R-CLOT",
    "no, my calf is swollen": "R-CLOT",
    "no fever and my foot is numb": "R-NUMB",
    "I don't feel well, my chest hurts": "R-EMERG",
    "it's not my knee, it's my calf, it's swollen": "R-CLOT",
    "not just sore, it's numb": "R-NUMB",
    "I've never had chest pain like this": "R-EMERG",
    "the numbness hasn't gone": "R-NUMB",
    "I'm not sure why my calf is swollen": "R-CLOT",
}


@pytest.mark.parametrize(("text", "rule"), A_DENIAL_ENDS.items())
def test_a_denial_reaches_no_further_than_what_it_denies(text: str, rule: str) -> None:
    assert FLAGS.find(text) == rule


# Other circumstances, and where they end

HARMLESS = [
    "it popped last year but it's fine now",
    "I broke my leg when I was nine",
    "my husband has chest pain",
    "her calf is swollen",
    "the man on the radio said heart attack",
    "what if I get chest pain?",
    "can massage cause a blood clot?",
    "my thighs are burning after that run",
    "had a clot scare, turned out to be nothing",
    "will my knee pop?",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_past_somebody_elses_supposed_or_only_talked_about_is_no_sign(text: str) -> None:
    assert FLAGS.find(text) is None


NOT_HARMLESS = {
    "I fainted this morning but I'm fine now": "R-EMERG",
    "I had a clot years ago": "R-CLOT",
    "it popped last year and it's still giving way": "R-INJ",
    "my husband says my calf looks swollen": "R-CLOT",
    "my dad had a stroke and now my foot is numb": "R-NUMB",
    "if I press here my foot goes numb": "R-NUMB",
    "I was watching telly and my chest went tight": "R-EMERG",
    "my calf is swollen after that run": "R-CLOT",
    "is this a clot?": "R-CLOT",
}


@pytest.mark.parametrize(("text", "rule"), NOT_HARMLESS.items())
def test_a_circumstance_reaches_no_further_than_its_sign(text: str, rule: str) -> None:
    assert FLAGS.find(text) == rule


# Writing

FILLERS = [
    "well",
    "um",
    "so",
    "oh dear",
    "please",
    "hello",
    "okay",
    "right then",
    "you know",
    "love",
]


@settings(deadline=None)  # the first sentence waits for the patterns to be compiled
@given(st.sampled_from(EMERGENCIES), st.sampled_from(FILLERS), st.sampled_from(FILLERS))
def test_a_filler_around_an_emergency_never_hides_it(text: str, first: str, last: str) -> None:
    assert FLAGS.find(f"{first}, {text}, {last}") == "R-EMERG"


@settings(deadline=None)  # likewise
@given(st.sampled_from(SENTENCES), st.sampled_from([str.upper, str.lower, str.title]))
def test_neither_case_nor_punctuation_but_a_comma_matters(
    one: Sentence, written: type[str]
) -> None:
    plain = "".join(
        c for c in one.text if c.isalnum() or c in "'\N{RIGHT SINGLE QUOTATION MARK} -,"
    )
    assert FLAGS.find(written(f"...{plain}?!")) == FLAGS.find(one.text)


@given(st.text(max_size=200))
def test_anything_at_all_can_be_asked(text: str) -> None:
    assert FLAGS.find(text) in {None, *RULES}


@pytest.mark.parametrize("apostrophe", ["'", "\N{RIGHT SINGLE QUOTATION MARK}", "`", ""])
def test_contractions_are_understood_however_they_are_written(apostrophe: str) -> None:
    assert FLAGS.find(f"I can{apostrophe}t breathe") == "R-EMERG"
    assert FLAGS.find(f"my calf isn{apostrophe}t swollen") is None


@pytest.mark.parametrize("ache", ["ache", "aches", "ached", "aching", "achin", "achin'"])
def test_a_verb_is_known_in_all_its_forms(ache: str) -> None:
    aching = FlagRule("R-CLOT", ("calf aches",), (Signs(("calf ache+",)),))
    assert Flags(replace(TINY, rules=(aching,))).find(f"calf {ache}") == "R-CLOT"


@pytest.mark.parametrize(
    ("verb", "written"),
    [("throb+", "throbbed"), ("carry+", "carries"), ("pass+_out", "passing out"), ("fry+", "fry")],
)
def test_a_form_is_known_however_it_is_spelt(verb: str, written: str) -> None:
    rule = FlagRule("R-INJ", ("it popped",), (Signs((verb,)),))
    assert Flags(replace(TINY, rules=(rule,))).find(written) == "R-INJ"


@pytest.mark.parametrize("slip", ["brethless", "breathlesss", "braethless", "breathlass"])
def test_a_slip_in_a_long_word_does_not_hide_it(slip: str) -> None:
    assert FLAGS.find(f"I'm {slip}") == "R-EMERG"


@pytest.mark.parametrize(
    "slip", ["cnat breathe", "chest hurst", "my chesst hurts", "cna't breathe"]
)
def test_a_swapped_or_doubled_letter_in_a_short_word_does_not_hide_it(slip: str) -> None:
    assert FLAGS.find(slip) == "R-EMERG"


@pytest.mark.parametrize("no", ["no,", "No.", "nope,", "nah -", "not really,"])
def test_a_no_before_a_comma_answers_and_denies_nothing_that_follows(no: str) -> None:
    assert FLAGS.find(f"{no} coughing up blood") == "R-EMERG"
    assert FLAGS.find(f"{no} chest pain") == "R-EMERG"
    assert FLAGS.find(f"{no} no chest pain") is None


def test_where_no_comma_can_be_heard_a_no_before_a_sign_that_is_an_action_denies_nothing() -> None:
    assert FLAGS.find("no coughing up blood") == "R-EMERG"
    assert FLAGS.find("no chest pain no coughing up blood") is None


def test_words_that_only_resemble_a_sign_are_none() -> None:
    for text in ("the painting is nice", "your lightness of touch", "I like the spelling"):
        assert FLAGS.find(text) is None


BEFORE_A_SIGN = [
    "I was watching telly and",
    "my husband's out and",
    "no pain in my knee but",
    "I can't explain it,",
    "it's not the knee,",
    "not sure if it matters but",
]
AFTER_A_SIGN = ["but I'm okay I think", "is that normal", "it wasn't like this yesterday"]


@pytest.mark.long
@pytest.mark.parametrize("aside", [*BEFORE_A_SIGN, *AFTER_A_SIGN])
def test_what_is_said_beside_a_grave_sign_does_not_hide_it(aside: str) -> None:
    for one in SENTENCES:
        if gravity(one.expected) and len(one.text.split()) > 3:
            sentence = one.text.rstrip(".!?")
            said = f"{aside} {sentence}" if aside in BEFORE_A_SIGN else f"{sentence} {aside}"
            assert gravity(FLAGS.find(said)) >= gravity(one.expected), said


# What is listened for


def test_every_phrase_that_is_listened_for_is_a_sign_of_its_rule_in_every_state() -> None:
    for state in BOOK.states:
        grammar = BOOK.grammar(state)
        for rule in PATTERNS.rules:
            for phrase in rule.listen:
                assert phrase in grammar
                assert BOOK.understand(phrase, state) == Understood(Meaning.FLAG, rule.id)


def test_there_are_few_enough_phrases_to_listen_for() -> None:
    assert 60 <= sum(len(rule.listen) for rule in PATTERNS.rules) <= 90


def test_nothing_else_that_is_listened_for_is_a_sign() -> None:
    signs = {phrase for rule in PATTERNS.rules for phrase in rule.listen}
    for group in CONTENT.phrases.phrases:
        if group.means in {Meaning.CONDITION, Meaning.CALL}:  # the dialogue minds both meanings
            signs |= set(group.say)
        if group.means is Meaning.FLAG:  # a question that invokes the rule
            signs |= {text for text in group.say if FLAGS.find(text) == group.value}
    signs |= {short for short in BOOK.grammar() if " ".join(BOOK.words(short)) in signs}
    assert [text for text in BOOK.grammar() if text not in signs and FLAGS.find(text)] == []


# The file

TINY = FlagPatterns(
    rules=(FlagRule("R-INJ", ("it popped",), (Signs(("it popped",)),)),),
    circumstances=(Circumstance("denied", before=("not",)),),
    classes={"lead": ("my",), "stops": ("but",)},
    forms={},
    endings={},
    long_words=(),
    short_words=(),
    told_no=ToldNo(asked=re.compile("(no),"), before=(re.compile(r"\? no"),), after=()),
    ignored=(),
    harmless=(),
    breaks=("but",),
)


def test_a_pattern_that_names_no_class_is_refused() -> None:
    signs = (Signs(("@knee popped",)),)
    with pytest.raises(ContentError, match="'@knee' names no class"):
        Flags(replace(TINY, rules=(FlagRule("R-INJ", ("it popped",), signs),)))


def test_a_sign_that_names_no_circumstance_is_refused() -> None:
    signs = (Signs(("it popped",), despite=("denyed",)),)
    with pytest.raises(ContentError, match="'denyed', no circumstance"):
        Flags(replace(TINY, rules=(FlagRule("R-INJ", ("it popped",), signs),)))


def test_a_word_is_found_as_a_whole_or_not_at_all() -> None:
    flags = Flags(TINY)
    assert flags.find("it popped") == "R-INJ"
    assert flags.find("bit popped") is None
    assert flags.find("not it popped") is None
