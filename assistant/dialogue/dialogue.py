"""The dialogue: events in, orders out. It owns no clock, no audio and no thread.

`handle(event, now)` returns what to do; `deadline` says when to call it with `TimeReached`. Both
times are audio samples since the session began. Every event is answered with at most one `Say`,
and a `Hush` comes before it where something is still being said.
"""

from dataclasses import dataclass

from assistant.content.loader import Content
from assistant.content.phrases import Meaning
from assistant.content.routine import Routine, Side
from assistant.dialogue import wording
from assistant.dialogue.asides import Asides
from assistant.dialogue.progress import Progress
from assistant.dialogue.safety import HotWords, Outcome, Zone, outcome, zone
from assistant.dialogue.state import TRANSITIONS, Question, State, Trigger
from assistant.dialogue.understanding import Phrasebook, Understood
from assistant.dialogue.voice import Voice
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
    Spoken,
    TimeReached,
    samples,
    seconds,
)

STOP_SILENCE_SECONDS = 0.4
"""Silence between "stop" and the one short line that follows it."""
HOLDING_SECONDS = 3.0
"""How long a pain word in a partial result may wait for the final result."""
SPEAKING_GRACE_SECONDS = 3.0
"""A partial result shows that an answer is under way: wait for it this much longer."""
DONE_IDLE_SECONDS = 60.0
"""Silence after a finished routine before the session says goodbye."""

_CHOOSING = {State.CHOOSING_ROUTINE, State.CHOOSING_SIDE, State.SCREENING}
_ASKING = _CHOOSING | {State.CHECK}
_UNDER_WAY = {State.READING, State.PRACTICE, State.HOLDING, State.CHECK, State.RESTING}
_HELD_UP = {State.PAUSED, State.HELD, State.STOPPED}
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


@dataclass(frozen=True)
class DialogueSettings:
    """What a user may set about the dialogue."""

    routine: Routine | None = None
    """Begun after the greeting without being asked for."""
    side: Side | None = None
    screening: bool = True
    emergency_number: str = "your local emergency number"
    idle_seconds: float = 600.0
    """Silence after which a waiting session ends."""
    rate_wpm: int = 150
    volume_db: float = -4.0
    voices: tuple[str, ...] = ("gmw/en", "gmw/en-us")
    """The voice to speak with, and those that "another voice" takes in turn."""


class Dialogue:
    """One session."""

    def __init__(self, content: Content, book: Phrasebook, settings: DialogueSettings) -> None:
        self._content, self._lines, self._policy = content, content.lines, content.pain
        self._book, self._settings = book, settings
        self._hot = HotWords(book)
        own = (settings.routine,) if settings.routine else ()
        self._routines = {routine.id: routine for routine in (*content.routines, *own)}
        self._state = State.READY
        self._deadline: int | None = None
        self._progress: Progress | None = None
        self._wanted: Routine | None = settings.routine
        self._side: Side | None = settings.side
        self._tries = 0
        self._screen_at = 0
        self._quiet_until = 0
        self._pending: tuple[str, ...] = ()
        self._last_words = ""
        self._speaking = False
        self._voice = Voice(settings.rate_wpm, settings.volume_db, settings.voices)
        self._spoken_with = self._voice.now
        self._asides = Asides(content, self._voice)
        self._lost: set[str] = set()
        self._now = 0
        self._actions: list[Action] = []

    # What the outside sees

    @property
    def state(self) -> State:
        """Where the session is."""
        return self._state

    @property
    def step(self) -> int | None:
        """The step in hand, counted from 1, or None outside a routine."""
        return self._progress.number if self._progress else None

    @property
    def deadline(self) -> int | None:
        """When `TimeReached` is due, or None."""
        return self._deadline

    def handle(self, event: Event, now: int) -> tuple[Action, ...]:
        """Return what to do about `event`, which happened at sample `now`."""
        self._now, self._actions = now, []
        if self._state is not State.ENDED:
            self._on(event)
        return tuple(self._actions)

    def _on(self, event: Event) -> None:
        match event:
            case Began():
                self._greet()
            case Heard(text, final=False):
                self._partly_heard(text)
            case Heard(text):
                self._heard(text)
                self._hot.utterance_ended()
            case Spoken() if self._speaking:
                self._spoken()
            case TimeReached() if self._deadline is not None and self._now >= self._deadline:
                self._time_reached()
            case DeviceLost(part):
                self._device_lost(part)
            case DeviceBack(part):
                self._device_back(part)

    # Saying, moving, waiting

    def _say(self, *lines: str) -> None:
        """Say `lines` now, or when the silence after a stop is over."""
        self._hush()
        self._deadline, self._pending = None, ()
        said = tuple(line for line in lines if line)
        if self._now < self._quiet_until:
            self._deadline, self._pending = self._quiet_until, said
        else:
            self._actions.append(Say(said))
            self._speaking = True

    def _hush(self) -> None:
        if self._speaking:
            self._actions.append(Hush())
            self._speaking = False

    def _move(self, trigger: Trigger) -> None:
        self._state = TRANSITIONS[self._state, trigger]
        self._freeze()
        self._deadline, self._pending = None, ()

    def _freeze(self) -> None:
        if self._progress:
            self._progress.freeze(self._now)

    def _wait(self, seconds: float) -> None:
        self._deadline = self._now + samples(seconds)

    def _ignore(self, why: str) -> None:
        self._actions.append(Ignore(why))

    # What is heard

    def _partly_heard(self, text: str) -> None:
        if self._hot.new_stop(text, self._now):
            self._stop()
        elif self._state in {State.READING, State.PRACTICE} and self._hot.hurt(text):
            self._glimpse_pain()
        elif self._state in _ASKING and self._deadline is not None:
            self._hot.hurt(text)  # remembered: a milder final result is asked about
            self._deadline = max(self._deadline, self._now + samples(SPEAKING_GRACE_SECONDS))

    def _glimpse_pain(self) -> None:
        """Hold the step. The question stays open unless the final result takes it back."""
        self._hush()
        self._move(Trigger.PAIN_GLIMPSED)
        self._note_hurt()
        self._wait(HOLDING_SECONDS)

    def _heard(self, text: str) -> None:
        found = self._book.understand(text, self._state)
        means = found.means if found else None
        acted = self._hot.stopped(self._now) and means is not Meaning.FLAG
        if acted or means is Meaning.STOP:  # an utterance that has stopped does nothing else
            self._stop_heard(text)
        elif self._state is State.HOLDING:
            self._decide_hold(found)
        elif found is None:
            self._unclear()
        else:
            self._act(found)

    def _stop_heard(self, text: str) -> None:
        """Stop, and remember what hurts: it is asked about before the massage goes on."""
        if self._hot.new_stop(text, self._now):
            self._stop()
        if self._hot.hurt(text):
            self._note_hurt()

    def _note_hurt(self) -> None:
        if self._progress:
            self._progress.question = self._progress.hurt()

    def _decide_hold(self, found: Understood | None) -> None:
        assert self._progress
        if found is None or found.means is Meaning.HURT or found.means in _PAST_A_QUESTION:
            self._ask(Question.HURT)
            return
        self._progress.question = None
        self._move(Trigger.STEP_DUE)
        self._act(found)

    def _unclear(self) -> None:
        if self._state in _ASKING:
            self._not_answered(self._lines.held_unclear)
        else:
            self._ignore("no phrase I know")

    def _act(self, found: Understood) -> None:
        """Obey, unless it would lead past a hold, an open question or a rest."""
        progress, resume = self._progress, found.means in _RESUME
        if resume and self._lost and self._state is State.HELD:
            self._say(self._lines.held_device.format(part=min(self._lost)))
        elif not progress or found.means not in _PAST_A_QUESTION:
            self._obey(found)
        elif self._state is State.HELD and not resume:
            self._aside()
        elif progress.question:
            progress.waiting = progress.waiting and not resume
            self._ask(progress.question, self._lines.answer_first)
        elif progress.rest_left and not resume:
            self._aside()
        else:
            self._obey(found)

    def _obey(self, found: Understood) -> None:  # noqa: C901, PLR0912 (one line per meaning)
        match found.means:
            case Meaning.FLAG:
                self._raise_flag(found.value)
            case Meaning.HURT:
                self._hurt()
            case Meaning.GOODBYE:
                self._farewell(self._lines.farewell)
            case Meaning.PAIN:
                self._answered(found.number or 0)
            case Meaning.PAIN_UNNUMBERED:
                self._not_answered(self._lines.held_unclear, self._lines.ask_number)
            case Meaning.LOOKALIKE:
                self._not_answered(self._lines.held_unclear, self._lines.ask_lookalike)
            case Meaning.YES | Meaning.NO:
                self._screened(clear=found.means is Meaning.NO)
            case Meaning.SIDE:
                self._pick_side(found.value)
            case Meaning.START | Meaning.ROUTINE:
                self._start(found.value)
            case Meaning.START_OVER:
                self._start_over()
            case Meaning.PAUSE:
                self._pause()
            case Meaning.CONTINUE | Meaning.READY:
                self._continue()
            case Meaning.NEXT | Meaning.SKIP:
                self._go_to(self._index + 1)
            case Meaning.BACK:
                self._go_to(self._index - 1)
            case Meaning.GO_TO:
                self._go_to_step(found.number or 0)
            case Meaning.REPEAT:
                self._repeat()
            case _:
                self._remark(found)

    # Before a massage

    def _greet(self) -> None:
        lines = self._lines
        self._say(lines.greeting_with_routine if self._wanted else lines.greeting)

    def _start(self, routine_id: str) -> None:
        if self._state in _UNDER_WAY and self._progress:
            title = self._progress.routine.title
            self._aside(self._lines.already_started.format(title=title))
            return
        self._progress, self._wanted = None, self._routines.get(routine_id)
        self._side, self._last_words = self._settings.side, ""
        self._prepare()

    def _prepare(self) -> None:
        """Ask for what is still to be known, then begin."""
        if self._wanted is None:
            self._question(Trigger.ROUTINE_WANTED)
        elif self._wanted.needs_side and self._side is None:
            self._question(Trigger.SIDE_WANTED)
        elif self._settings.screening and self._content.screening.questions:
            self._screen_at = 0
            self._question(Trigger.SCREEN_DUE, self._lines.screening)
        else:
            self._begin()

    def _question(self, trigger: Trigger, first: str = "") -> None:
        self._move(trigger)
        self._tries = 0
        self._say(first, *self._own_lines())

    def _pick_side(self, value: str) -> None:
        if value == "both":
            self._say(self._lines.one_at_a_time)
            return
        self._side = Side(value)
        self._prepare()

    def _screened(self, *, clear: bool) -> None:
        questions = self._content.screening.questions
        if not clear:
            self._raise_flag(questions[self._screen_at].rule)
        elif self._screen_at + 1 < len(questions):
            self._screen_at += 1
            self._question(Trigger.SCREEN_DUE)
        else:
            self._begin()

    def _begin(self) -> None:
        routine = self._wanted
        assert routine is not None
        gap = samples(self._policy.longest_gap_seconds)
        self._progress = Progress(routine, self._side or Side.BOTH, gap)
        self._voice.soften(routine.soft_voice)
        self._use_voice()
        minutes = wording.number(routine.minutes)
        intro = self._lines.intro.format(title=routine.title, minutes=minutes)
        self._read(intro, routine.setup)

    # Steps

    def _read(self, *first: str, whole: bool = True) -> None:
        """Say `first` and the step (if `whole`), unless something holds the massage up."""
        self._move(Trigger.STEP_DUE)
        if held := self._held_up_by():
            self._move(Trigger.HOLD_DUE)
            self._say(*first, held)
        else:
            self._say(*first, *(self._own_lines() if whole else ()))

    def _held_up_by(self) -> str:
        assert self._progress
        if self._lost:
            return self._lines.held_device.format(part=min(self._lost))
        return self._lines.paused if self._progress.waiting else ""

    def _step_lines(self, progress: Progress) -> tuple[str, ...]:
        step, lines = progress.step, self._lines
        left_out = lines.leave_out.format(condition=step.leave_out_if) if step.leave_out_if else ""
        text = step.say.format(side=progress.side.value)
        left = self._left() if progress.practised else ""
        return left_out, text, left

    def _left(self) -> str:
        assert self._progress
        time = wording.duration(seconds(self._progress.remaining))
        return self._lines.left_in_step.format(time=time.capitalize())

    def _advance(self, *first: str) -> None:
        """Go to the step that follows, or finish after the last."""
        progress = self._progress
        assert progress
        if progress.following >= self._steps:
            self._finish(*first)
            return
        before = progress.step.side
        progress.go_to(progress.following)
        self._read(*first, self._side_line(before, progress.step.side))

    def _side_line(self, before: Side, side: Side) -> str:
        lines = {Side.LEFT: self._lines.now_left, Side.RIGHT: self._lines.now_right}
        return "" if side is before else lines.get(side, "")

    def _finish(self, *first: str) -> None:
        self._over(*first, self._lines.finished)

    def _over(self, *lines: str) -> None:
        self._move(Trigger.ROUTINE_OVER)
        self._progress, self._last_words = None, " ".join(lines)
        self._say(*lines)

    def _practise(self) -> None:
        """Set the step's clock going; it next matters half-way or at the end."""
        assert self._progress
        self._progress.run(self._now)
        self._deadline = self._progress.halfway() or self._progress.step_end()

    def _practice_time(self) -> None:
        progress = self._progress
        assert progress
        halfway = self._now < progress.step_end()
        self._freeze()
        if halfway:
            self._say(self._lines.halfway)
            self._practise()
        elif check := progress.check_before(progress.following, leaving=True):
            self._ask(Question(check))
        else:
            self._advance()

    # Checks

    def _ask(self, question: Question, first: str = "") -> None:
        assert self._progress
        self._progress.question = question
        self._move(Trigger.CHECK_DUE)
        self._tries = 0
        self._say(first, *self._own_lines())

    def _not_answered(self, held: str, again: str = "") -> None:
        """Ask again in other words while tries are left, then hold."""
        self._tries += 1
        if self._tries < self._policy.tries:
            self._say(again or self._other_words())
        elif self._state is State.CHECK:
            self._give_up_check(held)
        else:
            self._give_up_start()

    def _give_up_start(self) -> None:
        unclear = self._state is State.SCREENING
        self._move(Trigger.NOT_STARTED)
        self._wanted = None
        self._say(self._lines.screening_unclear if unclear else self._lines.not_started)

    def _other_words(self) -> str:
        if self._state is State.CHECK:
            return self._lines.ask_again
        if self._state is State.SCREENING:
            return self._content.screening.questions[self._screen_at].again
        return " ".join(self._own_lines())

    def _give_up_check(self, held: str) -> None:
        assert self._progress
        self._move(Trigger.HOLD_DUE)
        self._say(held)

    def _answered(self, number: int) -> None:
        progress = self._progress
        assert progress
        assert progress.question
        if self._hot.hurt_before and zone(number, self._policy) is Zone.GREEN:
            self._not_answered(self._lines.held_unclear, self._lines.ask_number)
            return
        found = outcome(progress.question, number, self._policy)
        line = wording.with_pain(str(getattr(self._lines, found.value)), number)
        match found:
            case Outcome.TOO_SORE | Outcome.SETTLED | Outcome.NOT_SETTLED:
                self._over(line)
                self._wanted = None  # a new start names its massage
            case Outcome.GREEN_FINAL | Outcome.AMBER_FINAL:
                self._finish(line)
            case Outcome.RED:
                self._hands_off(line)
            case Outcome.GREEN:
                self._carry_on(line)
            case _ if progress.lighter:
                self._leave_out(number)
            case _:
                progress.ease(samples(self._policy.amber_seconds))
                self._read(line, whole=False)

    def _let_sleep(self) -> None:
        """Whoever drifted off hears no more."""
        self._move(Trigger.ROUTINE_OVER)
        self._progress = None
        self._end("finished")

    def _carry_on(self, line: str) -> None:
        progress = self._progress
        assert progress
        if progress.question is Question.HURT:
            progress.question = None
            self._read(line)
        else:
            progress.answered()
            self._advance(line)

    def _hands_off(self, line: str) -> None:
        assert self._progress
        self._progress.question = None
        self._progress.rest_left = samples(self._policy.rest_seconds)
        self._rest(line)

    def _leave_out(self, number: int) -> None:
        progress = self._progress
        assert progress
        progress.left_out += 1
        if progress.left_out >= self._policy.skips_to_end:
            self._over(self._lines.skipped_twice)
            return
        progress.answered()
        self._advance(wording.with_pain(self._lines.step_left_out, number))

    def _rest(self, line: str) -> None:
        self._move(Trigger.REST_DUE)
        self._say(line)

    def _hurt(self) -> None:
        progress = self._progress
        if progress is None:
            self._leave_alone()
            return
        progress.waiting = progress.waiting or self._state in _HELD_UP
        self._ask(progress.hurt())

    def _leave_alone(self) -> None:
        """What hurts is not massaged without being asked for again."""
        if self._state in _CHOOSING:
            self._move(Trigger.NOT_STARTED)
        if self._state is State.READY:
            self._wanted = None
        self._aside(self._lines.leave_it)

    # Moving about

    def _go_to_step(self, number: int) -> None:
        if number > self._steps:
            self._aside(self._lines.no_such_step.format(steps=wording.number(self._steps)))
        else:
            self._go_to(number - 1)

    def _go_to(self, index: int) -> None:
        if self._state is State.STOPPED:
            self._aside()  # only "continue" or a new start leads out of a stop
        else:
            self._leave_for(max(0, index))

    def _leave_for(self, index: int) -> None:
        progress = self._progress
        assert progress
        self._freeze()
        progress.target = index
        leaving = index > progress.index and (progress.practised or index >= self._steps)
        if check := progress.check_before(index, leaving=leaving):
            self._ask(Question(check))
        else:
            self._advance()

    @property
    def _steps(self) -> int:
        return len(self._progress.routine.steps) if self._progress else 0

    @property
    def _index(self) -> int:
        return self._progress.index if self._progress else 0

    def _start_over(self) -> None:
        if self._progress:
            self._leave_for(0)
        else:
            self._start(self._wanted.id if self._wanted else "")

    def _repeat(self) -> None:
        if self._state in {State.READING, State.PRACTICE} and self._progress:
            self._freeze()
            self._progress.restart_step()
            self._read()
        else:
            self._aside(self._last_words)

    def _pause(self) -> None:
        if self._state in _UNDER_WAY:
            self._keep_rest()
            self._move(Trigger.PAUSE_WANTED)
            self._say(self._lines.paused)
        else:
            self._ignore("nothing is going on to be paused")

    def _continue(self) -> None:
        progress = self._progress
        if progress is None:
            self._aside(self._lines.nothing_to_resume)
        elif self._state not in _HELD_UP:
            self._aside()
        elif progress.rest_left:
            self._rest(self._lines.resting)
        else:
            progress.waiting = False
            self._read()

    def _keep_rest(self) -> None:
        """Remember what is left of a rest that is interrupted."""
        if self._state is not State.RESTING or self._pending:
            return
        if self._progress and self._deadline is not None:
            self._progress.rest_left = max(1, self._deadline - self._now)

    # Asides: they answer and leave everything as it was

    def _remark(self, found: Understood) -> None:
        self._freeze()
        text = self._asides.remark(found, self._state, self._progress, self._wanted)
        self._use_voice()
        self._aside(text)

    def _use_voice(self) -> None:
        if self._voice.now != self._spoken_with:
            self._spoken_with = self._voice.now
            self._actions.append(self._spoken_with)

    def _aside(self, *lines: str) -> None:
        self._freeze()
        self._keep_rest()
        said = (*lines, *self._own_lines())
        if not any(said):
            said = (self._asides.help(self._state, self._progress),)
        self._say(*said)

    def _own_lines(self) -> tuple[str, ...]:  # noqa: PLR0911 (one line per state)
        """Return what a state says for itself, which also ends every aside in it."""
        lines, progress = self._lines, self._progress
        match self._state:
            case State.READY:
                return (lines.ready,)
            case State.CHOOSING_ROUTINE:
                titles = ", ".join(routine.title for routine in self._routines.values())
                return (lines.which_routine.format(routines=titles),)
            case State.CHOOSING_SIDE:
                return (lines.which_side,)
            case State.SCREENING:
                return (self._content.screening.questions[self._screen_at].ask,)
            case State.READING | State.PRACTICE if progress:
                return self._step_lines(progress)
            case State.CHECK if progress and progress.question:
                return (str(getattr(lines, f"ask_{progress.question.value}")),)
            case State.RESTING:
                return (lines.resting,)
            case State.PAUSED | State.HELD:
                return (lines.paused,)
        return ()

    # Ends

    def _stop(self) -> None:
        self._actions.append(Hush())  # whatever is being said, and even if nothing should be
        self._speaking = False
        if self._state is State.ENDING:
            self._end("goodbye")
            return
        again = self._state is State.STOPPED and not self._pending
        self._keep_rest()
        self._move(Trigger.STOP_HEARD)
        self._quiet_until = self._now + samples(STOP_SILENCE_SECONDS)
        if again:
            self._wait(self._settings.idle_seconds)
        else:
            self._say(self._lines.stopped)

    def _raise_flag(self, rule_id: str) -> None:
        rule = next(rule for rule in self._content.screening.rules if rule.id == rule_id)
        if self._state is not State.ENDING:
            self._move(Trigger.FLAG_RAISED)
        self._progress = self._wanted = None
        self._last_words = rule.say.format(emergency_number=self._settings.emergency_number)
        self._say(self._last_words)

    def _farewell(self, line: str) -> None:
        self._move(Trigger.FAREWELL_DUE)
        self._say(line)

    def _end(self, reason: str) -> None:
        self._move(Trigger.OVER)
        self._actions.append(End(reason))

    # What happens by itself

    def _spoken(self) -> None:
        self._speaking = False
        if self._state is State.ENDING:
            self._end("goodbye")
        elif self._state is State.READY and self._wanted:
            self._prepare()
        elif self._state is State.READING:
            self._move(Trigger.TEXT_SPOKEN)
            self._practise()
        elif self._state is State.PRACTICE:
            self._resume_practice()
        elif self._state is State.RESTING:
            self._run_rest()
        else:
            self._wait(self._patience())

    def _resume_practice(self) -> None:
        assert self._progress
        if self._progress.running_since is None:
            self._practise()

    def _run_rest(self) -> None:
        assert self._progress
        self._deadline = self._now + self._progress.rest_left

    def _patience(self) -> float:
        if self._state in _ASKING:
            return self._policy.answer_seconds
        return DONE_IDLE_SECONDS if self._state is State.DONE else self._settings.idle_seconds

    def _time_reached(self) -> None:
        if self._pending:
            self._say(*self._pending)
        elif self._state is State.PRACTICE:
            self._practice_time()
        elif self._progress and self._progress.question is Question.FINAL_SOFT:
            self._let_sleep()
        elif self._state in _ASKING:
            self._not_answered(self._lines.held_no_answer)
        elif self._state is State.RESTING:
            self._rested()
        elif self._state is State.HOLDING:
            self._ask(Question.HURT)
        elif self._state is State.STOPPED:
            self._end("idle")  # nothing is said after a stop unless the user speaks
        else:
            done = self._state is State.DONE
            self._farewell(self._lines.farewell if done else self._lines.farewell_idle)

    def _rested(self) -> None:
        assert self._progress
        self._progress.rest_left = 0
        self._ask(Question.SETTLE)

    # Devices

    def _device_lost(self, part: str) -> None:
        self._lost.add(part)
        if self._state in _UNDER_WAY:
            self._keep_rest()
            self._move(Trigger.HOLD_DUE)
            self._say(self._lines.held_device.format(part=part))

    def _device_back(self, part: str) -> None:
        self._lost.discard(part)
        if self._state is State.HELD:
            self._say(self._lines.device_back.format(part=part))
