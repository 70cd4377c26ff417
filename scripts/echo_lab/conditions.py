"""What is varied. What a condition leaves open is drawn anew for every trial."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Condition:
    """A row of a table. Ranges are drawn from evenly; a single value is a range of no width."""

    name: str
    ser_db: float = -6.0
    """The user's level over the assistant's voice, both at the microphone."""
    rt60_seconds: tuple[float, float] = (0.2, 0.5)
    delay_ms: tuple[float, float] = (10.0, 80.0)
    drift_ppm: float = 0.0
    jump_ms: float = 0.0
    clip: float = 1.0
    """The loudspeaker plays nothing louder than this; the voice's peaks are at 0.6."""
    noise_db: float = -45.0
    """White noise over the assistant's voice, both at the microphone."""


BASE = Condition("base")
LEVELS = (
    replace(BASE, name="user as loud as the echo", ser_db=0.0),
    replace(BASE, name="user 6 dB below"),
    replace(BASE, name="user 10 dB below", ser_db=-10.0),
)
HARDER = (
    replace(BASE, name="delay 0 to 400 ms", delay_ms=(0.0, 400.0)),
    replace(BASE, name="clocks 100 ppm apart", drift_ppm=100.0),
    replace(BASE, name="delay jumps by 80 ms", jump_ms=80.0),
    replace(BASE, name="loudspeaker clips", clip=0.25),
    replace(BASE, name="RT60 0.6 s", rt60_seconds=(0.6, 0.6)),
    replace(BASE, name="noise 20 dB below the echo", noise_db=-20.0),
)
ALONE = (*HARDER, replace(BASE, name="noise 30 dB below the echo", noise_db=-30.0))
"""Rooms to recite in: that noise, too, hides how much of the echo is left."""
CURVE = tuple(replace(BASE, name=f"SER {ser} dB", ser_db=ser) for ser in (6.0, 3.0, -3.0, -14.0))
"""More points for the plot of recall against the user's level."""
