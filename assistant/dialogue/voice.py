"""Who speaks, how fast and how loud, within limits."""

from assistant.content.phrases import Meaning
from assistant.messages import SetVoice

RATE_STEP_WPM, SLOWEST_WPM, FASTEST_WPM = 20, 90, 240
VOLUME_STEP_DB, QUIETEST_DB, LOUDEST_DB = 4.0, -30.0, 0.0

_CHANGES = {
    Meaning.LOUDER: (0, VOLUME_STEP_DB),
    Meaning.QUIETER: (0, -VOLUME_STEP_DB),
    Meaning.SLOWER: (-RATE_STEP_WPM, 0.0),
    Meaning.FASTER: (RATE_STEP_WPM, 0.0),
}


class Voice:
    """The voice as the user wants it, and one step softer in a routine that asks for it.

    `voices` are taken in turn when another one is asked for.
    """

    def __init__(self, rate_wpm: int, volume_db: float, voices: tuple[str, ...]) -> None:
        self._rate_wpm, self._volume_db = rate_wpm, volume_db
        self._voices = voices
        self._soft = False

    @property
    def now(self) -> SetVoice:
        """How to speak."""
        rate = self._rate_wpm - RATE_STEP_WPM * self._soft
        volume = self._volume_db - VOLUME_STEP_DB * self._soft
        return SetVoice(_rate_within(rate), _volume_within(volume), self._voices[0])

    def soften(self, soft: bool) -> None:
        """Speak slower and quieter than the user's own choice, or no longer."""
        self._soft = soft

    def change(self, meaning: Meaning) -> bool:
        """Change the voice by a step; return False where it is at its limit."""
        before = self.now
        if meaning is Meaning.VOICE:
            self._voices = (*self._voices[1:], self._voices[0])
        else:
            rate, volume = _CHANGES[meaning]
            self._rate_wpm = _rate_within(self._rate_wpm + rate)
            self._volume_db = _volume_within(self._volume_db + volume)
        return self.now != before


def _rate_within(rate_wpm: int) -> int:
    return min(max(rate_wpm, SLOWEST_WPM), FASTEST_WPM)


def _volume_within(volume_db: float) -> float:
    return min(max(volume_db, QUIETEST_DB), LOUDEST_DB)
