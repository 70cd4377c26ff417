"""One run each. A trial is seeded: the same number draws the same room, voice and moment."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from assistant.content.routine import Side
from assistant.conversation import Conversation
from assistant.dialogue.dialogue import Dialogue, DialogueSettings
from assistant.dialogue.safety import HotWords
from assistant.dialogue.state import State
from assistant.dialogue.understanding import UNKNOWN
from assistant.hearing.ear import Ear
from assistant.hearing.echo import NoCanceller, TwoPathCanceller
from assistant.journal import Entry, Journal
from assistant.messages import (
    BLOCK_SAMPLES,
    SAMPLE_RATE_HZ,
    Action,
    Began,
    Event,
    Heard,
    Say,
    Spoken,
    samples,
    seconds,
)
from assistant.room import JUMP_AT, Acoustics, SimulatedRoom, active_rms, at_peak, gain_for_echo
from assistant.speaking.synthesiser import Samples
from echo_lab.conditions import Condition
from echo_lab.listeners import ASSISTANT, UNCANCELLED, Kit, listening
from echo_lab.people import Recording, word_bounds
from echo_lab.rooms import place

Result = dict[str, float | int | str | bool | None]

_SILENT = 10 ** (-60 / 20)
_USER_PEAK_DB = (-30.0, -16.0)
"""Quiet enough that the loudest echo does not overload the microphone."""
_HEARD_WITHIN = samples(2.5)
_ROUTINE = "knee_quick"


@dataclass
class Tape:
    """Everything that came of a run."""

    entries: list[Entry] = field(default_factory=list)
    spoken: list[Samples] = field(default_factory=list)
    heard: list[Samples] = field(default_factory=list)
    compute_seconds: list[float] = field(default_factory=list)

    def first(self, since: int, event: str, **details: object) -> Entry | None:
        """Return the first such entry from sample `since` on."""
        wanted = (e for e in self.entries if e.at >= since and e.event == event)
        return next((e for e in wanted if details.items() <= e.details.items()), None)


def run(conversation: Conversation, room: SimulatedRoom, tape: Tape, until: int) -> None:
    """Drive a conversation in a room up to sample `until`."""
    while conversation.now < until and not conversation.over:
        far = conversation.speak(BLOCK_SAMPLES)
        near = room.microphone(far)
        began = time.perf_counter()
        conversation.hear(near, far, room.slipped)
        tape.compute_seconds.append(time.perf_counter() - began)
        tape.spoken.append(far)
        tape.heard.append(near)


def acoustics(kit: Kit, condition: Condition, number: int, user_rms: float) -> Acoustics:
    """Return the room of a trial."""
    rng = np.random.default_rng([2, number])
    where = place(number, float(rng.uniform(*condition.rt60_seconds)))
    echo_rms = user_rms * 10 ** (-condition.ser_db / 20)
    noise = rng.standard_normal(samples(5)) * echo_rms * 10 ** (condition.noise_db / 20)
    voice = kit.sample_of_voice()
    return Acoustics(
        echo_gain=gain_for_echo(-condition.ser_db, user_rms, voice, where.from_loudspeaker),
        echo_delay=samples(float(rng.uniform(*condition.delay_ms)) / 1000),
        impulse_response=where.from_loudspeaker,
        noise=noise.astype(np.float32),
        drift_ppm=condition.drift_ppm,
        jump=samples(condition.jump_ms / 1000),
        clip=condition.clip,
    )


def in_room(recording: Recording, condition: Condition, number: int) -> Samples:
    """Return a recording as the microphone of a trial's room hears it."""
    rng = np.random.default_rng([2, number])
    where = place(number, float(rng.uniform(*condition.rt60_seconds)))
    speech = np.convolve(recording.samples(), where.from_person).astype(np.float32)
    return at_peak(speech, float(np.random.default_rng([3, number]).uniform(*_USER_PEAK_DB)))


# "Stop" over speech


def massage(kit: Kit) -> Dialogue:
    """Return a dialogue that begins to read a routine at once, and goes on for 40 s."""
    routine = next(one for one in kit.content.routines if one.id == _ROUTINE)
    settings = DialogueSettings(routine, Side.LEFT, screening=False)
    return Dialogue(kit.content, kit.book, settings)


def stop(
    kit: Kit, recording: Recording, condition: Condition, number: int, listener: str = ASSISTANT
) -> tuple[Result, Tape]:
    """Say "stop" while the assistant reads, and see when it falls silent."""
    speech = in_room(recording, condition, number)
    room = SimulatedRoom(acoustics(kit, condition, number, active_rms(speech)))
    moment = np.random.default_rng([4, number])
    at = samples(float(moment.uniform(5.0, 13.0)))
    if condition.jump_ms:
        at = JUMP_AT + samples(float(moment.uniform(1.0, 5.0)))
    room.user_says(speech, at)
    begins, ends = (at + bound for bound in word_bounds(recording.samples()))
    tape = Tape()
    conversation = listening(kit, listener, massage(kit), Journal(tape.entries.append))
    run(conversation, room, tape, ends + _HEARD_WITHIN + samples(0.5))
    return _outcome_of_stop(tape, begins, ends), tape


def _outcome_of_stop(tape: Tape, begins: int, ends: int) -> Result:
    before = [e for e in tape.entries if e.at < begins]
    stopped = tape.first(begins, "state", state="stopped")
    caught = stopped is not None and stopped.at <= ends + _HEARD_WITHIN
    result: Result = {
        "caught": caught,
        "acted before": sum(e.event == "heard" for e in before),
        "held before": sum(e.event == "held" for e in before),
    }
    if stopped is None or not caught:
        return result
    held = tape.first(begins, "held")
    ducked = min(stopped.at, held.at if held else stopped.at)
    spoken = np.concatenate(tape.spoken)
    loud = np.flatnonzero(np.abs(spoken[begins : stopped.at + samples(0.2)]) > _SILENT)
    silent = begins + (int(loud[-1]) + 1 if len(loud) else 0)
    compute = tape.compute_seconds[stopped.at // BLOCK_SAMPLES - 1]
    return result | {
        "onset to ducked ms": 1000 * seconds(ducked - begins),
        "end to silent ms": 1000 * (seconds(silent - ends) + compute),
        "end to decided ms": 1000 * (seconds(stopped.at - ends) + compute),
    }


# Its own voice


class Recital:
    """Stands where the dialogue stands: reads lines for ever, and notes what it would obey."""

    def __init__(self, kit: Kit, number: int, *, silent: bool = False) -> None:
        self.state, self.step, self.deadline = State.READING, 1, None
        self.obeyed: list[tuple[int, str]] = []
        self._done = False
        self._book, self._hot = kit.book, HotWords(kit.book)
        self._lines = iter(()) if silent else _lines(kit, number)

    def handle(self, event: Event, now: int) -> tuple[Action, ...]:
        """Say the next line after each, and go on whatever is heard."""
        match event:
            case Began() | Spoken():
                line = next(self._lines, None)
                return (Say((line,)),) if line else ()
            case Heard(text, final=False):
                if self._hot.new_stop(text, now) or self._hot.hurt(text):
                    self._obey(text, now)
            case Heard(text):
                if self._book.understand(text, self.state) is not None:
                    self._obey(text, now)
                self._hot.utterance_ended()
                self._done = False
        return ()

    def _obey(self, text: str, now: int) -> None:
        """Note it, once an utterance."""
        if not self._done:
            self.obeyed.append((now, text))
        self._done = True


def _lines(kit: Kit, number: int) -> Iterator[str]:
    """Yield what a massage says, and every phrase that is listened for, in random order."""
    rng = np.random.default_rng([5, number])
    phrases = [f"You can say {phrase}." for phrase in kit.book.grammar("reading")]
    steps = [step.say for routine in kit.content.routines for step in routine.steps]
    while True:
        yield from rng.permutation([*phrases, *steps]).tolist()


def recital(
    kit: Kit, condition: Condition, number: int, length_seconds: float, listener: str = ASSISTANT
) -> Result:
    """Recite every command word in a room where nobody else is, and see what is obeyed."""
    room = SimulatedRoom(acoustics(kit, condition, number, 0.02))
    reciting = Recital(kit, number)
    tape = Tape()
    dialogue = cast(Dialogue, reciting)
    conversation = listening(kit, listener, dialogue, Journal(tape.entries.append))
    run(conversation, room, tape, samples(length_seconds))
    held = [e.at for e in tape.entries if e.event == "held"]
    return {
        "seconds": length_seconds,
        "obeyed": len(reciting.obeyed),
        "what": "; ".join(f"{seconds(at):.1f} {text}" for at, text in reciting.obeyed),
        "held": len(held),
        "held in the first 5 s": sum(at < samples(5) for at in held),
    }


# Somebody else speaks


def interruption(kit: Kit, recording: Recording, condition: Condition, number: int) -> Result:
    """Say something that is no phrase over the assistant's voice: it has to go on."""
    speech = in_room(recording, condition, number)
    room = SimulatedRoom(acoustics(kit, condition, number, active_rms(speech)))
    at = samples(float(np.random.default_rng([4, number]).uniform(5.0, 13.0)))
    room.user_says(speech, at)
    begins, ends = (at + bound for bound in word_bounds(recording.samples()))
    tape = Tape()
    conversation = listening(kit, ASSISTANT, massage(kit), Journal(tape.entries.append))
    run(conversation, room, tape, ends + samples(6))
    held = tape.first(begins, "held")
    back = tape.first(held.at, "went on") if held else None
    after = [e for e in tape.entries if e.at >= begins]
    heard = [str(e.details["text"]) for e in after if e.event == "heard" and e.details["final"]]
    return {
        "held": held is not None,
        "obeyed": bool(heard) or any(e.event == "hush" for e in after),
        "what": f"{recording.text}: {'; '.join(heard)}",
        "end to back ms": 1000 * seconds(max(0, back.at - ends)) if back else None,
    }


def radio(kit: Kit, talk: list[Recording], number: int) -> Result:
    """Play talk that holds no phrase to the assistant while it is silent."""
    parts = [at_peak(one.samples(), -12.0) for one in talk]
    gap = np.zeros(samples(0.3), np.float32)
    sound = np.concatenate([piece for part in parts for piece in (part, gap)])
    room = SimulatedRoom(acoustics(kit, _QUIET, number, active_rms(sound)))
    room.user_says(sound, samples(1))
    silent = Recital(kit, number, silent=True)
    silent.state = State.PRACTICE
    tape = Tape()
    dialogue = cast(Dialogue, silent)
    conversation = listening(kit, ASSISTANT, dialogue, Journal(tape.entries.append))
    run(conversation, room, tape, len(sound) + samples(3))
    stops = [text for _, text in silent.obeyed if "stop" in text.split()]
    return {
        "seconds": seconds(len(sound)),
        "stops": len(stops),
        "others": len(silent.obeyed) - len(stops),
        "what": "; ".join(text for _, text in silent.obeyed),
    }


_QUIET = Condition("assistant silent", noise_db=-45.0)


def without_echo(kit: Kit, recording: Recording, listener: str) -> Result:
    """Hear a command through the whole front end, or through none of it."""
    canceller = NoCanceller() if listener == UNCANCELLED else TwoPathCanceller()
    ear = Ear(kit.model, canceller, kit.book, None)
    speech = at_peak(recording.samples(), -12.0)
    noise = np.random.default_rng(6).standard_normal(samples(2.5) + len(speech)) * 3e-4
    near = noise.astype(np.float32)
    near[samples(1) : samples(1) + len(speech)] += speech
    far = np.zeros(BLOCK_SAMPLES, np.float32)
    finals = [
        heard.text
        for start in range(0, len(near) - BLOCK_SAMPLES + 1, BLOCK_SAMPLES)
        for heard in ear.feed(near[start : start + BLOCK_SAMPLES], far)
        if heard.final
    ]
    finals += [heard.text for heard in ear.finish()]
    said = [text for text in finals if text != UNKNOWN]
    return {"right": said == [recording.text], "heard": " | ".join(said)}


def cost(kit: Kit, condition: Condition, number: int) -> Result:
    """Measure the processor time of the front end alone, in seconds per second of audio."""
    room = SimulatedRoom(acoustics(kit, condition, number, 0.02))
    line = kit.sample_of_voice()
    voice = np.tile(line, 1 + samples(20) // len(line))
    canceller = TwoPathCanceller()
    spent = 0.0
    blocks = range(0, samples(20), BLOCK_SAMPLES)
    for start in blocks:
        far = voice[start : start + BLOCK_SAMPLES]
        near = room.microphone(far)
        began = time.process_time()
        canceller.clean(near, far)
        spent += time.process_time() - began
    return {"cpu ms per s": 1000 * spent * SAMPLE_RATE_HZ / (len(blocks) * BLOCK_SAMPLES)}
