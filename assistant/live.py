"""A session on a real microphone and a real loudspeaker.

The main thread hears: it takes the blocks that the callbacks have put, pairs what was heard with
what was played, and hands both on.

While a device is lost the session's time stands still, but for as long as a loudspeaker that still
works takes to say so.
"""

import queue
import signal
import threading
import time
from collections.abc import Iterator
from functools import partial
from types import FrameType

import numpy as np

from assistant.app import Session
from assistant.content.loader import Content
from assistant.content.routine import Routine, Side
from assistant.devices.attempt import Attempt
from assistant.devices.block import LOUDSPEAKER, MICROPHONE
from assistant.devices.both import Devices
from assistant.devices.portaudio import leave_hanging
from assistant.dialogue import wording
from assistant.dialogue.pain import outcome
from assistant.dialogue.state import Question
from assistant.errors import AudioError, SpeechError
from assistant.journal import Entry
from assistant.messages import (
    BLOCK_SAMPLES,
    DeviceBack,
    DeviceLost,
    MicrophoneMuted,
    samples,
    seconds,
)
from assistant.muted import MuteWatch
from assistant.offline import Recordings
from assistant.pairing import Pair, Pairing

_LOOK_SECONDS = 0.1
"""How often to look whether something went wrong while no sound comes."""
_RETRY_SECONDS = 1.0
"""How often to try a lost device."""
_SAID_BLOCKS = samples(0.5) // BLOCK_SAMPLES
"""Silence after which what was being said has been said."""


class Signals:
    """Within it, Ctrl-C and SIGTERM only ask, and tear nothing apart. For the main thread."""

    def __init__(self) -> None:
        self.asked = False

    def __enter__(self) -> "Signals":
        numbers = (signal.SIGINT, signal.SIGTERM)
        self._before = [(number, signal.signal(number, self._ask)) for number in numbers]
        return self

    def __exit__(self, *exception: object) -> None:
        for number, handler in self._before:
            signal.signal(number, handler)

    def _ask(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self.asked = True


class LiveSession:
    """Drives a session on sound devices.

    Args:
        session: the assistant, not begun yet.
        microphone, loudspeaker: which devices, by name or number; None for the default ones.
        recordings: where to write what was heard and played.
    """

    def __init__(
        self,
        session: Session,
        microphone: str | None,
        loudspeaker: str | None,
        recordings: Recordings,
    ) -> None:
        self._session, self._conversation = session, session.conversation
        self._recordings = recordings
        self._devices = Devices(microphone, loudspeaker, session.conversation.speak)
        self._pairing = Pairing()
        self._mute_watch = MuteWatch()
        self._waited_seconds = 0.0
        self._limit_seconds = float("inf")
        self._signals = Signals()

    def run(self, limit_seconds: float | None) -> None:
        """Go on until the session, the limit or a signal ends it. Call it in the main thread.

        Raises:
            AudioError: there is no microphone or no loudspeaker to begin with.
            KeyboardInterrupt: Ctrl-C or SIGTERM, after the session was ended in good order.
        """
        if limit_seconds is not None:
            self._limit_seconds = limit_seconds
        with self._signals, RenderAhead(self._session):
            try:
                self._open()
                while not self._over():
                    self._listen()
                    self._look_after_devices()
                self._devices.finish()
            finally:
                self._close()
        if self._signals.asked:
            raise KeyboardInterrupt

    def _over(self) -> bool:
        """Whether the session has ended; ends it where that was asked for."""
        if self._signals.asked:
            self._conversation.end("interrupted")
        elif seconds(self._conversation.now) + self._waited_seconds >= self._limit_seconds:
            self._conversation.end("limit")
        return self._conversation.over

    def _listen(self) -> None:
        for block in self._devices.take(_LOOK_SECONDS):
            self._pairing.put(block)
        for pair in self._pairing.pairs():
            self._hear(pair)

    def _hear(self, pair: Pair) -> None:
        if self._over():
            return
        if pair.near is None:
            self._recordings.write(np.zeros_like(pair.far), pair.far)
            self._conversation.miss(len(pair.far))
        else:
            self._recordings.write(pair.near, pair.far)
            self._conversation.hear(pair.near, pair.far, pair.slipped)
            if happened := self._mute_watch.follow(pair.near):
                self._tell(happened)

    def _tell(self, happened: MicrophoneMuted | DeviceBack) -> None:
        if isinstance(happened, MicrophoneMuted):
            reason = "The microphone delivers nothing; is it switched off?"
            at = self._conversation.now
            self._session.journal.write(at, "failed", part=MICROPHONE, reason=reason)
        self._conversation.happen(happened)

    # Devices

    def _open(self) -> None:
        if self._outlast(Attempt(self._devices.open)):
            self._devices.begin()

    def _look_after_devices(self) -> None:
        lost: set[str] = set()
        self._report(lost)
        if not lost:
            return
        if LOUDSPEAKER not in lost:
            self._let_it_be_said()
        self._report(lost)
        if self._reopen():
            self._mute_watch = MuteWatch()
            for part in sorted(lost):
                self._conversation.happen(DeviceBack(part))
            self._devices.begin()

    def _report(self, lost: set[str]) -> None:
        """Tell of the lost devices that are not in `lost` yet, and put them there."""
        for part, reason in self._devices.lost().items():
            if part not in lost:
                lost.add(part)
                at = self._conversation.now
                self._session.journal.write(at, "failed", part=part, reason=reason)
                self._conversation.happen(DeviceLost(part, reason))

    def _let_it_be_said(self) -> None:
        """Go on without a microphone until the loudspeaker is silent."""
        quiet = 0
        while quiet < _SAID_BLOCKS and LOUDSPEAKER not in self._devices.lost() and not self._over():
            for block in self._devices.take(_LOOK_SECONDS):
                self._pairing.put(block)
            for pair in self._pairing.rest():
                quiet = 0 if pair.far.any() else quiet + 1
                self._hear(pair)

    def _reopen(self) -> bool:
        """Close both devices and try until they work; False where the session ended before."""
        if not self._outlast(Attempt(self._devices.close)):
            return False
        for block in self._devices.take(0):
            self._pairing.put(block)
        for pair in self._pairing.rest():
            self._hear(pair)
        while not self._over():
            try:
                return self._outlast(Attempt(self._devices.open))
            except AudioError:
                self._outlast(Attempt(partial(time.sleep, _RETRY_SECONDS)))
        return False

    def _outlast(self, attempt: Attempt) -> bool:
        """Wait for what may hang; False where the session ended before."""
        while not attempt.done(_LOOK_SECONDS):
            self._waited_seconds += _LOOK_SECONDS
            if self._over():
                return False
        return True

    def _close(self) -> None:
        if not Attempt(self._devices.close).done(_RETRY_SECONDS):
            leave_hanging()


class RenderAhead:
    """Renders lines before they are wanted, in a thread; the work itself is another process's.

    Whenever something is said, what may follow is rendered, in the voice of that moment.
    """

    def __init__(self, session: Session) -> None:
        self._content, self._render = session.content, session.mouth.render
        self._said: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._over = False
        self._thread = threading.Thread(target=self._work, daemon=True)
        session.journal.add(self._follow)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *exception: object) -> None:
        self._over = True
        self._said.put(None)
        self._thread.join()

    def _follow(self, entry: Entry) -> None:
        if entry.event == "say":
            self._said.put(str(entry.details["text"]))

    def _work(self) -> None:
        for said in iter(self._said.get, None):
            for line in lines_after(said, self._content):
                if self._over:
                    return
                try:
                    self._render(line)
                except SpeechError:
                    return  # the session meets it too, and says so


def lines_after(said: str, content: Content) -> Iterator[str]:
    """Yield the lines that may be said after `said`, the soonest first."""
    for routine in content.routines:
        for side in Side:
            steps = [step.say.format(side=side.value) for step in routine.steps]
            if any(step in said for step in steps):
                yield from steps
                positions = (step.position.format(side=side.value) for step in routine.steps)
                yield from filter(None, dict.fromkeys(positions))
    yield from _questions_after(said, content)
    yield from _answers_to_pain(content)
    yield from (line for line in vars(content.lines).values() if line and "{" not in line)
    for routine in content.routines:
        yield from _opening(routine, content)


def _questions_after(said: str, content: Content) -> Iterator[str]:
    """Yield the safety question that was asked, or the first, and those that may follow it."""
    questions, lines = content.screening.questions, content.lines
    opening = [question.ask.split("{")[0] for question in questions]
    asked = next((number for number, text in enumerate(opening) if text in said), 0)
    near = (*questions[asked : asked + 2], questions[-1])
    knees = [lines.where_knee.format(side=side.value) for side in (Side.LEFT, Side.RIGHT)]
    texts = [text for question in near for text in (question.again, question.ask)]
    legs = [content.screening.name_of(side) for side in (Side.LEFT, Side.RIGHT, Side.BOTH)]
    filled = (text.format(where=w, leg=leg) for text in texts for w in knees for leg in legs)
    yield from dict.fromkeys(filled)


def _answers_to_pain(content: Content) -> Iterator[str]:
    for number in range(11):
        follows = outcome(Question.STEP, number, content.pain)
        yield wording.with_pain(str(getattr(content.lines, follows.value)), number)


def _opening(routine: Routine, content: Content) -> Iterator[str]:
    yield content.lines.intro.format(title=routine.title, minutes=wording.number(routine.minutes))
    yield routine.setup
    for side in Side:
        for text in filter(None, (routine.steps[0].position, routine.steps[0].say)):
            yield text.format(side=side.value)
