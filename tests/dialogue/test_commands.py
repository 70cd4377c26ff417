"""Every command, in every state where somebody would say it."""

from dataclasses import replace

import pytest

from assistant.content.benefits import Verdict
from assistant.content.routine import Check, Routine, Side, Step
from assistant.dialogue.dialogue import DialogueSettings
from assistant.dialogue.state import State
from assistant.dialogue.voice import FASTEST_WPM, LOUDEST_DB, QUIETEST_DB, SLOWEST_WPM
from assistant.messages import End, SetVoice
from tests.support.dialogue import (
    ASK_CALIBRATE,
    ASK_STEP,
    CONTENT,
    LINES,
    ROUTINES,
    Talk,
    asked,
    in_state,
    massage,
    practising,
)

HELD_UP = [State.PAUSED, State.HELD, State.STOPPED]
SCREENED = DialogueSettings()
ASKED = {LINES.ask_calibrate, LINES.ask_step, LINES.ask_final, LINES.ask_final_soft}


# Whole sessions


@pytest.mark.parametrize("routine", ROUTINES.values(), ids=lambda routine: routine.id)
def test_a_whole_routine_says_every_step_in_order_and_asks_every_check(routine: Routine) -> None:
    talk = Talk(SCREENED)
    talk.user(f"Start {routine.names[0]}")
    if routine.needs_side:
        assert talk.last == LINES.which_side
        talk.user("the right leg")
    for question in CONTENT.screening.questions:
        assert question.ask.split("{")[0] in talk.last
        talk.user("none")
    assert f"{routine.title}, about" in talk.last
    before = len(talk.said) - 1
    talk.answers_checks("none")
    said = talk.said[before:]
    texts = [step.say.format(side="right") for step in routine.steps]
    in_order = [text for line in said for text in texts if text in line]
    assert in_order == texts
    assert sum(line in ASKED for line in said) == sum(
        step.check is not None for step in routine.steps
    )
    assert talk.state is State.DONE
    talk.spoken()
    assert talk.time() == LINES.farewell
    talk.spoken()
    assert talk.actions == (End("goodbye"),)


def test_a_whole_quick_knee_word_by_word() -> None:
    talk = massage(side=Side.RIGHT)
    assert talk.said == [
        LINES.greeting_with_routine,
        "Quick knee, about five minutes. You need a sturdy chair, with your thigh bare or in thin "
        "clothing. Sit well back with both feet flat. Let your right thigh go soft.",
    ]
    talk.answers_checks("zero")
    assert talk.said[4:6] == [
        ASK_CALIBRATE,
        "Zero, good. Make loose fists and tap softly up and down the thigh. Stay off the kneecap.",
    ]
    assert talk.last == f"Zero, good. {LINES.finished}"


# Starting


def test_start_asks_which_then_which_side() -> None:
    talk = Talk()
    assert talk.user("start").startswith("Which one? Bedtime")
    assert talk.user("quick knee") == LINES.which_side
    assert "your left thigh" in talk.user("left")


def test_both_legs_are_one_at_a_time() -> None:
    talk = in_state(State.CHOOSING_SIDE)
    assert talk.user("both") == LINES.one_at_a_time
    assert talk.state is State.CHOOSING_SIDE


def test_a_side_that_is_set_is_not_asked_for() -> None:
    talk = Talk(DialogueSettings(screening=False, side=Side.RIGHT))
    assert "your right thigh" in talk.user("start quick knee")


def test_a_routine_of_the_users_own_can_be_started_and_is_named() -> None:
    own = Routine("own", "My own", (Step("Rub.", 10),), names=("My Own",))
    talk = Talk(DialogueSettings(screening=False, routine=own))
    talk.user("stop")
    talk.time()
    assert "My own" in talk.user("start")
    assert talk.user("my own").endswith("Rub.")


@pytest.mark.parametrize("state", [State.CHOOSING_ROUTINE, State.CHOOSING_SIDE])
def test_silence_while_choosing_asks_again_and_then_does_not_start(state: State) -> None:
    talk = in_state(state)
    assert "Which one" in talk.time()
    talk.spoken()
    assert talk.time() == LINES.not_started
    assert talk.state is State.READY


def test_an_unclear_answer_to_the_screen_is_asked_in_other_words_and_then_does_not_start() -> None:
    talk = in_state(State.SCREENING)
    assert talk.user("blah") == CONTENT.screening.questions[0].again
    assert talk.user("blah") == LINES.screening_unclear
    assert talk.state is State.READY
    talk.spoken()
    assert talk.state is State.READY


@pytest.mark.parametrize("state", [State.READING, State.PRACTICE, State.RESTING])
def test_a_second_start_in_the_middle_is_told_so(state: State) -> None:
    talk = in_state(state)
    said = talk.user("start bedtime")
    assert "We're in the middle of Quick knee." in said or state is State.RESTING
    assert talk.step == 3


FREE = [State.READY, State.DONE, State.PAUSED, State.STOPPED]
CHOOSING = [State.CHOOSING_ROUTINE, State.CHOOSING_SIDE, State.SCREENING]


@pytest.mark.parametrize("state", [*FREE, *CHOOSING])
def test_start_asks_for_what_is_not_known_yet(state: State) -> None:
    talk = in_state(state)
    talk.user("start")
    assert talk.state is State.CHOOSING_ROUTINE


@pytest.mark.parametrize("state", [State.READY, *CHOOSING])
def test_a_named_massage_asks_for_the_side_alone(state: State) -> None:
    talk = in_state(state)
    talk.user("start quick knee")
    assert talk.state is State.CHOOSING_SIDE


@pytest.mark.parametrize("way", ["pause", "stop", "next"])
def test_another_massage_asks_for_its_side_anew(way: str) -> None:
    talk = Talk()
    talk.user("start quick knee")
    talk.user("left")
    if way == "next":
        talk.answers_checks("none")
    talk.user(way)
    assert talk.user("start quick knee") in {LINES.which_side, ""}
    assert talk.state is State.CHOOSING_SIDE


@pytest.mark.parametrize("way", ["start", "pause", "stop", "done"])
def test_every_massage_is_screened_anew(way: str) -> None:
    talk = Talk(SCREENED)
    if way != "start":
        talk.user("start bedtime")
        for _ in CONTENT.screening.questions:
            talk.user("none")
        assert talk.state is State.READING
    if way == "done":
        talk.answers_checks("none")
    talk.user(way)
    talk.user("start bedtime" if way != "start" else "bedtime")
    assert talk.state is State.SCREENING


@pytest.mark.parametrize("state", [*FREE, *CHOOSING[:2]])
def test_start_begins_where_everything_is_known(state: State) -> None:
    talk = in_state(state)
    assert "Get comfortable" in talk.user("start bedtime")
    assert (talk.state, talk.step) == (State.READING, 1)


@pytest.mark.parametrize("state", [State.PAUSED, State.STOPPED, State.DONE])
def test_another_massage_can_be_started_after_a_pause_a_stop_or_the_end(state: State) -> None:
    talk = in_state(state)
    assert "Bedtime wind-down" in talk.user("start bedtime")


@pytest.mark.parametrize("state", [State.PAUSED, State.STOPPED, State.DONE])
def test_start_over_begins_at_the_first_step(state: State) -> None:
    talk = in_state(state)
    assert "Sit well back" in talk.user("start over")
    assert talk.step == 1


def test_start_over_with_nothing_to_begin_asks_which() -> None:
    assert Talk().user("start over").startswith("Which one?")


def test_a_soft_voice_lasts_as_long_as_its_routine() -> None:
    talk = massage("bedtime")
    soft = talk.voice
    assert soft == SetVoice(130, -8.0, "gmw/en")
    talk.user("pause")
    talk.user("start bedtime")
    assert talk.voice == soft
    talk.user("stop")
    talk.time()
    talk.user("start tired legs")
    assert talk.voice == SetVoice(150, -4.0, "gmw/en")


def test_another_voice_is_the_next_one_and_in_the_end_the_first_again() -> None:
    talk = Talk(DialogueSettings(voices=("a", "b", "c")))
    heard = []
    for _ in range(3):
        assert LINES.voice in talk.user("another voice please")
        heard.append(talk.voice.voice)
    assert heard == ["b", "c", "a"]


def test_where_there_is_one_voice_there_is_no_other() -> None:
    talk = Talk(DialogueSettings(voices=("a",)))
    assert LINES.as_far_as_it_goes in talk.user("another voice")


def test_an_utterance_that_has_stopped_does_nothing_else() -> None:
    talk = massage()
    talk.until(State.PRACTICE)
    talk.user_begins("stop")
    talk.user("ah")
    assert talk.state is State.STOPPED
    assert talk.time() == LINES.stopped


# Moving about


@pytest.mark.parametrize("state", [State.READING, State.PRACTICE])
def test_pause_and_continue(state: State) -> None:
    talk = in_state(state)
    assert talk.user("hold on") == LINES.paused
    assert talk.state is State.PAUSED
    for again in ("pause", "wait"):
        talk.user(again)
        assert talk.ignored
    assert "Glide your flat palms" in talk.user("I'm ready")
    assert talk.step == 3


def test_a_pause_before_anything_began_means_nothing() -> None:
    talk = Talk()
    talk.user("pause")
    assert talk.ignored


def test_continue_in_the_middle_says_the_step_again() -> None:
    talk = practising(step=3)
    talk.passes(5)
    assert talk.user("continue").endswith("Thirty seconds left in this step.")


@pytest.mark.parametrize("state", [State.READY, State.DONE])
def test_continue_with_nothing_to_resume(state: State) -> None:
    assert LINES.nothing_to_resume in in_state(state).user("continue")


@pytest.mark.parametrize("words", ["next", "skip this step"])
def test_next_goes_to_the_next_step(words: str) -> None:
    talk = massage()
    assert talk.user(words).startswith("Rub your palms")


@pytest.mark.parametrize("words", ["next", "skip", "go to step six"])
def test_leaving_a_practised_step_asks_its_check_first(words: str) -> None:
    talk = practising(step=5)
    talk.passes(1)
    assert "Any pain?" in talk.user(words)
    talk.user("none")
    assert talk.step == 6


def test_next_on_the_last_step_finishes_after_its_check() -> None:
    talk = massage(step=8)
    talk.user("next")
    assert talk.state is State.CHECK
    talk.user("none")
    assert talk.state is State.DONE


def test_next_on_a_last_step_without_a_check_finishes() -> None:
    talk = massage(Routine("r", "R", (Step("One.", 10),)))
    assert talk.user("next") == LINES.finished


def test_a_last_step_without_a_check_finishes_by_itself_or_by_next_in_a_pause() -> None:
    routine = Routine("r", "R", (Step("One.", 10),))
    assert practising(routine).time() == LINES.finished
    talk = massage(routine)
    talk.user("pause")
    assert talk.user("next") == LINES.finished


def test_a_rest_goes_on_after_a_lost_device() -> None:
    talk = in_state(State.RESTING)
    talk.passes(15)
    talk.lost()
    talk.back()
    assert talk.user("resume") == LINES.resting
    talk.spoken()
    assert talk.waits_seconds == 45


def test_next_while_paused_goes_on_with_the_next_step() -> None:
    talk = practising(step=1)
    talk.user("pause")
    talk.user("next")
    assert (talk.state, talk.step) == (State.READING, 2)


@pytest.mark.parametrize("words", ["next", "back", "skip", "go to step one"])
def test_a_stop_is_not_walked_out_of(words: str) -> None:
    talk = in_state(State.STOPPED)
    assert talk.user(words) == LINES.help_waiting
    assert (talk.state, talk.step) == (State.STOPPED, 3)


def test_back_goes_back_and_stays_at_the_first() -> None:
    talk = practising(step=2)
    assert "Sit well back" in talk.user("go back")
    assert "Sit well back" in talk.user("back")
    assert talk.step == 1


def test_repeat_says_the_step_again_and_gives_its_time_anew() -> None:
    talk = practising(step=3)
    talk.passes(20)
    assert talk.user("say that again").endswith("Thirty-five seconds left in this step.") or (
        "Thirty five" in talk.last
    )
    talk.spoken()
    assert talk.waits_seconds == 35


@pytest.mark.parametrize("state", [State.CHECK, State.RESTING, State.PAUSED])
def test_repeat_elsewhere_says_the_states_own_line(state: State) -> None:
    talk = in_state(state)
    talk.user("repeat")
    assert talk.last in {ASK_CALIBRATE, LINES.resting, LINES.paused}
    assert talk.state is state


def test_repeat_after_the_end_says_the_closing_words_again() -> None:
    talk = in_state(State.DONE)
    assert talk.user("repeat").endswith(LINES.finished)


@pytest.mark.parametrize("number", range(1, 9))
def test_go_to_any_step_once_the_pressure_was_found(number: int) -> None:
    talk = massage(step=4)
    words = ["one", "two", "three", "four", "five", "six", "seven", "eight"]
    talk.user(f"go to step {words[number - 1]}")
    assert (talk.state, talk.step) == (State.READING, number)


@pytest.mark.parametrize("number", range(1, 4))
def test_go_to_any_step_up_to_the_one_that_finds_the_pressure(number: int) -> None:
    talk = massage()
    talk.user(f"go to step {['one', 'two', 'three'][number - 1]}")
    assert (talk.state, talk.step) == (State.READING, number)
    assert LINES.calibrate_first not in talk.last


def test_go_to_a_step_beyond_the_end_says_how_many_there_are() -> None:
    talk = massage()
    assert talk.user("go to step nine").startswith("This routine has eight steps.")
    assert talk.step == 1


@pytest.mark.parametrize("way", ["", "pause"])
@pytest.mark.parametrize("words", ["go to step four", "go to step five", "go to step eight"])
def test_nothing_deeper_comes_before_the_pressure_was_found_and_it_says_so(
    words: str, way: str
) -> None:
    talk = massage()
    if way:
        talk.user(way)
    assert talk.user(words).startswith(f"{LINES.calibrate_first} Glide your flat palms")
    talk.spoken()
    assert (talk.step, talk.waits_seconds) == (3, 35)
    assert talk.time() == ASK_CALIBRATE
    talk.user("none")
    assert talk.step == 4


@pytest.mark.parametrize("words", ["skip", "next", "go to step five"])
def test_the_step_that_finds_the_pressure_is_not_left_out(words: str) -> None:
    talk = massage(step=3)
    assert talk.user(words).startswith(f"{LINES.calibrate_first} Glide your flat palms")
    talk.spoken()
    talk.passes(1)
    assert talk.user(words) == ASK_CALIBRATE
    talk.user("none")
    assert talk.step == (5 if "five" in words else 4)


@pytest.mark.parametrize(
    "moves",
    [
        ["go to step five"],
        ["go to step five", "go to step five"],
        ["go to step five", "back", "go to step five"],
        ["go to step six", "back", "back", "next", "next"],
        ["next", "next", "next", "next"],
    ],
)
def test_a_calibrating_check_cannot_be_shaken_off(moves: list[str]) -> None:
    talk = massage()
    for move in moves:
        talk.user(move)
    assert talk.step == 3
    talk.spoken()
    assert talk.time() == ASK_CALIBRATE


def test_the_other_leg_has_its_pressure_found_too() -> None:
    talk = practising("calf_foot_tired", step=4)
    assert talk.user("go to step nine") == f"{LINES.calibrate_first} {ASK_STEP}"
    assert LINES.now_right in talk.user("none")
    assert talk.step == 6


def test_a_check_asked_for_time_does_not_stand_in_for_the_calibrating_one() -> None:
    steps = (
        Step("A.", 100),
        Step("B.", 80, check=Check.CALIBRATE),
        Step("C.", 90, check=Check.FINAL),
    )
    talk = practising(Routine("r", "R", steps))
    talk.until(State.READING)
    talk.spoken()
    talk.passes(5)
    assert "Any pain?" in talk.user("back")
    assert talk.user("none").endswith("A.")
    assert talk.user("go to step three").startswith(LINES.calibrate_first)
    talk.until(State.CHECK)
    assert talk.last == ASK_CALIBRATE


def test_a_check_asked_for_time_is_not_the_one_that_is_owed() -> None:
    steps = (Step("A.", 165), Step("B.", 10), Step("C.", 60, check=Check.FINAL))
    talk = massage(Routine("r", "R", steps))
    talk.user("go to step three")
    talk.spoken()
    talk.passes(29)
    assert "Any pain?" in talk.user("go to step one")
    assert talk.user("none").endswith("A.")
    talk.answers_checks("none")
    assert talk.last.endswith(LINES.finished)
    assert sum("Any pain?" in line for line in talk.said) == 3


# How it goes


def test_time_left_in_the_step_and_the_routine() -> None:
    talk = massage()
    assert talk.user("how long is left").startswith(
        "Ten seconds left in this step, and about four minutes in all."
    )
    talk.spoken()
    talk.passes(3)
    said = talk.user("how much time is left")
    assert said.startswith("About four minutes left in all.")
    assert said.endswith("Five seconds left in this step.")


def test_time_left_during_a_check_is_that_of_the_routine_alone() -> None:
    said = asked(step=8).user("how long is left")
    assert said.startswith("About one minute left in all.")


def test_time_left_of_a_very_long_routine_can_be_said() -> None:
    steps = tuple(Step("A.", 170, check=Check.STEP) for _ in range(60))
    said = massage(Routine("r", "R", steps)).user("how long is left")
    assert "one hundred and eighty six minutes" in said


@pytest.mark.parametrize("words", ["how long is left", "where am i"])
def test_the_place_after_a_stop_before_anything_began(words: str) -> None:
    talk = Talk()
    talk.user("stop")
    talk.time()
    assert talk.user(words) == LINES.nothing_to_resume


@pytest.mark.parametrize(
    "state", [State.READING, State.PRACTICE, State.CHECK, State.RESTING, *HELD_UP]
)
def test_where_am_i(state: State) -> None:
    talk = in_state(state)
    assert talk.user("where am i").startswith("You're on step three of eight.")
    assert talk.state is state


@pytest.mark.parametrize("state", [State.CHECK, State.RESTING, *HELD_UP])
def test_longer_where_no_step_is_going_on(state: State) -> None:
    assert in_state(state).user("longer").startswith(LINES.longer_not)


@pytest.mark.parametrize("words", ["softer", "less pressure"])
@pytest.mark.parametrize("state", [State.READING, State.PRACTICE, State.CHECK, State.RESTING])
def test_softer(state: State, words: str) -> None:
    assert in_state(state).user(words).startswith(LINES.softer)


@pytest.mark.parametrize(
    ("words", "limit", "line"),
    [
        ("louder", SetVoice(150, LOUDEST_DB, "gmw/en"), LINES.louder),
        ("quieter", SetVoice(150, QUIETEST_DB, "gmw/en"), LINES.quieter),
        ("slower", SetVoice(SLOWEST_WPM, -4.0, "gmw/en"), LINES.slower),
        ("faster", SetVoice(FASTEST_WPM, -4.0, "gmw/en"), LINES.faster),
    ],
)
@pytest.mark.parametrize("state", [State.READY, State.PRACTICE, State.CHECK, State.STOPPED])
def test_the_voice_changes_step_by_step_up_to_its_limit(
    state: State, words: str, limit: SetVoice, line: str
) -> None:
    talk = in_state(state)
    assert talk.user(words).startswith(line)
    while talk.user(words).startswith(line):
        pass
    assert talk.last.startswith(LINES.as_far_as_it_goes)
    assert talk.voice == limit
    assert talk.state is state


HELP = {
    State.READY: LINES.help_ready,
    State.CHOOSING_ROUTINE: LINES.help_choosing,
    State.CHOOSING_SIDE: LINES.help_side,
    State.SCREENING: LINES.help_screening,
    State.READING: LINES.help_step,
    State.PRACTICE: LINES.help_step,
    State.HOLDING: LINES.help_step,
    State.CHECK: LINES.help_check,
    State.OKAY: LINES.ask_okay_again,
    State.RESTING: LINES.help_resting,
    State.PAUSED: LINES.help_waiting,
    State.HELD: LINES.help_held,
    State.STOPPED: LINES.help_waiting,
    State.DONE: LINES.help_over,
}


@pytest.mark.parametrize(("state", "line"), HELP.items())
def test_what_can_i_say_depends_on_the_state(state: State, line: str) -> None:
    assert in_state(state).user("what can i say").startswith(line)


def test_what_can_i_say_after_a_stop_with_no_massage() -> None:
    talk = Talk()
    talk.user("stop")
    talk.time()
    assert talk.user("help") == LINES.help_over


@pytest.mark.parametrize("state", [state for state in HELP if state is not State.HOLDING])
def test_goodbye(state: State) -> None:
    talk = in_state(state)
    assert talk.user("goodbye") == LINES.farewell
    assert talk.state is State.ENDING
    for words in ("start", "help", "goodbye", "that hurts"):
        talk.user(words)
        assert talk.ignored
    talk.spoken()
    assert talk.actions == (End("goodbye"),)


# Benefits

TOPICS = {topic.id: topic for topic in CONTENT.benefits.topics}
NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
WORDED = {
    Verdict.SUPPORTED: "supported",
    Verdict.MIXED: "mixed",
    Verdict.WEAK: "weak",
    Verdict.WRONG: "wrong as worded",
}


@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("What are the benefits of knee massage?", "knee"),
        ("What are the benefits of leg massage?", "leg"),
        ("What are the benefits of stretches?", "stretches"),
    ],
)
@pytest.mark.parametrize("state", [State.READY, State.SCREENING, State.PRACTICE, State.STOPPED])
def test_every_benefit_is_told_with_its_verdict_and_in_its_order(
    state: State, words: str, topic: str
) -> None:
    talk = in_state(state)
    benefits = TOPICS[topic].benefits
    said = talk.user(words)
    if len(benefits) > 1:
        assert said.startswith(TOPICS[topic].say)
        said = talk.user("next one")
    for benefit in benefits:
        assert said.startswith(benefit.say)
        assert WORDED[benefit.verdict] in benefit.say
        said = talk.user("next one")
    assert said.startswith(LINES.nothing_more)
    assert talk.state is state


@pytest.mark.parametrize("routine", ROUTINES.values(), ids=lambda routine: routine.id)
def test_the_benefits_are_those_of_the_massage_in_hand(routine: Routine) -> None:
    talk = massage(routine)
    topic = TOPICS[routine.topic]
    assert talk.user("what are the benefits").startswith(topic.say or topic.benefits[0].say)


@pytest.mark.parametrize("number", range(10))
def test_a_benefit_by_its_number_and_the_one_after_it(number: int) -> None:
    talk = Talk()
    talk.user("benefits of leg massage")
    benefits = TOPICS["leg"].benefits
    assert talk.user(f"number {NUMBERS[number]}").startswith(benefits[number].say)
    after = benefits[number + 1].say if number + 1 < len(benefits) else LINES.nothing_more
    assert talk.user("next one").startswith(after)


def test_a_number_beyond_the_last_benefit() -> None:
    talk = Talk()
    talk.user("benefits of knee massage")
    assert talk.user("number six").startswith(LINES.nothing_more)


def test_who_should_leave_a_step_out_is_told_before_it() -> None:
    talk = massage("knee_full", step=11)
    assert "Leave this step out if" in talk.last
    assert talk.last.index("Leave this step out if") < talk.last.index("Take away what is under")


def test_settings_can_be_changed_without_touching_the_defaults() -> None:
    settings = replace(DialogueSettings(), rate_wpm=200)
    assert Talk(settings).voice == SetVoice(200, -4.0, "gmw/en")
