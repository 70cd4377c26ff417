"""Random conversations: whatever is heard, finished or lost, at any moment, the rules hold."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from assistant.content.loader import load_pain_policy
from assistant.content.phrases import Meaning
from assistant.content.routine import Check, Routine, Side, Step, Stroke
from assistant.dialogue.dialogue import DialogueSettings
from assistant.dialogue.pain import Zone, compared, zone
from assistant.dialogue.progress import Progress
from assistant.dialogue.soreness import OKAY_ANSWERS
from assistant.dialogue.state import CHECKING, HELD_UP, TRANSITIONS, Question, State
from assistant.messages import (
    DeviceBack,
    DeviceLost,
    Event,
    Heard,
    Hush,
    MicrophoneMuted,
    Say,
    Spoken,
    TimeReached,
    samples,
)
from tests.support.dialogue import BOOK, LINES, ROUTINES, WELL, Talk

POLICY = load_pain_policy()
PHRASES = sorted({phrase for state in BOOK.states for phrase in BOOK.grammar(state)})
FOLLOWS = {(origin, target) for (origin, _), target in TRANSITIONS.items()}
ROUTINE_STATES = {State.READING, State.PRACTICE, State.HOLDING, State.RESTING, *CHECKING}
GOING_ON = {State.READING, State.PRACTICE}
ANSWERS = ["none", "zero", "two", "three", "four", "five", "seven", "yes", "fine", "ow"]
ANSWERS += [
    "no",
    "skip it",
    "lighter",
    "maybe",
    "same",
    "worse",
    "better",
    "my hands hurt",
    "Two, the kettle is on.",
]
MOVES = ["next", "back", "skip", "start over", "go to step six", "continue", "pause", "longer"]
STEPS = ["two", "three", "four", "five", "six", "eight", "ten", "twelve"]
WORDS = ["[unk]", "stop", "ow", "next", "none", "it"]
OVER = {State.DONE, State.ENDING, State.ENDED}
ALL_IS_WELL = {
    State.READY: "start full knee",
    State.CHOOSING_ROUTINE: "bedtime",
    State.CHOOSING_SIDE: "left",
    State.SCREENING: "none",
    State.BASELINE: "none",
    State.CHECK: "none",
    State.OKAY: "yes",
    **dict.fromkeys(HELD_UP, "resume"),
}

texts = st.one_of(
    st.sampled_from(PHRASES),
    st.sampled_from(ANSWERS),
    st.sampled_from(MOVES),
    st.lists(st.sampled_from(PHRASES), min_size=1, max_size=3).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join),
    st.text(max_size=20),
)

own_steps = st.lists(
    st.builds(
        Step,
        say=st.sampled_from(["Rub.", "Glide over your {side} knee."]),
        seconds=st.integers(5, 170).map(float),
        side=st.sampled_from(Side),
        check=st.sampled_from([None, None, Check.STEP, Check.CALIBRATE, Check.FINAL_SOFT]),
    ),
    min_size=1,
    max_size=6,
)
own_routines = own_steps.map(lambda steps: Routine("own", "Own", tuple(steps))).filter(
    lambda routine: routine.longest_gap_seconds() <= POLICY.longest_gap_seconds
)


class Conversation(RuleBasedStateMachine):
    """A session in which anything may happen."""

    @initialize(
        routine=st.one_of(st.sampled_from([None, *ROUTINES.values()]), own_routines),
        side=st.sampled_from([None, Side.LEFT, Side.RIGHT]),
        screening=st.booleans(),
        remembered=st.sampled_from([{}, WELL, {**WELL, "conditions": "yes"}]),
        baseline=st.sampled_from([None, 0, 1, 2, 3, 4]),
        well=st.integers(0, 60),
    )
    def begin(
        self,
        routine: Routine | None,
        side: Side | None,
        screening: bool,
        remembered: dict[str, str],
        baseline: int | None,
        well: int,
    ) -> None:
        """Begin, with `well` events that happen by themselves, so as to get far into a massage."""
        self.baseline = baseline
        self.talk = Talk(DialogueSettings(routine, side, screening, remembered))
        self.found_at: set[int] = set()
        self.stopped_at: int | None = None
        self.may_say: list[str] | None = None
        self.sore_step: int | None = None
        self.ended = False
        self.goes_well(well)

    # What may happen

    @rule(text=texts, final=st.booleans())
    def heard(self, text: str, final: bool) -> None:
        self.happens(Heard(text, final))

    @rule(answer=st.sampled_from(ANSWERS))
    def answered(self, answer: str) -> None:
        """The check that lies ahead, if any, is answered."""
        for _ in range(40):
            if self.talk.state in {State.CHECK, *OVER}:
                break
            self.all_is_well()
        if self.talk.state is State.CHECK:
            self.happens(Heard(answer, True))

    @rule(move=st.sampled_from([*MOVES, "repeat", "start quick knee", "stop"]))
    def commanded(self, move: str) -> None:
        self.happens(Heard(move, True))

    @rule(move=st.sampled_from(["next", "skip", *(f"step {word}" for word in STEPS)]))
    def moves_on(self, move: str) -> None:
        """The user moves about, and lets it go on from there."""
        self.happens(Heard(move, True))
        self.goes_well(4)

    @precondition(lambda self: self.talk.state in {State.RESTING, State.DONE})
    @rule(number=st.sampled_from(["two", "three", "six", "seven"]))
    def disputed(self, number: str) -> None:
        """What was acted on is said to be misheard, and the massage goes on."""
        self.happens(Heard("no", True))
        self.answered(number)
        self.goes_well(4)

    @rule(part=st.sampled_from(["microphone", "loudspeaker"]), lost=st.booleans())
    def device(self, part: str, lost: bool) -> None:
        self.happens(DeviceLost(part, "Unplugged.") if lost else DeviceBack(part))

    @rule()
    def muted(self) -> None:
        self.happens(MicrophoneMuted())

    @precondition(lambda self: self.talk.speaking)
    @rule(took=st.floats(0.5, 12))
    def spoken(self, took: float) -> None:
        """The assistant finishes speaking, unless the deadline comes first."""
        self.spoken_after(took)

    def spoken_after(self, took: float) -> None:
        self.pass_time(took)
        if self.talk.speaking:
            self.talk.speaking = False
            self.happens(Spoken())

    @rule()
    def deadline(self) -> None:
        if self.talk.dialogue.deadline is not None:
            self.talk.now = max(self.talk.now, self.talk.dialogue.deadline)
            self.happens(TimeReached())

    @rule(took=st.floats(0, 40))
    def passes(self, took: float) -> None:
        """Time passes, as a driver would let it: no deadline is missed."""
        self.pass_time(took)

    def pass_time(self, took: float) -> None:
        until = self.talk.now + samples(took)
        while (due := self.talk.dialogue.deadline) is not None and due <= until:
            self.talk.now = max(self.talk.now, due)
            self.happens(TimeReached())
        self.talk.now = until

    @rule(times=st.integers(1, 8))
    def goes_well(self, times: int) -> None:
        """Nothing happens but what happens by itself, and all is well."""
        for _ in range(times):
            self.all_is_well()

    def all_is_well(self) -> None:
        if lost := self.talk.dialogue._stage.lost:
            self.happens(DeviceBack(min(lost)))
        elif answer := ALL_IS_WELL.get(self.talk.state):
            self.happens(Heard(answer, True))
        elif self.talk.speaking:
            self.spoken_after(3)
        elif self.talk.state not in OVER:
            self.deadline()

    @rule()
    def early(self) -> None:
        """A driver that is mistaken about the time or about what was said changes nothing."""
        due = self.talk.dialogue.deadline
        if due is None or due > self.talk.now:
            self.happens(TimeReached())
            assert self.talk.actions == ()
        if not self.talk.speaking:
            self.happens(Spoken())
            assert self.talk.actions == ()

    # What has to be true of every event

    def happens(self, event: Event) -> None:
        talk, was_speaking = self.talk, self.talk.speaking
        before, step, left = talk.state, talk.step, self.left()
        self.number_before = self.progress.number_before if self.progress else None
        question = self.progress.question if self.progress else None
        was, was_light = self.progress, self.progress is not None and self.progress.light
        practised = self.practice_since_check()
        talk.happens(event)
        self.one_say_after_a_hush(was_speaking)
        self.only_known_transitions(before)
        self.silent_after_a_stop(event)
        self.passed_only_with_a_clear_answer(event, before, step)
        self.time_left_never_grows(event, before, step, left)
        self.no_practice_after_a_red_answer(event, before, step)
        self.held_until_resumed(event, before)
        self.pressure_found(was, question, step)
        self.never_heavier(was, was_light)
        self.light_after_an_amber_answer(event, before, was)
        self.over_after_a_flag(event, before)
        if self.progress:
            self.progress.baseline = self.baseline
        if before is State.ENDED:
            assert talk.actions == ()
        assert practised <= POLICY.longest_gap_seconds + 0.001

    def one_say_after_a_hush(self, was_speaking: bool) -> None:
        kinds = [type(action) for action in self.talk.actions]
        assert kinds.count(Say) <= 1
        if was_speaking and Say in kinds:
            assert kinds.index(Hush) < kinds.index(Say)

    def only_known_transitions(self, before: State) -> None:
        after = self.talk.state
        assert after is before or any(
            (before, after) in FOLLOWS or {(before, through), (through, after)} <= FOLLOWS
            for through in State
        )

    def silent_after_a_stop(self, event: Event) -> None:
        """Silence, then one short line, then nothing until somebody speaks."""
        talk = self.talk
        if Hush() in talk.actions and talk.state is State.STOPPED and not self.says():
            self.stopped_at, self.may_say = talk.now, [LINES.stopped]
        elif self.stopped_at is not None:
            if isinstance(event, Heard):
                self.may_say = None
            if self.says():
                assert talk.now - self.stopped_at >= samples(0.3)
            if self.says() and self.may_say is not None:
                assert [talk.last] == self.may_say
                self.may_say = []

    def passed_only_with_a_clear_answer(
        self, event: Event, before: State, step: int | None
    ) -> None:
        """A check is left for another step only with a green number, or one too many ambers.

        With an amber one the step goes on only when a lighter touch is okay.
        """
        moved = self.talk.step is not None and self.talk.step != step
        if before is State.OKAY and (moved or self.talk.state in GOING_ON):
            assert self.means_in(event, before) in OKAY_ANSWERS
            assert not moved or "leave this one out" in self.talk.last
        if before is State.CHECK and (moved or self.talk.state in GOING_ON):
            number = self.number(event)
            assert number is not None
            assert (
                self.zone(number) is Zone.GREEN
                or number <= (self.baseline or 0)
                or "leave this one out" in self.talk.last
            )
        if before in {State.PAUSED, State.STOPPED, State.HELD, State.HOLDING} and self.question:
            assert self.talk.state not in GOING_ON or before is State.HOLDING

    def time_left_never_grows(
        self, event: Event, before: State, step: int | None, left: int | None
    ) -> None:
        now_left = self.left()
        asked_for = self.means(event) in {Meaning.LONGER, Meaning.REPEAT, Meaning.START_OVER} or (
            before is State.CHECK or self.talk.step != step or "step" in str(event)
        )
        if left is not None and now_left is not None and not asked_for:
            moves = {Meaning.START, Meaning.BACK, Meaning.NEXT, Meaning.SKIP, Meaning.GO_TO}
            assert now_left <= left or self.means(event) in moves

    def no_practice_after_a_red_answer(self, event: Event, before: State, step: int | None) -> None:
        """Hands are off; where a number ended the massage, until the screen was begun anew.

        A five or six that is said to be misheard may be put right, and then it stays light.
        """
        number = self.number(event)
        answered = before is State.CHECK and number is not None
        if answered and self.zone(number or 0) in {Zone.RED, Zone.END}:
            self.sore_step = step
        if self.zone(number or 0) is Zone.END and answered:
            self.ended = True
        self.ended = self.ended and self.talk.state is not State.SCREENING
        assert not (self.ended and self.talk.state in GOING_ON)
        if self.progress and self.progress.disputed:
            self.sore_step = None  # a lower number may lead on
            assert self.progress.light
        if self.talk.step is None:
            self.sore_step = None
        if self.sore_step is not None:
            assert self.talk.state not in GOING_ON
            assert not (self.says() and self.step_text() in self.talk.last)

    def held_until_resumed(self, event: Event, before: State) -> None:
        resumed = self.means_in(event, State.HELD) is Meaning.CONTINUE
        if before is State.HELD and not resumed:
            assert self.talk.state not in GOING_ON

    def pressure_found(
        self, was: Progress | None, question: Question | None, step: int | None
    ) -> None:
        """No step is practised before the answer to the one that finds the pressure for it."""
        if self.progress is not was:
            self.found_at = set()
        elif (
            question in {Question.CALIBRATE, Question.OKAY}
            and step is not None
            and self.talk.step != step
        ):
            self.found_at.add(step)
        if self.progress and self.talk.state is State.PRACTICE:
            before = enumerate(self.progress.routine.steps[: self.progress.index], start=1)
            finding = {number for number, each in before if each.check is Check.CALIBRATE}
            assert finding <= self.found_at

    def never_heavier(self, was: Progress | None, was_light: bool) -> None:
        """What was made lighter stays so until the routine is over, and is said to."""
        progress = self.progress
        if progress is None:
            return
        assert progress.light or not (was is progress and was_light)
        pressed = progress.step.stroke not in {Stroke.SETTLE, Stroke.MOVE}
        if pressed and progress.light and self.says() and self.step_text() in self.talk.last:
            assert LINES.stay_light in self.talk.last

    def light_after_an_amber_answer(
        self, event: Event, before: State, was: Progress | None
    ) -> None:
        """A three or a four makes the rest of the massage lighter."""
        number = self.number(event)
        amber = number is not None and self.zone(number) is Zone.AMBER
        if before is State.CHECK and amber and self.progress is was and was is not None:
            assert was.light

    def over_after_a_flag(self, event: Event, before: State) -> None:
        final = isinstance(event, Heard) and event.final
        if final and self.means_in(event, before) is Meaning.FLAG:
            assert self.talk.step is None
            assert self.talk.state not in ROUTINE_STATES

    # What has to be true at every moment

    @invariant()
    def the_deadline_is_never_past(self) -> None:
        due = self.talk.dialogue.deadline
        assert due is None or due >= self.talk.now

    @invariant()
    def something_comes_next_or_is_being_said(self) -> None:
        """No state waits for ever: there is speech that ends, or a deadline."""
        talk = self.talk
        assert talk.speaking or talk.dialogue.deadline is not None or talk.state is State.ENDED

    @invariant()
    def the_end_comes_with_its_order(self) -> None:
        assert (self.talk.state is State.ENDED) is (self.talk.ended is not None)

    @invariant()
    def practice_without_a_check_stays_short(self) -> None:
        assert self.practice_since_check() <= POLICY.longest_gap_seconds + 0.001

    # What can be seen from outside, and what is kept inside

    @property
    def progress(self) -> Progress | None:
        return self.talk.dialogue._stage.progress

    @property
    def question(self) -> bool:
        return bool(self.progress and self.progress.question)

    def step_text(self) -> str:
        assert self.progress
        return self.progress.step.say.format(side=self.progress.side.value)

    def zone(self, number: int) -> Zone:
        return zone(number, POLICY, self.baseline)

    def left(self) -> int | None:
        progress = self.talk.dialogue._stage.progress
        if progress is None:
            return None
        running = 0 if progress.running_since is None else self.talk.now - progress.running_since
        return progress.remaining - running

    def practice_since_check(self) -> float:
        progress = self.talk.dialogue._stage.progress
        if progress is None:
            return 0.0
        running = 0 if progress.running_since is None else self.talk.now - progress.running_since
        return (progress.since_check + running) / samples(1)

    def says(self) -> bool:
        return any(isinstance(action, Say) for action in self.talk.actions)

    def number(self, event: Event) -> int | None:
        if not (isinstance(event, Heard) and event.final):
            return None
        found = BOOK.understand(event.text, "check")
        if found and found.means is Meaning.COMPARED:
            return compared(found.value, self.number_before, POLICY)
        return found.number if found and found.means is Meaning.PAIN else None

    def means(self, event: Event) -> Meaning | None:
        return self.means_in(event, State.READING)

    def means_in(self, event: Event, state: State) -> Meaning | None:
        if not isinstance(event, Heard) or state is State.ENDED:
            return None
        found = BOOK.understand(event.text, state)
        return found.means if found else None


Conversation.TestCase.settings = settings(
    max_examples=150,
    stateful_step_count=60,
    deadline=None,  # a slow machine is no error
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestAnyConversation = pytest.mark.no_cover(Conversation.TestCase)  # what is covered by chance
