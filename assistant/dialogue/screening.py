"""The questions before a massage: what is asked next, and what the answers come to.

A `Screen` is gone through once for every massage. Questions that are asked monthly are answered
from what is remembered; what is not remembered, or makes no sense, is asked.
"""

from collections.abc import Mapping

from assistant.content.screening import (
    Consequence,
    Kind,
    Limit,
    Screening,
    ScreeningQuestion,
)

YES, NO = "yes", "no"
_RULE_OF_THE_CONDITION = "named"


class Screen:
    """One way through the questions."""

    def __init__(self, content: Screening, remembered: Mapping[str, str]) -> None:
        self._content, self._remembered = content, remembered
        self._follow_ups = {question.id: question for question in content.follow_ups}
        self._conditions = {condition.id: condition for condition in content.conditions}
        self._limits = {limit.id: limit for limit in content.limits}
        self._ahead = list(content.questions)
        self._answers: dict[str, str] = {}
        self._lasting: tuple[Limit, ...] = ()
        self.limits: tuple[Limit, ...] = ()
        """What the answers leave open, so far."""
        self.question: ScreeningQuestion | None = None
        """What has to be answered now; None where the screen is over."""
        self.rule = ""
        """The stop rule that an answer invoked; then nothing starts."""
        self.baseline: int | None = None
        """How sore it was before the massage, 0 to 10."""
        self._advance()

    @property
    def to_remember(self) -> tuple[tuple[str, str], ...]:
        """The answers that hold until the next monthly screen; none where this was not one."""
        return () if self._remembered else tuple(self._answers.items())

    def accepts(self, answer: str) -> bool:
        """Whether `answer` (yes, no, a condition's id, a number) answers the open question."""
        return self.question is not None and answer in self._answers_to(self.question)

    def answer(self, answer: str) -> None:
        """Take an accepted answer to the open question."""
        assert self.question
        question = self.question
        if answer in self._conditions and question.answered_with is Kind.YES_NO:
            self._take(question, YES)  # named before it was asked which
            question = self._ahead.pop(0)
        self._take(question, answer)
        self._advance()

    def answer_in_flag(self, rule_id: str) -> str | None:
        """Return what a reported warning sign answers; None where it is no answer but a flag."""
        if self.question is None or rule_id not in self.question.flags:
            return None
        named = [one.id for one in self._content.conditions if one.rule == rule_id]
        return next((one for one in named if self.accepts(one)), YES)

    def ask_baseline_again(self) -> None:
        """Another leg was chosen: ask how sore that one is."""
        self.limits = self._lasting
        self._ahead = [q for q in self._content.questions if q.answered_with is Kind.NUMBER]
        self._advance()

    def _answers_to(self, question: ScreeningQuestion) -> set[str]:
        match question.answered_with:
            case Kind.NUMBER:
                return {str(number) for number in range(11)}
            case Kind.CONDITION:
                return set(self._conditions)
        then = self._follow_ups.get(question.yes.ask)
        names = then and then.answered_with is Kind.CONDITION
        return {YES, NO, *(self._conditions if names else ())}

    def _advance(self) -> None:
        """Go on to the next question whose answer is not known."""
        self.question = None
        while self._ahead and not self.rule:
            question = self._ahead.pop(0)
            known = "" if question.every_time else self._remembered.get(question.id, "")
            if known not in self._answers_to(question):
                self.question = question
                return
            self._take(question, known)

    def _take(self, question: ScreeningQuestion, answer: str) -> None:
        if not question.every_time:
            self._answers[question.id] = answer
        if question.answered_with is Kind.NUMBER:
            self.baseline, self._lasting = int(answer), self.limits
            bands = self._content.baseline
            self._follow(next(band.then for band in bands if self.baseline <= band.most))
        else:
            self._follow(question.no if answer == NO else question.yes)

    def _follow(self, then: Consequence) -> None:
        if then.rule == _RULE_OF_THE_CONDITION:
            self.rule = self._conditions[self._answers["which_condition"]].rule
        elif then.rule:
            self.rule = then.rule
        if then.limit:
            self.limits = (*self.limits, self._limits[then.limit])
        if then.ask:
            self._ahead.insert(0, self._follow_ups[then.ask])
