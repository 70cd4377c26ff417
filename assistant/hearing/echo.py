"""Takes the assistant's own voice out of what the microphone hears.

The simplest version that is honest: WebRTC's AEC3, alive for the whole session. It removes about
30 dB at delays up to 400 ms that it finds by itself, and costs some of a quiet user's words.
"""

from typing import Protocol

import numpy as np
from pywebrtc_audio import AudioProcessor

from assistant.messages import SAMPLE_RATE_HZ
from assistant.speaking.synthesiser import Samples

_FRAME_SAMPLES = SAMPLE_RATE_HZ // 100
"""WebRTC works on 10 ms."""


class Canceller(Protocol):
    """Cleans microphone blocks."""

    def clean(self, near: Samples, far: Samples) -> Samples:
        """Return `near` without `far`, what the loudspeaker played meanwhile; shapes (frames,)."""
        ...


class NoCanceller:
    """For headphones: the microphone does not hear the loudspeaker."""

    def clean(self, near: Samples, far: Samples) -> Samples:  # noqa: ARG002 (the protocol's)
        """Return `near` as it is."""
        return near


class Aec3Canceller:
    """WebRTC's echo canceller; blocks are whole multiples of 10 ms."""

    def __init__(self) -> None:
        self._processor = AudioProcessor(sample_rate=SAMPLE_RATE_HZ, echo_cancellation=True)

    def clean(self, near: Samples, far: Samples) -> Samples:
        """Return `near` without the echo of `far`."""
        frames = range(0, len(near), _FRAME_SAMPLES)
        cleaned = [
            self._processor.process(near[i : i + _FRAME_SAMPLES], far[i : i + _FRAME_SAMPLES])
            for i in frames
        ]
        return np.concatenate(cleaned)
