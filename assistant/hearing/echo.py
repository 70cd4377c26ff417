"""Takes the assistant's own voice out of what the microphone hears.

Two cancellers from libraries share the work, because neither can do it alone. The recogniser hears
Speex's linear one (pyaec), which leaves a person's words whole and some of the echo too. WebRTC's
AEC3 removes nearly all echo but garbles words spoken at the same time, so it only judges whether
anybody else is speaking: what the recogniser makes of a block counts only then.

Both are handed the far end in step with its echo. AEC3 finds delays itself, but took 10 short
alarms in ten minutes of one room so, and one with the far end in step.
"""

import ctypes
from collections import deque
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pyaec
from numpy.typing import NDArray
from pywebrtc_audio import EchoCanceller

from assistant.hearing.double_talk import DoubleTalk, Interruption
from assistant.hearing.far_end import MOST_LATE, FarEnd
from assistant.messages import BLOCK_SAMPLES, SAMPLE_RATE_HZ, samples
from assistant.speaking.synthesiser import Samples

_FRAME = SAMPLE_RATE_HZ // 100
"""Both cancellers work on 10 ms: WebRTC knows no other, and Speex learns a room faster than with
20 ms (22.1 instead of 21.5 dB of echo removed)."""
_TAIL = samples(0.25)
"""For how long the linear canceller lets an echo ring on. 0.13 s left 4 dB more of it in a room
that reverberates for 0.6 s, 0.5 s took 1 dB more away for half as much work again."""
_TAUGHT_BLOCKS, _PAST_BLOCKS = (samples(long) // BLOCK_SAMPLES for long in (6.0, 9.0))
_SINCE = samples(0.4)
"""After the echo's delay has jumped a new linear canceller is taught by 6 s of what was heard
before and 0.4 s of what was heard since: the room is the same. Of 49 people's "stop" 1 to 5 s after
a jump by 80 ms 46 were caught then, 41 with 3 s, 46 with 9 s, and 40 where the old canceller went
over the last half second three times."""
_OVERDRIVEN = 0.97
"""A microphone that reaches so much of full scale clips."""
_HEADROOM = 0.5
"""The level of both signals in the linear canceller once the microphone has clipped, because Speex
clips what is clipped once more: of 49 people who said "stop" 30 dB too loudly, 13 were heard, and
with this 46. Without need it would cost 1.5 dB of echo removed."""
_SETTLING = samples(0.3)
"""For so long after sound was lost echoes of what was played meanwhile ring on: they are nobody."""
_LONG_SILENT = samples(2.5)
"""For so long after the loudspeaker has fallen silent what is being made out may have begun with an
echo."""

Pcm = NDArray[np.int16]
_Frame = ctypes.c_int16 * _FRAME


@dataclass(frozen=True)
class Cleaned:
    """A block without the echo, shape (frames,), and who was found to speak."""

    block: Samples
    somebody_speaks: bool = True
    """Somebody but the assistant may have been speaking lately."""
    said_a_word: bool = True
    """Somebody but the assistant has spoken for long enough to have said a word."""
    said_a_phrase: bool = True
    """Somebody but the assistant has spoken for long enough to trust a final result."""
    interruption: Interruption | None = None
    """What is heard of somebody over the assistant in this block."""
    echo_jumped: bool = False
    """The echo's path was found to have changed: what was heard before was the assistant."""


class Canceller(Protocol):
    """Cleans microphone blocks of `BLOCK_SAMPLES`."""

    @property
    def delay(self) -> int:
        """How many samples after the loudspeaker the microphone hears the assistant."""
        ...

    def clean(self, near: Samples, far: Samples) -> Cleaned:
        """Take `far`, what the loudspeaker played meanwhile, out of `near`; shapes (frames,)."""
        ...

    def utterance_ended(self) -> None:
        """Count from now on who says the next word or phrase."""
        ...

    def slip(self, frames: int) -> None:
        """Expect the echo so many samples later than before, or earlier."""
        ...

    def sound_lost(self) -> None:
        """Take what is cleaned next for the beginning of something new."""
        ...

    def begin_anew(self) -> None:
        """Know nothing of any echo: the devices are others from now on, or were opened again."""
        ...


class NoCanceller:
    """For headphones: the microphone does not hear the loudspeaker."""

    delay = 0

    def clean(self, near: Samples, far: Samples) -> Cleaned:  # noqa: ARG002 (the protocol's)
        """Return `near` as it is: whoever is heard is a person."""
        return Cleaned(near)

    def utterance_ended(self) -> None:
        """Nothing is counted."""

    def slip(self, frames: int) -> None:
        """No echo is expected."""

    def sound_lost(self) -> None:
        """Nothing is remembered."""

    def begin_anew(self) -> None:
        """Nothing is known."""


class TwoPathCanceller:
    """The linear canceller for the recogniser and AEC3 for the judge."""

    def __init__(self) -> None:
        self.begin_anew()

    def begin_anew(self) -> None:
        """Know nothing of any echo: how late it is, the room, or how much of it is left."""
        self._far_end = FarEnd()
        self._linear = _LinearCanceller()
        self._aec3 = EchoCanceller(SAMPLE_RATE_HZ)
        self._double_talk = DoubleTalk()
        self._since_far = _LONG_SILENT
        self._settling = 0

    @property
    def delay(self) -> int:
        """How late the echo is, in samples; 0 until that is known."""
        return self._far_end.delay

    def clean(self, near: Samples, far: Samples) -> Cleaned:
        """Return `near` without the echo of `far`."""
        self._since_far = 0 if far.any() else self._since_far + len(far)
        jumps = self._far_end.jumps
        late = self._far_end.align(near, far)
        linear = self._linear.clean(near, late, remember=self._since_far < MOST_LATE)
        jumped = self._far_end.jumps > jumps
        if jumped:
            blocks = self._far_end.out_of_step // BLOCK_SAMPLES
            self._linear.learn_anew(blocks, *self._far_end.recent(_SINCE))
            self._double_talk.forget(blocks)
        self._double_talk.follow(near, far, linear, self._aec3.process(near, late))
        if self._settling > 0:
            self._settling -= len(near)
            self._double_talk.nobody()
        return self._judged(linear, jumped=jumped)

    def utterance_ended(self) -> None:
        """A voice in what has ended says nothing about what is heard next."""
        self._double_talk.utterance_ended()

    def slip(self, frames: int) -> None:
        """A block was left out or heard twice: the echo is so many samples later, or earlier."""
        self._far_end.slip(frames)
        self._settling = _SETTLING

    def sound_lost(self) -> None:
        """What is heard next does not follow on what was heard before."""
        self._double_talk.utterance_ended()
        self._settling = _SETTLING

    def _judged(self, linear: Samples, *, jumped: bool) -> Cleaned:
        talk = self._double_talk
        no_echo = self._since_far >= MOST_LATE
        return Cleaned(
            linear,
            somebody_speaks=no_echo or talk.recently,
            said_a_word=no_echo or talk.for_a_word,
            said_a_phrase=self._since_far >= _LONG_SILENT or talk.for_a_phrase,
            interruption=talk.interruption,
            echo_jumped=jumped,
        )


class _LinearCanceller:
    """Speex's echo canceller, called with NumPy's buffers: pyaec's own lists cost ten times it."""

    def __init__(self) -> None:
        self._aec = _new_aec()
        self._level = 1.0
        self._past: deque[tuple[Pcm, Pcm]] = deque(maxlen=_PAST_BLOCKS)

    def clean(self, near: Samples, far: Samples, *, remember: bool) -> Samples:
        """Return `near` without the echo of `far`; any number of whole 10 ms.

        Args:
            near: what was heard.
            far: what was played, in step.
            remember: whether there may be an echo, to `learn_anew` from.
        """
        if np.abs(near).max() >= _OVERDRIVEN:
            self._level = _HEADROOM
        block = self._pcm(near, far)
        if remember:
            self._past.append(block)
        return self._take_out(*block).astype(np.float32) / np.float32(32768 * self._level)

    def learn_anew(self, blocks: int, near: Samples, far: Samples) -> None:
        """Know only the echoes from before the last blocks of them, and then `near` and `far`."""
        self._aec = _new_aec()
        for heard, played in list(self._past)[:-blocks][-_TAUGHT_BLOCKS:]:
            self._take_out(heard, played)
        self._take_out(*self._pcm(near, far))

    def _pcm(self, near: Samples, far: Samples) -> tuple[Pcm, Pcm]:
        return _to_int16(near * self._level), _to_int16(far * self._level)

    def _take_out(self, heard: Pcm, played: Pcm) -> Pcm:
        left = np.zeros_like(heard)
        for at in range(0, heard.nbytes, ctypes.sizeof(_Frame)):
            frames = (_Frame.from_buffer(signal.data, at) for signal in (heard, played, left))
            pyaec.lib.AecCancelEcho(self._aec._aec, *frames, _FRAME)
        return left


def _new_aec() -> Any:
    return pyaec.Aec(_FRAME, _TAIL, SAMPLE_RATE_HZ, False)


def _to_int16(block: Samples) -> Pcm:
    return np.round(np.clip(block, -1, 1) * 32767).astype(np.int16)
