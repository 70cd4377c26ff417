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

An s is too quiet to show so, but little else is heard above 6.4 kHz: it is enough to hold the
speech for, not for a word. With it half of 49 "stop" were noticed 87, 105 and 225 ms after their
onset at 0, -6 and -10 dB instead of 214, 235 and 264, with no more alarms in plain rooms, and a
third more with a clipping loudspeaker. With 3.5 dB instead of 4.5 it was 86, 95 and 147 ms, but
with twice as many alarms there and with drifting clocks, and one just before a word can cost it.
Above 4.8 kHz, in AEC3's bands, or by AEC3's level against its own usual one, fewer were noticed so
soon, or there were more alarms.
"""

import itertools
import math
from collections import deque
from enum import Enum, auto

from assistant.hearing.levels import SILENCE_DB, Floor, Usual, level_db, level_db_above
from assistant.messages import samples
from assistant.speaking.synthesiser import Samples

MORE_THAN_USUAL_DB = 4.0
"""What is left is somebody's if it is this much more than usual."""
_LEAK_DB = (-22.0, -8.0)
"""What the linear canceller usually leaves of the microphone's level lies between these,"""
_LEAK_BLOCKS, _LEAK_SHARE = 150, 0.95
"""and is what so many of the blocks of the last 3 s of speech stay below."""
_LEARNT_BLOCKS = 10
_HISS_HZ, _HISS_SHARE, _HISS_LEARNT_BLOCKS = 6400, 0.98, 50
"""An s shows above this frequency, where so many of the blocks that are left stay below a level;"""
_MORE_HISS_DB, _LESS_LEFT_DB, _HISS_OVER_NOISE_DB = 4.5, 6.0, 3.0
"""it is this much more there, all in all at most this much less than usual, and above the noise."""
_AEC3_COUNTS_FROM_DB, _AEC3_COUNTS_DB, _AEC3_SHARE = -30.0, 20.0, 0.3
"""What AEC3 leaves counts from here on, up to so much, and so much of it."""
OVER_NOISE_DB = 9.0
"""And if it is this much above the quietest of the last 2 s."""
_LOUDEST_BLOCKS = 15
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
_NO_ECHO_BLOCKS, _NO_ECHO_WINDOW_BLOCKS = 25, 250
"""Whether there is an echo at all is known after 0.5 s of speech, from the last 5 s of it."""
WARM_UP = samples(2.0)
"""So much speech the cancellers need to learn the room,"""
FIRST_WORDS = samples(0.6)
"""and so much until what they leave says anything at all."""


class Interruption(Enum):
    """What is heard of somebody else while the assistant speaks."""

    HISS = auto()
    """An s that a word may begin with."""
    VOICE = auto()


class DoubleTalk:
    """Follows a session block by block."""

    def __init__(self) -> None:
        self._loudest: deque[float] = deque(maxlen=_LOUDEST_BLOCKS)
        self._left_floor, self._heard_floor = Floor(), Floor()
        self._left = Usual(_LEAK_SHARE, _LEARNT_BLOCKS, _LEAK_BLOCKS)
        self._hiss = Usual(_HISS_SHARE, _HISS_LEARNT_BLOCKS, _LEAK_BLOCKS)
        self._shown: deque[bool] = deque(maxlen=_OF_LAST_BLOCKS)
        self._hissed: deque[bool] = deque(maxlen=_OF_LAST_BLOCKS)
        self._voice: deque[bool] = deque(maxlen=PHRASE_WINDOW_BLOCKS)
        self._loud_while_playing: deque[bool] = deque(maxlen=_NO_ECHO_WINDOW_BLOCKS)
        self._played = 0

    @property
    def voice(self) -> bool:
        """Whether somebody else's voice is in the last block."""
        return bool(self._voice) and self._voice[-1]

    @property
    def interruption(self) -> Interruption | None:
        """What is heard of somebody else, once the cancellers know the room."""
        if self._played < WARM_UP:
            return None
        if self.voice:
            return Interruption.VOICE
        return Interruption.HISS if sum(self._hissed) >= _NEEDED else None

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

    def forget(self, blocks: int) -> None:
        """Leave out what the linear canceller left while the echo's delay had jumped unnoticed."""
        self._left.forget(blocks)
        self._hiss.forget(blocks)

    def utterance_ended(self) -> None:
        """Count the blocks of the next word and phrase anew."""
        self._voice.clear()

    def nobody(self) -> None:
        """Take the last block for nobody's voice."""
        self._voice[-1] = False

    def follow(self, near: Samples, far: Samples, linear: Samples, aec3: Samples) -> None:
        """Take a block: the microphone's, the loudspeaker's, and what both cancellers left."""
        near_db, linear_db = level_db(near), level_db(linear)
        self._loudest.append(near_db)
        left = linear_db - max(self._loudest)
        over_usual = left - self._leak()
        over_noise = self._left_floor.over(linear_db)
        if near_db <= SILENCE_DB:  # of a lost microphone's zeros Speex makes the echo it expects
            over_noise = -math.inf
        hiss_db = level_db_above(_HISS_HZ, linear)
        self._hissed.append(self._is_hiss(hiss_db, over_usual, over_noise))
        something_heard = self._heard_floor.over(near_db) > OVER_NOISE_DB
        stands_out = over_noise > OVER_NOISE_DB
        if far.any():
            self._played += len(far)
            self._loud_while_playing.append(something_heard)
            self._hiss.learn(hiss_db)
            if something_heard:  # what is played is not heard yet while it is under way
                self._left.learn(left)
        more = over_usual + _AEC3_SHARE * _judgement(level_db(aec3) - max(self._loudest))
        self._shown.append(stands_out and (more > MORE_THAN_USUAL_DB or self._hears_no_echo()))
        deaf = 0 < self._played < FIRST_WORDS
        self._voice.append(not deaf and sum(self._shown) >= _NEEDED)

    def _is_hiss(self, hiss_db: float, over_usual: float, over_noise: float) -> bool:
        return (
            over_usual > -_LESS_LEFT_DB
            and over_noise > _HISS_OVER_NOISE_DB
            and hiss_db > self._hiss.level(math.inf) + _MORE_HISS_DB
        )

    def _blocks(self, last: int) -> int:
        """Return how many of the last blocks hold somebody else's voice."""
        return sum(itertools.islice(reversed(self._voice), last))

    def _leak(self) -> float:
        """Return what the linear canceller usually leaves of the microphone's level, in dB."""
        return min(max(self._left.level(_LEAK_DB[1]), _LEAK_DB[0]), _LEAK_DB[1])

    def _hears_no_echo(self) -> bool:
        """Whether the microphone stayed quiet while the loudspeaker played: with headphones."""
        heard = self._loud_while_playing
        return len(heard) >= _NO_ECHO_BLOCKS and sum(heard) <= len(heard) / 10


def _judgement(left_db: float) -> float:
    """Return how much AEC3 leaves over what it leaves of an echo, in dB."""
    return min(max(left_db - _AEC3_COUNTS_FROM_DB, 0.0), _AEC3_COUNTS_DB)
