"""Questions that wait for an answer: asked, asked again in other words, and given up."""

from assistant.dialogue.endings import Endings
from assistant.dialogue.narrator import Narrator
from assistant.dialogue.stage import Stage
from assistant.dialogue.state import CHECKING, SCREENED, Question, Trigger


class Asking:
    """Asks what has to be answered before anything goes on."""

    def __init__(self, stage: Stage, narrator: Narrator, endings: Endings) -> None:
        self._stage, self._narrator, self._endings = stage, narrator, endings
        self._lines, self._policy, self._before = stage.lines, stage.policy, stage.before
        self._tries = 0

    def ask(self, trigger: Trigger, *first: str) -> None:
        """Say `first`, then ask what the state that follows asks."""
        self._stage.move(trigger)
        self._tries = 0
        self._stage.say(*first, *self._narrator.own_lines())

    def check(self, question: Question, first: str = "") -> None:
        """Ask about pain, or about a lighter touch; only a clear answer leads on."""
        self._stage.massage.question = question
        self.ask(Trigger.OKAY_DUE if question is Question.OKAY else Trigger.CHECK_DUE, first)

    def not_answered(self, held: str, again: str = "") -> None:
        """Ask again in other words while tries are left, then hold."""
        self._tries += 1
        if self._missed_too_often():
            self._endings.farewell(self._lines.farewell_unanswered)
        elif self._tries < self._policy.tries:
            self._stage.say(again or self._narrator.other_words())
        elif self._stage.state in CHECKING:
            self._stage.move(Trigger.HOLD_DUE)
            self._stage.say(held)
        else:
            self._give_up_start()

    def unclear(self, again: str = "") -> None:
        """Ask again because what was said is no clear answer."""
        self.not_answered(self._lines.held_unclear, again)

    def _missed_too_often(self) -> bool:
        """Count what was no answer to a check, also beyond a pause."""
        if self._stage.state not in CHECKING:
            return False
        self._stage.massage.misses += 1
        return self._stage.massage.misses >= self._policy.misses_to_end

    def _give_up_start(self) -> None:
        unclear = self._stage.state in SCREENED
        self._stage.move(Trigger.NOT_STARTED)
        self._before.wanted = None
        self._stage.say(self._lines.screening_unclear if unclear else self._lines.not_started)
