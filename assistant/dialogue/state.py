"""The states of a session and the one table of how they follow each other.

A session waits in READY until a massage is named. It may have to ask which one (CHOOSING_ROUTINE)
and for which leg (CHOOSING_SIDE), then asks the safety questions (SCREENING) and how sore it is
before anything begins (BASELINE). The answers may leave other massages than the one that was named;
then it asks which of those (CHOOSING_ROUTINE). Each step is then
spoken (READING) and timed (PRACTICE). Its check asks about pain (CHECK); only a clear answer leads
on, to the next step, to the same one with a lighter touch, if that is okay (OKAY), to hands off for
a minute (RESTING), or out of the massage (DONE).

A pain word in a partial result holds the step (HOLDING) until the final result decides. "Pause"
leads to PAUSED, "stop" to STOPPED, from everywhere; a check without an answer or a lost device to
HELD, which only an explicit "resume" leaves. From these three a session goes on with what was
open: the question if one was asked, else the rest, else the step with the time that was left.

ENDING is the farewell being spoken. ENDED is silence for good.

A trigger is a fact that has been decided ("a check is due"), never a word that was heard; a pair
that is not in the table is a mistake in the program, so nothing moves by accident.
"""

from enum import StrEnum, auto


class State(StrEnum):
    """Where a session is."""

    READY = auto()
    CHOOSING_ROUTINE = auto()
    CHOOSING_SIDE = auto()
    SCREENING = auto()
    BASELINE = auto()
    READING = auto()
    PRACTICE = auto()
    HOLDING = auto()
    CHECK = auto()
    OKAY = auto()
    RESTING = auto()
    PAUSED = auto()
    HELD = auto()
    STOPPED = auto()
    DONE = auto()
    ENDING = auto()
    ENDED = auto()


class Trigger(StrEnum):
    """What moves a session from one state to another."""

    ROUTINE_WANTED = auto()
    SIDE_WANTED = auto()
    SCREEN_DUE = auto()
    BASELINE_DUE = auto()
    NOT_STARTED = auto()
    STEP_DUE = auto()
    TEXT_SPOKEN = auto()
    PAIN_GLIMPSED = auto()
    CHECK_DUE = auto()
    OKAY_DUE = auto()
    REST_DUE = auto()
    ROUTINE_OVER = auto()
    PAUSE_WANTED = auto()
    HOLD_DUE = auto()
    STOP_HEARD = auto()
    FLAG_RAISED = auto()
    FAREWELL_DUE = auto()
    OVER = auto()


SCREENED = {State.SCREENING, State.BASELINE}
"""Where something is asked before a massage."""
CHOOSING = {State.CHOOSING_ROUTINE, State.CHOOSING_SIDE} | SCREENED
CHECKING = {State.CHECK, State.OKAY}
"""Where something is asked that the massage in hand waits for."""
ASKING = CHOOSING | CHECKING
"""Where an answer is waited for."""
UNDER_WAY = {State.READING, State.PRACTICE, State.HOLDING, State.RESTING} | CHECKING
HELD_UP = {State.PAUSED, State.HELD, State.STOPPED}
"""From where a massage can go on."""
_FREE = {State.READY, State.DONE, State.PAUSED, State.STOPPED}
_LISTENING = _FREE | CHOOSING | UNDER_WAY | HELD_UP
_DECIDED = _LISTENING - {State.HOLDING}

_TABLE: dict[Trigger, tuple[set[State], State]] = {
    Trigger.ROUTINE_WANTED: (_FREE | CHOOSING, State.CHOOSING_ROUTINE),
    Trigger.SIDE_WANTED: (_FREE | CHOOSING, State.CHOOSING_SIDE),
    Trigger.SCREEN_DUE: (_FREE | CHOOSING | {State.CHECK}, State.SCREENING),
    Trigger.BASELINE_DUE: (_FREE | CHOOSING, State.BASELINE),
    Trigger.NOT_STARTED: (CHOOSING, State.READY),
    Trigger.STEP_DUE: (_LISTENING - {State.RESTING}, State.READING),
    Trigger.TEXT_SPOKEN: ({State.READING}, State.PRACTICE),
    Trigger.PAIN_GLIMPSED: ({State.READING, State.PRACTICE}, State.HOLDING),
    Trigger.CHECK_DUE: (UNDER_WAY | HELD_UP | {State.DONE}, State.CHECK),
    Trigger.OKAY_DUE: (CHECKING | HELD_UP, State.OKAY),
    Trigger.REST_DUE: ({State.CHECK} | HELD_UP, State.RESTING),
    Trigger.ROUTINE_OVER: (
        CHECKING | {State.READING, State.PRACTICE, State.PAUSED, State.HELD},
        State.DONE,
    ),
    Trigger.PAUSE_WANTED: (UNDER_WAY - {State.HOLDING}, State.PAUSED),
    Trigger.HOLD_DUE: (UNDER_WAY, State.HELD),
    Trigger.STOP_HEARD: (_LISTENING, State.STOPPED),
    Trigger.FLAG_RAISED: (_LISTENING, State.STOPPED),
    Trigger.FAREWELL_DUE: (_DECIDED, State.ENDING),
    Trigger.OVER: ({State.STOPPED, State.ENDING, State.DONE}, State.ENDED),
}

TRANSITIONS: dict[tuple[State, Trigger], State] = {
    (origin, trigger): target for trigger, (origins, target) in _TABLE.items() for origin in origins
}
"""(state, trigger) -> the state that follows."""


class Question(StrEnum):
    """What was asked about pain, or about a lighter touch, and so what the answer decides."""

    CALIBRATE = "calibrate"
    STEP = "step"
    FINAL = "final"
    FINAL_SOFT = "final_soft"
    HURT = "hurt"
    SETTLE = "settle"
    OKAY = "okay"
