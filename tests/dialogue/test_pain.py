"""What follows from every pain answer, after every question."""

from collections.abc import Callable

import pytest

from assistant.content.loader import load_pain_policy
from assistant.content.phrases import Meaning
from assistant.content.routine import Check, Routine, Step
from assistant.dialogue.dialogue import DialogueSettings
from assistant.dialogue.pain import Outcome, Zone, compared, outcome, zone
from assistant.dialogue.state import Question, State
from assistant.messages import MicrophoneMuted, seconds
from tests.support.dialogue import (
    ASK_CALIBRATE,
    ASK_STEP,
    BOOK,
    LINES,
    ROUTINES,
    Talk,
    asked,
    in_state,
    lighter,
    massage,
    practising,
    resting,
)

NUMBERS = range(11)
WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
GREEN, AMBER, RED, END = range(3), range(3, 5), range(5, 7), range(7, 11)


def soft() -> Talk:
    return asked("bedtime", step=12)


def hurting() -> Talk:
    talk = practising(step=5)
    talk.passes(10)
    talk.user("that hurts")
    return talk


def settling() -> Talk:
    talk = resting()
    talk.time()
    talk.spoken()
    return talk


def test_the_questions_are_worded_as_agreed() -> None:
    assert asked(step=3).last == ASK_CALIBRATE
    assert asked(step=5).last == ASK_STEP
    assert asked(step=8).last == ASK_STEP


def test_the_zones_of_all_eleven_numbers() -> None:
    zones = [zone(number, load_pain_policy()).value for number in NUMBERS]
    assert zones == ["green"] * 3 + ["amber"] * 2 + ["red"] * 2 + ["end"] * 4
    assert len(Zone) == 4


@pytest.mark.parametrize("step", [3, 5])
@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_after_a_check_of_a_step(step: int, number: int) -> None:
    talk = asked(step=step)
    answer = talk.user(WORDS[number])
    assert WORDS[number] in answer.lower()
    if number in GREEN:
        assert (talk.state, talk.step) == (State.READING, step + 1)
    elif number in AMBER:
        assert (talk.state, talk.step) == (State.OKAY, step)
        assert answer.endswith(
            "Use a lighter touch, and move around that spot. "
            "Is it okay to carry on? Or say skip it, or stop."
        )
    elif number in RED:
        assert (talk.state, talk.step) == (State.RESTING, step)
        assert "hands off" in answer
    else:
        assert (talk.state, talk.step) == (State.DONE, None)
        assert "see a doctor" in answer


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_after_the_final_check(number: int) -> None:
    talk = asked(step=8)
    answer = talk.user(WORDS[number])
    if number in RED:
        assert talk.state is State.RESTING
    else:
        assert talk.state is State.DONE
        assert (LINES.finished in answer) is (number not in END)
        assert WORDS[number] in answer.lower()


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_after_the_quiet_final_question(number: int) -> None:
    talk = soft()
    assert talk.last == LINES.ask_final_soft
    talk.user(WORDS[number])
    assert talk.state is (State.RESTING if number in RED else State.DONE)


def test_whoever_drifts_off_hears_no_more() -> None:
    talk = soft()
    assert talk.time() == ""
    assert talk.state is State.ENDED


@pytest.mark.parametrize("way", ["stop", "pause", "[unk]", "lost", "muted"])
def test_whoever_drifts_off_after_something_else_than_an_answer_hears_no_more(way: str) -> None:
    talk = soft()
    match way:
        case "lost":
            talk.lost()
        case "muted":
            talk.happens(MicrophoneMuted())
        case "[unk]":
            talk.user(way)
            talk.spoken()
            talk.user(way)
        case _:
            talk.user(way)
    if way == "stop":
        talk.time()
    assert talk.state in {State.STOPPED, State.PAUSED, State.HELD}
    talk.spoken()
    assert talk.waits_seconds == 600
    assert talk.time() == ""
    assert talk.state is State.ENDED


def test_an_unclear_answer_to_the_quiet_final_question_is_no_answer() -> None:
    talk = soft()
    talk.user("[unk]")
    talk.spoken()
    talk.user("[unk]")
    assert talk.state is State.HELD


@pytest.mark.parametrize("mild", ["none", "two", "comfortable"])
def test_a_mild_answer_after_a_glimpse_of_pain_is_asked_about(mild: str) -> None:
    talk = asked("knee_quick", step=3)
    talk.user_begins("ow")
    assert talk.user(mild) == LINES.ask_number
    talk.spoken()
    talk.user(mild)
    assert talk.state is State.READING, "said clearly, it counts"


@pytest.mark.parametrize("words", ["next", "skip", "go to step six", "continue"])
def test_a_glimpse_of_pain_is_not_walked_past(words: str) -> None:
    talk = practising(step=4)
    talk.user_begins("ow")
    talk.user(words)
    assert talk.last == LINES.ask_hurt


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_after_something_hurt(number: int) -> None:
    talk = hurting()
    assert talk.last == LINES.ask_hurt
    answer = talk.user(WORDS[number])
    if number in GREEN:
        assert (talk.state, talk.step) == (State.READING, 5)
        assert "Twenty-five seconds left" in answer.replace("Twenty five", "Twenty-five")
    elif number in AMBER:
        assert (talk.state, talk.step) == (State.OKAY, 5)
        talk.user("yes")
        talk.spoken()
        assert talk.waits_seconds == 20
        assert talk.time() == ASK_STEP
    else:
        assert talk.state is (State.RESTING if number in RED else State.DONE)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_after_a_rest_ends_the_massage_either_way(number: int) -> None:
    talk = settling()
    assert talk.last == LINES.ask_settle
    answer = talk.user(WORDS[number])
    assert (talk.state, talk.step) == (State.DONE, None)
    assert ("Gentle stretches" in answer) is (number in GREEN)
    assert ("doctor" in answer) is (number not in GREEN)


def test_the_first_amber_repeats_the_step_lighter_for_twenty_seconds_and_asks_again() -> None:
    talk = asked(step=3)
    assert talk.user("three").startswith("A three. Use a lighter touch, and move around that spot.")
    assert talk.user("yes") == LINES.stay_light
    talk.spoken()
    assert talk.waits_seconds == 20
    assert talk.time() == ASK_CALIBRATE
    talk.user("one")
    assert talk.step == 4


@pytest.mark.parametrize("words", ["repeat", "longer", "softer"])
def test_a_lighter_repeat_is_not_made_any_longer(words: str) -> None:
    talk = lighter("four", step=3)
    talk.passes(5)
    talk.user(words)
    talk.spoken()
    assert talk.waits_seconds == 15


def test_amber_twice_on_a_step_leaves_it_out() -> None:
    talk = lighter()
    talk.until(State.CHECK)
    assert talk.user("four").startswith("A four. Let's leave this one out. Draw small slow circles")
    assert talk.step == 6


def test_two_steps_left_out_end_the_massage() -> None:
    talk = asked(step=5)
    for _ in range(2):
        assert talk.state is State.CHECK
        talk.user("three")
        talk.user("yes")
        talk.until(State.CHECK)
        talk.user("three")
        if talk.step:
            talk.until(State.CHECK)
    assert talk.last == LINES.skipped_twice
    assert talk.state is State.DONE


def test_going_back_while_lighter_is_still_asked_about() -> None:
    talk = lighter()
    talk.user("back")
    assert talk.step == 4
    talk.spoken()
    assert talk.time() == ASK_STEP


def test_five_takes_the_hands_off_for_sixty_seconds_and_asks_again() -> None:
    talk = asked()
    assert talk.user("five") == (
        "I heard a five, so hands off. Is that right? Rest for a minute, and breathe slowly."
    )
    talk.spoken()
    assert talk.waits_seconds == 60
    assert talk.time() == LINES.ask_settle


RUN = ["next", "skip", "back", "go to step two", "start over", "start", "start bedtime"]


@pytest.mark.parametrize("words", RUN)
@pytest.mark.parametrize("way", ["", "pause", "stop"])
def test_nothing_leads_out_of_a_rest_but_its_end(words: str, way: str) -> None:
    talk = resting()
    talk.passes(20)
    if way:
        talk.user(way)
        talk.until(State.PAUSED, State.STOPPED)
        talk.goes_on()
    talk.user(words)
    assert talk.step == 3
    assert talk.state in {State.RESTING, State.PAUSED, State.STOPPED}
    if way:
        talk.until(State.PAUSED, State.STOPPED)
        assert talk.user("continue") == LINES.resting
        talk.spoken()
    else:
        talk.spoken()
    assert talk.waits_seconds == 40


def test_what_hurts_during_a_rest_is_asked_about_at_once() -> None:
    assert resting().user("ow") == LINES.ask_settle


def test_a_stop_during_a_rest_that_says_what_hurts_asks_on_the_way_back() -> None:
    talk = resting()
    talk.user("stop it hurts")
    talk.time()
    assert LINES.ask_settle in talk.user("continue")


@pytest.mark.parametrize(
    "words", ["no", "nope", "none", "no pain", "comfortable", "No pain at all"]
)
def test_no_in_its_many_forms_is_a_zero(words: str) -> None:
    talk = asked(step=5)
    assert talk.user(words).startswith("Zero, good. Draw small slow circles")


def test_fine_is_asked_back() -> None:
    talk = asked(step=5)
    assert talk.user("I'm fine") == "Was that nine, or fine? Say the number, or say none."
    talk.user("nine")
    assert talk.state is State.DONE


@pytest.mark.parametrize("words", ["It's fine", "That's fine", "fine"])
def test_whatever_may_have_been_nine_is_asked_back(words: str) -> None:
    assert asked(step=5).user(words) == LINES.ask_lookalike


@pytest.mark.parametrize(
    ("words", "number"), [("then", "ten"), ("for", "four"), ("to", "two"), ("ate", "eight")]
)
def test_what_sounds_like_a_number_is_asked_back_by_that_number(words: str, number: str) -> None:
    talk = asked(step=5)
    assert talk.user(words) == f"Was that {number}? Say the number, or say none."
    assert talk.state is State.CHECK


def test_yes_asks_for_the_number() -> None:
    talk = asked(step=5)
    assert talk.user("yes") == LINES.ask_number
    talk.user("two")
    assert talk.step == 6


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("just pressure", 2),
        ("a little bit", 3),
        ("it's sore", 3),
        ("too much", 6),
        ("Ouch!", 6),
        ("unbearable", 8),
        ("3", 3),
        ("3/10", 3),
        ("4 out of ten", 4),
        ("three or four", 4),
        ("no, four", 4),
        ("yes, a two", 2),
        ("nine, or fine", 9),
        ("between four and six", 6),
        ("2-3", 3),
        ("two and a half", 3),
        ("2.5", 3),
        ("a seven-ish", 7),
        ("maybe five", 5),
        ("eleven", 10),
        ("a hundred", 10),
        ("100", 10),
        ("good pain", 3),
        ("it hurts so good", 3),
        ("not bad", 2),
        ("it doesn't hurt", 0),
        ("Two, the kettle is on.", 2),
        ("that's only a two now I've eased off", 2),
        ("the cat says it is terrible", 8),
        ("12", 10),
    ],
)
def test_words_for_pain(words: str, number: int) -> None:
    found = BOOK.understand(words, "check")
    assert found is not None
    assert found.number == number


@pytest.mark.parametrize(
    "words",
    [
        "four minutes",
        "the left one",
        "number four more",
        "not comfortable",
        "two cats",
        "this one",
        "channel two",
        "ten minutes",
    ],
)
def test_words_that_are_no_score(words: str) -> None:
    talk = asked(step=5)
    talk.user(words)
    assert (talk.state, talk.step) == (State.CHECK, 5)


# Pain words outside a check


@pytest.mark.parametrize("state", [State.READING, State.PRACTICE])
@pytest.mark.parametrize("final", ["ow", "that hurts", "[unk]", "", "ow [unk]", "too hard"])
def test_a_pain_word_in_a_partial_result_holds_the_step_and_is_asked_about(
    state: State, final: str
) -> None:
    talk = in_state(state)
    talk.user_begins("ow")
    assert talk.state is State.HOLDING
    assert not talk.speaking
    assert talk.user(final) == LINES.ask_hurt
    assert talk.state is State.CHECK


def test_a_pain_word_whose_final_result_never_comes_is_asked_about() -> None:
    talk = in_state(State.HOLDING)
    assert talk.waits_seconds == 3
    assert talk.time() == LINES.ask_hurt


def test_a_final_result_that_is_something_else_goes_on_with_the_step() -> None:
    talk = practising(step=3)
    talk.passes(10)
    talk.user_begins("ah")
    talk.passes(0.5)
    assert "Twenty-five seconds left" in talk.user("how long is left").replace(
        "Twenty five", "Twenty-five"
    )
    talk.spoken()
    assert (talk.state, talk.waits_seconds) == (State.PRACTICE, 25)


def test_a_final_result_that_is_a_command_is_obeyed() -> None:
    talk = in_state(State.HOLDING)
    talk.user("pause")
    assert talk.state is State.PAUSED
    assert "Glide" in talk.user("continue")


@pytest.mark.parametrize("final", ["ow stop", "stop that hurts"])
def test_a_stop_outranks_a_pain_word_but_the_pain_is_asked_about_before_going_on(
    final: str,
) -> None:
    talk = practising()
    talk.user(final)
    assert talk.state is State.STOPPED
    talk.time()
    assert talk.user("continue") == f"{LINES.answer_first} {LINES.ask_hurt}"


def test_a_stop_that_says_what_hurts_before_anything_began_is_just_a_stop() -> None:
    talk = Talk()
    talk.user("stop it hurts")
    talk.time()
    assert talk.user("continue") == LINES.nothing_to_resume


@pytest.mark.parametrize("partial", ["ow", "stop"])
def test_the_same_in_partial_results(partial: str) -> None:
    talk = practising()
    talk.user_begins(partial)
    talk.user_begins("ow stop")
    talk.user("ow stop")
    talk.time()
    assert LINES.ask_hurt in talk.user("continue")


@pytest.mark.parametrize("words", ["that hurts", "ow"])
def test_a_pain_word_while_a_question_is_paused_asks_that_question(words: str) -> None:
    talk = asked(step=5)
    talk.user("pause")
    assert talk.user(words) == ASK_STEP
    assert talk.user("one").endswith(LINES.paused)
    assert (talk.state, talk.step) == (State.HELD, 6)


def test_an_amber_answer_while_held_up_waits_too() -> None:
    talk = in_state(State.PAUSED)
    talk.user("ouch")
    assert talk.user("three").endswith(LINES.ask_okay)
    assert talk.user("yes").endswith(LINES.paused)
    assert talk.state is State.HELD
    talk.user("continue")
    talk.spoken()
    assert talk.waits_seconds == 20


def test_continue_to_whether_it_is_okay_while_held_up_need_not_be_said_twice() -> None:
    talk = in_state(State.PAUSED)
    talk.user("ouch")
    talk.user("three")
    assert talk.user("continue") == LINES.stay_light
    assert talk.state is State.READING


def test_continue_instead_of_an_answer_still_asks_but_need_not_be_said_twice() -> None:
    talk = in_state(State.PAUSED)
    talk.user("ouch")
    assert LINES.ask_hurt in talk.user("continue")
    talk.user("zero")
    assert talk.state is State.READING


@pytest.mark.parametrize("state", [State.READY, State.DONE])
def test_what_hurts_before_or_after_a_massage_is_left_alone(state: State) -> None:
    talk = in_state(state)
    assert talk.user("it hurts").startswith(LINES.leave_it)
    assert talk.state is state


@pytest.mark.parametrize("state", [State.CHOOSING_ROUTINE, State.CHOOSING_SIDE, State.SCREENING])
def test_what_hurts_before_it_begins_keeps_a_massage_from_beginning(state: State) -> None:
    talk = in_state(state)
    assert talk.user("it hurts").startswith(LINES.leave_it)
    assert talk.state is State.READY


def test_a_massage_that_ended_for_soreness_is_not_started_over() -> None:
    talk = asked("knee_quick", step=3)
    talk.user("nine")
    assert talk.user("start over").startswith("Which one?")


def test_whoever_resumes_without_a_microphone_is_told_so() -> None:
    talk = asked("knee_quick", step=3)
    talk.lost()
    assert "microphone" in talk.user("resume")
    assert talk.state is State.HELD


def test_a_benefit_by_number_is_of_the_massage_in_hand() -> None:
    talk = massage("leg_full")
    assert "toxins" in talk.user("number one")


def test_the_benefits_are_those_of_the_massage_that_was_chosen() -> None:
    talk = Talk()
    talk.user("start full leg")
    assert "leg massage" in talk.user("what are the benefits")


def test_what_hurts_during_the_greeting_is_not_massaged_unasked() -> None:
    talk = Talk(DialogueSettings(routine=ROUTINES["bedtime"]))
    talk.user("ow")
    talk.spoken()
    assert talk.state is State.READY


# "Is that right?"


def test_a_number_that_took_the_hands_off_may_be_put_right() -> None:
    talk = asked()
    assert "Is that right?" in talk.user("five")
    assert talk.user("no") == LINES.ask_number
    assert talk.user("two").startswith("A two, good.")


def test_after_a_number_that_was_put_right_the_massage_stays_light() -> None:
    talk = asked()
    talk.user("five")
    talk.user("no")
    assert talk.user("two").endswith(f"Stay off the kneecap. {LINES.stay_light}")


def misheard(question: Talk) -> Talk:
    question.user("eight")
    question.spoken()
    question.user("no")
    assert (question.state, question.last) == (State.CHECK, LINES.ask_number)
    return question


@pytest.mark.parametrize("question", [asked, hurting])
@pytest.mark.parametrize("number", ["two", "three"])
def test_a_massage_that_a_number_ended_begins_anew_with_the_questions(
    question: Callable[[], Talk], number: str
) -> None:
    talk = misheard(question())
    begun = talk.user(number)
    assert begun.startswith(f"A {number}. To be sure, we'll begin anew. {LINES.screening}")
    assert (talk.state, talk.step) == (State.SCREENING, None)
    while talk.state in {State.SCREENING, State.BASELINE}:
        talk.user("none")
    assert (talk.state, talk.step) == (State.READING, 1)
    assert "your left thigh" in talk.last


def test_a_massage_that_a_number_ended_at_its_last_question_is_over_either_way() -> None:
    talk = misheard(asked(step=8))
    assert talk.user("two") == f"A two, good. {LINES.finished}"
    assert talk.state is State.DONE


def test_a_five_instead_of_a_misheard_eight_takes_the_hands_off() -> None:
    talk = misheard(asked())
    talk.user("five")
    assert talk.state is State.RESTING
    talk.user("no")
    talk.user("two")
    assert talk.state is State.SCREENING


@pytest.mark.parametrize("number", ["five", "eight"])
@pytest.mark.parametrize(
    "words", ["none", "no", "yes", "comfortable", "less than before", "a bit sore"]
)
def test_only_another_number_takes_back_what_was_decided(number: str, words: str) -> None:
    talk = asked()
    talk.user(number)
    talk.user("no")
    assert talk.user(words) == LINES.ask_number
    talk.user(words)
    assert talk.state is State.HELD
    assert talk.user("continue").endswith(LINES.ask_number)


def test_the_same_number_again_is_acted_on_again() -> None:
    talk = asked()
    talk.user("six")
    talk.user("no")
    talk.user("six")
    assert talk.state is State.RESTING


@pytest.mark.parametrize("words", ["yes", "no"])
def test_yes_and_no_change_nothing_where_nothing_may_have_been_misheard(words: str) -> None:
    talk = resting()
    talk.user("yes")
    assert talk.state is State.RESTING
    over = in_state(State.DONE)
    over.user(words)
    assert over.state is State.DONE


# Without an answer


def test_the_third_miss_at_a_check_ends_the_session_politely() -> None:
    talk = asked()
    talk.user("mumble")
    talk.user("mumble")
    assert talk.state is State.HELD
    talk.user("continue")
    assert talk.user("mumble") == LINES.farewell_unanswered
    talk.spoken()
    assert talk.state is State.ENDED


def test_an_answer_makes_up_for_the_misses_before_it() -> None:
    talk = asked()
    talk.user("mumble")
    talk.user("three")
    talk.user("mumble")
    talk.user("yes")
    talk.until(State.CHECK)
    talk.user("mumble")
    talk.user("three")
    talk.until(State.CHECK)
    assert talk.state is State.CHECK


def test_after_seven_or_more_the_massage_is_over_for_good() -> None:
    talk = asked()
    talk.user("eight")
    talk.spoken()
    assert talk.user("continue") == LINES.nothing_to_resume
    assert talk.user("repeat").startswith("I heard an eight")


# How sore it was before

POLICY = load_pain_policy()


def began_at(baseline: int | None, talk: Talk) -> Talk:
    """The same conversation, had the soreness before the massage been `baseline`."""
    assert talk.dialogue._stage.progress
    talk.dialogue._stage.progress.baseline = baseline
    return talk


@pytest.mark.parametrize(
    ("baseline", "zones"),
    [
        (None, "green green green amber amber red red end end end end"),
        (0, "green green green amber red red red end end end end"),
        (2, "green green green amber red red red end end end end"),
        (3, "green green green amber amber red red end end end end"),
        (4, "green green green amber amber red red end end end end"),
    ],
)
def test_a_leap_of_two_over_the_baseline_is_red_where_it_lands_on_four_or_more(
    baseline: int | None, zones: str
) -> None:
    assert [zone(number, POLICY, baseline) for number in NUMBERS] == zones.split()


@pytest.mark.parametrize("baseline", [0, 1, 2])
def test_a_leap_to_four_takes_the_hands_off(baseline: int) -> None:
    talk = began_at(baseline, asked(step=5))
    assert talk.user("four").startswith("I heard a four, so hands off.")
    assert talk.state is State.RESTING


@pytest.mark.parametrize(("baseline", "number"), [(3, "three"), (4, "four"), (4, "three")])
def test_no_worse_than_a_baseline_of_three_or_four_goes_on_and_stays_light(
    baseline: int, number: str
) -> None:
    talk = began_at(baseline, asked(step=5))
    assert talk.user(number).startswith(f"A {number}, no worse than before.")
    assert (talk.state, talk.step) == (State.READING, 6)
    assert LINES.stay_light in talk.last


def test_one_more_than_a_baseline_of_three_is_amber() -> None:
    talk = began_at(3, asked(step=5))
    assert talk.user("four").startswith("A four. Use a lighter touch")
    assert talk.step == 5


def test_back_to_the_baseline_after_a_lighter_touch_goes_on() -> None:
    talk = began_at(3, asked(step=5))
    talk.user("four")
    talk.user("yes")
    talk.until(State.CHECK)
    assert talk.user("three").startswith("A three, no worse than before.")
    assert talk.step == 6


def test_no_worse_than_before_is_said_at_the_end_too() -> None:
    talk = began_at(3, asked(step=8))
    assert talk.user("three").startswith("A three, no worse than before. That's the whole routine")


def test_a_baseline_of_three_keeps_every_step_light_in_which_something_is_pressed() -> None:
    talk = began_at(3, massage())
    texts = set()
    while talk.step is not None:
        if talk.state is State.READING:
            texts.add(talk.last)
        talk.answers_checks("none", until_step=talk.step + 1)
    assert sum(LINES.stay_light in text for text in texts) == 5, "neither sitting down nor the end"


def test_whoever_was_sore_before_and_is_sore_after_a_rest_has_not_settled() -> None:
    assert outcome(Question.SETTLE, 3, POLICY, 3) is Outcome.NOT_SETTLED
    assert outcome(Question.SETTLE, 2, POLICY, 3) is Outcome.SETTLED


# Whether it is okay


def asked_okay(step: int = 5) -> Talk:
    talk = asked(step=step)
    assert talk.user("three").endswith(LINES.ask_okay)
    talk.spoken()
    return talk


AGREEING = ["yes", "okay", "that's okay", "sure, why not", "lighter", "go lighter", "carry on"]


@pytest.mark.parametrize("words", AGREEING)
def test_after_a_yes_the_step_goes_on_lighter_and_the_number_is_asked_for_again(words: str) -> None:
    talk = asked_okay()
    assert talk.user(words) == LINES.stay_light
    talk.spoken()
    assert (talk.state, talk.waits_seconds) == (State.PRACTICE, 20)
    assert talk.time() == ASK_STEP


@pytest.mark.parametrize("words", ["no", "not really", "I'd rather not", "stop"])
def test_a_no_to_a_lighter_touch_is_a_stop(words: str) -> None:
    talk = asked_okay()
    talk.user(words)
    assert talk.state is State.STOPPED
    talk.time()
    assert talk.user("continue") == f"{LINES.answer_first} {LINES.ask_okay}"


def test_silence_is_no_yes_to_a_lighter_touch_it_is_asked_in_other_words_and_then_held() -> None:
    talk = asked_okay()
    assert talk.waits_seconds == 8
    assert talk.time() == LINES.ask_okay_again
    talk.spoken()
    assert talk.time() == LINES.held_no_answer
    assert (talk.state, talk.step) == (State.HELD, 5)
    talk.spoken()
    assert talk.user("continue") == f"{LINES.answer_first} {LINES.ask_okay}"


@pytest.mark.parametrize("words", ["hmm", "maybe", "I do not know", "two", "[unk]"])
def test_what_is_unclear_is_no_yes_to_a_lighter_touch(words: str) -> None:
    talk = asked_okay()
    assert talk.user(words) == LINES.ask_okay_again
    assert talk.user(words) == LINES.held_unclear
    assert (talk.state, talk.step) == (State.HELD, 5)


def test_no_answer_for_the_third_time_to_a_lighter_touch_ends_the_session() -> None:
    talk = asked_okay()
    talk.until(State.HELD)
    talk.user("continue")
    talk.spoken()
    assert talk.time() == LINES.farewell_unanswered


@pytest.mark.parametrize("words", ["skip", "next", "skip this one", "skip it"])
def test_the_lighter_step_is_skipped_when_that_is_wished_for(words: str) -> None:
    talk = asked_okay()
    assert talk.user(words).startswith("A three. Let's leave this one out. Draw small slow circles")
    assert (talk.state, talk.step) == (State.READING, 6)


def test_skipping_the_lighter_step_that_finds_the_pressure_is_an_answer_to_it() -> None:
    talk = asked_okay(step=3)
    talk.user("skip it")
    assert talk.step == 4
    talk.until(State.CHECK)
    assert (talk.step, talk.last) == (5, ASK_STEP)


def test_two_steps_skipped_for_soreness_end_the_massage() -> None:
    talk = asked_okay()
    talk.user("skip it")
    talk.until(State.CHECK)
    talk.user("three")
    assert talk.user("skip it") == LINES.skipped_twice
    assert talk.state is State.DONE


@pytest.mark.parametrize("words", ["ow", "worse", "it's a four", "it's worse"])
def test_what_hurts_is_no_yes_to_a_lighter_touch(words: str) -> None:
    assert asked_okay().user(words) == LINES.ask_hurt


def test_a_glimpse_of_pain_before_a_yes_is_asked_about() -> None:
    talk = asked_okay()
    talk.user_begins("ow")
    assert talk.user("yes") == LINES.ask_hurt


@pytest.mark.parametrize("words", ["back", "go to step six", "start over", "start bedtime"])
def test_nothing_leads_past_whether_it_is_okay(words: str) -> None:
    talk = asked_okay()
    assert talk.user(words) == f"{LINES.answer_first} {LINES.ask_okay}"
    assert (talk.state, talk.step) == (State.OKAY, 5)


def test_a_no_while_the_lighter_touch_goes_on_is_a_stop() -> None:
    talk = lighter()
    talk.user("no")
    assert talk.state is State.STOPPED


@pytest.mark.parametrize("words", ["skip", "next", "skip this one"])
def test_skipping_the_lighter_step_asks_for_the_number_first(words: str) -> None:
    talk = lighter()
    assert talk.user(words) == ASK_STEP
    talk.user("two")
    assert talk.step == 6


@pytest.mark.parametrize("words", ["yes", "no", "okay"])
def test_yes_and_no_mean_nothing_while_nothing_is_asked(words: str) -> None:
    talk = practising(step=5)
    assert talk.user(words) == ""
    assert talk.ignored
    assert talk.state is State.PRACTICE


# What was made lighter stays lighter


@pytest.mark.parametrize("words", ["three", "softer"])
def test_a_lighter_touch_stays_until_the_routine_is_over(words: str) -> None:
    talk = asked(step=3) if words == "three" else practising(step=3)
    talk.user(words)
    talk.answers_checks("none", until_step=6)
    assert LINES.stay_light in talk.last
    talk.answers_checks("none")
    talk.user("start bedtime")
    assert LINES.stay_light not in talk.until(State.READING)


HEAVIER = ("harder", "firmer", "deeper", "heavier", "stronger", "more pressure", "press more")


def test_no_line_asks_for_more_pressure() -> None:
    said = [*vars(LINES).values()]
    said += [step.say for routine in ROUTINES.values() for step in routine.steps]
    assert not [line for line in said for word in HEAVIER if word in line.lower()]


# Compared with the number before


@pytest.mark.parametrize(
    ("word", "last", "number"),
    [
        ("same", 2, 2),
        ("same", 4, 4),
        ("same", None, None),
        ("less", 3, 2),
        ("less", 0, 0),
        ("less", 4, None),
        ("less", None, None),
        ("worse", 0, None),
        ("worse", 4, None),
    ],
)
def test_a_comparison_is_a_number_only_where_it_surely_is_one(
    word: str, last: int | None, number: int | None
) -> None:
    assert compared(word, last, POLICY) == number


def test_the_same_as_a_green_number_goes_on() -> None:
    talk = massage(step=3)
    talk.answers_checks("one", until_step=4)
    talk.until(State.CHECK)
    talk.user("same as before")
    assert talk.step == 6


def test_the_same_after_a_lighter_touch_is_no_better() -> None:
    talk = lighter()
    talk.until(State.CHECK)
    assert talk.user("about the same").startswith("A three. Let's leave this one out.")


def test_less_after_a_three_goes_on() -> None:
    talk = lighter()
    talk.until(State.CHECK)
    assert talk.user("less than before").startswith("A two, good.")


@pytest.mark.parametrize(
    "words", ["worse", "it's worse", "worse than before", "more than last time"]
)
def test_worse_asks_for_the_number(words: str) -> None:
    assert asked(step=5).user(words) == LINES.ask_number


@pytest.mark.parametrize("words", ["same", "less than before", "better"])
def test_a_comparison_with_nothing_asks_for_the_number(words: str) -> None:
    talk = practising(step=3)
    talk.until(State.CHECK)
    assert talk.user(words) == LINES.ask_number


def test_the_first_number_is_compared_with_the_baseline() -> None:
    talk = began_at(2, asked(step=3))
    assert talk.user("the same").startswith("A two, good.")


@pytest.mark.parametrize("state", [State.READING, State.PRACTICE, State.PAUSED, State.HELD])
@pytest.mark.parametrize("words", ["worse", "it's worse", "a bit worse"])
def test_worse_that_nobody_asked_for_is_asked_about(words: str, state: State) -> None:
    assert in_state(state).user(words) == LINES.ask_hurt


# "No" after different questions


@pytest.mark.parametrize(
    "talk", [asked(step=3), hurting(), settling()], ids=["how", "hurt", "rest"]
)
def test_no_is_no_number_where_the_question_was_how_sore(talk: Talk) -> None:
    assert talk.user("no") == LINES.ask_number


# Another spot


@pytest.mark.parametrize("words", ["my other knee hurts", "my hands hurt", "My back's sore."])
def test_what_hurts_elsewhere_is_no_score_but_waits_and_asks(words: str) -> None:
    talk = asked(step=5)
    assert talk.user(words) == f"{LINES.sore_elsewhere} {LINES.paused}"
    assert talk.state is State.PAUSED
    assert ASK_STEP in talk.user("continue"), "the check is still open"


def test_what_hurts_elsewhere_holds_the_step() -> None:
    talk = practising(step=5)
    talk.passes(10)
    talk.user("my thumbs are killing me")
    assert talk.state is State.PAUSED
    talk.spoken()
    talk.user("yes")
    talk.spoken()
    assert (talk.state, talk.waits_seconds) == (State.PRACTICE, 25)


def test_a_no_to_whether_this_leg_is_all_right_is_a_stop() -> None:
    talk = practising(step=5)
    talk.user("my hands hurt")
    talk.user("no")
    assert talk.state is State.STOPPED


def test_what_hurts_elsewhere_after_a_stop_is_noted() -> None:
    talk = in_state(State.STOPPED)
    assert talk.user("my hands hurt") == LINES.sore_elsewhere
    assert talk.state is State.STOPPED


def test_what_hurts_here_outranks_any_other_place() -> None:
    found = BOOK.understand("it hurts where my hands are", "check")
    assert found is not None
    assert found.means is Meaning.PAIN_UNNUMBERED


# Numbers that nobody asked for


@pytest.mark.parametrize("words", ["it's a four", "now it's an eight", "This is terrible."])
def test_a_sore_number_mid_step_holds_the_step_and_asks(words: str) -> None:
    talk = practising(step=5)
    assert talk.user(words) == LINES.ask_hurt


def test_a_mild_number_mid_step_changes_nothing() -> None:
    talk = practising(step=5)
    assert talk.user("it's a two") == ""
    assert talk.state is State.PRACTICE


# Time between checks


def steps(*seconds: float, check: Check = Check.STEP) -> Routine:
    """A routine of steps of `seconds`, with a check after the last."""
    plain = [Step(f"Step {n}.", length) for n, length in enumerate(seconds, start=1)]
    return Routine("r", "R", (*plain[:-1], Step("Last.", seconds[-1], check=check)))


def test_longer_adds_fifteen_seconds_as_far_as_the_check_may_wait() -> None:
    talk = practising(steps(150))
    talk.passes(10)
    assert talk.user("longer").startswith("Fifteen seconds more for this step.")
    talk.user("longer")
    talk.spoken()
    assert talk.waits_seconds == 170 - 75 - 10 + 10
    assert talk.user("longer").startswith(LINES.longer_not)


def test_longer_counts_from_the_check_before() -> None:
    talk = practising(steps(100, 70))
    talk.until(State.PRACTICE)
    talk.time()
    talk.spoken()
    talk.until(State.PRACTICE)
    assert talk.step == 2 or talk.time()
    talk.user("longer")
    assert talk.last.startswith(LINES.longer_not)


def test_repeat_gives_the_whole_time_only_as_far_as_the_check_may_wait() -> None:
    talk = practising(steps(170))
    talk.passes(80)
    talk.user("repeat")
    talk.spoken()
    began = talk.now
    talk.until(State.CHECK)
    assert seconds(talk.now - began) == 100


def test_going_back_and_forth_cannot_put_a_check_off() -> None:
    talk = practising(steps(80, 80))
    talk.user("next")
    talk.spoken()
    talk.passes(30)
    talk.user("back")
    talk.spoken()
    talk.passes(79)
    talk.user("next")
    assert talk.state is State.CHECK
    talk.user("none")
    assert talk.step == 2
