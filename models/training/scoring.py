"""Measures a Vosk model on speech: what it understands, what it misses, what it makes up.

The recogniser is fed 20 ms at a time, as the assistant feeds it; all times are counted in audio.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile
import vosk
from scipy.signal import butter, fftconvolve, sosfilt
from tqdm import tqdm

from models.training import shelf
from models.training.corpus import Clip
from models.training.features import RATE_HZ
from models.training.shelf import Sound

BLOCK_SAMPLES = 320
LEAD_S, TAIL_S = 0.5, 1.0
FLOOR = 3e-4
"""Level of the hiss that lies under every clip."""
WORD_END_DB = 35.0
STOP = "stop"
ROOM_RT60_S, ROOM_LATE_TO_DIRECT = 0.5, 0.5
"""A living room: how long its echo lasts, and its energy beside the direct sound's."""


@dataclass(frozen=True)
class Heard:
    """What the recogniser made of a clip."""

    finals: tuple[str, ...]
    stop_s: float | None
    """Audio time at which a partial or final result first held "stop"."""
    took_s: float
    audio_s: float
    word_end_s: float


Change = Callable[[Sound, np.random.Generator], Sound]


# --- hearing a clip -------------------------------------------------------------------------


def word_end_s(speech: Sound) -> float:
    """When the last 10 ms end that are within 35 dB of the loudest."""
    frames = speech[: len(speech) // 160 * 160].reshape(-1, 160)
    level_db = 10 * np.log10((frames**2).mean(1) + 1e-12)
    return float(np.nonzero(level_db > level_db.max() - WORD_END_DB)[0][-1] + 1) * 0.01


def _results(recogniser: vosk.KaldiRecognizer, sound: Sound) -> Iterator[tuple[float, str, bool]]:
    """Feed the sound; yield audio time, text, and whether the text is final."""
    pcm = (np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()
    for at in range(0, len(pcm), 2 * BLOCK_SAMPLES):
        now_s = (at / 2 + BLOCK_SAMPLES) / RATE_HZ
        if recogniser.AcceptWaveform(pcm[at : at + 2 * BLOCK_SAMPLES]):
            yield now_s, json.loads(recogniser.Result())["text"], True
        else:
            yield now_s, json.loads(recogniser.PartialResult())["partial"], False
    yield len(sound) / RATE_HZ, json.loads(recogniser.FinalResult())["text"], True


def hear(model: vosk.Model, grammar: str, speech: Sound, sound: Sound) -> Heard:
    """Recognise a sound made from a speech that begins `LEAD_S` into it."""
    began = time.perf_counter()
    finals, stop_s = [], None
    recogniser = vosk.KaldiRecognizer(model, RATE_HZ, grammar)
    for now_s, text, final in _results(recogniser, sound):
        if stop_s is None and STOP in text.split():
            stop_s = now_s
        if final and text:
            finals.append(text)
    took_s = time.perf_counter() - began
    return Heard(tuple(finals), stop_s, took_s, len(sound) / RATE_HZ, LEAD_S + word_end_s(speech))


# --- conditions -----------------------------------------------------------------------------


def quiet(sound: Sound, rng: np.random.Generator) -> Sound:
    """Only the hiss."""
    hissed: Sound = sound + (rng.normal(size=len(sound)) * FLOOR).astype(np.float32)
    return hissed


def noisy(folder: Path, snr_db: float) -> Change:
    """Add recorded noise from a folder, so far below the mean power of the clip."""
    noises = [soundfile.read(path, dtype="float32")[0] for path in sorted(folder.glob("*.flac"))]

    def change(sound: Sound, rng: np.random.Generator) -> Sound:
        noise = noises[rng.integers(len(noises))]
        noise = np.tile(noise, len(sound) // len(noise) + 2)
        noise = noise[rng.integers(len(noise) - len(sound)) :][: len(sound)]
        spoken = sound[sound != 0]
        ratio = (spoken**2).mean() / ((noise**2).mean() + 1e-12)
        mixed: Sound = sound + np.sqrt(ratio) * 10 ** (-snr_db / 20) * noise
        return mixed

    return change


def level(peak_dbfs: float) -> Change:
    """Bring the peak to a level."""
    return lambda sound, rng: quiet(sound / shelf.PEAK * 10 ** (peak_dbfs / 20), rng)


def clipped(sound: Sound, rng: np.random.Generator) -> Sound:
    """Four times too loud, so that it clips."""
    return quiet(np.clip(sound * 8, -1, 1), rng)


def telephone(sound: Sound, rng: np.random.Generator) -> Sound:
    """Keep what a telephone passes: 300 to 3400 Hz."""
    band = butter(6, (300, 3400), "bandpass", fs=RATE_HZ, output="sos")
    return quiet(sosfilt(band, sound).astype(np.float32), rng)


def hum(sound: Sound, rng: np.random.Generator) -> Sound:
    """Add a steady hum of 50 Hz and overtones, 15 dB below the peak."""
    at_s = np.arange(len(sound)) / RATE_HZ
    tone = sum(np.sin(2 * np.pi * 50 * n * at_s) / n for n in range(1, 8))
    return quiet((sound + 0.06 * tone).astype(np.float32), rng)


def room(sound: Sound, rng: np.random.Generator) -> Sound:
    """Add the echoes of a made-up room."""
    time_s = np.arange(int(ROOM_RT60_S * RATE_HZ)) / RATE_HZ
    tail = rng.normal(size=len(time_s)) * 10 ** (-3 * time_s / ROOM_RT60_S)
    tail *= np.sqrt(ROOM_LATE_TO_DIRECT / (tail**2).sum())
    tail[0] = 1
    return quiet(fftconvolve(sound, tail)[: len(sound)].astype(np.float32), rng)


# --- the figures ----------------------------------------------------------------------------


@dataclass
class Score:
    """Counts over many clips, and the figures made of them."""

    phrases: frozenset[str]
    right: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)
    confusions: Counter[tuple[str, str]] = field(default_factory=Counter)
    delays_ms: list[float] = field(default_factory=list)
    foreign: int = 0
    rejected: int = 0
    clean: int = 0
    false_stops: int = 0
    foreign_s: float = 0.0
    took_s: float = 0.0
    audio_s: float = 0.0
    worst: float = 0.0

    def add(self, text: str, heard: Heard) -> None:
        """Count a clip."""
        self.took_s += heard.took_s
        self.audio_s += heard.audio_s
        self.worst = max(self.worst, heard.took_s / heard.audio_s)
        known = {word for phrase in self.phrases for word in phrase.split()}
        if text in self.phrases:
            self._add_command(text, heard)
        elif not known & set(text.split()):
            self._add_foreign(heard)

    def _add_command(self, text: str, heard: Heard) -> None:
        self.total[text] += 1
        self.right[text] += heard.finals == (text,)
        if heard.finals != (text,):
            self.confusions[text, " | ".join(heard.finals)] += 1
        if text == STOP and heard.stop_s is not None:
            self.delays_ms.append(1000 * (heard.stop_s - heard.word_end_s))

    def _add_foreign(self, heard: Heard) -> None:
        hits = sum(final in self.phrases for final in heard.finals)
        self.foreign += 1
        self.foreign_s += heard.audio_s
        self.clean += hits
        self.rejected += not hits
        self.false_stops += heard.stop_s is not None

    def figures(self) -> dict[str, float]:
        """Return every figure that there were clips for."""
        found = {
            "real_time_factor": self.took_s / max(self.audio_s, 1e-9),
            "worst_clip": self.worst,
        }
        if self.total:
            found["commands"] = self.total.total()
            found["right_%"] = 100 * self.right.total() / self.total.total()
        if self.total[STOP]:
            found["stops"] = self.total[STOP]
            found["stop_missed_%"] = 100 * (1 - len(self.delays_ms) / self.total[STOP])
        if self.delays_ms:
            found["stop_delay_ms_p50"] = float(np.percentile(self.delays_ms, 50))
            found["stop_delay_ms_p95"] = float(np.percentile(self.delays_ms, 95))
        if self.foreign:
            hours = self.foreign_s / 3600
            found["foreign"] = self.foreign
            found["foreign_hours"] = hours
            found["rejected_%"] = 100 * self.rejected / self.foreign
            found["clean_per_hour"] = self.clean / hours
            found["false_stops_per_hour"] = self.false_stops / hours
        return {name: round(value, 4) for name, value in found.items()}


def grammar(phrases: Iterable[str]) -> str:
    """Return the grammar as Vosk takes it."""
    return json.dumps([*phrases, "[unk]"])


def score(
    model: vosk.Model, clips: list[Clip], phrases: list[str], change: Change, seed: int = 1
) -> Score:
    """Hear every clip under a condition."""
    found, rng = Score(frozenset(phrases)), np.random.default_rng(seed)
    lead, tail = (np.zeros(int(s * RATE_HZ), np.float32) for s in (LEAD_S, TAIL_S))
    for clip in tqdm(clips, unit="clip", leave=False):
        speech = shelf.read(clip.path)
        if len(speech) and np.abs(speech).max() > 0:
            sound = change(np.concatenate([lead, speech, tail]), rng)
            found.add(clip.text, hear(model, grammar(phrases), speech, sound))
    return found
