"""Lines -> speech samples, cached in memory and on disk.

pyttsx3 only renders to a file here and never plays: on Linux it cannot stop what it plays. The
rendering is done by a process of its own, see `renderer`.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from assistant.errors import SpeechError
from assistant.messages import SAMPLE_RATE_HZ

Samples = NDArray[np.float32]

_CACHE_FORMAT = "1"
"""Part of every cache key: change it where rendering changes."""


class Synthesiser:
    """Renders lines as mono float samples at `SAMPLE_RATE_HZ`; safe to use from several threads.

    Args:
        cache_folder: where rendered lines are kept, readable by the user only; None for nowhere.
    """

    def __init__(self, cache_folder: Path | None) -> None:
        self._cache = cache_folder
        self._lock = threading.Lock()
        self._rendered: dict[tuple[str, str, int], Samples] = {}
        self._renderer: subprocess.Popen[str] | None = None

    def render(self, text: str, voice: str, rate_wpm: int) -> Samples:
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

    def _from_disk(self, key: tuple[str, str, int]) -> Samples:
        if self._cache is None:
            return self._speak(*key)
        digest = hashlib.sha256(repr((_CACHE_FORMAT, *key)).encode()).hexdigest()
        path = self._cache / f"{digest}.npy"
        try:
            kept: Samples = np.load(path)
            return kept
        except (OSError, ValueError, EOFError):
            speech = self._speak(*key)
            _keep(path, speech)
            return speech

    def _speak(self, text: str, voice: str, rate_wpm: int) -> Samples:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "line.wav")
            self._ask({"text": text, "voice": voice, "rate_wpm": rate_wpm, "path": str(path)})
            speech, rate_hz = soundfile.read(path, dtype="float32")
        return np.asarray(soxr.resample(speech, rate_hz, SAMPLE_RATE_HZ), np.float32)

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
        [sys.executable, "-m", "assistant.speaking.renderer"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
        start_new_session=True,  # Ctrl-C is for the session, which ends it in its own time
    )


def _keep(path: Path, speech: Samples) -> None:
    """Write a cache file whole or not at all; a full disk only costs the cache."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, unfinished = tempfile.mkstemp(dir=path.parent)  # readable by the user only
        try:
            with os.fdopen(handle, "wb") as file:
                np.save(file, speech)
            os.replace(unfinished, path)
        except OSError:
            Path(unfinished).unlink(missing_ok=True)
    except OSError:
        return
