"""What the assistant can say, to look at: one answer at a time, or all of it for a review."""

import json
from collections.abc import Iterator

from assistant.content.answers import Answer
from assistant.content.benefits import Benefit, Topic
from assistant.content.loader import Content
from assistant.content.routine import Routine
from assistant.content.screening import NOTHING, Consequence, Limit, ScreeningQuestion
from assistant.dialogue.answers import AnswerBook
from assistant.dialogue.free_text import Reports
from assistant.dialogue.retrieval import UNKNOWN_ANSWER, Retrieval
from assistant.dialogue.second_opinion import GRAVE
from assistant.dialogue.writing import sayable
from assistant.reading.reader import shipped_reader

_PROCESS = "process"
_GROUPS = {
    "faq": "Answers to questions",
    "part": "Parts of benefits with a verdict of their own",
    "refusal": "What is refused",
    "unknown": "What is not known",
    _PROCESS: "How a massage goes",
}


class Asked:
    """Questions in any words, answered as JSON."""

    def __init__(self, content: Content, emergency_number: str, helpline: str) -> None:
        reader = shipped_reader()
        self._retrieval = Retrieval(content.questions, reader.answers)
        self._reports = Reports(content, reader.signs)
        self._answers = {answer.rule: answer.id for answer in content.answers.answers}
        self._book = AnswerBook(content)
        self._named = {"emergency_number": emergency_number, "helpline": helpline}

    def as_json(self, question: str) -> str:
        """Return one line: the answer's id, its words, its verdict and its source.

        Whoever reports an emergency or a clot is told what to do, whatever else it sounds like.
        """
        question = sayable(question)
        rule = self._reports.find(question)
        grave = self._answers[rule] if rule in GRAVE else ""
        reply = self._book.reply(grave or self._retrieval.answer(question))
        of_a_massage = reply.id.startswith(f"{_PROCESS}-")  # by number it is no question at all
        answer = {
            "id": UNKNOWN_ANSWER if of_a_massage else reply.id,
            "text": reply.text.format(**self._named),
            "verdict": reply.verdict,
            "source": "; ".join(reply.sources),
        }
        return json.dumps(answer, ensure_ascii=False)


def markdown(content: Content) -> str:
    """Return every line the assistant can say, grouped, with sources and verdicts."""
    return "\n".join(_lines(content)) + "\n"


def _lines(content: Content) -> Iterator[str]:
    yield "# What the assistant says"
    yield ""
    yield "Every line, for review by a physiotherapist. Words in braces are filled in."
    yield ""
    yield "Reviewed by:"
    yield from _screening(content)
    yield from _policy(content)
    for routine in content.routines:
        yield from _routine(routine)
    for topic in content.benefits.topics:
        yield from _topic(topic)
    for start, title in _GROUPS.items():
        yield from _answers(title, start, content)
    yield from _section("Everything else")
    yield from (f"- {name}: {text}" for name, text in vars(content.lines).items())
    yield from _sources(content)


def _section(title: str) -> Iterator[str]:
    yield from ("", f"## {title}", "")


def _screening(content: Content) -> Iterator[str]:
    yield from _section("Before a massage")
    screening = content.screening
    for question in (*screening.questions, *screening.follow_ups):
        yield f"- {question.id}: {question.ask} (Asked again: {question.again}){_leads(question)}"
    yield f"- {{leg}} is filled in with: {screening.one_leg}; {screening.either_leg}"
    yield from _section("What is left out or offered instead")
    for limit in screening.limits:
        also = f" (Also: {limit.advice})" if limit.advice else ""
        yield f"- {limit.id}: {limit.why}{also}{_leaves(limit)}"
    yield from _section("When something is wrong")
    for rule in screening.rules:
        yield f"- {rule.id}: {rule.say}{_backing('', rule.sources)}"


def _leads(question: ScreeningQuestion) -> str:
    """Return when a question is asked and what follows from yes and no."""
    asked = "every time" if question.every_time else "at first use and monthly"
    leads = [f"asked {asked}{', of each leg' if question.of_leg else ''}"]
    for answer, then in (("yes", question.yes), ("no", question.no)):
        leads += [f"{answer}: {_named(then)}"] if then != NOTHING else []
    return f" [{'; '.join(leads)}]"


def _named(then: Consequence) -> str:
    return then.rule or then.ask or then.limit or "carries on"


def _leaves(limit: Limit) -> str:
    """Return what a limit leaves, in the words of the routines' steps."""
    parts = {
        "routines": limit.routines,
        "strokes": limit.strokes,
        "not strokes": limit.not_strokes or None,
        "not parts": limit.not_parts or None,
    }
    left = [f"{name}: {', '.join(of) or 'none'}" for name, of in parts.items() if of is not None]
    return f" [{'; '.join(left)}]"


def _policy(content: Content) -> Iterator[str]:
    yield from _section("What a number leads to")
    least = 0
    for band in content.screening.baseline:
        yield f"- before the massage, {least} to {band.most}: {_named(band.then)}"
        least = band.most + 1
    yield f"- all questions are asked every {content.screening.full_every_days} days"
    yield from (f"- {name}: {value:g}" for name, value in vars(content.pain).items())


def _routine(routine: Routine) -> Iterator[str]:
    yield from _section(f"{routine.title} ({routine.minutes} minutes)")
    yield routine.setup
    yield ""
    position = ""
    for number, step in enumerate(routine.steps, start=1):
        lie = f"({step.position}) " if step.position != position else ""
        position = step.position
        check = f"; asks: {step.check}" if step.check else ""
        left_out = f" (left out if {step.leave_out_if})" if step.leave_out_if else ""
        yield f"{number}. {lie}{step.say}{left_out} [{step.seconds:g} seconds{check}]"


def _topic(topic: Topic) -> Iterator[str]:
    yield from _section(f"The benefits of {topic.name}")
    if topic.say:
        yield f"{_said(topic)}{_backing(topic.verdict, topic.sources)}"
        yield ""
    for number, benefit in enumerate(topic.benefits, start=1):
        yield f"{number}. {_said(benefit)}{_backing(benefit.verdict, benefit.sources)}"


def _answers(title: str, start: str, content: Content) -> Iterator[str]:
    yield from _section(title)
    rules = {rule.id: rule.say for rule in content.screening.rules}
    for answer in content.answers.answers:
        if answer.id.split("-")[0] == start:
            said = rules[answer.rule] if answer.rule else _said(answer)
            yield f"- {answer.id}: {said}{_backing(answer.verdict or '', answer.sources)}"


def _said(spoken: Answer | Benefit | Topic) -> str:
    return f"{spoken.say} (More: {spoken.more})" if spoken.more else spoken.say


def _backing(verdict: str, sources: tuple[str, ...]) -> str:
    return f" [{'; '.join(filter(None, [verdict, *sources]))}]"


def _sources(content: Content) -> Iterator[str]:
    yield from _section("Sources")
    for source in content.answers.sources:
        link = f" <{source.link}>" if source.link else ""
        yield f"- {source.name}: spoken as {source.say!r}.{link}"
