"""What is said is plain: short sentences, easy words, and nothing left to be spelt out."""

import re

import pytest
import textstat

from assistant.content.answers import Source
from assistant.content.benefits import Benefit
from assistant.content.loader import load_content
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


SAID = said()


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?])\s+", text)


@pytest.mark.parametrize("where", SAID)
def test_a_sentence_has_at_most_twenty_words(where: str) -> None:
    for sentence in sentences(SAID[where]):
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
