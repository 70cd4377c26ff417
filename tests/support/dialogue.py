"""Runs a dialogue in virtual time, so that a test reads as a conversation."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from assistant.content.loader import load_content
from assistant.content.routine import Routine, Side, Step
from assistant.dialogue.dialogue import Dialogue, DialogueSettings
from assistant.dialogue.second_opinion import NO_SIGN
from assistant.dialogue.state import State
from assistant.dialogue.understanding import Phrasebook
from assistant.messages import (
    Action,
    Began,
    DeviceBack,
    DeviceLost,
    End,
    Event,
    Heard,
    Hush,
    Ignore,
    Say,
    SetVoice,
    Spoken,
    TimeReached,
    samples,
    seconds,
)
from assistant.reading.reader import shipped_reader

CONTENT = load_content()
LINES = CONTENT.lines
SCREENING = CONTENT.screening
WELL = {
    name: "no"
    for question in SCREENING.questions
    for name in question.kept_as(Side.BOTH)
    if not question.every_time
}
"""The answers of somebody with nothing to report, from this month, about both legs."""
ROUTINES = {routine.id: routine for routine in CONTENT.routines}
BOOK = Phrasebook(CONTENT.phrases, CONTENT.routines, CONTENT.flags)
RULES = tuple(rule.id for rule in CONTENT.flags.rules)
ASK_STEP = "Any pain? A number from zero to ten, or say none."
ASK_CALIBRATE = "How's that pressure? Give me a number for pain, or say comfortable, or too much."


def unsure(_: str) -> Mapping[str, float]:
    """A judge of sentences who never knows whether there is a warning sign."""
    return dict.fromkeys(RULES, 0.5 / len(RULES)) | {NO_SIGN: 0.5}


def answers(text: str) -> Mapping[str, float]:
    """The judge of questions that ships."""
    return shipped_reader().answers(text)


@cache
def book_with(id_: str, names: tuple[str, ...]) -> Phrasebook:
    """The phrases with those of a routine of the user's own: its steps make no difference."""
    own = Routine(id_, "Own", (Step("Rub.", 10),), names=names)
    return Phrasebook(CONTENT.phrases, (*CONTENT.routines, own), CONTENT.flags)


class Talk:
    """A conversation with a dialogue.

    Every event's actions are kept in `actions`; `said` is every utterance since the beginning.
    """

    def __init__(self, settings: DialogueSettings | None = None) -> None:
        settings = settings or DialogueSettings(screening=False)
        own = settings.routine if settings.routine not in CONTENT.routines else None
        book = book_with(own.id, own.names) if own else BOOK
        self.dialogue = Dialogue(CONTENT, book, settings)
        self.now = 0
        self.said: list[str] = []
        self.actions: tuple[Action, ...] = ()
        self.voice = SetVoice(settings.rate_wpm, settings.volume_db, settings.voices[0])
        self.ended: str | None = None
        self.speaking = False
        self.happens(Began())

    # What the user does

    def user(self, text: str) -> str:
        """The user says `text`, recognised in one go. Returns what is answered, if anything."""
        return self.happens(Heard(text, final=True))

    def user_begins(self, text: str) -> str:
        """The user is in the middle of saying `text`."""
        return self.happens(Heard(text, final=False))

    # What happens

    def spoken(self) -> str:
        """The assistant finishes speaking."""
        assert self.speaking, "nothing is being said"
        self.speaking = False
        self.passes(1.0)
        return self.happens(Spoken())

    def passes(self, seconds_: float) -> None:
        """Time passes, and nothing happens."""
        self.now += samples(seconds_)

    def time(self) -> str:
        """Time passes until the next deadline."""
        assert self.dialogue.deadline is not None, "nothing is waited for"
        self.now = max(self.now, self.dialogue.deadline)
        return self.happens(TimeReached())

    def lost(self, part: str = "microphone") -> str:
        return self.happens(DeviceLost(part, "It was unplugged."))

    def back(self, part: str = "microphone") -> str:
        return self.happens(DeviceBack(part))

    def happens(self, event: Event) -> str:
        """Hand over any event; return what is said to it."""
        self.actions = self.dialogue.handle(event, self.now)
        said = ""
        for action in self.actions:
            match action:
                case Say():
                    said, self.speaking = action.text, True
                    self.said.append(said)
                case Hush():
                    self.speaking = False
                case SetVoice():
                    self.voice = action
                case End(reason):
                    self.ended = reason
        return said

    # Longer stretches

    def goes_on(self) -> str:
        """What comes next by itself: the end of what is being said, or the next deadline."""
        return self.spoken() if self.speaking else self.time()

    def until(self, *states: State) -> str:
        """Let things happen by themselves until one of `states`; return what was said last."""
        for _ in range(200):
            if self.state in states and not (self.speaking and State.PRACTICE in states):
                return self.said[-1]
            self.goes_on()
        raise AssertionError(f"never {states}, but {self.state}")

    def answers_checks(self, answer: str, *, until_step: int | None = None) -> None:
        """Answer every question with `answer` until the routine, or a step's text, is over."""
        while self.step is not None and not (
            self.step == until_step and self.state is State.READING
        ):
            if self.state is State.CHECK:
                self.user(answer)
            elif self.state is State.OKAY:
                self.user("yes")
            else:
                self.goes_on()

    # What can be seen

    @property
    def state(self) -> State:
        return self.dialogue.state

    @property
    def step(self) -> int | None:
        return self.dialogue.step

    @property
    def last(self) -> str:
        return self.said[-1]

    @property
    def hushed(self) -> bool:
        """Whether the latest event silenced the assistant."""
        return Hush() in self.actions

    @property
    def ignored(self) -> bool:
        """Whether the latest event meant nothing."""
        return any(isinstance(action, Ignore) for action in self.actions)

    @property
    def waits_seconds(self) -> float | None:
        """How long until the deadline."""
        deadline = self.dialogue.deadline
        return None if deadline is None else seconds(deadline - self.now)


def massage(
    routine: str | Routine = "knee_quick",
    side: Side | None = Side.LEFT,
    *,
    step: int = 1,
    settings: DialogueSettings | None = None,
) -> Talk:
    """A massage that is being read out, at the text of `step`; every check was answered "none"."""
    chosen = ROUTINES[routine] if isinstance(routine, str) else routine
    settings = settings or DialogueSettings(screening=False)
    talk = Talk(replace(settings, routine=chosen, side=side))
    talk.spoken()
    talk.answers_checks("none", until_step=step)
    return talk


def practising(routine: str | Routine = "knee_quick", *, step: int = 1) -> Talk:
    """The same, with the step's clock running."""
    talk = massage(routine, step=step)
    talk.spoken()
    assert talk.state is State.PRACTICE
    return talk


def asked(routine: str | Routine = "knee_quick", *, step: int = 3) -> Talk:
    """The same, with the step's check just asked."""
    talk = practising(routine, step=step)
    talk.until(State.CHECK)
    talk.spoken()
    return talk


def lighter(answer: str = "three", *, step: int = 5) -> Talk:
    """The step going on with a lighter touch, and the clock of that running."""
    talk = asked(step=step)
    talk.user(answer)
    talk.spoken()
    talk.user("yes")
    talk.spoken()
    assert talk.state is State.PRACTICE
    return talk


def resting() -> Talk:
    """Hands off for a minute, with the clock of the rest running."""
    talk = asked()
    talk.user("five")
    talk.spoken()
    assert talk.state is State.RESTING
    return talk


def in_state(state: State) -> Talk:
    """A conversation in `state`, with nothing being said."""
    talk = _into(state)
    if talk.speaking and state not in {State.READING, State.ENDING}:
        talk.spoken()
    assert talk.state is state
    return talk


def _into(state: State) -> Talk:  # noqa: C901, PLR0911, PLR0912 (one way for each state)
    match state:
        case State.READY:
            return Talk()
        case State.CHOOSING_ROUTINE | State.CHOOSING_SIDE:
            talk = Talk()
            talk.user("start" if state is State.CHOOSING_ROUTINE else "start quick knee")
            return talk
        case State.SCREENING | State.BASELINE:
            talk = Talk(DialogueSettings(remembered=WELL))
            talk.user("start bedtime")
            while talk.state is not state:
                talk.user("no")
            return talk
        case State.READING:
            return massage(step=3)
        case State.PRACTICE:
            return practising(step=3)
        case State.HOLDING:
            talk = practising(step=3)
            talk.user_begins("ow")
            return talk
        case State.CHECK:
            return asked()
        case State.OKAY:
            talk = asked()
            talk.user("three")
            return talk
        case State.RESTING:
            return resting()
        case State.PAUSED | State.STOPPED:
            talk = practising(step=3)
            talk.user("pause" if state is State.PAUSED else "stop")
            if state is State.STOPPED:
                talk.time()
            return talk
        case State.HELD:
            talk = practising(step=3)
            talk.lost()
            talk.spoken()
            talk.back()
            return talk
        case State.DONE:
            talk = massage()
            talk.answers_checks("none")
            return talk
        case State.ENDING:
            talk = Talk()
            talk.user("goodbye")
            return talk
        case State.ENDED:
            talk = Talk()
            talk.user("goodbye")
            talk.spoken()
            return talk
