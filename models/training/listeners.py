"""Those who are measured: a Vosk model, the assistant's two recognisers, PocketSphinx."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np
import vosk

from assistant.dialogue.understanding import UNKNOWN, Phrasebook
from assistant.hearing.ear import UNHURRIED_SAMPLES, Ear
from assistant.hearing.echo import NoCanceller
from assistant.hearing.recogniser import Model
from assistant.messages import BLOCK_SAMPLES
from models.training.features import RATE_HZ
from models.training.shelf import Sound


class Said(NamedTuple):
    """What was made out so far."""

    at_s: float
    """When, counted in audio."""
    text: str
    final: bool


Listener = Callable[[Sound], Iterator[Said]]
"""Hears a clip, 20 ms at a time."""


def _blocks(sound: Sound) -> Iterator[tuple[float, Sound]]:
    """Yield when each block has been heard, and the block."""
    for at in range(0, len(sound), BLOCK_SAMPLES):
        yield (at + BLOCK_SAMPLES) / RATE_HZ, sound[at : at + BLOCK_SAMPLES]


def _pcm(block: Sound) -> bytes:
    return (np.clip(block, -1, 1) * 32767).astype("<i2").tobytes()


def plain(model: vosk.Model, phrases: Iterable[str]) -> Listener:
    """Vosk with one grammar."""
    grammar = json.dumps([*phrases, UNKNOWN])

    def listen(sound: Sound) -> Iterator[Said]:
        recogniser = vosk.KaldiRecognizer(model, RATE_HZ, grammar)
        for at_s, block in _blocks(sound):
            if recogniser.AcceptWaveform(_pcm(block)):
                yield Said(at_s, json.loads(recogniser.Result())["text"], final=True)
            else:
                yield Said(at_s, json.loads(recogniser.PartialResult())["partial"], final=False)
        text = json.loads(recogniser.FinalResult())["text"]
        yield Said(len(sound) / RATE_HZ, text, final=True)

    return listen


def assistant(model: Model, book: Phrasebook, state: str) -> Listener:
    """Hear as the assistant does in a state, once it has been silent: both its recognisers."""

    def listen(sound: Sound) -> Iterator[Said]:
        ear = Ear(model, NoCanceller(), book, state)
        nothing = np.zeros(BLOCK_SAMPLES, np.float32)
        for _ in range(0, UNHURRIED_SAMPLES, BLOCK_SAMPLES):
            ear.feed(nothing, nothing)
        for at_s, block in _blocks(sound):
            for heard in ear.feed(block, np.zeros_like(block)):
                yield Said(at_s, heard.text, heard.final)
        for heard in ear.finish():
            yield Said(len(sound) / RATE_HZ, heard.text, heard.final)

    return listen


def pocketsphinx(phrases: Iterable[str]) -> Listener:
    """PocketSphinx with its own English model and one grammar; it knows no `[unk]`."""
    from pocketsphinx import Decoder  # noqa: PLC0415 (only who compares needs it)

    decoder = Decoder(lm=None, loglevel="FATAL")
    known = [p for p in phrases if all(map(decoder.lookup_word, p.split()))]
    decoder.add_jsgf_string("phrases", f"#JSGF V1.0; grammar g; public <p> = {' | '.join(known)};")
    decoder.activate_search("phrases")

    def text() -> str:
        return best.hypstr if (best := decoder.hyp()) else ""

    def listen(sound: Sound) -> Iterator[Said]:
        decoder.start_utt()
        for at_s, block in _blocks(sound):
            decoder.process_raw(_pcm(block))
            yield Said(at_s, text(), final=False)
        decoder.end_utt()
        yield Said(len(sound) / RATE_HZ, text(), final=True)

    return listen
