"""Takes the assistant's own voice out of what the microphone hears.

Two cancellers from libraries share the work, because neither can do it alone. The recogniser hears
Speex's linear one (pyaec), which leaves a person's words whole and some of the echo too. WebRTC's
AEC3 removes nearly all echo but garbles words spoken at the same time, so it only judges whether
anybody else is speaking: what the recogniser makes of a block counts only then.
"""

from collections import deque
from typing import Any, Protocol

import numpy as np
import pyaec
from pywebrtc_audio import AudioProcessor

from assistant.messages import BLOCK_SAMPLES, SAMPLE_RATE_HZ, samples
from assistant.speaking.synthesiser import Samples

_AEC3_FRAME = SAMPLE_RATE_HZ // 100
"""WebRTC works on 10 ms."""
_ECHO_TAIL = samples(0.5)
"""How late an echo the linear canceller still knows."""
_SPEECH_LEVEL = 10 ** (-42 / 20)
"""A block of AEC3's output louder than this is somebody. -42 dBFS."""
_LOOK_BACK_BLOCKS, _SPEECH_BLOCKS = 45, 4
"""Somebody speaks if so many of the last blocks are that loud."""

_ECHO_KNOWN_BLOCKS, _ECHO_WINDOW_BLOCKS = 25, 250
"""Whether there is an echo at all is known after 0.5 s of speech, from the last 5 s of it."""


class Canceller(Protocol):
    """Cleans microphone blocks of `BLOCK_SAMPLES`."""

    @property
    def somebody_speaks(self) -> bool:
        """Whether somebody but the assistant may have been speaking lately."""
        ...

    def clean(self, near: Samples, far: Samples) -> Samples:
        """Return `near` without `far`, what the loudspeaker played meanwhile; shapes (frames,)."""
        ...


class NoCanceller:
    """For headphones: the microphone does not hear the loudspeaker."""

    somebody_speaks = True

    def clean(self, near: Samples, far: Samples) -> Samples:  # noqa: ARG002 (the protocol's)
        """Return `near` as it is."""
        return near


class TwoPathCanceller:
    """The linear canceller for the recogniser and AEC3 as the judge, alive for a whole session."""

    def __init__(self) -> None:
        self._linear = _LinearCanceller()
        self._aec3 = AudioProcessor(sample_rate=SAMPLE_RATE_HZ, echo_cancellation=True)
        self._loud: deque[bool] = deque(maxlen=_LOOK_BACK_BLOCKS)
        self._loud_with_far: deque[bool] = deque(maxlen=_ECHO_WINDOW_BLOCKS)
        self._since_far = _ECHO_TAIL

    @property
    def somebody_speaks(self) -> bool:
        """Whether the loudspeaker has been silent, or AEC3 leaves speech that is not its."""
        return self._since_far >= _ECHO_TAIL or sum(self._loud) >= _SPEECH_BLOCKS

    def clean(self, near: Samples, far: Samples) -> Samples:
        """Return `near` without the echo of `far`."""
        self._since_far = 0 if far.any() else self._since_far + len(far)
        frames = range(0, len(near), _AEC3_FRAME)
        judged = [
            self._aec3.process(near[i : i + _AEC3_FRAME], far[i : i + _AEC3_FRAME]) for i in frames
        ]
        loud = _level(near) > _SPEECH_LEVEL
        self._loud.append(loud and (self._hears_no_echo() or _level(judged) > _SPEECH_LEVEL))
        if far.any():
            self._loud_with_far.append(loud)
        return self._linear.clean(near, far)

    def _hears_no_echo(self) -> bool:
        """Whether the microphone stayed quiet while the loudspeaker played: no need of a judge."""
        heard = self._loud_with_far
        return len(heard) >= _ECHO_KNOWN_BLOCKS and sum(heard) <= len(heard) / 10


class _LinearCanceller:
    """Speex's echo canceller, called with NumPy's buffers: pyaec's own lists cost ten times it."""

    def __init__(self) -> None:
        self._aec: Any = pyaec.Aec(BLOCK_SAMPLES, _ECHO_TAIL, SAMPLE_RATE_HZ, False)
        self._out = np.zeros(BLOCK_SAMPLES, np.int16)

    def clean(self, near: Samples, far: Samples) -> Samples:
        """Return `near` without the echo of `far`."""
        pointers = [_pointer(_to_int16(near)), _pointer(_to_int16(far)), _pointer(self._out)]
        pyaec.lib.AecCancelEcho(self._aec._aec, *pointers, BLOCK_SAMPLES)
        return self._out.astype(np.float32) / np.float32(32768)


def _level(block: Any) -> float:
    return float(np.sqrt(np.mean(np.square(block))))


def _to_int16(block: Samples) -> np.ndarray[Any, np.dtype[np.int16]]:
    return np.round(np.clip(block, -1, 1) * 32767).astype(np.int16)


def _pointer(block: np.ndarray[Any, np.dtype[np.int16]]) -> Any:
    return np.ctypeslib.as_ctypes(block)
