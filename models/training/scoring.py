"""Measures who listens on speech: what is understood, what is missed, what is made up.

Listeners are fed 20 ms at a time, as the assistant is; all times are counted in audio.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from tqdm import tqdm

from models.training import shelf
from models.training.conditions import Change
from models.training.corpus import Clip
from models.training.features import RATE_HZ
from models.training.listeners import Listener
from models.training.meanings import Meanings
from models.training.shelf import Sound

LEAD_S, TAIL_S = 0.5, 1.0
WORD_END_DB = 35.0
STOP = "stop"


@dataclass(frozen=True)
class Heard:
    """What was made of a clip."""

    finals: tuple[str, ...]
    stop_s: float | None
    """Audio time at which a partial or final result first held "stop"."""
    took_s: float
    audio_s: float
    word_end_s: float


def word_end_s(speech: Sound) -> float:
    """When the last 10 ms end that are within 35 dB of the loudest."""
    frames = speech[: len(speech) // 160 * 160].reshape(-1, 160)
    level_db = 10 * np.log10((frames**2).mean(1) + 1e-12)
    return float(np.nonzero(level_db > level_db.max() - WORD_END_DB)[0][-1] + 1) * 0.01


def hear(listener: Listener, speech: Sound, sound: Sound) -> Heard:
    """Have a sound heard that was made from a speech that begins `LEAD_S` into it."""
    began = time.perf_counter()
    finals, stop_s = [], None
    for said in listener(sound):
        if stop_s is None and STOP in said.text.split():
            stop_s = said.at_s
        if said.final and said.text:
            finals.append(said.text)
    took_s = time.perf_counter() - began
    return Heard(tuple(finals), stop_s, took_s, len(sound) / RATE_HZ, LEAD_S + word_end_s(speech))


@dataclass
class Score:
    """Counts over many clips, and the figures made of them."""

    meanings: Meanings
    heard: Counter[tuple[str, tuple[str, ...]]] = field(default_factory=Counter)
    """What was said, and the final results."""
    stops: int = 0
    delays_ms: list[float] = field(default_factory=list)
    foreign_s: float = 0.0
    false_stops: int = 0
    other_commands: int = 0
    stops_in_others: int = 0
    took_s: float = 0.0
    audio_s: float = 0.0
    worst: float = 0.0

    def add(self, text: str, heard: Heard) -> None:
        """Count a clip."""
        self.took_s += heard.took_s
        self.audio_s += heard.audio_s
        self.worst = max(self.worst, heard.took_s / heard.audio_s)
        self.heard[text, heard.finals] += 1
        if self.meanings.is_command(text):
            self._add_command(text, heard)
        elif self.meanings.is_foreign(text):
            self.foreign_s += heard.audio_s
            self.false_stops += heard.stop_s is not None

    def _add_command(self, text: str, heard: Heard) -> None:
        if text == STOP:
            self.stops += 1
            if heard.stop_s is not None:
                self.delays_ms.append(1000 * (heard.stop_s - heard.word_end_s))
        elif STOP not in text.split():
            self.other_commands += 1
            self.stops_in_others += heard.stop_s is not None

    def _right(self, text: str, finals: tuple[str, ...]) -> bool:
        return [self.meanings.of(final) for final in finals] == [self.meanings.of(text)]

    def confusions(self) -> Counter[tuple[str, str]]:
        """Return which command was taken for what, and what was taken for a command."""
        wrong: Counter[tuple[str, str]] = Counter()
        for (text, finals), count in self.heard.items():
            missed = self.meanings.is_command(text) and not self._right(text, finals)
            if missed or (self.meanings.is_foreign(text) and self._acted_on(finals)):
                wrong[text, " | ".join(finals)] += count
        return wrong

    def _acted_on(self, finals: tuple[str, ...]) -> int:
        return sum(self.meanings.of(final) is not None for final in finals)

    def figures(self) -> dict[str, float]:
        """Return every figure that there were clips for."""
        found = {
            "real_time_factor": self.took_s / max(self.audio_s, 1e-9),
            "worst_clip": self.worst,
            **self._of_commands(),
            **self._of_stops(),
            **self._of_foreign(),
            **self._of_alarms(),
        }
        return {name: round(value, 4) for name, value in found.items()}

    def _of_commands(self) -> dict[str, float]:
        right = {
            said: self._right(*said) for said in self.heard if self.meanings.is_command(said[0])
        }
        total = sum(self.heard[said] for said in right)
        if not total:
            return {}
        share = sum(self.heard[said] for said, is_right in right.items() if is_right) / total
        return {"commands": total, "right_%": 100 * share}

    def _of_stops(self) -> dict[str, float]:
        found: dict[str, float] = {}
        if self.stops:
            found["stops"] = self.stops
            found["stop_missed_%"] = 100 * (1 - len(self.delays_ms) / self.stops)
        if self.delays_ms:
            found["stop_delay_ms_p50"] = float(np.percentile(self.delays_ms, 50))
            found["stop_delay_ms_p95"] = float(np.percentile(self.delays_ms, 95))
        if self.other_commands:
            found["other_commands"] = self.other_commands
            found["stops_in_others"] = self.stops_in_others
        return found

    def _of_foreign(self) -> dict[str, float]:
        foreign = {said: n for said, n in self.heard.items() if self.meanings.is_foreign(said[0])}
        if not foreign:
            return {}
        total, hours = sum(foreign.values()), self.foreign_s / 3600
        rejected = sum(n for (_, finals), n in foreign.items() if not self._acted_on(finals))
        acted_on = sum(n * self._acted_on(finals) for (_, finals), n in foreign.items())
        clean = sum(
            n * sum(map(self.meanings.is_command, finals)) for (_, finals), n in foreign.items()
        )
        return {
            "foreign": total,
            "foreign_hours": hours,
            "rejected_%": 100 * rejected / total,
            "clean_per_hour": clean / hours,
            "acted_on_per_hour": acted_on / hours,
            "false_stops_per_hour": self.false_stops / hours,
        }

    def _of_alarms(self) -> dict[str, float]:
        alarms = [said for said in self.heard if self.meanings.alarms(said[0])]
        return {
            "alarms": sum(self.heard[said] for said in alarms),
            "alarms_led_on": self.dangers().total(),
        } if alarms else {}  # fmt: skip

    def dangers(self) -> Counter[tuple[str, str]]:
        """Return which reason not to go on was taken for leave to go on."""
        found: Counter[tuple[str, str]] = Counter()
        for (text, finals), count in self.heard.items():
            if self.meanings.alarms(text) and any(map(self.meanings.leads_on, finals)):
                found[text, " | ".join(finals)] += count
        return found


def score(
    listener: Listener,
    clips: list[Clip],
    meanings: Meanings,
    change: Change,
    seed: int = 1,
) -> Score:
    """Have every clip heard under a condition."""
    found, rng = Score(meanings), np.random.default_rng(seed)
    lead, tail = (np.zeros(int(s * RATE_HZ), np.float32) for s in (LEAD_S, TAIL_S))
    for clip in tqdm(clips, unit="clip", leave=False):
        speech = shelf.read(clip.path)
        if len(speech) and np.abs(speech).max() > 0:
            sound = change(np.concatenate([lead, speech, tail]), rng)
            found.add(clip.text, hear(listener, speech, sound))
    return found
