"""Takes the assistant's own voice out of what the microphone hears.

Two cancellers from libraries share the work, because neither can do it alone. The recogniser hears
Speex's linear one (pyaec), which leaves a person's words whole and some of the echo too. WebRTC's
AEC3 removes nearly all echo but garbles words spoken at the same time, so it only judges whether
anybody else is speaking: what the recogniser makes of a block counts only then.
"""

from typing import Any, Protocol

import numpy as np
import pyaec
from pywebrtc_audio import AudioProcessor

from assistant.hearing.double_talk import DoubleTalk
from assistant.hearing.far_end import FarEnd
from assistant.messages import SAMPLE_RATE_HZ, samples
from assistant.speaking.synthesiser import Samples

_FRAME = SAMPLE_RATE_HZ // 100
"""Both cancellers work on 10 ms: WebRTC knows no other, and Speex learns a room faster than with
20 ms (22.1 instead of 21.5 dB of echo removed)."""
_TAIL = samples(0.25)
"""For how long the linear canceller lets an echo ring on. 0.13 s left 4 dB more of it in a room
that reverberates for 0.6 s, 0.5 s took 1 dB more away for half as much work again."""
_MOST_LATE = samples(0.6)
"""For so long after the loudspeaker falls silent an echo may still come,"""
_LONG_SILENT = samples(2.5)
"""and for so long what is being made out may have begun with one."""


class Canceller(Protocol):
    """Cleans microphone blocks of `BLOCK_SAMPLES`."""

    @property
    def somebody_speaks(self) -> bool:
        """Whether somebody but the assistant may have been speaking lately."""
        ...

    @property
    def somebody_spoke(self) -> bool:
        """Whether somebody but the assistant spoke for long enough to have said a word."""
        ...

    @property
    def somebody_finished(self) -> bool:
        """Whether somebody but the assistant spoke for long enough to trust a final result."""
        ...

    @property
    def interrupted(self) -> bool:
        """Whether somebody is heard over the assistant in this very block."""
        ...

    @property
    def echo_jumped(self) -> bool:
        """Whether the echo's path was found to have changed with the last block."""
        ...

    @property
    def delay(self) -> int:
        """How many samples after the loudspeaker the microphone hears the assistant."""
        ...

    def clean(self, near: Samples, far: Samples) -> Samples:
        """Return `near` without `far`, what the loudspeaker played meanwhile; shapes (frames,)."""
        ...


class NoCanceller:
    """For headphones: the microphone does not hear the loudspeaker."""

    somebody_speaks = somebody_spoke = somebody_finished = True
    interrupted = echo_jumped = False
    delay = 0

    def clean(self, near: Samples, far: Samples) -> Samples:  # noqa: ARG002 (the protocol's)
        """Return `near` as it is."""
        return near


class TwoPathCanceller:
    """The linear canceller for the recogniser and AEC3 for the judge, alive for a whole session."""

    def __init__(self) -> None:
        self._far_end = FarEnd()
        self._linear = _LinearCanceller()
        self._aec3 = AudioProcessor(sample_rate=SAMPLE_RATE_HZ, echo_cancellation=True)
        self._double_talk = DoubleTalk()
        self._since_far = _LONG_SILENT
        self.echo_jumped = False

    @property
    def somebody_speaks(self) -> bool:
        """Whether the loudspeaker has been silent, or more is left than its echo."""
        return self._since_far >= _MOST_LATE or self._double_talk.recently

    @property
    def somebody_spoke(self) -> bool:
        """Whether the loudspeaker has been silent, or more was left for as long as a word."""
        return self._since_far >= _MOST_LATE or self._double_talk.for_a_word

    @property
    def somebody_finished(self) -> bool:
        """Whether the loudspeaker has long been silent, or more was left for long enough."""
        return self._since_far >= _LONG_SILENT or self._double_talk.for_a_phrase

    @property
    def interrupted(self) -> bool:
        """Whether more is left in this block than the loudspeaker's echo."""
        return self._double_talk.warmed_up and self._double_talk.voice

    @property
    def delay(self) -> int:
        """How late the echo is, in samples; 0 until that is known."""
        return self._far_end.delay

    def clean(self, near: Samples, far: Samples) -> Samples:
        """Return `near` without the echo of `far`."""
        self._since_far = 0 if far.any() else self._since_far + len(far)
        jumps = self._far_end.jumps
        linear = self._linear.clean(near, self._far_end.align(near, far))
        self.echo_jumped = self._far_end.jumps > jumps
        if self.echo_jumped:
            self._double_talk.forget()
        judged = [
            self._aec3.process(near[i : i + _FRAME], far[i : i + _FRAME])
            for i in range(0, len(near), _FRAME)
        ]
        self._double_talk.follow(near, far, linear, np.concatenate(judged))
        return linear


class _LinearCanceller:
    """Speex's echo canceller, called with NumPy's buffers: pyaec's own lists cost ten times it."""

    def __init__(self) -> None:
        self._aec: Any = pyaec.Aec(_FRAME, _TAIL, SAMPLE_RATE_HZ, False)

    def clean(self, near: Samples, far: Samples) -> Samples:
        """Return `near` without the echo of `far`; any number of whole 10 ms."""
        heard, played = _to_int16(near), _to_int16(far)
        left = np.zeros_like(heard)
        for i in range(0, len(heard), _FRAME):
            frame = [_pointer(signal[i : i + _FRAME]) for signal in (heard, played, left)]
            pyaec.lib.AecCancelEcho(self._aec._aec, *frame, _FRAME)
        return left.astype(np.float32) / np.float32(32768)


def _to_int16(block: Samples) -> np.ndarray[Any, np.dtype[np.int16]]:
    return np.round(np.clip(block, -1, 1) * 32767).astype(np.int16)


def _pointer(block: np.ndarray[Any, np.dtype[np.int16]]) -> Any:
    return np.ctypeslib.as_ctypes(block)
