"""Whether somebody else speaks while the assistant does: double-talk detection, by levels alone.

What the linear canceller leaves of the microphone's level is nearly the same from block to block
in one room, and learnt: somebody else shows as more. What AEC3 leaves adds to that: it is next to
nothing where only the assistant speaks. Compared is with the loudest of the last 0.3 s, for an echo
rings on; and what is left has to stand out from the room's noise, which no canceller takes away.

Measured on 112 recordings of "stop" over speech in simulated rooms, from 0 to -10 dB, with drifting
clocks, clipping, long reverberation and noise: all found, half of them within 180 ms of the onset,
with 0.8 false alarms a minute, 0.2 in the plain rooms. Learning over 5 s instead of 3 found 101,
learning in small steps 109 (but few in a session's first 10 s); without AEC3 101 with more alarms;
with fixed limits 104; by AEC3's level alone 4 alarms a minute; sixteen bands were no better.
"""

import itertools
import math
from collections import deque

import numpy as np

from assistant.messages import samples
from assistant.speaking.synthesiser import Samples

MORE_THAN_USUAL_DB = 4.0
"""What is left is somebody's if it is this much more than usual."""
_LEAK_DB = (-22.0, -8.0)
"""What the linear canceller usually leaves of the microphone's level lies between these,"""
_LEAK_BLOCKS, _LEAK_SHARE = 150, 0.95
"""and is what so many of the blocks of the last 3 s of speech stay below."""
_LEARNT_BLOCKS = 10
_AEC3_COUNTS_FROM_DB, _AEC3_COUNTS_DB, _AEC3_SHARE = -30.0, 20.0, 0.3
"""What AEC3 leaves counts from here on, up to so much, and so much of it."""
OVER_NOISE_DB = 9.0
"""And if it is this much above the quietest of the last 2 s."""
_LOUDEST_BLOCKS, _QUIETEST_BLOCKS, _SMOOTHED_BLOCKS = 15, 100, 5
_NEEDED, _OF_LAST_BLOCKS = 2, 3
"""How many of the last blocks have to show it."""
RECENT_BLOCKS = 45
"""For so long somebody who spoke may still be speaking: 0.9 s."""
WORD_BLOCKS = 3
"""So much of it has to be a voice for a word to be somebody's: 60 ms. Many false alarms are
shorter; with 120 ms one word in ten was lost 6 dB below the echo."""
PHRASE_BLOCKS, PHRASE_WINDOW_BLOCKS = 8, 125
"""A final result needs 0.16 s of a voice in the last 2.5 s: a false alarm and what was made out of
the echo around it would else be obeyed, twice an hour of prompts that hold every command word."""
_SILENCE_DB = -70.0
_NO_ECHO_BLOCKS, _NO_ECHO_WINDOW_BLOCKS = 25, 250
"""Whether there is an echo at all is known after 0.5 s of speech, from the last 5 s of it."""
WARM_UP = samples(2.0)
"""So much speech the cancellers need to learn the room,"""
FIRST_WORDS = samples(0.6)
"""and so much until what they leave says anything at all."""


class DoubleTalk:
    """Follows a session block by block."""

    def __init__(self) -> None:
        self._loudest: deque[float] = deque(maxlen=_LOUDEST_BLOCKS)
        self._left_floor, self._heard_floor = _Floor(), _Floor()
        self._left: deque[float] = deque(maxlen=_LEAK_BLOCKS)
        self._shown: deque[bool] = deque(maxlen=_OF_LAST_BLOCKS)
        self._voice: deque[bool] = deque(maxlen=PHRASE_WINDOW_BLOCKS)
        self._loud_while_playing: deque[bool] = deque(maxlen=_NO_ECHO_WINDOW_BLOCKS)
        self._played = 0

    @property
    def voice(self) -> bool:
        """Whether somebody else's voice is in the last block."""
        return bool(self._voice) and self._voice[-1]

    @property
    def recently(self) -> bool:
        """Whether it was in the last 0.9 s."""
        return self._blocks(RECENT_BLOCKS) > 0

    @property
    def for_a_word(self) -> bool:
        """Whether enough of the last 0.9 s was somebody else's voice to be a word."""
        return self._blocks(RECENT_BLOCKS) >= WORD_BLOCKS

    @property
    def for_a_phrase(self) -> bool:
        """Whether enough of the last 2.5 s was somebody else's voice for a final result."""
        return self._blocks(PHRASE_WINDOW_BLOCKS) >= PHRASE_BLOCKS

    @property
    def warmed_up(self) -> bool:
        """Whether enough was played for the cancellers to know the room."""
        return self._played >= WARM_UP

    def forget(self) -> None:
        """Learn anew what the linear canceller leaves: the echo's path has changed."""
        self._left.clear()

    def utterance_ended(self) -> None:
        """Count the blocks of the next word and phrase anew."""
        self._voice.clear()

    def follow(self, near: Samples, far: Samples, linear: Samples, aec3: Samples) -> None:
        """Take a block: the microphone's, the loudspeaker's, and what both cancellers left."""
        near_db, linear_db = _db(near), _db(linear)
        self._loudest.append(near_db)
        loudest = max(self._loudest)
        left = linear_db - loudest
        # A lost microphone delivers zeros, of which the linear canceller makes the echo it expects.
        stands_out = self._left_floor.rises(linear_db) and near_db > _SILENCE_DB
        something_heard = self._heard_floor.rises(near_db)
        more = left - self._leak() + _AEC3_SHARE * _judgement(_db(aec3) - loudest)
        if far.any():
            self._played += len(far)
            self._loud_while_playing.append(stands_out)
            if something_heard:  # what is played is not heard yet while it is under way
                self._left.append(left)
        self._shown.append(stands_out and (more > MORE_THAN_USUAL_DB or self._hears_no_echo()))
        deaf = 0 < self._played < FIRST_WORDS
        self._voice.append(not deaf and sum(self._shown) >= _NEEDED)

    def _blocks(self, last: int) -> int:
        """Return how many of the last blocks hold somebody else's voice."""
        return sum(itertools.islice(reversed(self._voice), last))

    def _leak(self) -> float:
        """Return what the linear canceller usually leaves of the microphone's level, in dB."""
        if len(self._left) < _LEARNT_BLOCKS:
            return _LEAK_DB[1]
        usual = sorted(self._left)[int(_LEAK_SHARE * len(self._left))]
        return min(max(usual, _LEAK_DB[0]), _LEAK_DB[1])

    def _hears_no_echo(self) -> bool:
        """Whether the microphone stayed quiet while the loudspeaker played: with headphones."""
        heard = self._loud_while_playing
        return len(heard) >= _NO_ECHO_BLOCKS and sum(heard) <= len(heard) / 10


class _Floor:
    """The quietest of the last 2 s."""

    def __init__(self) -> None:
        self._recent: deque[float] = deque(maxlen=_SMOOTHED_BLOCKS)
        self._smooth: deque[float] = deque(maxlen=_QUIETEST_BLOCKS)

    def rises(self, level_db: float) -> bool:
        """Take a level and say whether it stands out."""
        self._recent.append(10 ** (level_db / 10))
        self._smooth.append(sum(self._recent) / len(self._recent))
        quietest_db = 10 * math.log10(min(self._smooth) + 1e-12)
        return level_db > max(_SILENCE_DB, quietest_db + OVER_NOISE_DB)


def _judgement(left_db: float) -> float:
    """Return how much AEC3 leaves over what it leaves of an echo, in dB."""
    return min(max(left_db - _AEC3_COUNTS_FROM_DB, 0.0), _AEC3_COUNTS_DB)


def _db(block: Samples) -> float:
    return float(10 * np.log10(np.mean(np.square(block)) + 1e-12))
