"""Somebody speaks over the assistant: the whole conversation, block by block, in a room."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest

from assistant.app import build_session
from assistant.content.loader import load_content
from assistant.hearing.recogniser import Model
from assistant.journal import Entry, Journal
from assistant.memory import GivenAnswers
from assistant.messages import BLOCK_SAMPLES, samples, seconds
from assistant.room import Acoustics, SimulatedRoom, active_rms, at_peak, gain_for_echo
from assistant.settings import Settings
from assistant.speaking.synthesiser import Samples, Synthesiser
from tests.support.echo import response
from tests.support.people import stops

pytestmark = pytest.mark.long

NOTHING = np.zeros(1, np.float32)
STOPPED = load_content().lines.stopped


@dataclass
class Run:
    """What happened and what was played."""

    entries: list[Entry] = field(default_factory=list)
    played: list[Samples] = field(default_factory=list)

    def at(self, event: str, **details: object) -> list[float]:
        """When it happened, in seconds."""
        found = [
            e for e in self.entries if e.event == event and details.items() <= e.details.items()
        ]
        return [seconds(entry.at) for entry in found]

    @property
    def speaker(self) -> Samples:
        return np.concatenate(self.played)


Converse = Callable[..., Run]


@pytest.fixture
def converse(model: Model, synthesiser: Synthesiser) -> Converse:
    """Let the assistant read a routine aloud while somebody says things over it."""

    def go(said: dict[float, Samples], until: float, echo_db: float | None = 6.0) -> Run:
        run = Run()
        settings = Settings(routine="knee_quick", side="left", screening="off")
        journal = Journal(run.entries.append)
        session = build_session(settings, model, synthesiser, journal, GivenAnswers())
        voices = {at: at_peak(speech, -18.0) for at, speech in said.items()}
        level = active_rms(np.concatenate(list(voices.values()) or [np.ones(1, np.float32)]))
        gain = 0.0
        if echo_db is not None:
            gain = gain_for_echo(echo_db, level, session.sample_of_voice(), response())
        room = SimulatedRoom(Acoustics(gain, samples(0.05), response(), NOTHING))
        for at, speech in voices.items():
            room.user_says(speech, samples(at))
        talk = session.conversation
        while talk.now < samples(until):
            far = talk.speak(BLOCK_SAMPLES)
            run.played.append(far)
            talk.hear(room.microphone(far), far)
        return run

    return go


def hiss(length_seconds: float) -> Samples:
    """A sound that is no word: shaped like a sigh."""
    noise = np.random.default_rng(4).normal(size=samples(length_seconds))
    return (noise * np.hanning(len(noise))).astype(np.float32)


def test_stop_over_its_own_voice_stops_it(converse: Converse, synthesiser: Synthesiser) -> None:
    words = stops(synthesiser, 6)
    caught = 0
    for number, word in enumerate(words):
        run = converse({8.0 + 0.3 * number: word}, 11.5)
        caught += bool(run.at("state", state="stopped"))
    assert caught >= len(words) - 1


def test_a_sigh_holds_its_speech_and_then_no_word_is_lost(converse: Converse) -> None:
    undisturbed = converse({}, 30)
    run = converse({8.0: hiss(0.4)}, 32)
    held, went_on = run.at("held"), run.at("went on")
    assert len(held) == len(went_on) == 1
    assert 8.0 <= held[0] <= 8.4
    assert went_on[0] - 8.4 <= 1.5
    pause = slice(samples(held[0] + 0.02), samples(went_on[0]))
    assert not run.speaker[pause].any()
    late = run.at("state")[2] - undisturbed.at("state")[2]
    same = samples(went_on[0] - late)
    assert same <= samples(held[0]) + BLOCK_SAMPLES, "it goes on no later than where it was"
    five_seconds = np.arange(samples(5))
    assert np.array_equal(
        run.speaker[samples(went_on[0]) + five_seconds], undisturbed.speaker[same + five_seconds]
    )


def test_its_own_voice_alone_is_never_obeyed_from_the_first_word_on(converse: Converse) -> None:
    run = converse({}, 45, echo_db=10.0)
    assert run.at("heard") == []
    assert run.at("say")[0] < 0.1


def test_stop_said_again_cuts_the_line_that_follows_a_stop(
    converse: Converse, synthesiser: Synthesiser
) -> None:
    words = stops(synthesiser, 4)
    cut = 0
    for word in words:
        line = converse({8.0: word}, 13).at("say", text=STOPPED)[0]
        again = converse({8.0: word, line + 0.3: word}, 13)
        assert len(again.at("say", text=STOPPED)) == 1
        cut += not again.at("spoken", text=STOPPED)
    assert cut >= len(words) - 1
