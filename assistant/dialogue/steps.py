"""The way through a massage: each step is read out and timed, and left only as its checks allow."""

from assistant.content.routine import Side
from assistant.dialogue import wording
from assistant.dialogue.asking import Asking
from assistant.dialogue.endings import Endings
from assistant.dialogue.narrator import Narrator
from assistant.dialogue.stage import Stage
from assistant.dialogue.state import HELD_UP, UNDER_WAY, Question, State, Trigger


class Steps:
    """Leads through the steps of the massage in hand."""

    def __init__(self, stage: Stage, narrator: Narrator, endings: Endings, asking: Asking) -> None:
        self._stage, self._narrator, self._lines = stage, narrator, stage.lines
        self._endings, self._asking = endings, asking

    # Reading and timing

    def read(self, *first: str, whole: bool = True) -> None:
        """Say `first` and the step (if `whole`), unless something holds the massage up."""
        self._stage.move(Trigger.STEP_DUE)
        if held := self._held_up_by():
            self._stage.move(Trigger.HOLD_DUE)
            self._stage.say(*first, held)
        else:
            self._stage.say(*first, *(self._narrator.own_lines() if whole else ()))

    def practise(self) -> None:
        """Set the step's clock going; it next matters half-way or at the end."""
        progress = self._stage.massage
        progress.run(self._stage.now)
        self._stage.deadline = progress.halfway() or progress.step_end()

    def resume_practice(self) -> None:
        """Set the step's clock going again where it stands."""
        if self._stage.massage.running_since is None:
            self.practise()

    def time_reached(self) -> None:
        """Say that half of the step is over, or leave it for what follows."""
        progress = self._stage.massage
        halfway = self._stage.now < progress.step_end()
        self._stage.freeze()
        if halfway:
            self._stage.say(self._lines.halfway)
            self.practise()
        elif check := progress.check_before(progress.following, leaving=True):
            self._asking.check(Question(check))
        else:
            self.advance()

    def advance(self, *first: str) -> None:
        """Go to the step that follows, or finish after the last."""
        self._stage.asides.step_begins()
        progress = self._stage.massage
        if progress.following >= self._count:
            self._endings.finish(*first)
            return
        before = progress.step.side
        progress.go_to(progress.following)
        self.read(*first, self._side_line(before, progress.step.side))

    def _held_up_by(self) -> str:
        if self._stage.lost:
            return self._lines.held_device.format(part=min(self._stage.lost))
        return self._lines.paused if self._stage.massage.waiting else ""

    def _side_line(self, before: Side, side: Side) -> str:
        lines = {Side.LEFT: self._lines.now_left, Side.RIGHT: self._lines.now_right}
        return "" if side is before else lines.get(side, "")

    # Where the user wants to go

    def go_by(self, steps: int) -> None:
        """Go so many steps forward, or back."""
        index = self._stage.progress.index if self._stage.progress else 0
        self._go_to(index + steps)

    def go_to_step(self, number: int) -> None:
        """Go to the step with this number, counted from 1."""
        if self._stage.progress is None:
            self._narrator.aside(self._lines.nothing_to_resume)
        elif number > self._count:
            steps = wording.number(self._count)
            self._narrator.aside(self._lines.no_such_step.format(steps=steps))
        else:
            self._go_to(number - 1)

    def leave_for(self, index: int) -> None:
        """Go to the step at `index`, by way of what has to come before it."""
        progress = self._stage.massage
        self._stage.freeze()
        progress.target = target = progress.as_far_as(index)
        line = self._lines.calibrate_first if target < index else ""
        leaving = target > progress.index and (progress.practised or target >= self._count)
        if check := progress.check_before(target, leaving=leaving):
            self._asking.check(Question(check), line)
        else:
            self.advance(line)

    def repeat(self) -> None:
        """Begin the step again, or say the last words again."""
        if self._stage.state in {State.READING, State.PRACTICE}:
            self._stage.freeze()
            self._stage.massage.restart_step()
            self.read()
        else:
            self._narrator.aside(self._stage.last_words)

    def _go_to(self, index: int) -> None:
        if self._stage.state is State.STOPPED:
            self._narrator.aside()  # only "continue" or a new start leads out of a stop
        else:
            self.leave_for(max(0, index))

    @property
    def _count(self) -> int:
        return len(self._stage.progress.routine.steps) if self._stage.progress else 0

    # Waiting

    def pause(self) -> None:
        """Wait for "continue"."""
        if self._stage.state in UNDER_WAY:
            self._stage.pause()
            self._stage.say(self._lines.paused)
        else:
            self._stage.ignore("nothing is going on to be paused")

    def carry_on(self) -> None:
        """Go on after a pause, with the rest if one was interrupted, or else the step."""
        progress = self._stage.progress
        if progress is None:
            self._narrator.aside(self._lines.nothing_to_resume)
        elif self._stage.state not in HELD_UP:
            self._narrator.aside()
        elif progress.rest_left:
            self.rest(self._lines.resting)
        else:
            progress.waiting = False
            self.read()

    def rest(self, line: str) -> None:
        """Have hands off for as long as is left of the rest."""
        self._stage.move(Trigger.REST_DUE)
        self._stage.say(line)

    def run_rest(self) -> None:
        """Set the rest's clock going."""
        self._stage.deadline = self._stage.now + self._stage.massage.rest_left

    def rested(self) -> None:
        """Ask whether it has settled."""
        self._stage.massage.rest_left = 0
        self._asking.check(Question.SETTLE)
