"""From one rate to another, block by block."""

import numpy as np
import soxr

from assistant.speaking.synthesiser import Samples


class Rate:
    """Turns blocks of any length at a device's rate into blocks of another, as a stream."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        self._resampler = (
            None if from_hz == to_hz else soxr.ResampleStream(from_hz, to_hz, 1, quality="MQ")
        )
        self._rest = np.zeros(0, np.float32)

    def put(self, samples: Samples) -> None:
        """Take samples, shape (frames,)."""
        if self._resampler:
            samples = self._resampler.resample_chunk(np.ascontiguousarray(samples))
        self._rest = np.concatenate([self._rest, samples])

    def take(self, frames: int) -> Samples | None:
        """Return `frames` samples that are the caller's to keep, or None while there are fewer."""
        if len(self._rest) < frames:
            return None
        taken, self._rest = self._rest[:frames].copy(), self._rest[frames:]
        return taken
