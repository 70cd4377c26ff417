"""What somebody says about pain, and what is done about it."""

from assistant.content.phrases import Meaning
from assistant.dialogue import wording
from assistant.dialogue.asking import Asking
from assistant.dialogue.beginning import Beginning
from assistant.dialogue.endings import Endings
from assistant.dialogue.meanings import BARE_NO, NUMBER, Understood
from assistant.dialogue.narrator import Narrator
from assistant.dialogue.pain import Outcome, Zone, compared, outcome, zone
from assistant.dialogue.progress import Progress
from assistant.dialogue.screening import NO, YES
from assistant.dialogue.stage import Stage
from assistant.dialogue.state import CHOOSING, HELD_UP, UNDER_WAY, Question, State, Trigger
from assistant.dialogue.steps import Steps
from assistant.messages import samples

LEAVES_OUT = {Meaning.SKIP, Meaning.NEXT}
_GOES_LIGHTER = {Meaning.YES, Meaning.SOFTER, Meaning.CONTINUE, Meaning.READY}
OKAY_ANSWERS = LEAVES_OUT | _GOES_LIGHTER | {Meaning.NO}
"""What answers whether a lighter touch is okay."""

_LEADS_ON = {Outcome.GREEN, Outcome.AS_BEFORE, Outcome.AMBER, Outcome.STEP_LEFT_OUT}
"""After what a massage that is not over goes on."""
_ACTED_ON = {Outcome.RED, Outcome.TOO_SORE}
"""What happens at once, and is then asked about ("Is that right?")."""


class Soreness:
    """Takes answers to the checks, and reports that nobody asked for."""

    def __init__(
        self,
        stage: Stage,
        narrator: Narrator,
        endings: Endings,
        asking: Asking,
        steps: Steps,
        beginning: Beginning,
    ) -> None:
        self._stage, self._narrator, self._endings = stage, narrator, endings
        self._asking, self._steps, self._beginning = asking, steps, beginning
        self._lines, self._policy, self._before = stage.lines, stage.policy, stage.before

    # Answers

    def rated(self, found: Understood) -> None:
        """Take a number, or a word for one. A sore one that nobody asked for is a `HURT`."""
        number = found.number or 0
        if self._stage.state is State.OKAY:
            self._asking.unclear()
        elif self._stage.state not in {State.BASELINE, State.CHECK}:
            self._stage.ignore("nothing was asked")
        elif self._too_vague(found) or (
            zone(number, self._policy) is Zone.GREEN and self._doubtful(found)
        ):
            self.ask_number()
        elif self._stage.state is State.BASELINE:
            self._beginning.screened(str(number))
        else:
            self._answered(number)

    def compared(self, word: str) -> None:
        """Take "the same" or "less" for a number where the last one allows it.

        "Worse" that nobody asked for is a `HURT`.
        """
        if self._stage.state not in {State.BASELINE, State.CHECK}:
            self.hurt()
            return
        before = self._stage.progress.number_before if self._stage.progress else None
        number = compared(word, before, self._policy)
        if number is None:
            self.ask_number()
        else:
            self.rated(Understood(Meaning.PAIN, number=number))

    def ask_number(self) -> None:
        """Ask for a number where words are too vague."""
        self._asking.unclear(self._lines.ask_number)

    def ask_lookalike(self, number: str) -> None:
        """Ask whether the number was meant that a word sounds like; none: nine, or fine."""
        sounds_like = self._lines.ask_sounds_like.format(number=number)
        self._asking.unclear(sounds_like if number else self._lines.ask_lookalike)

    def yes_or_no(self, *, yes: bool) -> None:
        """Take an answer to the screen, or a "no" to what was acted on or is being done.

        While a lighter touch goes on, or after a pause, "no" is a stop.
        """
        progress, state = self._stage.progress, self._stage.state
        if state is State.SCREENING:
            self._beginning.screened(YES if yes else NO)
        elif not yes and state in {State.RESTING, State.DONE}:
            self._misheard(progress or self._stage.ended_by_number)
        elif not yes and (state is State.PAUSED or (progress and progress.lighter)):
            self._endings.stop()
        else:
            self._stage.ignore("nothing was asked")

    def okay(self, answer: Meaning) -> None:
        """Take a clear answer to whether a lighter touch is okay."""
        progress = self._stage.massage
        progress.misses = 0
        if answer in LEAVES_OUT:
            self._leave_out(self._named(Outcome.STEP_LEFT_OUT, progress.last_number or 0))
        elif answer is Meaning.NO:
            self._endings.stop()
        elif self._stage.hot.hurt_before:
            self.hurt()
        else:
            progress.question = None
            progress.waiting = progress.waiting and answer is not Meaning.CONTINUE
            self._steps.read(self._lines.stay_light, whole=False)

    def _too_vague(self, found: Understood) -> bool:
        """Whether only another number can replace the one that was acted on."""
        progress = self._stage.progress
        return progress is not None and progress.disputed and found.value != NUMBER

    def _doubtful(self, found: Understood) -> bool:
        """A pain word was heard before it, or "no" answers a question that was not yes-or-no."""
        progress = self._stage.progress
        asked = progress and progress.question  # None: how sore it is beforehand
        how_sore = asked in {None, Question.CALIBRATE, Question.HURT, Question.SETTLE}
        return self._stage.hot.hurt_before or (found.value == BARE_NO and how_sore)

    def _misheard(self, progress: Progress | None) -> None:
        """Ask again for a number that was acted on; until a lower one comes, nothing changes.

        Even then what follows stays light: it may not have been the user who said no.
        """
        if progress is None or progress.acted_on is None:
            self._stage.ignore("nothing was asked")
            return
        question, progress.acted_on, progress.rest_left = progress.acted_on, None, 0
        progress.disputed = progress.light = True
        progress.ended = progress.ended or self._stage.progress is None
        self._stage.progress, self._stage.ended_by_number = progress, None
        self._asking.check(question)

    # What follows from a number

    def _answered(self, number: int) -> None:
        progress, policy = self._stage.massage, self._policy
        assert progress.question
        lighter = progress.lighter
        found = outcome(progress.question, number, policy, progress.baseline, lighter=lighter)
        progress.last_number, progress.misses, progress.disputed = number, 0, False
        progress.acted_on = progress.question if found in _ACTED_ON else None
        self._stage.ended_by_number = progress if found is Outcome.TOO_SORE else None
        if progress.ended and found in _LEADS_ON:
            self._beginning.begin_anew(wording.with_pain(self._lines.anew, number))
        else:
            self._follow(found, self._named(found, number))

    def _named(self, found: Outcome, number: int) -> str:
        """Return the line of an outcome, which names the number."""
        return wording.with_pain(str(getattr(self._lines, found.value)), number)

    def _follow(self, found: Outcome, line: str) -> None:
        match found:
            case Outcome.TOO_SORE | Outcome.SETTLED | Outcome.NOT_SETTLED:
                self._endings.over(line)
                self._before.wanted = None  # a new start names its massage
                if found is Outcome.TOO_SORE:
                    self._endings.forget_answers()
            case Outcome.GREEN_FINAL | Outcome.AS_BEFORE_FINAL | Outcome.AMBER_FINAL:
                self._endings.finish(line)
            case Outcome.RED:
                self._hands_off(line)
            case Outcome.GREEN | Outcome.AS_BEFORE:
                self._stage.massage.light |= found is Outcome.AS_BEFORE
                self._carry_on(line)
            case Outcome.STEP_LEFT_OUT:
                self._leave_out(line)
            case _:
                self._stage.massage.ease(samples(self._policy.amber_seconds))
                self._asking.check(Question.OKAY, line)

    def _carry_on(self, line: str) -> None:
        progress = self._stage.massage
        if progress.question is Question.HURT:
            progress.question = None
            self._steps.read(line)
        else:
            progress.answered()
            self._steps.advance(line)

    def _hands_off(self, line: str) -> None:
        progress = self._stage.massage
        progress.question = None
        progress.rest_left = samples(self._policy.rest_seconds)
        self._steps.rest(line)

    def _leave_out(self, line: str) -> None:
        progress = self._stage.massage
        progress.left_out += 1
        if progress.left_out >= self._policy.skips_to_end:
            self._endings.over(self._lines.skipped_twice)
            return
        progress.answered()
        self._steps.advance(line)

    # Reports that nobody asked for

    def hurt(self) -> None:
        """Ask how sore it is, or leave alone what is not massaged yet."""
        progress = self._stage.progress
        if progress is None:
            self._leave_alone()
            return
        progress.waiting = progress.waiting or self._stage.state in HELD_UP
        self._asking.check(progress.hurt())

    def note_hurt(self) -> None:
        """Have it asked how sore it is before the massage goes on."""
        if self._stage.progress:
            self._stage.progress.question = self._stage.progress.hurt()

    def elsewhere(self) -> None:
        """What hurts is not what is massaged: no score, but wait and ask."""
        if self._stage.state in UNDER_WAY:
            self._stage.pause()
        self._stage.say(self._lines.sore_elsewhere, *self._narrator.own_lines())

    def _leave_alone(self) -> None:
        """What hurts is not massaged without being asked for again."""
        if self._stage.state in CHOOSING:
            self._stage.move(Trigger.NOT_STARTED)
        if self._stage.state is State.READY:
            self._before.wanted = None
        self._narrator.aside(self._lines.leave_it)
