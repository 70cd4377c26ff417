"""Drives a session without a sound card, as fast as it will go."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from assistant.audio_files import WavWriter
from assistant.conversation import Conversation
from assistant.messages import BLOCK_SAMPLES, samples
from assistant.speaking.synthesiser import Samples


class Microphone(Protocol):
    """What stands in for a microphone."""

    @property
    def slipped(self) -> int:
        """By how many samples later the echo is from the last block on, or earlier."""
        ...

    def microphone(self, far: Samples) -> Samples:
        """Return the next block while the loudspeaker plays `far`; equal shapes (frames,)."""
        ...


class RecordedMicrophone:
    """A recording, and silence after its end."""

    slipped = 0

    def __init__(self, recording: Samples) -> None:
        self._rest = recording

    def microphone(self, far: Samples) -> Samples:
        """Return the next block of the recording."""
        block = np.zeros(len(far), np.float32)
        heard, self._rest = self._rest[: len(far)], self._rest[len(far) :]
        block[: len(heard)] = heard
        return block


@dataclass(frozen=True)
class Recordings:
    """Where to write what was heard and said; None for nowhere."""

    speaker: WavWriter | None = None
    mic: WavWriter | None = None

    def write(self, near: Samples, far: Samples) -> None:
        """Write a block of each."""
        for writer, block in ((self.mic, near), (self.speaker, far)):
            if writer:
                writer.write(block)

    def close(self) -> None:
        """Complete the files."""
        for writer in (self.mic, self.speaker):
            if writer:
                writer.close()


def run_offline(
    conversation: Conversation,
    microphone: Microphone,
    recordings: Recordings,
    limit_seconds: float | None = None,
) -> None:
    """Go on until the session or the limit ends it."""
    limit = None if limit_seconds is None else samples(limit_seconds)
    while not conversation.over:
        if limit is not None and conversation.now >= limit:
            conversation.end("limit")
            return
        far = conversation.speak(BLOCK_SAMPLES)
        near = microphone.microphone(far)
        recordings.write(near, far)
        conversation.hear(near, far, microphone.slipped)
