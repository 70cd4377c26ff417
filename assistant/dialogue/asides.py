"""What is answered to a question or a wish that moves nobody to another state."""

from assistant.content.loader import Content
from assistant.content.phrases import Meaning
from assistant.content.routine import Routine, Side
from assistant.dialogue import wording
from assistant.dialogue.answers import AnswerBook, Told
from assistant.dialogue.meanings import NEXT_ONE
from assistant.dialogue.progress import Progress
from assistant.dialogue.state import State
from assistant.dialogue.understanding import Understood
from assistant.dialogue.voice import Voice
from assistant.messages import samples, seconds

LONGER_SECONDS = 15.0

_STEP_GOING_ON = {State.READING, State.PRACTICE}


class Asides:
    """Answers in words, while the step's clock stands. Only "longer" and the voice do things."""

    def __init__(self, content: Content, voice: Voice) -> None:
        self._lines, self._voice = content.lines, voice
        self._told = Told(AnswerBook(content))

    def remark(
        self, found: Understood, state: State, progress: Progress | None, wanted: Routine | None
    ) -> str:
        """Return what to say to `found`; `wanted` is the routine in hand, begun or not."""
        match found.means:
            case Meaning.QUESTION | Meaning.MORE | Meaning.ITEM:
                return self._answer(found, state, progress, wanted)
            case Meaning.TIME_LEFT | Meaning.WHERE:
                return self._place(found.means, state, progress)
            case Meaning.SOFTER:
                return self._lines.softer
            case Meaning.LONGER:
                return self._longer(state, progress)
            case Meaning.HELP:
                return self.help(state, progress)
        return self._change_voice(found.means)

    @property
    def in_a_list(self) -> bool:
        """Whether "next one" is one of a list."""
        return self._told.in_a_list

    def step_begins(self) -> None:
        """What was read in the step before is over with it."""
        self._told.leave_list()

    def help(self, state: State, progress: Progress | None) -> str:
        """Return what can be said in this state."""
        nothing_begun = state is State.STOPPED and progress is None
        return str(getattr(self._lines, "help_over" if nothing_begun else _HELP[state]))

    def _answer(
        self, found: Understood, state: State, progress: Progress | None, wanted: Routine | None
    ) -> str:
        topic = wanted.topic if wanted else "knee"
        if found.means is not Meaning.QUESTION:
            return self._go_on(found, topic)
        if found.value == "sources":
            return self._sources()
        if found.value == "process-why" and state is State.SCREENING:
            return self._told.answer("process-why-safe", topic)
        if progress and (text := self._about_the_massage(found.value, state, progress)):
            return text
        return self._offering_more(self._told.answer(found.value, topic))

    def _go_on(self, found: Understood, topic: str) -> str:
        if found.number is not None:
            return self._offering_more(self._told.item(found.number, topic))
        if found.value == "all":
            return self._told.all(topic)
        if found.value != NEXT_ONE:
            return self._offering_more(self._told.more(topic))
        if not self._told.in_a_list:
            return self._lines.which_next
        return self._offering_more(self._told.following(topic))

    def _offering_more(self, text: str | None) -> str:
        if text is None:
            return self._lines.nothing_more
        if not self._told.more_to_say:
            return text
        offer = self._lines.more_list if self._told.at_the_names else self._lines.more
        return f"{text} {offer}"

    def _sources(self) -> str:
        sources, lines = self._told.sources(), self._lines
        if not sources:
            return lines.says_who_none
        also = (lines.says_who_also.format(source=source) for source in sources[1:])
        return " ".join((lines.says_who.format(source=sources[0]), *also))

    def _about_the_massage(self, answer_id: str, state: State, progress: Progress) -> str | None:
        """Return the answer for this very massage, or None where it is not going on."""
        if answer_id == "process-time":
            return self._time_left(state, progress)
        if answer_id == "process-side":
            return self._which_leg(progress)
        if answer_id == "process-next" and state in _STEP_GOING_ON:
            return self._what_is_next(progress)
        return None

    def _which_leg(self, progress: Progress) -> str:
        side = progress.side if progress.step.side is Side.CHOSEN else progress.step.side
        if side is Side.BOTH:
            return self._lines.both_legs
        return self._lines.which_leg.format(side=side.value)

    def _what_is_next(self, progress: Progress) -> str:
        ahead = progress.routine.steps[progress.index + 1 :]
        if not ahead:
            return self._lines.last_step
        step, here = ahead[0], progress.step.position
        position = step.position if step.position != here else ""
        text = f"{position} {step.say}".strip().format(side=progress.side.value)
        return self._lines.after_this.format(step=text)

    def _place(self, meaning: Meaning, state: State, progress: Progress | None) -> str:
        if progress is None:
            return self._lines.nothing_to_resume
        if meaning is Meaning.TIME_LEFT:
            return self._time_left(state, progress)
        steps = wording.number(len(progress.routine.steps))
        return self._lines.where.format(step=wording.number(progress.number), steps=steps)

    def _time_left(self, state: State, progress: Progress) -> str:
        routine_time = wording.duration(max(60, seconds(progress.routine_left())))
        told = progress.practised and state in _STEP_GOING_ON
        if told or progress.remaining <= 0:  # the state's own line says what is left of the step
            return self._lines.time_left_none.format(routine_time=routine_time)
        step_time = wording.duration(seconds(progress.remaining)).capitalize()
        return self._lines.time_left.format(step_time=step_time, routine_time=routine_time)

    def _longer(self, state: State, progress: Progress | None) -> str:
        if progress is None:
            return self._lines.nothing_to_resume
        going_on = progress if state in _STEP_GOING_ON else None
        if going_on is None or not going_on.lengthen(samples(LONGER_SECONDS)):
            return self._lines.longer_not
        return self._lines.longer.format(time=wording.duration(LONGER_SECONDS).capitalize())

    def _change_voice(self, meaning: Meaning) -> str:
        changed = self._voice.change(meaning)
        return str(getattr(self._lines, meaning.value if changed else "as_far_as_it_goes"))


_HELP = {
    State.READY: "help_ready",
    State.CHOOSING_ROUTINE: "help_choosing",
    State.CHOOSING_SIDE: "help_side",
    State.SCREENING: "help_screening",
    State.BASELINE: "help_baseline",
    State.READING: "help_step",
    State.PRACTICE: "help_step",
    State.HOLDING: "help_step",
    State.CHECK: "help_check",
    State.OKAY: "ask_okay_again",
    State.RESTING: "help_resting",
    State.PAUSED: "help_waiting",
    State.HELD: "help_held",
    State.STOPPED: "help_waiting",
    State.DONE: "help_over",
}
