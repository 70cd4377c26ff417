"""An assistant's voice, its echo in a plain room, and somebody who speaks over it."""

from dataclasses import dataclass

import numpy as np

from assistant.messages import BLOCK_SAMPLES, samples
from assistant.room import Acoustics, SimulatedRoom, active_rms, at_peak, gain_for_echo
from assistant.speaking.synthesiser import Samples, Synthesiser

LINE = "Squeeze and release the muscle above the knee, working slowly up the thigh."


@dataclass(frozen=True)
class Scene:
    """Both signals, block by block of one length, and where the user's words are."""

    near: Samples
    far: Samples
    begins: int
    ends: int

    def blocks(self) -> list[tuple[Samples, Samples]]:
        starts = range(0, len(self.far), BLOCK_SAMPLES)
        return [(self.near[i : i + BLOCK_SAMPLES], self.far[i : i + BLOCK_SAMPLES]) for i in starts]


def response(seed: int = 0, rt60_seconds: float = 0.3) -> Samples:
    """A direct sound and reverberation that dies away; shape (taps,)."""
    taps = np.arange(samples(rt60_seconds))
    tail = np.random.default_rng(seed).normal(size=len(taps)) * 0.1
    decay = 10 ** (-3 * taps / len(taps))
    tail = tail * decay
    tail[0] = 1.0
    return tail.astype(np.float32)


def scene(
    synthesiser: Synthesiser,
    seconds: float = 12.0,
    word: Samples | None = None,
    at_seconds: float = 8.0,
    echo_db: float = 6.0,
    **acoustics: float,
) -> Scene:
    """The assistant speaks all the time; a word, if any, comes at a moment."""
    line = synthesiser.render(LINE, "gmw/en", 150)
    far = np.tile(line, 1 + samples(seconds) // len(line))[: samples(seconds)]
    far = far[: len(far) // BLOCK_SAMPLES * BLOCK_SAMPLES] * np.float32(0.6)
    user = at_peak(np.ones(1, np.float32) if word is None else word, -18.0)
    level = 0.02 if word is None else active_rms(user)
    gain = gain_for_echo(echo_db, level, line * np.float32(0.6), response())
    noise = np.random.default_rng(2).normal(size=samples(3)).astype(np.float32) * 1e-4
    parts = {"echo_delay": samples(0.05), **acoustics}
    room = SimulatedRoom(Acoustics(gain, impulse_response=response(), noise=noise, **parts))  # type: ignore[arg-type]
    if word is not None:
        room.user_says(user, samples(at_seconds))
    blocks = range(0, len(far), BLOCK_SAMPLES)
    near = np.concatenate([room.microphone(far[i : i + BLOCK_SAMPLES]) for i in blocks])
    ends = samples(at_seconds) + len(user)
    return Scene(near, far, samples(at_seconds), ends)
