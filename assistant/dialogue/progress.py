"""Where somebody is in a routine: the step, its time, and the question that is owed or open."""

from dataclasses import dataclass, field

from assistant.content.routine import Check, Routine, Side, Step
from assistant.dialogue.state import Question
from assistant.messages import samples

HALFWAY_FROM_SECONDS = 45
_SPEECH_SECONDS = 7
_CHECK_SECONDS = 9
"""How long a step's sentence and a check take, about; only for "how long is left"."""

_STRENGTH = (None, Check.STEP, Check.CALIBRATE, Check.FINAL_SOFT, Check.FINAL)


def strongest(*checks: Check | None) -> Check | None:
    """Return the one of `checks` that stands for all of them."""
    return max(*checks, key=_STRENGTH.index)


@dataclass
class Progress:
    """One run through a routine. Times are audio samples."""

    routine: Routine
    side: Side
    longest_gap: int
    """The most practice between two checks."""
    baseline: int | None = None
    """How sore it was before the massage, 0 to 10; None where that was not asked."""
    index: int = 0
    remaining: int = field(init=False)
    """Practice time left in this step."""
    running_since: int | None = None
    """When the step's clock was last set going; None while it stands."""
    practised: bool = False
    """Whether hands have been on this step."""
    position: str | None = None
    """How the user sits or lies since the step before; None where that is not known."""
    lighter: bool = False
    """Whether the step is repeated with a lighter touch."""
    light: bool = False
    """Whether a lighter touch was asked for; it stays until the routine is over."""
    last_number: int | None = None
    """The pain number last given in this routine."""
    settled: int = 0
    """How many of the first steps have had their checks answered."""
    recheck: bool = False
    """Whether a sore spot has to be asked about again."""
    waiting: bool = False
    """Whether only "continue" goes on, whatever is answered meanwhile."""
    question: Question | None = None
    """The question that is open; nothing goes past it."""
    misses: int = 0
    """How often in a row the open question got no clear answer."""
    acted_on: Question | None = None
    """The question whose answer took the hands off; it is open to a "no, that is not right"."""
    disputed: bool = False
    """Whether that answer was said to be misheard, so that only another number replaces it."""
    ended: bool = False
    """Whether a number had ended it that was then said to be misheard."""
    target: int | None = None
    """The step to go to once the check is answered; None for the one that follows."""
    since_check: int = 0
    """Practice since the last answered check."""
    left_out: int = 0
    """Steps left out for soreness."""
    rest_left: int = 0
    """Time left of a rest with hands off."""

    def __post_init__(self) -> None:
        self.remaining = samples(self.step.seconds)

    @property
    def step(self) -> Step:
        """The step in hand."""
        return self.routine.steps[self.index]

    @property
    def number(self) -> int:
        """The step in hand, counted from 1."""
        return self.index + 1

    @property
    def number_before(self) -> int | None:
        """The pain number that "the same" and "worse" refer to."""
        return self.baseline if self.last_number is None else self.last_number

    @property
    def position_due(self) -> str:
        """The position to get into for the step; empty where the user is in it."""
        return "" if self.step.position == self.position else self.step.position

    def run(self, now: int) -> None:
        """Set the step's clock going."""
        self.running_since = now
        self.practised = True

    def freeze(self, now: int) -> None:
        """Stop the step's clock; what is left is kept exactly."""
        if self.running_since is not None:
            spent = now - self.running_since
            self.remaining -= spent
            self.since_check += spent
            self.running_since = None

    def halfway(self) -> int | None:
        """Return when half of a long step is over, or None where there is no such moment ahead."""
        total = samples(self.step.seconds)
        ahead = self.remaining - total // 2
        if self.running_since is None or self.lighter or ahead <= 0:
            return None
        return self.running_since + ahead if self.step.seconds >= HALFWAY_FROM_SECONDS else None

    def step_end(self) -> int:
        """Return when the running step is over."""
        assert self.running_since is not None
        return self.running_since + self.remaining

    @property
    def owed(self) -> Check | None:
        """The strongest check not answered yet: the step's own or one that was passed by."""
        open_from = min(self.settled, self.index)
        passed = [step.check for step in self.routine.steps[open_from : self.index + 1]]
        return strongest(*passed, Check.STEP if self.recheck else None)

    @property
    def following(self) -> int:
        """The index of the step to go to when this one is over."""
        return self.index + 1 if self.target is None else self.target

    def as_far_as(self, index: int) -> int:
        """Return `index`, or that of a step on the way there that has to find the pressure first.

        Whoever has had hands on a step is asked its check, and need not do it again.
        """
        on_the_way = range(max(self.settled, self.index + self.practised), index)
        steps = self.routine.steps
        finds = (
            at for at in on_the_way if steps[at : at + 1] and steps[at].check is Check.CALIBRATE
        )
        return next(finds, index)

    def check_before(self, index: int, *, leaving: bool) -> Check | None:
        """Return the check to ask before the step at `index`.

        One is owed by a step that is being left for good, and one is asked, owed or not, where the
        time until the next would be too long.
        """
        if leaving and self.owed:
            return self.owed
        ahead = sum(samples(step.seconds) for step in self.routine.steps[index : index + 1])
        return Check.STEP if self.since_check + ahead > self.longest_gap else None

    def answered(self) -> None:
        """Close the open question; whoever would rather skip the step has said how it feels."""
        if self.question is Question.OKAY or (self.owed and self.question == Question(self.owed)):
            self.settled = max(self.settled, self.index + 1)
        self.question, self.recheck = None, False
        self.since_check = 0

    def hurt(self) -> Question:
        """Return what to ask when something hurts: what is open, or how sore it is now."""
        resting, self.rest_left = self.rest_left, 0
        if self.question in {None, Question.OKAY}:
            return Question.SETTLE if resting else Question.HURT
        return self.question

    def go_to(self, index: int) -> None:
        """Go to the step at `index`."""
        in_position = self.practised or not self.position_due
        self.position = self.step.position if in_position else None
        self.index, self.target = index, None
        self.remaining = samples(self.step.seconds)
        self.practised = self.lighter = False

    def restart_step(self) -> None:
        """Give the step its whole time again, as far as the next check may wait.

        A step repeated with a lighter touch is not: it is asked about soon.
        """
        self.remaining = max(self.remaining, min(samples(self.step.seconds), self._room()))

    def lengthen(self, extra: int) -> bool:
        """Add `extra` to the step, or nothing and return False where the check may not wait."""
        if self.remaining + extra > self._room():
            return False
        self.remaining += extra
        return True

    def ease(self, duration: int) -> None:
        """Repeat the step for `duration` with a lighter touch, then ask again."""
        self.question, self.since_check = None, 0
        self.remaining = duration
        self.lighter = self.recheck = self.light = True

    def routine_left(self) -> int:
        """Return about how long the rest of the routine takes, speech and checks included."""
        ahead = self.routine.steps[self.index + 1 :]
        checks = sum(step.check is not None for step in (self.step, *ahead))
        speech = _SPEECH_SECONDS * len(ahead) + _CHECK_SECONDS * checks
        return self.remaining + samples(speech + sum(step.seconds for step in ahead))

    def _room(self) -> int:
        return self.remaining if self.lighter else self.longest_gap - self.since_check
