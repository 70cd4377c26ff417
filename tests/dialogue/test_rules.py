"""One test for every rule of the dialogue, and for every claim within it."""

import pytest

from assistant.content.routine import Routine, Side, Step
from assistant.dialogue.dialogue import DialogueSettings
from assistant.dialogue.state import Question, State
from assistant.messages import (
    End,
    Heard,
    Hush,
    MicrophoneMuted,
    Say,
    Spoken,
    TimeReached,
    samples,
)
from tests.support.dialogue import (
    ASK_STEP,
    CONTENT,
    LINES,
    Talk,
    asked,
    in_state,
    massage,
    practising,
    resting,
)

LIVE = [state for state in State if state is not State.ENDED]
STEP_STATES = [State.READING, State.PRACTICE]
MOVES = [
    "next",
    "skip",
    "go to step six",
    "back",
    "continue",
    "start",
    "start over",
    "start bedtime",
]
GARBAGE = [
    "[unk]",
    "[unk] [unk]",
    "blah",
    "next [unk]",
    "[unk] none",
    "continue massage tv",
    "nonext",
]

# 1. Stop is decided first


@pytest.mark.parametrize("state", [s for s in LIVE if s not in {State.STOPPED, State.ENDING}])
@pytest.mark.parametrize("final", [False, True])
def test_stop_in_every_state_is_a_hush_then_silence_then_one_short_line(
    state: State, final: bool
) -> None:
    talk = in_state(state)
    talk.happens(Heard("stop", final))
    assert talk.actions == (Hush(),)
    assert talk.state is State.STOPPED
    assert talk.waits_seconds is not None
    assert talk.waits_seconds >= 0.3
    assert talk.time() == LINES.stopped
    talk.spoken()
    assert talk.actions == ()


def test_nothing_more_is_said_after_a_stop_until_the_session_ends_in_silence() -> None:
    talk = practising()
    talk.user("stop")
    talk.time()
    talk.spoken()
    talk.time()
    assert talk.actions == (End("idle"),)
    assert talk.last == LINES.stopped


@pytest.mark.parametrize("state", LIVE)
def test_a_stop_while_something_is_said_cuts_it(state: State) -> None:
    talk = in_state(state)
    talk.user("what can i say")
    talk.user_begins("stop")
    assert talk.actions[0] == Hush()


def test_a_second_stop_cuts_the_stop_line_and_nothing_follows() -> None:
    talk = practising()
    talk.user("stop")
    talk.time()
    assert talk.user("stop") == ""
    assert talk.hushed
    assert talk.waits_seconds == 600


def test_stop_said_twice_in_a_breath_is_still_one_line_after_a_silence() -> None:
    talk = practising()
    talk.user_begins("stop")
    talk.passes(0.3)
    talk.user_begins("stop stop")
    talk.user("stop stop")
    assert talk.waits_seconds == pytest.approx(0.4)
    assert talk.time() == LINES.stopped


def test_the_final_result_of_a_stop_is_no_second_stop() -> None:
    talk = practising()
    talk.user_begins("stop")
    talk.time()
    talk.user("please stop")
    assert talk.actions == ()


def test_a_stop_acts_even_where_the_last_utterance_never_had_a_final_result() -> None:
    talk = practising()
    talk.user_begins("stop")
    talk.time()
    talk.spoken()
    talk.passes(2.5)
    talk.user_begins("stop")
    assert talk.hushed


@pytest.mark.parametrize("said", ["no stop", "[unk] stop [unk]", "please stop it now", "stop next"])
def test_stop_counts_wherever_it_stands(said: str) -> None:
    talk = practising()
    talk.user(said)
    assert talk.state is State.STOPPED


def test_stop_drops_the_open_timer_and_the_open_question_stays_unasked() -> None:
    talk = asked()
    talk.user("stop")
    talk.time()
    talk.spoken()
    assert talk.waits_seconds == 600
    assert talk.state is State.STOPPED


def test_what_is_answered_right_after_a_stop_waits_for_the_silence_too() -> None:
    talk = practising()
    talk.user("stop")
    talk.passes(0.1)
    assert talk.user("what can i say") == ""
    assert talk.waits_seconds == pytest.approx(0.3)
    assert talk.time() == LINES.help_waiting


def test_stop_during_the_farewell_ends_at_once() -> None:
    talk = in_state(State.ENDING)
    talk.user("stop")
    assert talk.actions == (Hush(), End("goodbye"))


# 2. It fails closed


@pytest.mark.parametrize("move", MOVES)
def test_an_open_check_has_to_be_answered_before_any_move(move: str) -> None:
    talk = asked(step=5)
    assert talk.user(move) == f"{LINES.answer_first} {ASK_STEP}"
    assert (talk.state, talk.step) == (State.CHECK, 5)


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("way", ["pause", "stop"])
def test_an_open_check_has_to_be_answered_after_a_pause_or_a_stop(move: str, way: str) -> None:
    talk = asked(step=5)
    talk.user(way)
    talk.goes_on()
    assert ASK_STEP in talk.user(move)
    assert (talk.state, talk.step) == (State.CHECK, 5)


def test_silence_after_a_question_asks_once_more_and_then_holds() -> None:
    talk = asked()
    assert talk.waits_seconds == 8
    assert talk.time() == LINES.ask_again
    talk.spoken()
    assert talk.time() == LINES.held_no_answer
    assert talk.state is State.HELD


def test_an_unclear_answer_is_asked_once_more_and_then_holds() -> None:
    talk = asked()
    assert talk.user("[unk]") == LINES.ask_again
    assert talk.user("blah") == LINES.held_unclear
    assert talk.state is State.HELD


def test_a_hold_asks_the_open_question_again_when_it_is_left() -> None:
    talk = asked(step=5)
    talk.until(State.HELD)
    assert ASK_STEP in talk.user("resume")


@pytest.mark.parametrize("state", [s for s in LIVE if s not in {State.CHECK, State.HOLDING}])
@pytest.mark.parametrize("words", GARBAGE)
def test_unknown_words_never_advance_anything(state: State, words: str) -> None:
    talk = in_state(state)
    step = talk.step
    talk.user(words)
    assert talk.step == step
    assert talk.state is state


@pytest.mark.parametrize("words", GARBAGE)
def test_unknown_words_never_pass_a_check(words: str) -> None:
    talk = asked()
    talk.user(words)
    talk.user(words)
    assert talk.state is State.HELD
    assert talk.step == 3


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ("fine", LINES.ask_lookalike),
        ("two or fine", LINES.ask_lookalike),
        ("none, it hurts", LINES.ask_number),
        ("yes", LINES.ask_number),
    ],
)
def test_where_two_readings_differ_in_safety_it_asks(said: str, asks: str) -> None:
    talk = asked()
    assert talk.user(said) == asks
    assert talk.state is State.CHECK


def test_of_two_numbers_the_worse_one_counts() -> None:
    talk = asked()
    assert "I heard a six" in talk.user("two or six")


def test_not_a_number_three_times_is_not_asked_for_ever() -> None:
    talk = asked()
    talk.user("yes")
    assert talk.user("yes") == LINES.held_unclear


# 3. A question never moves you

QUESTIONS = [
    "what are the benefits",
    "how long is left",
    "where am i",
    "what can i say",
    "is it safe",
]


@pytest.mark.parametrize("question", [*QUESTIONS, "softer", "louder", "tell me more"])
@pytest.mark.parametrize("after", [0.0, 0.01, 11.3, 17.4])
def test_a_question_leaves_the_step_and_its_remaining_time_as_they_were(
    question: str, after: float
) -> None:
    talk = practising(step=3)
    talk.passes(after)
    left = talk.waits_seconds
    answer = talk.user(question)
    assert "Glide your flat palms" in answer
    talk.passes(9.9)
    talk.spoken()
    assert (talk.state, talk.step, talk.waits_seconds) == (State.PRACTICE, 3, left)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_answer_and_the_open_question_are_one_utterance(question: str) -> None:
    talk = asked(step=5)
    answer = talk.user(question)
    assert answer.endswith(ASK_STEP)
    assert talk.state is State.CHECK


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_during_a_rest_leaves_the_rest_as_it_was(question: str) -> None:
    talk = resting()
    talk.passes(20)
    talk.user(question)
    talk.spoken()
    assert talk.state is State.RESTING
    assert talk.waits_seconds == 40


@pytest.mark.parametrize("state", [State.PAUSED, State.HELD, State.STOPPED])
def test_a_question_during_a_pause_does_not_end_it(state: State) -> None:
    talk = in_state(state)
    talk.user("what are the benefits")
    talk.spoken()
    assert talk.state is state


def test_a_pause_keeps_the_remaining_time_exactly() -> None:
    talk = practising(step=3)
    talk.passes(12.34)
    left = talk.waits_seconds
    talk.user("pause")
    talk.spoken()
    talk.passes(100)
    talk.user("continue")
    talk.spoken()
    assert talk.waits_seconds == left


def test_a_stop_keeps_the_remaining_time_exactly() -> None:
    talk = practising(step=3)
    talk.passes(12.34)
    left = talk.waits_seconds
    talk.user("stop")
    talk.time()
    talk.user("continue")
    talk.spoken()
    assert talk.waits_seconds == left


# 4. At most one Say, and a Hush before it


def test_whatever_is_said_over_something_else_is_preceded_by_a_hush() -> None:
    talk = massage(step=3)
    talk.user("louder")
    kinds = [type(action) for action in talk.actions]
    assert kinds.count(Say) == 1
    assert kinds.index(Hush) < kinds.index(Say)


# 6. Red flags outrank numbers

FLAGS = {
    "I have chest pain, about a two": "R-EMERG",
    "it popped": "R-INJ",
    "pins and needles": "R-NUMB",
    "none, but my calf is swollen": "R-CLOT",
    "I have a fever": "R-INFECT",
    "I'm pregnant": "R-PREG",
}


@pytest.mark.parametrize("state", [s for s in LIVE if s is not State.ENDING])
@pytest.mark.parametrize(("words", "rule_id"), FLAGS.items())
def test_a_red_flag_in_any_state_is_answered_with_its_fixed_text(
    state: State, words: str, rule_id: str
) -> None:
    talk = in_state(state)
    rule = next(rule for rule in CONTENT.screening.rules if rule.id == rule_id)
    fixed = rule.say.format(
        emergency_number="your local emergency number", helpline="your medical helpline"
    )
    assert talk.user(words) == " ".join([fixed] * rule.times)
    assert (talk.state, talk.step) == (State.STOPPED, None)
    talk.spoken()
    assert talk.user("continue") == LINES.nothing_to_resume
    assert talk.user("say that again") == fixed


def test_a_red_flag_during_the_farewell_is_still_answered() -> None:
    talk = in_state(State.ENDING)
    assert "emergency" in talk.user("chest pain")
    talk.spoken()
    assert talk.ended == "goodbye"


def test_a_red_flag_outranks_a_stop_in_the_same_breath() -> None:
    talk = practising()
    talk.user_begins("stop")
    talk.passes(0.2)
    talk.user("stop i have chest pain")
    assert "emergency" in talk.time()


def test_the_emergency_number_is_a_setting() -> None:
    talk = Talk(DialogueSettings(emergency_number="one one two"))
    assert "Call one one two" in talk.user("chest pain")


# 7. Say what is known: tests/content/test_benefits.py

# 8. After an automatic hold only an explicit "resume" goes on

ANYTHING_ELSE = [
    *[m for m in MOVES if m != "continue"],
    "yes",
    "okay",
    "ready",
    "none",
    "[unk]",
    "longer",
]


@pytest.mark.parametrize("words", ANYTHING_ELSE)
def test_after_an_automatic_hold_nothing_but_resume_goes_on(words: str) -> None:
    for talk in (in_state(State.HELD), asked()):
        talk.until(State.HELD)
        talk.user(words)
        assert talk.state is State.HELD


@pytest.mark.parametrize("words", ["resume", "continue", "carry on"])
def test_after_an_automatic_hold_resume_goes_on(words: str) -> None:
    talk = in_state(State.HELD)
    talk.user(words)
    assert (talk.state, talk.step) == (State.READING, 3)


@pytest.mark.parametrize("state", [State.HELD, State.STOPPED, State.PAUSED])
def test_a_pain_word_while_held_up_is_asked_about_and_then_still_waits(state: State) -> None:
    talk = in_state(state)
    assert talk.user("that hurts") == LINES.ask_hurt
    assert LINES.paused in talk.user("none")
    assert talk.state is State.HELD
    talk.spoken()
    talk.user("resume")
    assert (talk.state, talk.step) == (State.READING, 3)


def test_a_lost_device_holds_and_says_so() -> None:
    talk = practising()
    assert talk.lost() == "I've lost the microphone, so I've paused."
    assert talk.state is State.HELD


def test_a_device_that_is_back_does_not_go_on_by_itself() -> None:
    talk = practising()
    talk.lost()
    assert talk.back() == LINES.device_back.format(part="microphone")
    talk.spoken()
    assert talk.state is State.HELD


def test_resuming_without_a_microphone_stays_held() -> None:
    talk = practising()
    talk.lost()
    assert talk.user("resume") == "I've lost the microphone, so I've paused."
    assert talk.state is State.HELD


def test_no_massage_begins_without_a_microphone() -> None:
    talk = Talk(DialogueSettings(screening=False))
    talk.lost()
    talk.user("start bedtime")
    assert talk.state is State.HELD


def test_a_muted_microphone_holds_a_massage_and_says_so() -> None:
    talk = practising()
    assert talk.happens(MicrophoneMuted()) == LINES.muted
    assert talk.state is State.HELD
    assert talk.user("resume") == "I've lost the microphone, so I've paused."
    assert talk.back() == LINES.device_back.format(part="microphone")
    talk.spoken()
    talk.user("resume")
    assert talk.state is State.READING


def test_a_muted_microphone_is_told_of_before_a_massage_too() -> None:
    talk = Talk(DialogueSettings(screening=False))
    assert LINES.muted in talk.happens(MicrophoneMuted())
    assert talk.state is State.READY


def test_a_muted_microphone_does_not_break_the_silence_after_a_stop() -> None:
    talk = in_state(State.STOPPED)
    assert talk.happens(MicrophoneMuted()) == ""
    assert talk.state is State.STOPPED


def test_a_device_lost_where_nothing_goes_on_changes_nothing() -> None:
    talk = in_state(State.PAUSED)
    assert talk.lost() == ""
    assert talk.back() == ""
    assert talk.state is State.PAUSED


def test_a_device_lost_while_a_pain_word_is_waited_for_leaves_its_question_open() -> None:
    talk = in_state(State.HOLDING)
    talk.lost()
    talk.spoken()
    talk.back()
    assert talk.user("resume") == f"{LINES.answer_first} {LINES.ask_hurt}"


# Timed steps


def long_step(seconds: float) -> Routine:
    return Routine("long", "Long", (Step("Rub.", seconds), Step("Rest.", 10)))


@pytest.mark.parametrize(("seconds", "said"), [(45, True), (44.9, False), (120, True), (10, False)])
def test_the_half_way_word_comes_only_in_steps_of_45_seconds_or_more(
    seconds: float, said: bool
) -> None:
    talk = practising(long_step(seconds))
    assert (talk.time() == LINES.halfway) is said
    if said:
        assert talk.waits_seconds == seconds / 2
        talk.spoken()
        assert talk.time() == "Rest."


def test_a_pause_right_after_half_way_does_not_say_it_again() -> None:
    talk = practising(long_step(60))
    talk.time()
    talk.user("pause")
    talk.user("continue")
    talk.spoken()
    assert talk.waits_seconds == 30
    assert talk.time() == "Rest."


def test_a_step_without_a_check_leads_to_the_next_by_itself() -> None:
    talk = practising(step=1)
    assert talk.time().startswith("Rub your palms")


def test_sides_are_announced_when_they_change() -> None:
    steps = tuple(
        Step(f"Step {n}.", 5, side)
        for n, side in enumerate([Side.BOTH, Side.LEFT, Side.LEFT, Side.RIGHT, Side.BOTH])
    )
    talk = practising(Routine("sides", "Sides", steps))
    assert talk.time() == f"{LINES.now_left} Step 1."
    talk.spoken()
    assert talk.time() == "Step 2."
    talk.spoken()
    assert talk.time() == f"{LINES.now_right} Step 3."
    talk.spoken()
    assert talk.time() == "Step 4."


def test_ten_minutes_of_pause_end_politely() -> None:
    talk = in_state(State.PAUSED)
    assert talk.waits_seconds == 600
    assert talk.time() == LINES.farewell_idle
    assert talk.state is State.ENDING
    talk.spoken()
    assert talk.actions == (End("goodbye"),)
    assert talk.state is State.ENDED


def test_a_finished_massage_says_goodbye_after_a_minute() -> None:
    talk = in_state(State.DONE)
    assert talk.waits_seconds == 60
    assert talk.time() == LINES.farewell


def test_after_the_end_nothing_is_answered() -> None:
    talk = in_state(State.ENDED)
    for event in (Heard("start", True), Heard("stop", False), Spoken(), TimeReached()):
        talk.happens(event)
        assert talk.actions == ()


@pytest.mark.parametrize("state", [s for s in LIVE if s is not State.READING])
@pytest.mark.parametrize("question", Question)
def test_a_deadline_in_any_state_with_any_question_open_is_seen_to(
    state: State, question: Question
) -> None:
    talk = in_state(state)
    if talk.dialogue.deadline is None:
        talk.spoken()
    if progress := talk.dialogue._stage.progress:
        progress.question = question
    while talk.dialogue.deadline is not None and talk.state is state:
        talk.time()
        if talk.speaking:
            talk.spoken()


# What the drivers may get wrong


@pytest.mark.parametrize("state", LIVE)
def test_a_deadline_reported_too_early_changes_nothing(state: State) -> None:
    talk = in_state(state)
    deadline = talk.dialogue.deadline
    talk.happens(TimeReached())
    assert talk.actions == ()
    assert talk.dialogue.deadline == deadline


@pytest.mark.parametrize("state", [s for s in LIVE if s not in {State.READING, State.ENDING}])
def test_speech_reported_finished_twice_changes_nothing(state: State) -> None:
    talk = in_state(state)
    deadline = talk.dialogue.deadline
    talk.happens(Spoken())
    assert talk.actions == ()
    assert (talk.state, talk.dialogue.deadline) == (state, deadline)


def test_a_deadline_reported_late_is_as_good_as_on_time() -> None:
    talk = practising(long_step(60))
    talk.passes(70)
    assert talk.time() == "Rest."


def test_somebody_answering_is_waited_for() -> None:
    talk = asked()
    talk.passes(7.9)
    talk.user_begins("about")
    assert talk.waits_seconds == 3
    talk.user_begins("about a")
    assert talk.dialogue.deadline == talk.now + samples(3)
