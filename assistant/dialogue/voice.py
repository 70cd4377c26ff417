"""How fast and how loud the assistant speaks, within limits."""

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
    """The voice as the user wants it, and one step softer in a routine that asks for it."""

    def __init__(self, rate_wpm: int, volume_db: float) -> None:
        self._rate_wpm, self._volume_db = rate_wpm, volume_db
        self._soft = False

    @property
    def now(self) -> SetVoice:
        """How to speak."""
        return _within(
            self._rate_wpm - RATE_STEP_WPM * self._soft,
            self._volume_db - VOLUME_STEP_DB * self._soft,
        )

    def soften(self, soft: bool) -> None:
        """Speak slower and quieter than the user's own choice, or no longer."""
        self._soft = soft

    def change(self, meaning: Meaning) -> bool:
        """Change the voice by a step; return False where it is at its limit."""
        before = self.now
        rate, volume = _CHANGES[meaning]
        wanted = _within(self._rate_wpm + rate, self._volume_db + volume)
        self._rate_wpm, self._volume_db = wanted.rate_wpm, wanted.volume_db
        return self.now != before


def _within(rate_wpm: int, volume_db: float) -> SetVoice:
    rate = min(max(rate_wpm, SLOWEST_WPM), FASTEST_WPM)
    return SetVoice(rate, min(max(volume_db, QUIETEST_DB), LOUDEST_DB))
