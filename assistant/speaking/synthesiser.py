"""Lines -> speech and when each of its words is said, cached in memory and on disk.

pyttsx3 only renders to a file here and never plays: on Linux it cannot stop what it plays. The
rendering is done by a process of its own, see `renderer`.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from assistant.errors import SpeechError
from assistant.messages import SAMPLE_RATE_HZ, samples

Samples = NDArray[np.float32]

_CACHE_FORMAT = "2"
"""Part of every cache key: change it where rendering changes."""
_AUDIBLE = 0.01
"""What of a line's peak still counts as a word's sound."""


@dataclass(frozen=True)
class SpokenWord:
    """A word of a line, in lower case, and the samples it lasts from and to."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Speech:
    """A rendered line: mono samples at `SAMPLE_RATE_HZ`, shape (frames,), and its words."""

    samples: Samples
    words: tuple[SpokenWord, ...]


class Synthesiser:
    """Renders lines as mono float samples at `SAMPLE_RATE_HZ`; safe to use from several threads.

    Args:
        cache_folder: where rendered lines are kept, readable by the user only; None for nowhere.
    """

    def __init__(self, cache_folder: Path | None) -> None:
        self._cache = cache_folder
        self._lock = threading.Lock()
        self._rendered: dict[tuple[str, str, int], Speech] = {}
        self._renderer: subprocess.Popen[str] | None = None

    def render(self, text: str, voice: str, rate_wpm: int) -> Samples:
        """Return only the samples of `speech`."""
        return self.speech(text, voice, rate_wpm).samples

    def speech(self, text: str, voice: str, rate_wpm: int) -> Speech:
        """Return `text` spoken by `voice` (an eSpeak NG id) at `rate_wpm` words per minute.

        Raises:
            SpeechError: eSpeak NG is not installed, or has no such voice.
        """
        key = (text, voice, rate_wpm)
        if key in self._rendered:  # without waiting for what is being rendered ahead
            return self._rendered[key]
        with self._lock:
            if key not in self._rendered:
                self._rendered[key] = self._from_disk(key)
            return self._rendered[key]

    def voices(self) -> list[str]:
        """Return the ids of the English voices."""
        with self._lock:
            voices: list[str] = self._ask({})["voices"]
        return voices

    def close(self) -> None:
        """End the rendering process."""
        if self._renderer:
            self._renderer.communicate()
            self._renderer = None

    def _from_disk(self, key: tuple[str, str, int]) -> Speech:
        if self._cache is None:
            return self._speak(*key)
        digest = hashlib.sha256(repr((_CACHE_FORMAT, *key)).encode()).hexdigest()
        path = self._cache / f"{digest}.npz"
        try:
            return _kept(path)
        except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile):
            speech = self._speak(*key)
            _keep(path, speech)
            return speech

    def _speak(self, text: str, voice: str, rate_wpm: int) -> Speech:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "line.wav")
            request = {"text": text, "voice": voice, "rate_wpm": rate_wpm, "path": str(path)}
            words = self._ask(request)["words"]
            sound, rate_hz = soundfile.read(path, dtype="float32")
        sound = np.asarray(soxr.resample(sound, rate_hz, SAMPLE_RATE_HZ), np.float32)
        return Speech(sound, _spoken_words(text, sound, words))

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        if self._renderer is None or self._renderer.poll() is not None:
            self._renderer = _start_renderer()
        pipes = self._renderer
        assert pipes.stdin
        assert pipes.stdout
        pipes.stdin.write(json.dumps(request) + "\n")
        pipes.stdin.flush()
        reply: dict[str, Any] = json.loads(pipes.stdout.readline() or '{"error": "It ended."}')
        if reply["error"]:
            raise SpeechError(reply["error"])
        return reply


def _start_renderer() -> "subprocess.Popen[str]":
    package = Path(__file__).parents[2]
    path = os.pathsep.join([str(package), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        # -P: not what lies in the folder the session was started in.
        [sys.executable, "-P", "-m", "assistant.speaking.renderer"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
        start_new_session=True,  # Ctrl-C is for the session, which ends it in its own time
    )


def _spoken_words(
    text: str, sound: Samples, began: list[tuple[int, float]]
) -> tuple[SpokenWord, ...]:
    """Return the words of `text`; `began` has each one's place in it and beginning in seconds."""
    places = [place for place, _ in began] + [len(text)]
    starts = [samples(at) for _, at in began] + [len(sound)]
    loud = np.flatnonzero(np.abs(sound) > _AUDIBLE * np.abs(sound).max(initial=0.0))
    words = []
    for number in range(len(began)):
        start, until = starts[number], starts[number + 1]
        heard = loud[(loud >= start) & (loud < until)]  # not the pause that follows it
        end = int(heard[-1]) + 1 if len(heard) else until
        # eSpeak NG may take two words as one ("of the"); they share its time.
        said = re.findall(r"[a-z']+", text[places[number] : places[number + 1]].lower())
        words += [SpokenWord(word, start, end) for word in said]
    return tuple(words)


def _kept(path: Path) -> Speech:
    """Read a cache file; raises whatever a broken one makes NumPy raise."""
    with np.load(path) as kept:
        words = zip(kept["words"].tolist(), kept["times"].tolist(), strict=True)
        return Speech(kept["samples"], tuple(SpokenWord(word, *times) for word, times in words))


def _keep(path: Path, speech: Speech) -> None:
    """Write a cache file whole or not at all; a full disk only costs the cache."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, unfinished = tempfile.mkstemp(dir=path.parent)  # readable by the user only
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(
                    file,
                    samples=speech.samples,
                    words=np.array([word.text for word in speech.words], dtype=np.str_),
                    times=np.array([(word.start, word.end) for word in speech.words], np.int64),
                )
            os.replace(unfinished, path)
        except OSError:
            Path(unfinished).unlink(missing_ok=True)
    except OSError:
        return
