"""How a massage begins: what is still to be known is asked for, then it is offered and begun."""

from assistant.content.routine import Routine, Side
from assistant.dialogue import wording
from assistant.dialogue.asking import Asking
from assistant.dialogue.endings import Endings
from assistant.dialogue.narrator import Narrator
from assistant.dialogue.progress import Progress
from assistant.dialogue.stage import Stage
from assistant.dialogue.state import UNDER_WAY, State, Trigger
from assistant.dialogue.steps import Steps
from assistant.messages import Remember, samples


class Beginning:
    """Leads from the greeting to the first step."""

    def __init__(
        self, stage: Stage, narrator: Narrator, endings: Endings, asking: Asking, steps: Steps
    ) -> None:
        self._stage, self._narrator, self._endings = stage, narrator, endings
        self._asking, self._steps = asking, steps
        self._lines, self._policy, self._before = stage.lines, stage.policy, stage.before

    def greet(self) -> None:
        """Say who is there."""
        lines = self._lines
        self._stage.say(lines.greeting_with_routine if self._before.wanted else lines.greeting)

    def start(self, routine_id: str) -> None:
        """Begin a routine by its id, or one that is still to be named."""
        stage = self._stage
        if stage.state in UNDER_WAY:
            title = stage.massage.routine.title
            self._narrator.aside(self._lines.already_started.format(title=title))
            return
        if stage.state is State.CHOOSING_ROUTINE:
            self._before.choose(routine_id)
        else:
            self._before.start(routine_id)
        stage.progress, stage.ended_by_number, stage.last_words = None, None, ""
        self.prepare()

    def begin_anew(self, line: str) -> None:
        """Begin the massage in hand again, and go through the safety questions before it."""
        side = self._before.side
        self._before.start(self._stage.massage.routine.id)
        self._before.side = side
        self._stage.progress = None
        self.prepare(line)

    def prepare(self, first: str = "") -> None:
        """Say `first` and ask for what is still to be known, then begin."""
        screened = self._before.screen
        missing = self._before.missing()
        screen = self._before.screen
        if screen and screen.rule:
            self._endings.warn(screen.rule)
        elif missing:
            news = self._lines.screening if screen is not screened else ""
            self._asking.ask(missing, first, news)
        else:
            self._offer()

    def pick_side(self, value: str) -> None:
        """Take the leg, one at a time."""
        if value == "both":
            self._stage.say(self._lines.one_at_a_time)
            return
        self._before.choose_side(Side(value))
        self.prepare()

    def screened(self, answer: str) -> None:
        """Take what may be an answer to the open question of the screen."""
        screen = self._before.screen
        assert screen
        if screen.accepts(answer):
            screen.answer(answer)
            self.prepare()
        else:
            self._asking.unclear()

    def why(self) -> None:
        """Say why the massage is not simply done as it is."""
        self._narrator.aside(*(self._before.why() or (self._lines.nothing_left_out,)))

    def _offer(self) -> None:
        """Begin what is wanted, or say why not and what there is instead."""
        if answers := self._before.keep_answers():
            self._stage.actions.append(Remember(answers))
        routine = self._before.to_begin()
        if routine:
            self._begin(routine)
        elif self._before.offered():
            self._asking.ask(Trigger.ROUTINE_WANTED, *self._before.why())
        else:
            self._stage.move(Trigger.NOT_STARTED)
            self._stage.say(*self._before.why(), self._lines.not_started)
            self._before.wanted = None

    def _begin(self, routine: Routine) -> None:
        before, gap = self._before, samples(self._policy.longest_gap_seconds)
        self._stage.progress = Progress(routine, before.side or Side.BOTH, gap, before.baseline)
        self._stage.voice.soften(routine.soft_voice)
        self._stage.use_voice()
        minutes = wording.number(routine.minutes)
        intro = self._lines.intro.format(title=routine.title, minutes=minutes)
        self._steps.read(*before.reasons(), *before.advice(), intro, routine.setup)
