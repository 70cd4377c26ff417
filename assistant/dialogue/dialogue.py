"""The dialogue: events in, orders out. It owns no clock, no audio and no thread.

`handle(event, now)` returns what to do; `deadline` says when to call it with `TimeReached`. Both
times are audio samples since the session began. Every event is answered with at most one `Say`,
and a `Hush` comes before it where something is still being said.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.content.loader import Content
from assistant.content.phrases import Meaning
from assistant.content.routine import Routine, Side, Stroke
from assistant.dialogue import wording
from assistant.dialogue.asides import Asides
from assistant.dialogue.meanings import NEXT_ONE, NUMBER
from assistant.dialogue.pain import Outcome, Zone, begins_light, compared, outcome, zone
from assistant.dialogue.preparation import Preparation
from assistant.dialogue.progress import Progress
from assistant.dialogue.safety import HotWords
from assistant.dialogue.screening import NO, YES
from assistant.dialogue.state import TRANSITIONS, Question, State, Trigger
from assistant.dialogue.understanding import BARE_NO, Phrasebook, Understood
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
    Remember,
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

_SCREENED = {State.SCREENING, State.BASELINE}
_CHOOSING = {State.CHOOSING_ROUTINE, State.CHOOSING_SIDE} | _SCREENED
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
_NOT_PRESSED = {Stroke.SETTLE, Stroke.MOVE}
_RESUME = {Meaning.CONTINUE, Meaning.READY}
_ABOUT_PAIN = {
    Meaning.HURT,
    Meaning.PAIN,
    Meaning.PAIN_UNNUMBERED,
    Meaning.COMPARED,
    Meaning.LOOKALIKE,
}


_ACTED_ON = {Outcome.RED, Outcome.TOO_SORE}
"""What happens at once, and is then asked about ("Is that right?")."""


@dataclass(frozen=True)
class DialogueSettings:
    """What a user may set about the dialogue."""

    routine: Routine | None = None
    """Begun after the greeting without being asked for."""
    side: Side | None = None
    screening: bool = True
    remembered: Mapping[str, str] = field(default_factory=dict)
    """What was answered to the monthly safety questions, by question; empty: they are due."""
    emergency_number: str = "your local emergency number"
    helpline: str = "your medical helpline"
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
        self._before = Preparation(
            content, self._routines, settings.side, settings.screening, settings.remembered
        )
        self._before.choose(settings.routine.id if settings.routine else "")
        self._ended: Progress | None = None  # by a number that may have been misheard
        self._tries = 0
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
        if found and found.means is Meaning.FLAG:
            self._raise_flag(found.value, text)
        elif self._hot.stopped(self._now) or (found and found.means is Meaning.STOP):
            self._stop_heard(text)  # an utterance that has stopped does nothing else
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
        if found is None or found.means in _ABOUT_PAIN | _PAST_A_QUESTION:
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
        if progress and found.value == NEXT_ONE and not self._asides.in_a_list:
            found = Understood(Meaning.NEXT)
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
            case Meaning.HURT:
                self._hurt()
            case Meaning.GOODBYE:
                self._farewell(self._lines.farewell)
            case Meaning.PAIN:
                self._rated(found)
            case Meaning.COMPARED:
                self._compared(found.value)
            case Meaning.PAIN_UNNUMBERED:
                self._not_answered(self._lines.held_unclear, self._lines.ask_number)
            case Meaning.LOOKALIKE:
                self._not_answered(self._lines.held_unclear, self._lines.ask_lookalike)
            case Meaning.ELSEWHERE:
                self._sore_elsewhere()
            case Meaning.YES | Meaning.NO:
                self._yes_or_no(yes=found.means is Meaning.YES)
            case Meaning.CONDITION:
                self._screened(found.value)
            case Meaning.WHY:
                self._aside(*(self._before.why() or (self._lines.nothing_left_out,)))
            case Meaning.CALL:
                self._cannot_call()
            case Meaning.SIDE:
                self._pick_side(found.value)
            case Meaning.START | Meaning.ROUTINE:
                self._start(found.value)
            case Meaning.START_OVER:
                self._start_over()
            case Meaning.PAUSE:
                self._pause()
            case Meaning.READY if self._state in {State.READING, State.PRACTICE}:
                self._ignore("nothing was asked")
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
        self._say(lines.greeting_with_routine if self._before.wanted else lines.greeting)

    def _start(self, routine_id: str) -> None:
        if self._state in _UNDER_WAY and self._progress:
            title = self._progress.routine.title
            self._aside(self._lines.already_started.format(title=title))
            return
        if self._state is State.CHOOSING_ROUTINE:
            self._before.choose(routine_id)
        else:
            self._before.start(routine_id)
        self._progress, self._ended, self._last_words = None, None, ""
        self._prepare()

    def _prepare(self) -> None:
        """Ask for what is still to be known, then begin."""
        screened = self._before.screen
        missing = self._before.missing()
        screen = self._before.screen
        if screen and screen.rule:
            self._say_rule(screen.rule)
        elif missing:
            self._question(missing, self._lines.screening if screen is not screened else "")
        else:
            self._offer()

    def _question(self, trigger: Trigger, *first: str) -> None:
        self._move(trigger)
        self._tries = 0
        self._say(*first, *self._own_lines())

    def _pick_side(self, value: str) -> None:
        if value == "both":
            self._say(self._lines.one_at_a_time)
            return
        self._before.choose_side(Side(value))
        self._prepare()

    def _screened(self, answer: str) -> None:
        screen = self._before.screen
        assert screen
        if screen.accepts(answer):
            screen.answer(answer)
            self._prepare()
        else:
            self._not_answered(self._lines.held_unclear)

    def _offer(self) -> None:
        """Begin what is wanted, or say why not and what there is instead."""
        if answers := self._before.keep_answers():
            self._actions.append(Remember(answers))
        routine = self._before.to_begin()
        if routine:
            self._begin(routine)
        elif self._before.offered():
            self._question(Trigger.ROUTINE_WANTED, *self._before.why())
        else:
            self._move(Trigger.NOT_STARTED)
            self._say(*self._before.why(), self._lines.not_started)
            self._before.wanted = None

    def _begin(self, routine: Routine) -> None:
        gap = samples(self._policy.longest_gap_seconds)
        side = self._before.side or Side.BOTH
        self._progress = Progress(routine, side, gap, self._before.baseline)
        self._voice.soften(routine.soft_voice)
        self._use_voice()
        minutes = wording.number(routine.minutes)
        intro = self._lines.intro.format(title=routine.title, minutes=minutes)
        self._read(*self._before.reasons(), *self._before.advice(), intro, routine.setup)

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
        light = lines.stay_light if self._stays_light(progress) else ""
        left = self._left() if progress.practised else ""
        return left_out, text, light, left

    def _stays_light(self, progress: Progress) -> bool:
        light = progress.light or begins_light(self._policy, progress.baseline)
        return light and progress.step.stroke not in _NOT_PRESSED

    def _left(self) -> str:
        assert self._progress
        time = wording.duration(seconds(self._progress.remaining))
        return self._lines.left_in_step.format(time=time.capitalize())

    def _advance(self, *first: str) -> None:
        """Go to the step that follows, or finish after the last."""
        self._asides.step_begins()
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
        if self._missed_too_often():
            self._farewell(self._lines.farewell_unanswered)
        elif self._tries < self._policy.tries:
            self._say(again or self._other_words())
        elif self._state is State.CHECK:
            self._give_up_check(held)
        else:
            self._give_up_start()

    def _missed_too_often(self) -> bool:
        """Count what was no answer to a check, also beyond a pause."""
        if self._state is not State.CHECK or not self._progress:
            return False
        self._progress.misses += 1
        return self._progress.misses >= self._policy.misses_to_end

    def _give_up_start(self) -> None:
        unclear = self._state in _SCREENED
        self._move(Trigger.NOT_STARTED)
        self._before.wanted = None
        self._say(self._lines.screening_unclear if unclear else self._lines.not_started)

    def _other_words(self) -> str:
        if self._state is State.CHECK:
            return self._lines.ask_again
        if self._state in _SCREENED:
            return self._before.asks(again=True)
        return " ".join(self._own_lines())

    def _give_up_check(self, held: str) -> None:
        assert self._progress
        self._move(Trigger.HOLD_DUE)
        self._say(held)

    def _rated(self, found: Understood) -> None:
        """Take a number, or a word for one. A sore one that nobody asked for is a `HURT`."""
        number = found.number or 0
        if self._state not in {State.BASELINE, State.CHECK}:
            self._ignore("nothing was asked")
        elif self._too_vague(found) or (
            zone(number, self._policy) is Zone.GREEN and self._doubtful(found)
        ):
            self._not_answered(self._lines.held_unclear, self._lines.ask_number)
        elif self._state is State.BASELINE:
            self._screened(str(number))
        else:
            self._answered(number)

    def _too_vague(self, found: Understood) -> bool:
        """Whether only another number can replace the one that was acted on."""
        progress = self._progress
        return progress is not None and progress.disputed and found.value != NUMBER

    def _doubtful(self, found: Understood) -> bool:
        """A pain word was heard before it, or "no" answers a question that was not yes-or-no."""
        asked = self._progress and self._progress.question  # None: how sore it is beforehand
        how_sore = asked in {None, Question.CALIBRATE, Question.HURT, Question.SETTLE}
        return self._hot.hurt_before or (found.value == BARE_NO and how_sore)

    def _compared(self, word: str) -> None:
        """Take "the same" or "less" for a number where the last one allows it."""
        before = self._progress.number_before if self._progress else None
        number = compared(word, before, self._policy)
        if number is None:
            self._not_answered(self._lines.held_unclear, self._lines.ask_number)
        else:
            self._rated(Understood(Meaning.PAIN, number=number))

    def _answered(self, number: int) -> None:
        progress = self._progress
        assert progress
        assert progress.question
        policy, lighter = self._policy, progress.lighter
        found = outcome(progress.question, number, policy, progress.baseline, lighter=lighter)
        progress.last_number, progress.misses, progress.disputed = number, 0, False
        progress.acted_on = progress.question if found in _ACTED_ON else None
        self._ended = progress if found is Outcome.TOO_SORE else None
        self._follow(found, wording.with_pain(str(getattr(self._lines, found.value)), number))

    def _follow(self, found: Outcome, line: str) -> None:
        assert self._progress
        match found:
            case Outcome.TOO_SORE | Outcome.SETTLED | Outcome.NOT_SETTLED:
                self._over(line)
                self._before.wanted = None  # a new start names its massage
                if found is Outcome.TOO_SORE:
                    self._forget_answers()
            case Outcome.GREEN_FINAL | Outcome.AS_BEFORE_FINAL | Outcome.AMBER_FINAL:
                self._finish(line)
            case Outcome.RED:
                self._hands_off(line)
            case Outcome.GREEN | Outcome.AS_BEFORE:
                self._progress.light |= found is Outcome.AS_BEFORE
                self._carry_on(line)
            case Outcome.STEP_LEFT_OUT:
                self._leave_out(line)
            case _:
                self._progress.ease(samples(self._policy.amber_seconds))
                self._read(line, self._lines.ask_okay, whole=False)

    def _yes_or_no(self, *, yes: bool) -> None:
        """Take an answer to the screen, or to whether a lighter touch is okay.

        The lighter touch goes on meanwhile, and the number is asked for again soon: yes needs no
        words, and no is a stop. The same goes for a pause after which it asked.
        """
        progress = self._progress
        if self._state is State.SCREENING:
            self._screened(YES if yes else NO)
        elif not yes and self._state in {State.RESTING, State.DONE}:
            self._misheard(progress or self._ended)
        elif not yes and (self._state is State.PAUSED or (progress and progress.lighter)):
            self._stop()
        else:
            self._ignore("nothing was asked")

    def _misheard(self, progress: Progress | None) -> None:
        """Ask again for a number that was acted on; until a lower one comes, nothing changes."""
        if progress is None or progress.acted_on is None:
            self._ignore("nothing was asked")
            return
        question, progress.acted_on, progress.rest_left = progress.acted_on, None, 0
        progress.disputed = True
        self._progress, self._ended = progress, None
        self._ask(question)

    def _sore_elsewhere(self) -> None:
        """What hurts is not what is massaged: no score, but wait and ask."""
        if self._state in _UNDER_WAY:
            self._keep_rest()
            self._move(Trigger.PAUSE_WANTED)
        self._say(self._lines.sore_elsewhere, *self._own_lines())

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

    def _leave_out(self, line: str) -> None:
        progress = self._progress
        assert progress
        progress.left_out += 1
        if progress.left_out >= self._policy.skips_to_end:
            self._over(self._lines.skipped_twice)
            return
        progress.answered()
        self._advance(line)

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
            self._before.wanted = None
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
            self._start(self._before.wanted.id if self._before.wanted else "")

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
        if self._progress and found.means is Meaning.SOFTER:
            self._progress.light = True
        text = self._asides.remark(found, self._state, self._progress, self._before.wanted)
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

    def _raise_flag(self, rule_id: str, text: str) -> None:
        screen = self._before.screen if self._state in _SCREENED else None
        if answer := screen and screen.answer_in_flag(rule_id):
            self._screened(answer)
        elif self._book.count(text, self._state, Meaning.CALL):
            self._say_rule(rule_id, self._named(self._lines.cannot_call))
        else:
            self._say_rule(rule_id)

    def _say_rule(self, rule_id: str, *more: str) -> None:
        """Say a stop rule's words; nothing starts until the screen is gone through anew."""
        rule = next(rule for rule in self._content.screening.rules if rule.id == rule_id)
        if self._state is not State.ENDING:
            self._move(Trigger.FLAG_RAISED)
        self._progress = None
        self._forget_answers()
        self._last_words = self._named(rule.say)
        self._say(*[self._last_words] * rule.times, *more)

    def _named(self, line: str) -> str:
        """Fill in whom to call, which is set for the place where somebody lives."""
        settings = self._settings
        return line.format(emergency_number=settings.emergency_number, helpline=settings.helpline)

    def _forget_answers(self) -> None:
        if self._before.forget_answers():
            self._actions.append(Remember(()))

    def _cannot_call(self) -> None:
        """Say so, and let a massage wait: somebody has something else to do now."""
        line = self._named(self._lines.cannot_call)
        if self._state in _UNDER_WAY:
            self._keep_rest()
            self._move(Trigger.PAUSE_WANTED)
        self._aside(line)

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
        elif self._state is State.READY and self._before.wanted:
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
