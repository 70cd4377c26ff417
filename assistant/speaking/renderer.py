"""A small process that renders lines with pyttsx3 and eSpeak NG, each from the same clean state.

eSpeak NG's sound depends on everything it said before (the same line comes out up to a second
longer or shorter), so every line gets a process of its own: this one loads the library, never uses
it, and forks for each line. That also keeps what pyttsx3 prints, and all its work, out of the
process that hears and plays.

Requests and replies are JSON lines on standard input and output:
`{"text", "voice", "rate_wpm", "path"}` renders to a WAV file, `{}` lists the English voices; the
reply is `{"error": null or a sentence, "voices": [...], "words": [...]}`, where each word is its
place in the text and when it begins, in seconds.
"""

import ctypes
import importlib
import importlib.util
import itertools
import json
import os
import signal
import sys
import threading
from typing import Any

_DRIVER = "pyttsx3.drivers.espeak"
_PATIENCE_SECONDS = 10
"""No line takes a hundredth of it."""
MISSING = "eSpeak NG is missing; install it with: apt-get install libespeak-ng1"


def main() -> None:
    """Serve until standard input ends."""
    problem = _load_espeak()
    for request in sys.stdin:
        reply = {"error": problem} if problem else _in_a_process(json.loads(request))
        print(json.dumps(reply), flush=True)  # noqa: T201 (the reply)


def _load_espeak() -> str | None:
    """Load eSpeak NG from the system, or else from its wheel; return what is wrong."""
    try:
        importlib.import_module(_DRIVER)
    except Exception:
        if importlib.util.find_spec("espeakng_loader") is None:
            return MISSING
        _load_wheel()
    return None


def _load_wheel() -> None:
    loader = importlib.import_module("espeakng_loader")
    os.environ["ESPEAK_DATA_PATH"] = loader.get_data_path()
    ctypes.CDLL(loader.get_library_path(), ctypes.RTLD_GLOBAL)
    for name in [name for name in sys.modules if name.startswith("pyttsx3.drivers")]:
        del sys.modules[name]  # the failed import left half of itself behind
    importlib.import_module(_DRIVER)


def _in_a_process(request: dict[str, Any]) -> dict[str, Any]:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(_PATIENCE_SECONDS)
        for stream in (1, 2):  # pyttsx3 prints there
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
        os.write(writer, json.dumps(_answer(request)).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    reply: dict[str, Any] = json.loads(text or '{"error": "eSpeak NG broke down; reinstall it."}')
    return reply


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        engine = importlib.import_module("pyttsx3.engine").Engine("espeak")
        if not request:
            return {"error": None, "voices": _english(engine)}
        words = _note_words(engine)
        return {"error": _render(engine, **request), "words": words}
    except Exception as error:
        return {"error": f"eSpeak NG cannot speak: {error}"}


def _english(engine: Any) -> list[str]:
    voices = engine.getProperty("voices")
    return [voice.id for voice in voices if any(x.startswith("en") for x in voice.languages)]


def _note_words(engine: Any) -> list[tuple[int, float]]:
    """Return a list that fills, while speaking, with each word's place and beginning.

    pyttsx3 tells which words it comes to but not when; eSpeak NG, which it drives, does.
    """
    espeak = importlib.import_module("pyttsx3.drivers._espeak")
    words: list[tuple[int, float]] = []

    def note(sound: Any, sample_count: int, events: Any) -> Any:
        words.extend(
            (event.text_position - 1, event.audio_position / 1000)
            for event in itertools.takewhile(lambda one: one.type != 0, events)  # 0 ends the list
            if event.type == espeak.EVENT_WORD and event.length  # some are of no word
        )
        return engine.proxy._driver._onSynth(sound, sample_count, events)

    espeak.SetSynthCallback(note)
    return words


def _render(engine: Any, text: str, voice: str, rate_wpm: int, path: str) -> str | None:
    if voice.partition("+")[0] not in _english(engine):  # "gmw/en+f2" is a variant of "gmw/en"
        return f"There is no voice {voice!r}; `massage-assistant voices` lists them."
    written = threading.Event()
    engine.connect("finished-utterance", lambda **_: written.set())
    # The engine's setProperty is queued, and eSpeak NG queues what it is told: without waiting for
    # it, one line in ten was spoken at the rate before on a busy machine (none of 1,200 with it).
    driver = engine.proxy._driver
    driver.setProperty("voice", voice)
    driver.setProperty("rate", rate_wpm)
    importlib.import_module("pyttsx3.drivers._espeak").Synchronize()
    engine.save_to_file(text, path)
    engine.runAndWait()  # may return before the file is written
    if not written.wait(_PATIENCE_SECONDS / 2):
        return "eSpeak NG did not finish; reinstall it."
    return None


if __name__ == "__main__":
    main()
