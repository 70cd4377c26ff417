"""Fakes that keep the contract of the real thing (tests/speaking/test_synthesiser.py)."""

import re

import numpy as np

from assistant.errors import SpeechError
from assistant.messages import samples
from assistant.speaking.synthesiser import Samples, Speech, SpokenWord

SECONDS_PER_LETTER = 0.06


class FakeSynthesiser:
    """Speaks every line as a steady tone, longer the longer it is and the slower it speaks."""

    def __init__(self, voices: tuple[str, ...] = ("gmw/en", "gmw/en-us")) -> None:
        self._voices = voices

    def render(self, text: str, voice: str, rate_wpm: int) -> Samples:
        if voice not in self._voices:
            raise SpeechError(f"There is no voice {voice!r}.")
        length = samples(len(text) * SECONDS_PER_LETTER * 150 / rate_wpm)
        return np.full(length, 0.5, np.float32)

    def speech(self, text: str, voice: str, rate_wpm: int) -> Speech:
        sound = self.render(text, voice, rate_wpm)
        letter = len(sound) / max(1, len(text))
        words = [
            SpokenWord(match[0].lower(), int(match.start() * letter), int(match.end() * letter))
            for match in re.finditer(r"[A-Za-z']+", text)
        ]
        return Speech(sound, tuple(words))

    def voices(self) -> list[str]:
        return list(self._voices)

    def close(self) -> None:
        """Nothing to end."""
