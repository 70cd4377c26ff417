"""Rooms by seed: impulse responses from pyroomacoustics."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyroomacoustics
from numpy.typing import NDArray

from assistant.messages import SAMPLE_RATE_HZ
from assistant.speaking.synthesiser import Samples

_SMALLEST, _LARGEST = (3.0, 2.8, 2.3), (6.0, 5.0, 2.9)
"""Metres."""
_TABLE_HEIGHT = (0.6, 1.1)
"""Metres; where the microphone stands."""
_MOST_REFLECTIONS = 40
_FROM_WALL = 0.2
_LONGEST = 7700
"""Taps that are kept, 0.48 s: at an RT60 of 0.6 s what follows is 48 dB down."""


@dataclass(frozen=True)
class Place:
    """A microphone, a loudspeaker and a person in a room: impulse responses, shape (taps,)."""

    from_loudspeaker: Samples
    from_person: Samples


@cache
def place(seed: int, rt60_seconds: float) -> Place:
    """Return the place that `seed` draws, in a room of this reverberation time.

    The loudspeaker is 0.15 to 1.2 m from the microphone, the person 0.4 to 1.5 m.
    """
    rng = np.random.default_rng(seed)
    size = rng.uniform(_SMALLEST, _LARGEST)
    absorption, reflections = pyroomacoustics.inverse_sabine(rt60_seconds, size)
    room = pyroomacoustics.ShoeBox(
        size,
        fs=SAMPLE_RATE_HZ,
        materials=pyroomacoustics.Material(absorption),
        max_order=min(reflections, _MOST_REFLECTIONS),
    )
    microphone = size * rng.uniform(0.3, 0.7, 3)
    microphone[2] = rng.uniform(*_TABLE_HEIGHT)
    room.add_source(_near(microphone, 0.15, 1.2, size, rng))
    room.add_source(_near(microphone, 0.4, 1.5, size, rng))
    room.add_microphone(microphone)
    room.compute_rir()
    loudspeaker, person = (_at_one(response) for response in room.rir[0])
    return Place(loudspeaker, person)


def _near(
    point: NDArray[np.float64],
    nearest: float,
    farthest: float,
    size: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Return a point within the room, so many metres from another."""
    while True:
        way = rng.normal(size=3)
        found: NDArray[np.float64] = point + way / np.linalg.norm(way) * rng.uniform(
            nearest, farthest
        )
        if (found > _FROM_WALL).all() and (found < size - _FROM_WALL).all():
            return found


def _at_one(response: NDArray[np.float64]) -> Samples:
    """Scale a response so that its greatest tap is 1."""
    return np.asarray(response[:_LONGEST] / np.abs(response).max(), np.float32)
