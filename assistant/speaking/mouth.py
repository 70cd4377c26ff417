"""What is being said, and how far: rendered speech, read block by block by the loudspeaker.

`say`, `hush` and `set_voice` belong to the side that hears; `read` to the side that plays, which in
a live session is another thread. They meet in one attribute: the utterance that is wanted. Setting
it is atomic, so `hush` costs the next block, never a queue.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.messages import Say, SetVoice, samples
from assistant.speaking.synthesiser import Samples, Synthesiser

FADE_SAMPLES = samples(0.005)
"""Speech that is cut fades out over 5 ms, so that it does not click."""
GAP_SAMPLES = samples(0.25)
"""Silence between two lines of an utterance."""


@dataclass(frozen=True)
class Started:
    """The first sample of an utterance was played at loudspeaker sample `at`."""

    say: Say
    at: int


@dataclass(frozen=True)
class Finished:
    """The last sample of an utterance was played just before loudspeaker sample `at`."""

    say: Say
    at: int


@dataclass
class _Utterance:
    say: Say
    speech: Samples
    line_starts: tuple[int, ...]
    gain: float
    position: int = 0
    started_at: int = 0

    def words(self) -> Iterator[tuple[str, int, int]]:
        """Yield each word played so far with the samples it lasts from and to, about.

        A word's time is taken from its share of its line's letters.
        """
        ends = (*self.line_starts[1:], len(self.speech) + GAP_SAMPLES)
        for line, start, end in zip(self.say.lines, self.line_starts, ends, strict=True):
            per_letter = (end - GAP_SAMPLES - start) / max(1, len(line))
            for match in re.finditer(r"[A-Za-z']+", line):
                at = start + round(match.start() * per_letter)
                if at < self.position:
                    until = start + round(match.end() * per_letter)
                    yield match[0].lower(), self.started_at + at, self.started_at + until


class Mouth:
    """Speaks one utterance at a time."""

    def __init__(self, synthesiser: Synthesiser, set_voice: SetVoice) -> None:
        self._synthesiser, self._voice = synthesiser, set_voice
        self._wanted: _Utterance | None = None
        self._playing: _Utterance | None = None
        self._played = 0
        self._happened: deque[Started | Finished] = deque()
        self._recent: deque[_Utterance] = deque(maxlen=4)

    def set_voice(self, set_voice: SetVoice) -> None:
        """Use another rate, volume or voice from the next utterance on."""
        self._voice = set_voice

    def say(self, say: Say) -> None:
        """Begin an utterance with the next block that is read, in place of the one before."""
        starts: list[int] = []
        joined = np.zeros(0, np.float32)
        for line in say.lines:
            gap = np.zeros(GAP_SAMPLES if len(joined) else 0, np.float32)
            starts.append(len(joined) + len(gap))
            joined = np.concatenate([joined, gap, self.render(line)])
        if not len(joined):
            joined = np.zeros(1, np.float32)  # what makes no sound is said all the same
        self._wanted = _Utterance(say, joined, tuple(starts), self._gain())

    def render(self, line: str) -> Samples:
        """Return a line as it would be spoken now, at full volume; also renders ahead."""
        return self._synthesiser.render(line, self._voice.voice, self._voice.rate_wpm)

    def loudness_sample(self, line: str) -> Samples:
        """Return a line as loud as it would be played now."""
        return self.render(line) * np.float32(self._gain())

    def _gain(self) -> float:
        return float(10 ** (self._voice.volume_db / 20))

    def hush(self) -> None:
        """Be silent from the next block on, and forget the utterance."""
        self._wanted = None

    def offset_of(self, text: str) -> int:
        """Return how many samples into the present utterance the line holding `text` begins."""
        utterance = self._wanted or self._playing
        if utterance is None:
            return 0
        places = zip(utterance.say.lines, utterance.line_starts, strict=True)
        return next((start for line, start in places if text in line), 0)

    def words_said(self, since: int, until: int) -> set[str]:
        """Return the words that were being said between two loudspeaker samples, about."""
        recent = [word for utterance in tuple(self._recent) for word in utterance.words()]
        return {word for word, start, end in recent if start < until and end > since}

    def happened(self) -> list[Started | Finished]:
        """Return what was started and finished since the last call."""
        return [self._happened.popleft() for _ in range(len(self._happened))]

    def read(self, frames: int) -> Samples:
        """Return the next `frames` samples for the loudspeaker, shape (frames,), within -1..1."""
        block = np.zeros(frames, np.float32)
        wanted = self._wanted
        if wanted is not self._playing:
            _fade_out(self._playing, block)
            self._playing = wanted
        if wanted is not None and wanted.position < len(wanted.speech):
            self._play(wanted, block)
        self._played += frames
        return np.clip(block, -1, 1)

    def _play(self, utterance: _Utterance, block: NDArray[np.float32]) -> None:
        at, total = utterance.position, len(utterance.speech)
        if at == 0:
            utterance.started_at = self._played
            self._recent.append(utterance)
            self._happened.append(Started(utterance.say, self._played))
        chunk = utterance.speech[at : at + len(block)] * utterance.gain
        block[: len(chunk)] += chunk
        utterance.position += len(chunk)
        if utterance.position >= total:
            self._happened.append(Finished(utterance.say, self._played + len(chunk)))


def _fade_out(utterance: _Utterance | None, block: NDArray[np.float32]) -> None:
    if utterance is None:
        return
    tail = utterance.speech[utterance.position :][: min(FADE_SAMPLES, len(block))]
    ramp = np.linspace(1, 0, len(tail), dtype=np.float32)
    block[: len(tail)] += tail * ramp * utterance.gain
