"""Vosk with a grammar that can be changed, and the check that the model knows its words."""

import importlib
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from assistant.dialogue.understanding import UNKNOWN
from assistant.errors import ModelError
from assistant.hearing import model_folder
from assistant.messages import SAMPLE_RATE_HZ
from assistant.shipped import shipped_model
from assistant.speaking.synthesiser import Samples


def _vosk_without_network() -> Any:
    """Import Vosk without requests, which it would download models with.

    Importing requests opens a socket, to see whether there is IPv6; here nothing may open one.
    """
    if "requests" in sys.modules:
        return importlib.import_module("vosk")
    sys.modules["requests"] = ModuleType("requests")
    try:
        return importlib.import_module("vosk")
    finally:
        del sys.modules["requests"]


vosk = _vosk_without_network()

_DITHER = np.random.default_rng(0).normal(size=4 * SAMPLE_RATE_HZ)
"""Noise of one unit of 16-bit PCM, which the features need where a signal is silent to the digit.
Vosk can add it (--dither) but then two runs differ, so the models have that off."""


@dataclass(frozen=True)
class Result:
    """What one block of audio brought: the words so far, or the final ones."""

    text: str
    final: bool


class Model:
    """A speech model on disk.

    Raises:
        ModelError: it is missing, incomplete, or made for one fixed grammar.
    """

    def __init__(self, folder: Path) -> None:
        model_folder.check(folder)
        vosk.SetLogLevel(-1)  # it writes every option it reads to standard error
        try:
            self._model = vosk.Model(str(folder))
        except Exception as error:  # Vosk raises Exception itself
            raise ModelError(f"{folder}: the speech model is broken; install it again.") from error
        self.folder = folder

    def missing(self, words: Iterable[str]) -> list[str]:
        """Return those of `words` that the model cannot recognise, sorted."""
        return sorted(w for w in set(words) if self._model.vosk_model_find_word(w) < 0)

    def require(self, phrases: Iterable[str]) -> None:
        """Check that every word of `phrases` can be recognised.

        Raises:
            ModelError: naming the words it does not know.
        """
        unknown = self.missing(word for phrase in phrases for word in phrase.split())
        if unknown:
            raise ModelError(
                f"The speech model {self.folder.name} does not know: {', '.join(unknown)}; "
                "use other words for these phrases."
            )

    def recogniser(self, phrases: Iterable[str]) -> "Recogniser":
        """Return a recogniser that listens for `phrases`."""
        return Recogniser(self._model, phrases)


class Recogniser:
    """Fed with audio block by block; every block brings a result."""

    def __init__(self, model: Any, phrases: Iterable[str]) -> None:
        self._vosk = vosk.KaldiRecognizer(model, SAMPLE_RATE_HZ, _grammar(phrases))
        self._fed = 0

    def feed(self, block: Samples) -> Result:
        """Take samples within -1..1, shape (frames,), and return the words so far."""
        dither = _DITHER[np.arange(self._fed, self._fed + len(block)) % len(_DITHER)]
        self._fed += len(block)
        pcm = (
            np.round(np.clip(block, -1, 1) * 32766 + dither)
            .clip(-32768, 32767)
            .astype("<i2")
            .tobytes()
        )
        if self._vosk.AcceptWaveform(pcm):
            return Result(json.loads(self._vosk.Result())["text"], final=True)
        return Result(json.loads(self._vosk.PartialResult())["partial"], final=False)

    def finish(self) -> Result:
        """Return what the audio so far comes to, and begin anew."""
        result = Result(json.loads(self._vosk.FinalResult())["text"], final=True)
        self._vosk.Reset()
        return result

    def reset(self) -> None:
        """Forget the present utterance; the next begins with the last moment, yet to be decoded."""
        self._vosk.Reset()

    def forget(self) -> None:
        """Forget all that was heard, with the last moment."""
        self._vosk.FinalResult()
        self._vosk.Reset()

    def listen_for(self, phrases: Iterable[str]) -> None:
        """Change the grammar; the present utterance is forgotten, so do it in silence."""
        self._vosk.Reset()  # Vosk refuses a new grammar while it is decoding
        self._vosk.SetGrammar(_grammar(phrases))


def _grammar(phrases: Iterable[str]) -> str:
    return json.dumps([*phrases, UNKNOWN])


def holds_any(text: str, phrases: Iterable[str]) -> bool:
    """Whether one of `phrases` stands in `text`, both as a recogniser writes them."""
    return any(f" {phrase} " in f" {text} " for phrase in phrases)


def default_model_folder() -> Path:
    """Return where the command model lies."""
    return shipped_model("command-en")
