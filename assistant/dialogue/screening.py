"""The questions before a massage: what is asked next, and what the answers come to.

A `Screen` is gone through once for every massage. Questions that are asked monthly are answered
from what is remembered; what is not remembered, or makes no sense, is asked. What was said of one
leg is never taken for the other.
"""

from collections.abc import Mapping

from assistant.content.routine import Side
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
    """One way through the questions.

    Args:
        content: the questions.
        remembered: answers to the monthly ones that may still be relied upon.
        legs: which the massage is for.
    """

    def __init__(self, content: Screening, remembered: Mapping[str, str], legs: Side) -> None:
        self._content, self._remembered = content, remembered
        self._follow_ups = {question.id: question for question in content.follow_ups}
        self._conditions = {condition.id: condition for condition in content.conditions}
        self._limits = {limit.id: limit for limit in content.limits}
        self._monthly, self._today = dict(remembered), dict[str, str]()
        """The answers, by what each is kept under."""
        self._ahead: list[ScreeningQuestion] = []
        self.legs = legs
        """Which the answers are about."""
        self.limits: tuple[Limit, ...] = ()
        """What the answers leave open, so far."""
        self.question: ScreeningQuestion | None = None
        """What has to be answered now; None where the screen is over."""
        self.rule = ""
        """The stop rule that an answer invoked; then nothing starts."""
        self.baseline: int | None = None
        """How sore it was before the massage, 0 to 10."""
        self.ask_about(legs)

    @property
    def to_remember(self) -> tuple[tuple[str, str], ...]:
        """All that holds until the next monthly screen; none where nothing of it is new."""
        return () if self._monthly == self._remembered else tuple(self._monthly.items())

    def ask_about(self, legs: Side) -> None:
        """Ask whatever is not known of `legs`; how sore they are is always asked."""
        self.legs, self.limits, self.baseline = legs, (), None
        self._ahead = list(self._content.questions)
        self._advance()

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
            known = self._known(question)
            if known not in self._answers_to(question):
                self.question = question
                return
            self._take(question, known)

    def _known(self, question: ScreeningQuestion) -> str:
        """Return the answer that holds for all the legs in question, or nothing."""
        if question.answered_with is Kind.NUMBER:
            return ""
        kept = self._today if question.every_time else self._monthly
        answers = {kept.get(name, "") for name in question.kept_as(self.legs)}
        return answers.pop() if len(answers) == 1 else ""

    def _take(self, question: ScreeningQuestion, answer: str) -> None:
        kept = self._today if question.every_time else self._monthly
        kept |= dict.fromkeys(question.kept_as(self.legs), answer)
        if question.answered_with is Kind.NUMBER:
            self.baseline = int(answer)
            bands = self._content.baseline
            self._follow(next(band.then for band in bands if self.baseline <= band.most))
        else:
            self._follow(question.no if answer == NO else question.yes)

    def _follow(self, then: Consequence) -> None:
        if then.rule == _RULE_OF_THE_CONDITION:
            self.rule = self._conditions[self._monthly["which_condition"]].rule
        elif then.rule:
            self.rule = then.rule
        if then.limit:
            self.limits = (*self.limits, self._limits[then.limit])
        if then.ask:
            self._ahead.insert(0, self._follow_ups[then.ask])
