"""The dialogue: events in, orders out. It owns no clock, no audio and no thread.

`handle(event, now)` returns what to do; `deadline` says when to call it with `TimeReached`. Both
times are audio samples since the session began. Every event is answered with at most one `Say`,
and a `Hush` comes before it where something is still being said.
"""

from assistant.content.loader import Content
from assistant.content.phrases import Meaning
from assistant.dialogue.asking import Asking
from assistant.dialogue.beginning import Beginning
from assistant.dialogue.endings import Endings
from assistant.dialogue.meanings import NEXT_ONE
from assistant.dialogue.narrator import Narrator
from assistant.dialogue.settings import DialogueSettings
from assistant.dialogue.soreness import OKAY_ANSWERS, Soreness
from assistant.dialogue.stage import Stage
from assistant.dialogue.state import ASKING, SCREENED, UNDER_WAY, Question, State, Trigger
from assistant.dialogue.steps import Steps
from assistant.dialogue.understanding import Phrasebook, Understood
from assistant.messages import (
    Action,
    Began,
    DeviceBack,
    DeviceLost,
    Event,
    Heard,
    MicrophoneMuted,
    Spoken,
    TimeReached,
    samples,
)

__all__ = ["Dialogue", "DialogueSettings"]

HOLDING_SECONDS = 3.0
"""How long a pain word in a partial result may wait for the final result."""
SPEAKING_GRACE_SECONDS = 3.0
"""A partial result shows that an answer is under way: wait for it this much longer."""
DONE_IDLE_SECONDS = 60.0
"""Silence after a finished routine before the session says goodbye."""

_PAST_A_QUESTION = {
    Meaning.CONTINUE,
    Meaning.READY,
    Meaning.NEXT,
    Meaning.SKIP,
    Meaning.BACK,
    Meaning.GO_TO,
    Meaning.START,
    Meaning.START_OVER,
}
"""What would lead past an open question; it has to be answered first."""
_RESUME = {Meaning.CONTINUE, Meaning.READY}
_ABOUT_PAIN = {
    Meaning.HURT,
    Meaning.PAIN,
    Meaning.PAIN_UNNUMBERED,
    Meaning.COMPARED,
    Meaning.LOOKALIKE,
}


class Dialogue:
    """One session.

    Its parts, each of which uses only those before it: the stage that they share, the narrator,
    the endings, the questions, the steps, the beginning, and what is said about pain.
    """

    def __init__(self, content: Content, book: Phrasebook, settings: DialogueSettings) -> None:
        self._book, self._lines, self._policy = book, content.lines, content.pain
        self._stage = stage = Stage(content, book, settings)
        self._narrator = narrator = Narrator(stage)
        self._endings = endings = Endings(stage, narrator)
        self._asking = asking = Asking(stage, narrator, endings)
        self._steps = steps = Steps(stage, narrator, endings, asking)
        self._beginning = Beginning(stage, narrator, endings, asking, steps)
        self._soreness = Soreness(stage, narrator, endings, asking, steps, self._beginning)

    # What the outside sees

    @property
    def state(self) -> State:
        """Where the session is."""
        return self._stage.state

    @property
    def step(self) -> int | None:
        """The step in hand, counted from 1, or None outside a routine."""
        return self._stage.progress.number if self._stage.progress else None

    @property
    def deadline(self) -> int | None:
        """When `TimeReached` is due, or None."""
        return self._stage.deadline

    def handle(self, event: Event, now: int) -> tuple[Action, ...]:
        """Return what to do about `event`, which happened at sample `now`."""
        stage = self._stage
        stage.now, stage.actions = now, []
        if stage.state is not State.ENDED:
            self._on(event)
        return tuple(stage.actions)

    def _on(self, event: Event) -> None:
        match event:
            case Began():
                self._beginning.greet()
            case Heard(text, final=False):
                self._partly_heard(text)
            case Heard(text):
                self._heard(text)
                self._stage.hot.utterance_ended()
            case Spoken() if self._stage.speaking:
                self._spoken()
            case TimeReached() if self.deadline is not None and self._stage.now >= self.deadline:
                self._time_reached()
            case DeviceLost(part):
                self._device_lost(part)
            case MicrophoneMuted():
                self._muted()
            case DeviceBack(part):
                self._device_back(part)

    # What is heard

    def _partly_heard(self, text: str) -> None:
        stage, hot = self._stage, self._stage.hot
        if hot.new_stop(text, stage.now):
            self._endings.stop()
        elif stage.state in {State.READING, State.PRACTICE} and hot.hurt(text):
            self._glimpse_pain()
        elif stage.state in ASKING and stage.deadline is not None:
            hot.hurt(text)  # remembered: a milder final result is asked about
            stage.deadline = max(stage.deadline, stage.now + samples(SPEAKING_GRACE_SECONDS))

    def _glimpse_pain(self) -> None:
        """Hold the step. The question stays open unless the final result takes it back."""
        self._stage.hush()
        self._stage.move(Trigger.PAIN_GLIMPSED)
        self._soreness.note_hurt()
        self._stage.wait(HOLDING_SECONDS)

    def _heard(self, text: str) -> None:
        stage = self._stage
        found = self._book.understand(text, stage.state)
        if found and found.means is Meaning.FLAG:
            self._raise_flag(found.value, text)
        elif stage.hot.stopped(stage.now) or (found and found.means is Meaning.STOP):
            self._stop_heard(text)  # an utterance that has stopped does nothing else
        elif stage.state is State.HOLDING:
            self._decide_hold(found)
        elif found is None:
            self._unclear()
        else:
            self._act(found)

    def _raise_flag(self, rule_id: str, text: str) -> None:
        stage = self._stage
        screen = stage.before.screen if stage.state in SCREENED else None
        if answer := screen and screen.answer_in_flag(rule_id):
            self._beginning.screened(answer)
        else:
            calling = self._book.count(text, stage.state, Meaning.CALL) > 0
            self._endings.warn(rule_id, calling=calling)

    def _stop_heard(self, text: str) -> None:
        """Stop, and remember what hurts: it is asked about before the massage goes on."""
        if self._stage.hot.new_stop(text, self._stage.now):
            self._endings.stop()
        if self._stage.hot.hurt(text):
            self._soreness.note_hurt()

    def _decide_hold(self, found: Understood | None) -> None:
        if found is None or found.means in _ABOUT_PAIN | _PAST_A_QUESTION:
            self._asking.check(Question.HURT)
            return
        self._stage.massage.question = None
        self._stage.move(Trigger.STEP_DUE)
        self._act(found)

    def _unclear(self) -> None:
        if self._stage.state in ASKING:
            self._asking.unclear()
        else:
            self._stage.ignore("no phrase I know")

    # What is done about it

    def _act(self, found: Understood) -> None:
        """Obey, unless it would lead past a hold, an open question or a rest."""
        stage, progress, resume = self._stage, self._stage.progress, found.means in _RESUME
        if progress and found.value == NEXT_ONE and not stage.asides.in_a_list:
            found = Understood(Meaning.NEXT)
        if stage.state is State.OKAY and found.means in OKAY_ANSWERS:
            self._soreness.okay(found.means)
        elif resume and stage.lost and stage.state is State.HELD:
            stage.say(self._lines.held_device.format(part=min(stage.lost)))
        elif not progress or found.means not in _PAST_A_QUESTION:
            self._obey(found)
        elif stage.state is State.HELD and not resume:
            self._narrator.aside()
        elif progress.question:
            progress.waiting = progress.waiting and not resume
            self._asking.check(progress.question, self._lines.answer_first)
        elif progress.rest_left and not resume:
            self._narrator.aside()
        else:
            self._obey(found)

    def _obey(self, found: Understood) -> None:  # noqa: C901, PLR0912 (one line per meaning)
        match found.means:
            case Meaning.HURT:
                self._soreness.hurt()
            case Meaning.GOODBYE:
                self._endings.farewell(self._lines.farewell)
            case Meaning.PAIN:
                self._soreness.rated(found)
            case Meaning.COMPARED:
                self._soreness.compared(found.value)
            case Meaning.PAIN_UNNUMBERED:
                self._soreness.ask_number()
            case Meaning.LOOKALIKE:
                self._soreness.ask_lookalike(found.value)
            case Meaning.ELSEWHERE:
                self._soreness.elsewhere()
            case Meaning.YES | Meaning.NO:
                self._soreness.yes_or_no(yes=found.means is Meaning.YES)
            case Meaning.CONDITION:
                self._beginning.screened(found.value)
            case Meaning.WHY:
                self._beginning.why()
            case Meaning.CALL:
                self._endings.cannot_call()
            case Meaning.SIDE:
                self._beginning.pick_side(found.value)
            case Meaning.START | Meaning.ROUTINE:
                self._beginning.start(found.value)
            case Meaning.START_OVER:
                self._start_over()
            case Meaning.PAUSE:
                self._steps.pause()
            case Meaning.READY if self.state in {State.READING, State.PRACTICE}:
                self._stage.ignore("nothing was asked")
            case Meaning.CONTINUE | Meaning.READY:
                self._steps.carry_on()
            case Meaning.NEXT | Meaning.SKIP:
                self._steps.go_by(1)
            case Meaning.BACK:
                self._steps.go_by(-1)
            case Meaning.GO_TO:
                self._steps.go_to_step(found.number or 0)
            case Meaning.REPEAT:
                self._steps.repeat()
            case _:
                self._remark(found)

    def _start_over(self) -> None:
        wanted = self._stage.before.wanted
        if self._stage.progress:
            self._steps.leave_for(0)
        else:
            self._beginning.start(wanted.id if wanted else "")

    def _remark(self, found: Understood) -> None:
        """Answer, and leave everything as it was."""
        stage = self._stage
        stage.freeze()
        if stage.progress and found.means is Meaning.SOFTER:
            stage.progress.light = True
        text = stage.asides.remark(found, stage.state, stage.progress, stage.before.wanted)
        stage.use_voice()
        self._narrator.aside(text)

    # What happens by itself

    def _spoken(self) -> None:
        stage = self._stage
        stage.speaking = False
        if stage.state is State.ENDING:
            self._endings.end("goodbye")
        elif stage.state is State.READY and stage.before.wanted:
            self._beginning.prepare()
        elif stage.state is State.READING:
            stage.move(Trigger.TEXT_SPOKEN)
            self._steps.practise()
        elif stage.state is State.PRACTICE:
            self._steps.resume_practice()
        elif stage.state is State.RESTING:
            self._steps.run_rest()
        else:
            stage.wait(self._patience())

    def _patience(self) -> float:
        """Return how many seconds the silence may last."""
        if self.state in ASKING:
            return self._policy.answer_seconds
        return DONE_IDLE_SECONDS if self.state is State.DONE else self._stage.settings.idle_seconds

    def _time_reached(self) -> None:
        stage = self._stage
        if stage.pending:
            stage.say(*stage.pending)
        elif stage.state is State.PRACTICE:
            self._steps.time_reached()
        elif self._may_sleep():
            self._endings.let_sleep()
        elif stage.state in ASKING:
            self._asking.not_answered(self._lines.held_no_answer)
        elif stage.state is State.RESTING:
            self._steps.rested()
        elif stage.state is State.HOLDING:
            self._asking.check(Question.HURT)
        elif stage.state is State.STOPPED:
            self._endings.end("idle")  # nothing is said after a stop unless the user speaks
        else:
            done = stage.state is State.DONE
            self._endings.farewell(self._lines.farewell if done else self._lines.farewell_idle)

    def _may_sleep(self) -> bool:
        """Whether all that is left is the question of somebody who may have drifted off."""
        stage = self._stage
        asked = stage.progress is not None and stage.progress.question is Question.FINAL_SOFT
        return asked and stage.state in {State.CHECK, State.PAUSED, State.HELD}

    # Devices

    def _device_lost(self, part: str) -> None:
        self._stage.lost.add(part)
        self._hold_for_device(self._lines.held_device.format(part=part))

    def _muted(self) -> None:
        """Say that nothing is heard at all: then no "stop" is heard either."""
        stage, line = self._stage, self._lines.muted
        stage.lost.add("microphone")
        if not self._hold_for_device(line) and stage.state is not State.STOPPED:
            self._narrator.aside(line)  # after a stop nothing is said unless somebody speaks

    def _hold_for_device(self, line: str) -> bool:
        """Hold a massage that is under way and say why; whether one is."""
        stage = self._stage
        if stage.state not in UNDER_WAY:
            return False
        stage.keep_rest()
        stage.move(Trigger.HOLD_DUE)
        stage.say(line)
        return True

    def _device_back(self, part: str) -> None:
        self._stage.lost.discard(part)
        if self._stage.state is State.HELD:
            self._stage.say(self._lines.device_back.format(part=part))
