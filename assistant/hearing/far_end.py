"""What the loudspeaker played, brought in step with its echo in the microphone.

How late an echo is depends on the devices (up to half a second) and on the room, jumps when a
device hiccups, and creeps where the two devices' clocks drift apart. All three are found in the
signals themselves: the delay is where the cross-correlation of what was played and what was heard
is greatest, and its creep a line through the last of those. Measured in simulated rooms, this took
the linear canceller from 18 to 22 dB of echo removed, with a delay of 300 ms from 15 to 22 dB, and
with clocks 100 millionths apart from 5 to 26 dB.
"""

from collections import deque
from functools import cache

import numpy as np
from numpy.typing import NDArray

from assistant.messages import BLOCK_SAMPLES, samples
from assistant.speaking.synthesiser import Samples

_WINDOW = 1 << 14
"""Samples that are correlated: 1 s of what was played with the last 0.4 s of what was heard."""
_HEARD = samples(0.4)
MOST_LATE = samples(0.6)
"""The longest delay that is looked for."""
_EVERY_BLOCKS, _SOON_BLOCKS = (samples(every) // BLOCK_SAMPLES for every in (0.24, 0.12))
"""How often the delay is looked for, and how often where it may have jumped: its own voice in a
place where nobody expects it soon silences the assistant, and then there is no more echo to see."""
_FADING = 0.75
"""The share of what was found before that still counts at the next look."""
_WHITENING = 0.7
"""0 is plain correlation, 1 the phase alone (GCC-PHAT), which a quiet echo loses to noise."""
_LEAD = samples(0.005)
"""How much earlier than the echo the far end is handed out, for what comes before its peak."""
_AUDIBLE_POWER = 1e-6
"""Below this mean square, -60 dBFS, what was played makes no echo to go by."""
_DUE_SHARE = 0.03
"""What is looked at has at least this share of the power of the last second: once in twelve hours
an echo was seen where there was none. With 0.1 two more of 49 "stop" were missed after a jump."""
_STRAY = 4.0
"""A delay further than this from where it was expected, in samples, is a jump or an error."""
_LEFT_SHARE = 0.5
"""Where an echo jumped away from, less than this share of its likeness is left. What is said for a
second or two is also like itself a voice's period later, without the echo having moved: twice in
ten minutes of one room that was taken for a jump, and the linear canceller let the echo through."""
_REMEMBERED, _FOR_A_LINE = 40, 8
"""Delays that the line is laid through, and the fewest that make one."""
_UNNOTICED = 0.01
"""A drift of so many samples from one look to the next is left as it is."""
_MOST_DRIFT = 3e-4
"""Clocks do not drift apart faster: 300 millionths."""
_TAPS, _PARTS = np.arange(-15, 17), 128
"""Of the filter that delays by a part of a sample, and into how many parts a sample is divided."""

Spectrum = NDArray[np.complexfloating]


class Recent:
    """The last of a signal, without copying all of it for every block."""

    def __init__(self, frames: int) -> None:
        self._frames = self._end = frames
        self._signal = np.zeros(2 * frames, np.float32)

    def put(self, block: Samples) -> None:
        """Take the next block, shape (frames,)."""
        if self._end + len(block) > len(self._signal):
            self._signal[: self._frames] = self._signal[self._end - self._frames : self._end]
            self._end = self._frames
        self._signal[self._end : self._end + len(block)] = block
        self._end += len(block)

    def last(self, frames: int, before: int = 0) -> Samples:
        """Return the last frames but for so many; valid until the next `put`."""
        return self._signal[self._end - before - frames : self._end - before]


class FarEnd:
    """Hands out, block by block, what the loudspeaker played as late as its echo is."""

    def __init__(self) -> None:
        self._played = Recent(_WINDOW + MOST_LATE)
        self._delay = EchoDelay()

    @property
    def delay(self) -> int:
        """How late the echo is, in samples; 0 until that is known."""
        return round(self._delay.now())

    @property
    def jumps(self) -> int:
        """How often the echo's delay has jumped."""
        return self._delay.jumps

    @property
    def out_of_step(self) -> int:
        """For how many samples of echo it has not been seen where it was expected."""
        return self._delay.out_of_step

    def align(self, near: Samples, far: Samples) -> Samples:
        """Take a block of both signals and return the far end for it; shapes (frames,)."""
        self._played.put(far)
        self._delay.follow(near, self._played.last(_WINDOW))
        return self._in_step(len(far))

    def slip(self, frames: int) -> None:
        """Expect the echo so many samples later than before, or earlier."""
        self._delay.slip(frames)

    def recent(self, frames: int) -> tuple[Samples, Samples]:
        """Return the last of what was heard, and the far end for it as it is in step now."""
        return self._delay.heard(frames), self._in_step(frames)

    def _in_step(self, frames: int) -> Samples:
        """Return the last of what was played, as late as its echo is by now."""
        delay = max(0.0, round(self._delay.now() * _PARTS) / _PARTS - _LEAD)
        whole, part = int(delay), delay % 1
        if part == 0 or whole < _TAPS[-1]:
            return self._played.last(frames, before=whole)
        around = self._played.last(frames + len(_TAPS) - 1, before=whole + _TAPS[0])
        return np.convolve(around, _late_by(part), "valid")


class EchoDelay:
    """Finds and follows by how many samples the echo is late.

    `jumps` counts its jumps, and `out_of_step` the samples since it was last seen where it was
    expected, without those in which no echo can have come: it may jump in a long silence.
    """

    def __init__(self) -> None:
        self._heard = Recent(_WINDOW)
        self._spectrum: Spectrum | float = 0.0
        self._found: list[tuple[int, float]] = []
        self._line = (0.0, 0.0, 0)
        self._samples = 0
        self._looked_at = 0
        self.out_of_step = 0
        self._next_look = _EVERY_BLOCKS
        self._latest: deque[float] = deque(maxlen=2)
        self.jumps = 0

    def now(self) -> float:
        """Return the delay at the last sample that was heard."""
        return self._at(self._samples)

    def follow(self, near: Samples, played: Samples) -> None:
        """Take a block of the microphone's, and what was played up to its end, `_WINDOW` long."""
        self._heard.put(near)
        self._samples += len(near)
        self.out_of_step += len(near) * bool(played[-MOST_LATE:].any())
        self._next_look -= 1
        if self._next_look > 0:
            return
        self._next_look = _SOON_BLOCKS
        if self._heard.last(_HEARD).any() and self._is_echo_due(played):
            self._next_look = _EVERY_BLOCKS
            heard = self._heard.last(_WINDOW) * _LATEST
            self._look(np.fft.rfft(heard) * np.conj(np.fft.rfft(played)))

    def slip(self, frames: int) -> None:
        """Expect the echo so many samples later than before, or earlier."""
        self._found = [(at, delay + frames) for at, delay in self._found]
        delay, drift, at = self._line
        self._line = (delay + frames, drift, at)
        self._spectrum = _later(self._spectrum, frames)
        self._latest.clear()
        self._next_look = _HEARD // BLOCK_SAMPLES  # by then nothing from before is looked at

    def heard(self, frames: int) -> Samples:
        """Return the last of the microphone's, shape (frames,)."""
        return self._heard.last(frames)

    def _is_echo_due(self, played: Samples) -> bool:
        """Whether what is heard now is the echo of something: between lines it is like anything."""
        late = min(max(0, round(self.now())), MOST_LATE)
        due = played[_WINDOW - late - _HEARD : _WINDOW - late]
        power = _power(due * _LATEST[-_HEARD:])
        return power > max(_AUDIBLE_POWER, _DUE_SHARE * _power(played))

    def _look(self, spectrum: Spectrum) -> None:
        """Draw the line anew; a jump has to show in two of three looks, at the same delay.

        Where no echo was seen in one place for long there was none to jump: with headphones, what
        the user says is like what is played now here, now there.
        """
        middle = self._samples - _HEARD // 2
        likeness = _likeness(spectrum)
        latest = _peak(likeness)
        seen_before = any(abs(latest - before) < _STRAY for before in self._latest)
        self._latest.append(latest)
        expected = self._at(middle) if self._found else latest
        elsewhere = _is_elsewhere(likeness, expected)
        jumped = seen_before and elsewhere
        if jumped:
            self.jumps += len(self._found) >= _FOR_A_LINE
            self._found.clear()
        elif elsewhere:
            self._next_look = _SOON_BLOCKS
        else:
            self.out_of_step = min(self.out_of_step, _HEARD // 2)
        self._spectrum = spectrum if jumped else spectrum + _FADING * self._moved_on(middle)
        delay = _peak(_likeness(self._spectrum))
        if jumped or abs(delay - expected) <= _STRAY:
            self._found = [*self._found, (middle, delay)][-_REMEMBERED:]
            self._line = _line_through(self._found)

    def _moved_on(self, middle: int) -> Spectrum | float:
        """Return what was found before with the delay of now: else it would lag behind a drift."""
        drifted = self._at(middle) - self._at(self._looked_at)
        self._looked_at = middle
        if abs(drifted) < _UNNOTICED:
            return self._spectrum
        return _later(self._spectrum, drifted)

    def _at(self, sample: int) -> float:
        delay, drift, at = self._line
        return delay + drift * (sample - at)


@cache
def _late_by(part: float) -> Samples:
    """Return a filter that delays by a part of a sample, shape (taps,)."""
    at = _TAPS - part
    return np.asarray(np.sinc(at) * np.cos(np.pi * at / (len(_TAPS) + 1)) ** 2, np.float32)


_TURNS = (-2j * np.pi / _WINDOW * np.arange(_WINDOW // 2 + 1)).astype(np.complex64)
"""What a delay of one sample turns each band of a spectrum by."""
_LATEST = np.concatenate([np.zeros(_WINDOW - _HEARD), np.hanning(_HEARD)]).astype(np.float32)


def _power(signal: Samples) -> float:
    return float(np.mean(np.square(signal)))


def _likeness(spectrum: Spectrum) -> NDArray[np.float64]:
    """Return how alike a cross-spectrum's signals are at each delay, shape (delays,)."""
    whitened = spectrum / (np.abs(spectrum) ** _WHITENING + 1e-12)
    alike: NDArray[np.float64] = np.abs(np.fft.irfft(whitened))[:MOST_LATE]
    return alike


def _later(spectrum: Spectrum | float, frames: float) -> Spectrum:
    """Return a cross-spectrum of an echo that is so many samples later."""
    turned: Spectrum = spectrum * np.exp(_TURNS * np.float32(frames))
    return turned


def _peak(likeness: NDArray[np.float64]) -> float:
    """Return the delay at which it is greatest, to a part of a sample: by a parabola."""
    top = int(np.argmax(likeness))
    if not 0 < top < len(likeness) - 1:
        return float(top)
    before, at, after = likeness[top - 1 : top + 2]
    return float(top + 0.5 * (before - after) / (before - 2 * at + after))


def _is_elsewhere(likeness: NDArray[np.float64], expected: float) -> bool:
    """Whether the echo has left the delay where it was expected."""
    near = likeness[max(0, round(expected - _STRAY)) : round(expected + _STRAY) + 1]
    return float(near.max(initial=0.0)) < _LEFT_SHARE * float(likeness.max())


def _line_through(found: list[tuple[int, float]]) -> tuple[float, float, int]:
    """Return the delay, its drift per sample, and the sample it is of."""
    at = found[-1][0]
    if len(found) < _FOR_A_LINE:
        return float(np.median([delay for _, delay in found])), 0.0, at
    times, delays = np.array(found).T
    drift, delay = np.polyfit(times - at, delays, 1)
    return float(delay), float(np.clip(drift, -_MOST_DRIFT, _MOST_DRIFT)), at
