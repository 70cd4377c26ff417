"""What each state says for itself, which also ends every aside in it."""

from assistant.content.routine import Stroke
from assistant.dialogue import wording
from assistant.dialogue.pain import begins_light
from assistant.dialogue.progress import Progress
from assistant.dialogue.stage import Stage
from assistant.dialogue.state import SCREENED, State
from assistant.messages import seconds

_NOT_PRESSED = {Stroke.SETTLE, Stroke.MOVE}


class Narrator:
    """Finds the words for where the session is."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._lines, self._policy, self._before = stage.lines, stage.policy, stage.before

    def aside(self, *lines: str) -> None:
        """Say `lines` and leave everything as it was."""
        self._stage.freeze()
        self._stage.keep_rest()
        said = (*lines, *self.own_lines())
        if not any(said):
            said = (self._stage.asides.help(self._stage.state, self._stage.progress),)
        self._stage.say(*said)

    def own_lines(self) -> tuple[str, ...]:  # noqa: PLR0911 (one line per state)
        """Return what the state says for itself."""
        lines, progress = self._lines, self._stage.progress
        match self._stage.state:
            case State.READY:
                return (lines.ready,)
            case State.CHOOSING_ROUTINE:
                titles = ", ".join(routine.title for routine in self._before.offered())
                return (lines.which_routine.format(routines=titles),)
            case State.CHOOSING_SIDE:
                return (lines.which_side,)
            case State.SCREENING | State.BASELINE:
                return (self._before.asks(),)
            case State.READING | State.PRACTICE if progress:
                return self._step_lines(progress)
            case State.CHECK if progress and progress.disputed:
                return (lines.ask_number,)
            case State.CHECK | State.OKAY if progress and progress.question:
                return (str(getattr(lines, f"ask_{progress.question.value}")),)
            case State.RESTING:
                return (lines.resting,)
            case State.PAUSED | State.HELD:
                return (lines.paused,)
        return ()

    def other_words(self) -> str:
        """Return the state's question in other words."""
        if self._stage.state is State.CHECK:
            return self._lines.ask_again
        if self._stage.state is State.OKAY:
            return self._lines.ask_okay_again
        if self._stage.state in SCREENED:
            return self._before.asks(again=True)
        return " ".join(self.own_lines())

    def _step_lines(self, progress: Progress) -> tuple[str, ...]:
        step, lines = progress.step, self._lines
        left_out = lines.leave_out.format(condition=step.leave_out_if) if step.leave_out_if else ""
        position, text = (
            words.format(side=progress.side.value) for words in (progress.position_due, step.say)
        )
        light = lines.stay_light if self._stays_light(progress) else ""
        left = self._left(progress) if progress.practised else ""
        return left_out, position, text, light, left

    def _stays_light(self, progress: Progress) -> bool:
        light = progress.light or begins_light(self._policy, progress.baseline)
        return light and progress.step.stroke not in _NOT_PRESSED

    def _left(self, progress: Progress) -> str:
        time = wording.duration(seconds(progress.remaining))
        return self._lines.left_in_step.format(time=time.capitalize())
