"""Every line can be filled in, and says no word that acts when the microphone hears it."""

import dataclasses
import re
from string import Formatter

import pytest

from assistant.content.loader import load_content
from assistant.content.phrases import FreeTalk, Meaning
from assistant.dialogue.understanding import Phrasebook

CONTENT = load_content()
LINES = dataclasses.asdict(CONTENT.lines)
LISTENED_FOR = dataclasses.replace(CONTENT.phrases, free_talk=FreeTalk())
BOOK = Phrasebook(LISTENED_FOR, CONTENT.routines, CONTENT.flags)

FILLED_IN = {
    "which_routine": {"routines"},
    "intro": {"title", "minutes"},
    "leave_out": {"condition"},
    "ask_sounds_like": {"number"},
    "left_in_step": {"time"},
    "anew": {"Number"},
    "green": {"Number"},
    "green_final": {"Number"},
    "amber": {"Number"},
    "amber_final": {"Number"},
    "as_before": {"Number"},
    "as_before_final": {"Number"},
    "step_left_out": {"Number"},
    "red": {"number"},
    "settled": {"Number"},
    "not_settled": {"Number"},
    "too_sore": {"number"},
    "where_knee": {"side"},
    "cannot_call": {"emergency_number"},
    "held_device": {"part"},
    "device_back": {"part"},
    "already_started": {"title"},
    "longer": {"time"},
    "no_such_step": {"steps"},
    "time_left": {"step_time", "routine_time"},
    "time_left_none": {"routine_time"},
    "where": {"step", "steps"},
    "says_who": {"source"},
    "says_who_also": {"source"},
    "which_leg": {"side"},
    "after_this": {"step"},
}


@pytest.mark.parametrize("name", LINES)
def test_a_line_is_filled_in_with_what_the_dialogue_gives_it(name: str) -> None:
    fields = {field for _, field, _, _ in Formatter().parse(LINES[name]) if field is not None}
    assert fields == FILLED_IN.get(name, set())
    assert "{" not in LINES[name].format(**dict.fromkeys(fields, "x"))


def test_the_rules_are_filled_in_with_whom_to_call_alone() -> None:
    for rule in CONTENT.screening.rules:
        assert "{" not in rule.say.format(emergency_number="112", helpline="116 117")


def everything_said() -> dict[str, str]:
    """Every text of the content by where it stands."""
    said = {f"line {name}": text for name, text in LINES.items()}
    for routine in CONTENT.routines:
        said[f"{routine.id} title"] = routine.title
        said[f"{routine.id} setup"] = routine.setup
        for number, step in enumerate(routine.steps, start=1):
            said[f"{routine.id} {number}"] = (
                f"{step.leave_out_if} {step.position} {step.say}".strip()
            )
    for topic in CONTENT.benefits.topics:
        said[f"{topic.id} names"] = f"{topic.say} {topic.more}".strip()
        said |= {each.id: f"{each.say} {each.more}".strip() for each in topic.benefits}
    said |= {each.id: f"{each.say} {each.more}".strip() for each in CONTENT.answers.answers}
    said |= {f"source {each.name}": each.say for each in CONTENT.answers.sources}
    for question in (*CONTENT.screening.questions, *CONTENT.screening.follow_ups):
        said[f"{question.id} asked"] = f"{question.ask} {question.again}"
    for limit in CONTENT.screening.limits:
        said[f"limit {limit.id}"] = f"{limit.why} {limit.advice}"
    said |= {rule.id: rule.say for rule in CONTENT.screening.rules}
    return said


ACTS = {
    "stop": {"stop", "enough", "halt", "quit", "end"},
    "pause": {"pause", "wait"},
    "pain": {"ow", "ouch", "ah", "hurt", "hurts", "pain", "painful"},
    "on": {"continue", "resume", "next", "skip", "yes", "okay", "ready", "go", "begin", "start"},
}

ALLOWED = {
    # what can be said is told in the words that have to be said
    "line greeting": {"start"},
    "line ready": {"start"},
    "line screening_unclear": {"start"},
    "line second_leg": {"pause"},
    "line not_started": {"start"},
    "line anew": {"begin"},
    "line help_ready": {"start"},
    "line help_choosing": {"stop"},
    "line help_side": {"stop"},
    "line help_screening": {"yes", "stop"},
    "line help_baseline": {"stop"},
    "line help_step": {"stop", "pause", "next", "hurts"},
    "line help_check": {"stop"},
    "line help_resting": {"stop", "pause"},
    "line help_waiting": {"continue", "start"},
    "line help_held": {"continue"},
    "line help_over": {"start"},
    "line paused": {"continue"},
    "line held_no_answer": {"continue", "ready"},
    "line held_unclear": {"continue", "ready"},
    "line device_back": {"resume"},
    "line which_next": {"next"},
    "faq-12": {"start"},
    # the agreed wording of the pain questions
    "line ask_calibrate": {"pain"},
    "line ask_step": {"pain"},
    "line ask_final": {"pain"},
    "line ask_again": {"stop"},
    "line ask_okay": {"okay", "skip", "stop"},
    "line ask_okay_again": {"skip", "stop"},
    # how to begin what is offered
    "line settled": {"start"},
    "line skipped_twice": {"start"},
    # plain English for which another word is worse
    "line finished": {"go"},
    "line not_settled": {"enough"},
    # the agreed wording of the steps
    "knee_quick 1": {"go"},
    "knee_quick 6": {"go"},
    "knee_full 11": {"wait"},
    "knee_full 13": {"stop", "pain"},
    "calf_foot_tired 5": {"wait"},
    "calf_foot_tired 9": {"wait"},
    "bedtime 9": {"go"},
    "leg_full 14": {"start"},
    "stretch_gentle 11": {"go"},
    # fixed words about warning signs, and the screen's own questions
    "R-EMERG": {"stop"},
    "emergency asked": {"pain", "yes"},
    "clot asked": {"painful", "yes"},
    "injury asked": {"yes"},
    "infection asked": {"yes"},
    "operation asked": {"yes"},
    "conditions asked": {"yes"},
    "pregnancy asked": {"yes"},
    "numbness asked": {"yes"},
    "baseline asked": {"pain"},
    "skin_only asked": {"yes"},
    "operation_cleared asked": {"yes"},
    "condition_cleared asked": {"yes"},
    "numb_where asked": {"yes"},
    "usual asked": {"yes"},
    "stretches asked": {"yes"},
    "R-CLOT": {"pain"},
    "R-INJ": {"go"},
    "R-INFECT": {"painful"},
    "R-NUMB": {"hurt"},
}


def acting_words(text: str) -> set[str]:
    return set(re.findall(r"[a-z']+", text.lower())) & set().union(*ACTS.values())


@pytest.mark.parametrize(("where", "text"), everything_said().items(), ids=everything_said())
def test_what_is_said_avoids_the_words_that_act(where: str, text: str) -> None:
    assert acting_words(text) - ALLOWED.get(where, set()) == set()


HOT = (Meaning.STOP, Meaning.HURT)
HOLDS_A_HOT_PHRASE = {
    "line ask_again",
    "line ask_okay",
    "line ask_okay_again",
    "line ask_calibrate",
    "line help_choosing",
    "line help_side",
    "line help_screening",
    "line help_baseline",
    "line help_step",
    "line help_check",
    "line help_resting",
    "line not_settled",
    "knee_full 13",
    "R-EMERG",
}


def test_only_these_lines_hold_a_whole_stop_or_pain_phrase() -> None:
    found = {
        where
        for where, text in everything_said().items()
        if any(BOOK.count(text, "reading", meaning) for meaning in HOT)
    }
    assert found == HOLDS_A_HOT_PHRASE
