"""What is being said, and how far: rendered speech, read block by block by the loudspeaker.

`say`, `hush`, `hold`, `go_on` and `set_voice` belong to the side that hears; `read` to the side
that plays, which in a live session is another thread. They meet in two attributes: the utterance
that is wanted and whether it is held. Setting them is atomic, so `hush` costs the next block, never
a queue.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.messages import Say, SetVoice, samples
from assistant.speaking.synthesiser import Samples, Speech, SpokenWord, Synthesiser

FADE_SAMPLES = samples(0.005)
"""Speech that is cut fades out over 5 ms, so that it does not click."""
GAP_SAMPLES = samples(0.25)
"""Silence between two lines of an utterance."""
_REMEMBERED_BLOCKS = 1500
"""How many blocks' words are remembered as said: half a minute's."""


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
    speech: Speech
    line_starts: tuple[int, ...]
    gain: float
    position: int = 0
    """The next sample to be played."""
    began: bool = False
    held: bool = False

    def interrupt(self) -> None:
        """Go back to the beginning of the word that is being said, to say it again."""
        for word in self.speech.words:
            if word.start <= self.position < word.end:
                self.position = word.start

    def words_within(self, start: int, end: int) -> Iterator[SpokenWord]:
        """Yield the parts of words that lie between two of its samples, counted from `start`."""
        for word in self.speech.words:
            if word.start < end and word.end > start:
                since, until = max(word.start, start), min(word.end, end)
                yield SpokenWord(word.text, since - start, until - start)


class Mouth:
    """Speaks one utterance at a time."""

    def __init__(self, synthesiser: Synthesiser, set_voice: SetVoice) -> None:
        self._synthesiser, self._voice = synthesiser, set_voice
        self._wanted: _Utterance | None = None
        self._playing: _Utterance | None = None
        self._hold = False
        self._played = 0
        self._happened: deque[Started | Finished] = deque()
        self._said: deque[SpokenWord] = deque(maxlen=_REMEMBERED_BLOCKS)

    @property
    def speaking(self) -> bool:
        """Whether there is something left to be said, held or not."""
        wanted = self._wanted
        return wanted is not None and wanted.position < len(wanted.speech.samples)

    def set_voice(self, set_voice: SetVoice) -> None:
        """Use another rate, volume or voice from the next utterance on."""
        self._voice = set_voice

    def say(self, say: Say) -> None:
        """Begin an utterance with the next block that is read, in place of the one before."""
        starts: list[int] = []
        sound, words = [np.zeros(0, np.float32)], list[SpokenWord]()
        for line in say.lines:
            at = sum(map(len, sound))
            starts.append(at)
            speech = self._speech(line)
            sound += [speech.samples, np.zeros(GAP_SAMPLES, np.float32)]
            words += [SpokenWord(w.text, at + w.start, at + w.end) for w in speech.words]
        joined = np.concatenate(sound)[:-GAP_SAMPLES]
        if not len(joined):
            joined = np.zeros(1, np.float32)  # what makes no sound is said all the same
        whole = Speech(joined, tuple(words))
        self._hold = False
        self._wanted = _Utterance(say, whole, tuple(starts), self._gain())

    def render(self, line: str) -> Samples:
        """Return a line as it would be spoken now, at full volume; also renders ahead."""
        return self._speech(line).samples

    def _speech(self, line: str) -> Speech:
        return self._synthesiser.speech(line, self._voice.voice, self._voice.rate_wpm)

    def loudness_sample(self, line: str) -> Samples:
        """Return a line as loud as it would be played now."""
        return self.render(line) * np.float32(self._gain())

    def _gain(self) -> float:
        return float(10 ** (self._voice.volume_db / 20))

    def hush(self) -> None:
        """Be silent from the next block on, and forget the utterance."""
        self._wanted, self._hold = None, False

    def hold(self) -> None:
        """Be silent from the next block on, until told to go on."""
        self._hold = True

    def go_on(self) -> None:
        """Go on with the word that `hold` interrupted, from its beginning."""
        self._hold = False

    def offset_of(self, text: str) -> int:
        """Return how many samples into the present utterance the line holding `text` begins."""
        utterance = self._wanted or self._playing
        if utterance is None:
            return 0
        places = zip(utterance.say.lines, utterance.line_starts, strict=True)
        return next((start for line, start in places if text in line), 0)

    def words_said(self, since: int, until: int) -> set[str]:
        """Return the words that were being said between two loudspeaker samples."""
        return {w.text for w in tuple(self._said) if w.start < until and w.end > since}

    def happened(self) -> list[Started | Finished]:
        """Return what was started and finished since the last call."""
        return [self._happened.popleft() for _ in range(len(self._happened))]

    def read(self, frames: int) -> Samples:
        """Return the next `frames` samples for the loudspeaker, shape (frames,), within -1..1."""
        block = np.zeros(frames, np.float32)
        wanted, hold = self._wanted, self._hold
        if wanted is not self._playing:
            _fade_out(self._playing, block)
            self._playing = wanted
        if wanted is not None and wanted.position < len(wanted.speech.samples):
            self._hold_or_play(wanted, hold, block)
        self._played += frames
        return np.clip(block, -1, 1)

    def _hold_or_play(self, utterance: _Utterance, hold: bool, block: NDArray[np.float32]) -> None:
        if not hold:
            utterance.held = False
            self._play(utterance, block)
        elif not utterance.held:
            if utterance.began:
                _fade_out(utterance, block)
            utterance.interrupt()
            utterance.held = True

    def _play(self, utterance: _Utterance, block: NDArray[np.float32]) -> None:
        at, total = utterance.position, len(utterance.speech.samples)
        if not utterance.began:
            utterance.began = True
            self._happened.append(Started(utterance.say, self._played))
        chunk = utterance.speech.samples[at : at + len(block)] * utterance.gain
        block[: len(chunk)] += chunk
        for word in utterance.words_within(at, at + len(chunk)):
            start, end = self._played + word.start, self._played + word.end
            self._said.append(SpokenWord(word.text, start, end))
        utterance.position += len(chunk)
        if utterance.position >= total:
            self._happened.append(Finished(utterance.say, self._played + len(chunk)))


def _fade_out(utterance: _Utterance | None, block: NDArray[np.float32]) -> None:
    if utterance is None or utterance.held:
        return
    tail = utterance.speech.samples[utterance.position :][: min(FADE_SAMPLES, len(block))]
    ramp = np.linspace(1, 0, len(tail), dtype=np.float32)
    block[: len(tail)] += tail * ramp * utterance.gain
