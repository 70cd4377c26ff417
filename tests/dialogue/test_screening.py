"""The questions before a massage: what each answer leads to, and what is asked when."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.content.phrases import Meaning
from assistant.content.routine import Routine, Side, Step
from assistant.content.screening import Kind
from assistant.dialogue.dialogue import DialogueSettings
from assistant.dialogue.screening import Screen
from assistant.dialogue.state import State
from assistant.dialogue.understanding import Understood
from assistant.messages import Remember
from tests.support.dialogue import (
    BOOK,
    CONTENT,
    LINES,
    ROUTINES,
    SCREENING,
    WELL,
    Talk,
    in_state,
)

RULES = {
    rule.id: rule.say.format(emergency_number="112", helpline="the nurse line")
    for rule in SCREENING.rules
}
TIMES = {rule.id: rule.times for rule in SCREENING.rules}
QUESTIONS = {question.id: question for question in (*SCREENING.questions, *SCREENING.follow_ups)}
LIMITS = {limit.id: limit for limit in SCREENING.limits}
OF_THE_LEFT = {name: said for name, said in WELL.items() if not name.endswith("_right")}
EVERY_TIME = ["emergency", "clot", "injury", "infection", "baseline"]
FIRST_USE = DialogueSettings(emergency_number="112", helpline="the nurse line")
THIS_MONTH = replace(FIRST_USE, remembered=WELL)


def starting(
    start: str = "start quick knee", settings: DialogueSettings = FIRST_USE, leg: str = "left"
) -> Talk:
    """A massage that is named, with its first safety question asked."""
    talk = Talk(settings)
    talk.user(start)
    if talk.state is State.CHOOSING_SIDE:
        talk.user(leg)
    return talk


def asked_for(talk: Talk) -> str:
    """The id of the question that was just asked."""
    ends = {question.ask.split("{")[0]: name for name, question in QUESTIONS.items()}
    return next(name for text, name in ends.items() if text in talk.last)


def at(name: str, start: str = "start quick knee") -> Talk:
    """A first use at the question of the nine with this name; all before were answered no."""
    talk = starting(start)
    while asked_for(talk) != name:
        talk.user("none")
    return talk


def answered(*answers: str, start: str = "start quick knee", sore: str = "zero") -> Talk:
    """A first use, whose answers from the operation question on are given, and the baseline."""
    talk = at("operation", start)
    for answer in answers:
        talk.user(answer)
    assert asked_for(talk) == "baseline"
    talk.user(sore)
    return talk


NUMB_FOOT = ("no", "no", "no", "yes", "yes")
CLEARED_CANCER = ("no", "yes", "cancer", "yes", "no", "no")
CLEARED_OPERATION = ("yes", "yes", "no", "no", "no")


# What is asked, and when


def test_all_nine_questions_are_asked_at_first_use_in_the_order_of_the_file() -> None:
    talk = starting()
    for question in SCREENING.questions:
        assert asked_for(talk) == question.id
        talk.user("none")
    assert len(SCREENING.questions) == 9
    assert (talk.state, talk.step) == (State.READING, 1)


def test_within_the_month_questions_one_to_four_and_the_baseline_are_asked() -> None:
    talk = starting(settings=THIS_MONTH)
    asked = []
    while talk.state in {State.SCREENING, State.BASELINE}:
        asked.append(asked_for(talk))
        talk.user("none")
    assert asked == EVERY_TIME


def test_the_frame_is_said_once_before_the_first_question() -> None:
    talk = starting()
    assert talk.last.startswith(LINES.screening)
    talk.user("no")
    assert LINES.screening not in talk.last


def test_an_answer_that_is_not_remembered_or_makes_no_sense_is_asked() -> None:
    for broken in ({"pregnancy": "perhaps"}, {"pregnancy": "cancer"}, {"pregnancy": ""}):
        talk = starting(settings=replace(THIS_MONTH, remembered={**WELL, **broken}))
        asked = []
        while talk.state in {State.SCREENING, State.BASELINE}:
            asked.append(asked_for(talk))
            talk.user("none")
        assert asked == [*EVERY_TIME[:4], "pregnancy", "baseline"]


def test_what_is_remembered_never_answers_a_question_of_every_time() -> None:
    known = {**WELL, **dict.fromkeys(EVERY_TIME, "no"), "baseline": "0"}
    assert asked_for(starting(settings=replace(THIS_MONTH, remembered=known))) == "emergency"


def test_a_remembered_condition_still_limits() -> None:
    known = {**WELL, "numbness_left": "yes", "numb_where_left": "yes"}
    talk = starting("start full leg", replace(THIS_MONTH, remembered=known))
    for _ in EVERY_TIME:
        talk.user("none")
    assert LIMITS["numb_foot"].why in talk.last


def test_a_remembered_problem_still_stops() -> None:
    talk = starting(settings=replace(THIS_MONTH, remembered={**WELL, "pregnancy": "yes"}))
    for _ in range(4):
        talk.user("none")
    assert talk.last == RULES["R-PREG"]


@pytest.mark.parametrize("name", [q.id for q in SCREENING.questions])
def test_an_unclear_answer_is_asked_once_in_other_words_and_then_nothing_starts(name: str) -> None:
    talk = at(name)
    again = QUESTIONS[name].again.format(where="your left knee", leg="your left leg")
    assert talk.user("blah") == again
    assert talk.user("blah") == LINES.screening_unclear
    assert talk.state is State.READY
    assert not any(rule in line for rule in RULES.values() for line in talk.said)


@pytest.mark.parametrize("name", [q.id for q in SCREENING.questions])
def test_silence_after_a_question_starts_nothing_either(name: str) -> None:
    talk = at(name)
    talk.spoken()
    talk.time()
    talk.spoken()
    assert talk.time() == LINES.screening_unclear
    assert talk.state is State.READY


SAID = ["no", "no", "no", "nope", "none", "zero", "two", "blah", "[unk]", "help", "say that again"]


@given(
    st.lists(
        st.sampled_from([*SAID[:6] * 4, *SAID, "yes", "quick knee", "start", "left"]), max_size=30
    )
)
@settings(max_examples=200, deadline=None)
def test_nothing_begins_before_every_question_had_a_clear_answer(said: list[str]) -> None:
    talk = starting(settings=THIS_MONTH)
    answers: dict[str, str] = {}
    for words in said:
        if talk.state not in {State.SCREENING, State.BASELINE}:
            answers.clear()
        screen = talk.dialogue._stage.before.screen
        if screen and screen.question:
            answers[screen.question.id] = words
        talk.user(words)
        if talk.step is not None:
            assert {answers[name] for name in EVERY_TIME[:4]} <= {"no", "nope", "none"}
            assert answers["baseline"] in {"none", "zero", "two"}
            return


# One test for every stop rule of the screen

STOPS = {
    "chest pain": ("emergency", ["yes"], "R-EMERG"),
    "a clot": ("clot", ["yes"], "R-CLOT"),
    "an injury": ("injury", ["yes"], "R-INJ"),
    "a fever": ("infection", ["yes", "no"], "R-INFECT"),
    "broken skin alone": ("infection", ["yes", "yes"], "R-SKIN"),
    "an operation without a word from the surgeon": ("operation", ["yes", "no"], "R-SURG"),
    "blood thinners": ("conditions", ["yes", "blood thinners", "no"], "R-BLEED"),
    "easy bleeding": ("conditions", ["yes", "I bleed easily", "no"], "R-BLEED"),
    "cancer": ("conditions", ["yes", "cancer", "no"], "R-CANCER"),
    "weak bones": ("conditions", ["yes", "weak bones", "no"], "R-BONE"),
    "heart failure": ("conditions", ["yes", "heart failure", "no"], "R-SWELL"),
    "poor circulation": ("conditions", ["yes", "circulation", "no"], "R-VEIN"),
    "veins": ("conditions", ["yes", "veins", "no"], "R-VEIN"),
    "a condition named at once": ("conditions", ["yes, cancer", "no"], "R-CANCER"),
    "two conditions": ("conditions", ["cancer or weak bones", "no"], "R-CANCER"),
    "pregnancy": ("pregnancy", ["yes"], "R-PREG"),
    "a numb knee": ("numbness", ["yes", "no"], "R-NUMB"),
    "unusual soreness": ("baseline", ["five", "no"], "R-PAIN"),
    "a seven": ("baseline", ["seven"], "R-PAIN"),
    "unbearable soreness": ("baseline", ["unbearable"], "R-PAIN"),
}


@pytest.mark.parametrize(("name", "answers", "rule"), STOPS.values(), ids=STOPS)
def test_a_stop_rule_says_its_words_and_nothing_starts_until_all_is_asked_anew(
    name: str, answers: list[str], rule: str
) -> None:
    talk = at(name)
    for answer in answers:
        talk.user(answer)
    assert talk.last == " ".join([RULES[rule]] * TIMES[rule])
    assert (talk.state, talk.step) == (State.STOPPED, None)
    talk.spoken()
    assert talk.user("continue") == LINES.nothing_to_resume
    assert talk.user("say that again") == RULES[rule]
    talk.user("start bedtime")
    for question in SCREENING.questions:
        assert asked_for(talk) == question.id
        assert talk.step is None
        talk.user("none")
    assert talk.step == 1


def test_a_warning_sign_in_a_massage_has_all_asked_anew_even_where_the_screen_was_off() -> None:
    talk = in_state(State.PRACTICE)
    talk.user("it popped")
    talk.user("start bedtime")
    for question in SCREENING.questions:
        assert asked_for(talk) == question.id
        talk.user("none")
    assert talk.step == 1


def test_a_seven_in_a_massage_has_all_asked_anew() -> None:
    talk = in_state(State.CHECK)
    talk.user("seven")
    talk.user("start bedtime")
    assert asked_for(talk) == "emergency"
    for question in SCREENING.questions:
        assert asked_for(talk) == question.id
        talk.user("none")


def test_a_warning_sign_that_a_question_asks_about_is_its_answer() -> None:
    talk = at("numbness")
    talk.user("my foot is numb")
    assert asked_for(talk) == "numb_where"
    talk.user("my foot is numb")
    assert talk.last == RULES["R-NUMB"]


def test_another_warning_sign_during_the_questions_stops() -> None:
    talk = at("numbness")
    assert talk.user("i have a fever") == RULES["R-INFECT"]
    assert talk.state is State.STOPPED


def test_a_condition_that_is_reported_as_a_warning_sign_is_named_by_it() -> None:
    talk = at("conditions")
    screen = talk.dialogue._stage.before.screen
    assert screen
    assert screen.answer_in_flag("R-BONE") == "weak_bones"
    assert screen.answer_in_flag("R-EMERG") is None
    assert screen.answer_in_flag("R-CLOT") is None


def test_which_condition_wants_one_of_its_names() -> None:
    talk = at("conditions")
    talk.user("yes")
    assert talk.user("yes") == QUESTIONS["which_condition"].again
    assert talk.user("no") == LINES.screening_unclear


def test_a_condition_is_no_answer_where_none_is_asked_about() -> None:
    talk = at("pregnancy")
    assert talk.user("veins") == QUESTIONS["pregnancy"].again


def test_every_name_of_a_condition_is_that_condition_or_a_sign_that_stands_for_its_rule() -> None:
    rules = {condition.id: condition.rule for condition in SCREENING.conditions}
    for group in CONTENT.phrases.phrases:
        for text in group.say if group.means is Meaning.CONDITION else ():
            found = BOOK.understand(text, "screening")
            assert found in (
                Understood(Meaning.CONDITION, group.value),
                Understood(Meaning.FLAG, rules[group.value]),
            ), text


# What goes on with limits


def test_an_operation_that_massage_is_fine_with_leaves_out_the_kneecap_nudge() -> None:
    talk = answered(*CLEARED_OPERATION, start="start full knee")
    assert LIMITS["operated"].why in talk.last
    talk.answers_checks("none")
    assert not any("Nudge" in line for line in talk.said)


def test_a_cleared_condition_leaves_light_glides_and_says_so() -> None:
    talk = answered(*CLEARED_CANCER)
    assert talk.last.startswith(
        f"{LIMITS['light_glides'].why} {LIMITS['light_glides'].advice} Quick knee, about"
    )
    talk.answers_checks("none")
    said = " ".join(talk.said)
    assert "Glide your flat palms" in said
    for gone in ("loose fists", "Squeeze", "small slow circles"):
        assert gone not in said


def test_a_cleared_condition_leaves_no_stretches_and_says_what_there_is() -> None:
    talk = answered(*CLEARED_CANCER, start="start gentle stretches")
    assert talk.last.startswith(LIMITS["light_glides"].why)
    assert "Which one?" in talk.last
    assert "Gentle stretches" not in talk.last
    assert talk.state is State.CHOOSING_ROUTINE


def test_a_numb_foot_leaves_out_the_foot_and_the_lower_leg() -> None:
    talk = answered(*NUMB_FOOT, start="start full leg")
    assert LIMITS["numb_foot"].why in talk.last
    asked = len(talk.said)
    talk.answers_checks("none")
    said = " ".join(talk.said[asked:])
    for gone in ("sole", "toe between", "calf", "from the ankle", "shin"):
        assert gone not in said
    assert "front of the thigh" in said


def test_a_numb_foot_leaves_the_foot_routine_out_and_says_why() -> None:
    talk = answered(*NUMB_FOOT, start="start tired legs")
    assert talk.last.startswith(LIMITS["numb_foot"].why)
    assert "tired legs" not in talk.last
    assert talk.user("bedtime").startswith(LIMITS["numb_foot"].why)
    assert talk.step == 1


def test_why_is_answered_and_moves_nobody() -> None:
    talk = answered(*NUMB_FOOT, start="start full leg")
    step = talk.step
    assert talk.user("why").startswith(LIMITS["numb_foot"].why)
    assert talk.step == step
    sore = at("baseline")
    sore.user("three")
    assert sore.user("why") == sore.said[-2]
    assert LINES.nothing_left_out in in_state(State.PRACTICE).user("why not")
    assert LINES.nothing_left_out in Talk().user("why")


# How sore it is


@pytest.mark.parametrize("sore", ["zero", "two", "just pressure"])
def test_up_to_two_anything_goes(sore: str) -> None:
    talk = at("baseline", "start full leg")
    assert talk.user(sore).startswith("Full leg, about fifteen minutes.")


def test_the_baseline_is_kept_for_the_massage() -> None:
    talk = at("baseline")
    talk.user("two")
    progress = talk.dialogue._stage.progress
    assert progress
    assert progress.baseline == 2
    unasked = in_state(State.PRACTICE).dialogue._stage.progress
    assert unasked
    assert unasked.baseline is None


@pytest.mark.parametrize(
    ("start", "where"),
    [
        ("start quick knee", "your left knee"),
        ("start full leg", "your left leg"),
        ("start bedtime", "the sorer leg"),
    ],
)
def test_the_baseline_is_asked_for_what_is_massaged(start: str, where: str) -> None:
    assert f"how sore is {where} now?" in at("baseline", start).last


def first_pressed_step(talk: Talk) -> str:
    """Go on to the third step, the first in which the hands do something; return its words."""
    talk.answers_checks("none", until_step=3)
    return talk.last


@pytest.mark.parametrize("start", ["start quick knee", "start full leg", "start bedtime"])
@pytest.mark.parametrize("sore", ["three", "four", "a little"])
def test_three_or_four_offers_the_stretches_first_and_the_quick_knee(start: str, sore: str) -> None:
    talk = at("baseline", start)
    assert talk.user(sore) == f"{LIMITS['sore'].why} Which one? Gentle stretches, Quick knee."
    assert talk.state is State.CHOOSING_ROUTINE
    talk.user("gentle stretches")
    asked_until_it_begins(talk, sore)
    assert talk.last.startswith("Gentle stretches")
    assert LINES.stay_light in first_pressed_step(talk)


def test_three_or_four_allows_the_quick_knee_with_a_light_touch() -> None:
    talk = at("baseline")
    talk.user("four")
    assert talk.user("start quick knee").startswith("Quick knee")
    assert LINES.stay_light in first_pressed_step(talk)


@pytest.mark.parametrize("words", ["no", "nope", "the same", "less than before", "it hurts"])
def test_what_is_no_rating_is_asked_back_before_the_massage(words: str) -> None:
    talk = at("baseline")
    assert talk.user(words) == LINES.ask_number
    assert talk.state is State.BASELINE
    assert talk.user(words) == LINES.screening_unclear


@pytest.mark.parametrize(
    ("words", "sore"),
    [("somewhere between four and six", 6), ("call it a two today", 2), ("two and a half", 3)],
)
def test_the_baseline_is_understood_in_peoples_own_words(words: str, sore: int) -> None:
    talk = at("baseline")
    talk.user(words)
    assert talk.dialogue._stage.before.baseline == sore


def test_three_or_four_offers_nothing_else() -> None:
    talk = at("baseline", "start full leg")
    talk.user("three")
    assert talk.user("full leg").startswith(LIMITS["sore"].why)
    assert talk.state is State.CHOOSING_ROUTINE


def test_three_or_four_begins_the_stretches_where_they_are_wanted() -> None:
    talk = at("baseline", "start gentle stretches")
    assert talk.user("three").startswith("Gentle stretches")
    assert talk.step == 1
    assert LINES.stay_light in first_pressed_step(talk)


def test_another_leg_is_asked_about_anew_and_nothing_else_is() -> None:
    talk = at("baseline", "start bedtime")
    talk.user("four")
    talk.user("quick knee")
    assert talk.state is State.CHOOSING_SIDE
    talk.user("right")
    assert "how sore is your right knee" in talk.last
    assert LINES.screening not in talk.last
    assert talk.user("one").startswith("Quick knee")


@pytest.mark.parametrize("sore", ["five", "six", "a lot"])
def test_five_or_six_allows_the_stretches_if_it_is_usual_and_they_are_wanted(sore: str) -> None:
    talk = at("baseline", "start gentle stretches")
    talk.user(sore)
    assert asked_for(talk) == "usual"
    assert "a physiotherapist or a doctor can help" in talk.last
    talk.user("yes")
    assert asked_for(talk) == "stretches"
    assert talk.user("yes").startswith("Gentle stretches")
    assert LINES.stay_light in first_pressed_step(talk)


def test_five_or_six_offers_no_massage() -> None:
    talk = at("baseline")
    talk.user("six")
    talk.user("yes")
    talk.user("yes")
    assert talk.last == f"{LIMITS['stretches_only'].why} Which one? Gentle stretches."


def test_five_or_six_without_stretches_is_a_day_of_rest() -> None:
    talk = at("baseline")
    talk.user("five")
    talk.user("yes")
    assert talk.user("no") == f"{LIMITS['rest'].why} {LINES.not_started}"
    talk.spoken()
    assert (talk.state, talk.actions) == (State.READY, ())


def test_where_nothing_may_be_offered_it_says_why_and_starts_nothing() -> None:
    talk = answered(*CLEARED_CANCER, sore="five")
    talk.user("yes")
    talk.user("yes")
    assert talk.last.endswith(LINES.not_started)
    assert talk.state is State.READY


def test_a_pain_word_before_a_low_number_is_asked_about() -> None:
    talk = at("baseline")
    talk.spoken()
    talk.user_begins("ow")
    assert talk.user("two") == LINES.ask_number
    assert talk.state is State.BASELINE


@pytest.mark.parametrize(
    ("said", "asks"), [("fine", LINES.ask_lookalike), ("yes", LINES.ask_number)]
)
def test_the_baseline_is_asked_back_where_it_is_no_number(said: str, asks: str) -> None:
    assert at("baseline").user(said) == asks


# What is remembered


def remembered(talk: Talk) -> list[dict[str, str]]:
    return [dict(action.answers) for action in talk.actions if isinstance(action, Remember)]


def test_the_monthly_answers_are_remembered_when_the_screen_is_over() -> None:
    talk = at("baseline")
    assert remembered(talk) == []
    talk.user("zero")
    assert remembered(talk) == [OF_THE_LEFT]


def test_the_questions_of_the_month_are_those_that_are_not_asked_every_time() -> None:
    asked = {one.id for one in SCREENING.monthly}
    assert {"operation", "which_condition"} <= asked
    assert asked.isdisjoint(one.id for one in SCREENING.questions if one.every_time)


def test_the_follow_ups_are_remembered_too() -> None:
    assert remembered(answered(*CLEARED_CANCER)) == [
        {
            **OF_THE_LEFT,
            "conditions": "yes",
            "which_condition": "cancer",
            "condition_cleared": "yes",
        }
    ]


def test_nothing_new_is_remembered_within_the_month() -> None:
    talk = starting(settings=THIS_MONTH)
    for _ in EVERY_TIME:
        talk.user("none")
        assert remembered(talk) == []


def test_answers_are_remembered_once_and_the_second_leg_is_asked_about_too() -> None:
    talk = at("baseline", "start full leg")
    talk.user("three")
    assert remembered(talk) == [OF_THE_LEFT]
    talk.user("quick knee")
    assert remembered(talk) == []
    talk.user("stop")
    talk.time()
    talk.user("start quick knee")
    talk.user("right")
    assert asked_until_it_begins(talk) == OF_A_LEG_THIS_MONTH
    assert remembered(talk) == [WELL]


# Which leg


OF_A_LEG_THIS_MONTH = [*EVERY_TIME[:4], "operation", "numbness", "baseline"]


def asked_until_it_begins(talk: Talk, sore: str = "none") -> list[str]:
    """Answer every question with no; return which were asked."""
    asked = []
    while talk.state in {State.SCREENING, State.BASELINE}:
        asked.append(asked_for(talk))
        talk.user(sore if talk.state is State.BASELINE else "no")
    assert talk.step == 1
    return asked


OF_A_LEG = ["injury", "infection", "operation", "numbness"]


@pytest.mark.parametrize(
    ("start", "leg"),
    [("start full leg", "your left leg"), ("start bedtime", "either leg")],
)
@pytest.mark.parametrize("name", OF_A_LEG)
def test_a_question_about_a_leg_says_which(name: str, start: str, leg: str) -> None:
    assert leg in at(name, start).last


def test_what_was_answered_for_one_leg_is_asked_for_the_other_in_a_later_session() -> None:
    talk = starting("start full leg", replace(THIS_MONTH, remembered=OF_THE_LEFT), "right")
    assert asked_until_it_begins(talk) == OF_A_LEG_THIS_MONTH


@pytest.mark.parametrize("missing", ["operation_left", "operation_right"])
def test_a_massage_of_both_legs_is_asked_about_unless_both_are_known(missing: str) -> None:
    known = {name: said for name, said in WELL.items() if name != missing}
    talk = starting("start bedtime", replace(THIS_MONTH, remembered=known))
    assert "operation" in asked_until_it_begins(talk)


def test_two_legs_of_which_different_things_are_known_are_asked_about() -> None:
    known = {**WELL, "operation_right": "yes", "operation_cleared_right": "yes"}
    talk = starting("start bedtime", replace(THIS_MONTH, remembered=known))
    assert "operation" in asked_until_it_begins(talk)


def test_what_was_answered_for_either_leg_holds_for_each() -> None:
    talk = at("baseline", "start bedtime")
    talk.user("none")
    assert remembered(talk) == [WELL]
    talk.user("stop")
    talk.time()
    talk.user("start full leg")
    talk.user("right")
    assert asked_until_it_begins(talk) == EVERY_TIME


def test_a_limit_of_one_leg_does_not_hold_for_the_other() -> None:
    numb = {**OF_THE_LEFT, "numbness_left": "yes", "numb_where_left": "yes"}
    talk = starting("start full leg", replace(THIS_MONTH, remembered=numb), "right")
    assert asked_until_it_begins(talk) == OF_A_LEG_THIS_MONTH
    assert LIMITS["numb_foot"].why not in talk.last


@pytest.mark.parametrize("sore", ["three", "five"])
def test_stretches_instead_are_for_both_legs_so_both_are_asked_about(sore: str) -> None:
    talk = at("baseline")
    talk.user(sore)
    while talk.state is State.SCREENING:
        talk.user("yes")
    talk.user("gentle stretches")
    assert asked_for(talk) == "injury"
    for name in ("infection", "operation"):
        assert "either leg" in talk.user("no")
        assert asked_for(talk) == name
    talk.user("yes")
    assert talk.user("no") == RULES["R-SURG"]


def test_stretches_instead_begin_once_both_legs_are_known() -> None:
    talk = at("baseline")
    talk.user("three")
    talk.user("gentle stretches")
    assert asked_until_it_begins(talk, sore="three") == [*OF_A_LEG, "baseline"]
    assert talk.last.startswith("Gentle stretches")


def test_a_massage_of_ones_own_that_touches_the_other_leg_is_asked_about_for_both() -> None:
    own = Routine("own", "Own", (Step("Rub your {side} leg.", 9), Step("Other.", 9, Side.RIGHT)))
    talk = Talk(replace(FIRST_USE, routine=own, side=Side.LEFT))
    talk.spoken()
    talk.user("no")
    talk.user("no")
    assert "either leg" in talk.last


def test_the_wrong_leg_is_put_right_during_the_questions() -> None:
    talk = at("operation", "start full leg")
    asked = talk.user("I meant the right leg")
    assert "injured your right leg" in asked
    assert asked_until_it_begins(talk) == [
        *("injury", "infection", "operation", "conditions", "pregnancy", "numbness", "baseline")
    ]
    progress = talk.dialogue._stage.progress
    assert progress
    assert progress.side is Side.RIGHT
    assert "your right leg" in " ".join(talk.said)


def test_the_leg_that_was_taken_is_simply_asked_about_again() -> None:
    talk = at("numbness", "start full leg")
    asked = talk.last
    assert talk.user("I meant the left leg") == asked


def test_why_it_asks_is_told_of_what_it_asks() -> None:
    assert "what to leave out" in at("emergency").user("why so many questions")
    assert "Your number tells me" in at("baseline").user("why so many questions")


@pytest.mark.parametrize("words", ["go to step three", "longer"])
def test_after_a_stop_rule_there_is_no_step_to_change(words: str) -> None:
    talk = at("pregnancy")
    talk.user("yes")
    assert talk.user(words) == LINES.nothing_to_resume
    assert talk.state is State.STOPPED


def test_a_break_is_offered_before_the_second_leg() -> None:
    talk = Talk()
    offers = []
    for leg in ("left", "right", "right", "left"):
        talk.user("start full leg")
        talk.user(leg)
        offers.append(LINES.second_leg in talk.last)
        talk.answers_checks("none")
    assert offers == [False, True, False, True]
    talk.user("start bedtime")
    assert LINES.second_leg not in talk.last


@given(st.lists(st.sampled_from([Side.LEFT, Side.RIGHT, Side.BOTH]), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_no_screen_ends_before_its_own_legs_were_asked_about(legs: list[Side]) -> None:
    screen, told = Screen(SCREENING, {}, legs[0]), set[str]()
    for each in legs:
        screen.ask_about(each)
        while screen.question:
            told |= set(screen.question.kept_as(each))
            screen.answer("0" if screen.question.answered_with is Kind.NUMBER else "no")
        needed = {name for one in SCREENING.questions for name in one.kept_as(each)}
        assert needed <= told


def test_a_stop_rule_forgets_what_was_remembered() -> None:
    talk = starting(settings=THIS_MONTH)
    talk.user("yes")
    assert remembered(talk) == [{}]
    nothing = starting(settings=FIRST_USE)
    nothing.user("yes")
    assert remembered(nothing) == []


# Nobody is called


CALLED = "I can't call anyone."


@pytest.mark.parametrize("words", ["call a doctor", "phone my wife"])
@pytest.mark.parametrize("state", [State.READY, State.SCREENING, State.STOPPED, State.DONE])
def test_asked_to_call_it_says_that_it_can_not(words: str, state: State) -> None:
    talk = in_state(state)
    said = LINES.cannot_call.format(emergency_number="your local emergency number")
    assert said in talk.user(words)
    assert talk.state is state


@pytest.mark.parametrize("state", [State.READING, State.PRACTICE, State.CHECK, State.RESTING])
def test_asked_to_call_in_a_massage_it_says_so_and_waits(state: State) -> None:
    talk = in_state(state)
    assert CALLED in talk.user("phone my wife")
    assert talk.state is State.PAUSED


@pytest.mark.parametrize("words", ["call an ambulance", "Call 112!"])
@pytest.mark.parametrize("state", [State.READY, State.SCREENING, State.PRACTICE, State.DONE])
def test_asked_for_an_ambulance_it_takes_it_for_an_emergency_and_says_that_it_can_not_call(
    words: str, state: State
) -> None:
    talk = in_state(state)
    said = talk.user(words)
    assert said.startswith("Stop now. This can be an emergency.")
    assert CALLED in said
    assert (talk.state, talk.step) == (State.STOPPED, None)


# The data


def test_every_id_that_is_named_in_the_data_exists() -> None:
    follow_ups = {question.id for question in SCREENING.follow_ups}
    then = [band.then for band in SCREENING.baseline]
    for question in QUESTIONS.values():
        then += [question.yes, question.no]
        assert set(question.flags) <= set(RULES)
    assert {one.rule for one in then} - {"", "named"} <= set(RULES)
    assert {one.ask for one in then} - {""} == follow_ups
    assert {one.limit for one in then} - {""} == set(LIMITS)
    assert {condition.rule for condition in SCREENING.conditions} <= set(RULES)
    for limit in SCREENING.limits:
        assert set(limit.routines or ()) <= set(ROUTINES)


def test_the_bands_of_the_baseline_reach_from_zero_to_ten() -> None:
    tops = [band.most for band in SCREENING.baseline]
    assert tops == sorted(set(tops))
    assert tops[-1] == 10


def test_the_baseline_alone_is_a_number() -> None:
    numbers = [q.id for q in QUESTIONS.values() if q.answered_with is Kind.NUMBER]
    assert numbers == ["baseline"]


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_a_sentence_of_the_screen_has_at_most_twenty_words(question: object) -> None:
    named = {"leg": "your right leg", "where": "your right knee"}
    texts = [vars(question)[name].format(**named) for name in ("ask", "again")]
    sentences = " ".join(texts).replace("?", ".").replace(":", ".").split(".")
    assert max(len(sentence.split()) for sentence in sentences) <= 20


def test_no_question_asks_again_in_the_same_words() -> None:
    assert all(question.ask != question.again for question in QUESTIONS.values())
