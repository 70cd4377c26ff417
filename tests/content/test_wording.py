"""What is said is plain: short sentences, easy words, and nothing left to be spelt out."""

import re
from types import SimpleNamespace

import pytest
import textstat

from assistant.content.answers import Source
from assistant.content.benefits import Benefit
from assistant.content.loader import load_content
from assistant.content.routine import Side
from assistant.dialogue.settings import DialogueSettings
from assistant.messages import SAMPLE_RATE_HZ
from assistant.settings import Settings
from assistant.speaking.synthesiser import Synthesiser
from tests.conftest import Show

CONTENT = load_content()

LONGEST_SENTENCE_WORDS = 20
PLAIN_GRADE = 6
UNSPOKEN = re.compile(r"\d|[%&/]|\b[A-Z]{2,}\b|\b(?:e\.g|i\.e|etc|mins?|secs?|cm|vs|approx)\b")


def said() -> dict[str, str]:
    """Every line, as it is said, by where it stands. Titles and names are no lines of their own."""
    lines = {f"line {name}": text for name, text in vars(CONTENT.lines).items()}
    for routine in CONTENT.routines:
        lines[f"{routine.id} setup"] = routine.setup
        for number, step in enumerate(routine.steps, start=1):
            lines[f"{routine.id} {number}"] = step.say
            lines[f"{routine.id} {number} position"] = step.position
            if step.leave_out_if:
                left_out = CONTENT.lines.leave_out.format(condition=step.leave_out_if)
                lines[f"{routine.id} {number} left out"] = left_out
    answers = CONTENT.answers.answers
    for each in (*answers, *CONTENT.benefits.topics, *benefits()):
        lines[each.id] = each.say
        lines[f"{each.id} more"] = each.more
    for question in (*CONTENT.screening.questions, *CONTENT.screening.follow_ups):
        lines[f"{question.id} asked"] = question.ask
        lines[f"{question.id} asked again"] = question.again
    for limit in CONTENT.screening.limits:
        lines[f"limit {limit.id}"] = limit.why
        lines[f"limit {limit.id} advice"] = limit.advice
    lines |= {rule.id: rule.say for rule in CONTENT.screening.rules}
    return {where: text for where, text in lines.items() if text}


def benefits() -> list[Benefit]:
    return [benefit for topic in CONTENT.benefits.topics for benefit in topic.benefits]


def filled_in() -> dict[str, str]:
    """The lines that are put together, each with the longest that may stand in it."""
    lines, screening = CONTENT.lines, CONTENT.screening
    filled = {}
    for source in CONTENT.answers.sources:
        filled[f"{source.name} named"] = lines.says_who.format(source=source.say)
        filled[f"{source.name} named too"] = lines.says_who_also.format(source=source.say)
    for routine in CONTENT.routines:
        titled = {"title": routine.title, "minutes": "fifteen"}
        filled[f"{routine.id} begins"] = lines.intro.format(**titled)
        filled[f"{routine.id} begun"] = lines.already_started.format(**titled)
        for number, step in enumerate(routine.steps, start=1):
            told = f"{step.position} {step.say}".format(side="right")
            filled[f"{routine.id} {number} to come"] = lines.after_this.format(step=told)
    titles = ", ".join(routine.title for routine in CONTENT.routines)
    filled["which routine"] = lines.which_routine.format(routines=titles)
    knee = lines.where_knee.format(side="right")
    for question in (*screening.questions, *screening.follow_ups):
        for legs in (Side.RIGHT, Side.BOTH):
            texts = f"{question.ask} {question.again}"
            named = texts.format(leg=screening.name_of(legs), where=knee)
            filled[f"{question.id} of {legs.value}"] = named
    unset = DialogueSettings()
    for rule in (*screening.rules, SimpleNamespace(id="nobody", say=lines.cannot_call)):
        calls = {"emergency_number": unset.emergency_number, "helpline": unset.helpline}
        filled[f"{rule.id} filled in"] = rule.say.format(**calls)
    time = {"time": "a minute fifty five seconds", "step_time": "a minute fifty five seconds"}
    time |= {"routine_time": "fifteen minutes", "step": "thirteen", "steps": "seventeen"}
    for name in ("left_in_step", "longer", "time_left", "time_left_none", "where"):
        filled[name] = str(getattr(lines, name)).format(**time)
    return filled


SAID = said()
FILLED_IN = filled_in()


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?])\s+", text)


@pytest.mark.parametrize("where", SAID)
def test_a_sentence_has_at_most_twenty_words(where: str) -> None:
    for sentence in sentences(SAID[where]):
        assert len(sentence.split()) <= LONGEST_SENTENCE_WORDS, sentence


@pytest.mark.parametrize("where", FILLED_IN)
def test_a_sentence_that_is_filled_in_has_at_most_twenty_words(where: str) -> None:
    for sentence in sentences(FILLED_IN[where]):
        assert len(sentence.split()) <= LONGEST_SENTENCE_WORDS, sentence


def test_nearly_every_line_is_plain_enough_for_an_eleven_year_old(show: Show) -> None:
    grades = {where: textstat.flesch_kincaid_grade(text) for where, text in SAID.items()}
    hard = {where: grade for where, grade in grades.items() if grade > PLAIN_GRADE}
    plain = 1 - len(hard) / len(grades)
    show(f"reading: {plain:.1%} of {len(grades)} lines are at grade {PLAIN_GRADE} or below")
    assert plain >= 0.95, hard


@pytest.mark.parametrize("where", SAID)
def test_numbers_units_and_abbreviations_are_written_out(where: str) -> None:
    assert UNSPOKEN.findall(SAID[where]) == []


@pytest.mark.parametrize("source", CONTENT.answers.sources, ids=lambda source: source.name)
def test_a_source_is_spoken_without_figures_and_abbreviations(source: Source) -> None:
    assert UNSPOKEN.findall(source.say) == []


def test_an_answer_takes_about_twelve_seconds(synthesiser: Synthesiser, show: Show) -> None:
    settings = Settings()
    lengths = {}
    for each in (*CONTENT.answers.answers, *CONTENT.benefits.topics, *benefits()):
        for text in filter(None, (each.say, each.more)):
            speech = synthesiser.render(text, settings.voice, settings.rate_wpm)
            lengths[text] = len(speech) / SAMPLE_RATE_HZ
    text = max(lengths, key=lambda text: lengths[text])
    show(f"answers: the longest takes {lengths[text]:.1f} s")
    assert lengths[text] <= 13, text
