""" "Stop" in every state, said by people at random moments of a session."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from assistant.hearing.recogniser import Model
from assistant.journal import Entry
from assistant.messages import BLOCK_SAMPLES, samples, seconds
from assistant.scenario import Scenario, Turn, load_scenario
from assistant.speaking.synthesiser import Samples, Speech, Synthesiser
from tests.conftest import Show
from tests.rehearsal.test_scenarios import SCENARIOS
from tests.support.people import stops
from tests.support.rehearse import Rehearsed, rehearse


@dataclass(frozen=True)
class Moment:
    """How a state is reached, and when the session is in it, in seconds from and to."""

    since: float
    until: float
    turns: tuple[Turn, ...] = ()
    settings: dict[str, object] = field(default_factory=dict)


KNEE = {"routine": "knee_quick", "side": "left", "screening": "off"}
PRESSURE = "How's that pressure"
ASKED = ("chest pain", "have a clot", "unable to take your weight", "fever")
NO_TO_ALL = tuple(Turn(say="no", after=question, delay=0.6) for question in ASKED)
MOMENTS = {
    "ready": Moment(1.0, 6.0),
    "choosing_routine": Moment(14.0, 20.0, (Turn(say="start", at=10.5),)),
    "choosing_side": Moment(13.5, 16.0, (Turn(say="start knee massage", at=10.5),)),
    "screening": Moment(7.0, 15.0, settings={**KNEE, "screening": "on"}),
    "baseline": Moment(48.0, 70.0, NO_TO_ALL, {**KNEE, "screening": "on"}),
    "reading": Moment(6.0, 15.0, settings=KNEE),
    "practice": Moment(46.0, 75.0, settings=KNEE),
    "check": Moment(80.0, 88.0, settings=KNEE),
    "resting": Moment(
        92.0, 140.0, (Turn(say="six", after=PRESSURE, delay=0.5),), {**KNEE, "side": "right"}
    ),
    "paused": Moment(56.0, 90.0, (Turn(say="pause", at=52.0),), KNEE),
    "held": Moment(106.0, 140.0, settings=KNEE),
    "done": Moment(92.0, 120.0, (Turn(say="eight", after=PRESSURE, delay=0.5),), KNEE),
}
CLIPS = 5
SILENT_WITHIN = samples(0.1)
STILL_FOR = samples(0.3)


def session_with_stop(
    moment: Moment, stop: Samples, at: float, model: Model, synthesiser: Synthesiser
) -> Rehearsed:
    turns = (*moment.turns, Turn(say="(replaced by a recording)", at=at))
    scenario = Scenario(dict(moment.settings), user=turns)
    return rehearse(scenario, model, ReplacedUser(synthesiser, stop), limit_seconds=at + 8)


class ReplacedUser:
    """A synthesiser that says a recording where the scenario's user speaks."""

    def __init__(self, synthesiser: Synthesiser, recording: Samples) -> None:
        self._synthesiser, self._recording = synthesiser, recording

    def render(self, text: str, voice: str, rate_wpm: int) -> Samples:
        if text.startswith("("):
            return self._recording
        return self._synthesiser.render(text, voice, rate_wpm)

    def speech(self, text: str, voice: str, rate_wpm: int) -> Speech:
        return self._synthesiser.speech(text, voice, rate_wpm)


def heard_stop(rehearsed: Rehearsed) -> Entry | None:
    for entry in rehearsed.entries:
        if entry.event == "heard" and "stop" in str(entry.details["text"]).split():
            return entry
    return None


@pytest.mark.slow
@pytest.mark.parametrize("state", MOMENTS)
def test_speech_is_silent_within_100_ms_of_the_partial_result_that_holds_the_word(
    state: str, model: Model, synthesiser: Synthesiser, show: Show
) -> None:
    moment, rng = MOMENTS[state], np.random.default_rng(7)
    clips = stops(synthesiser, CLIPS)
    caught = 0
    for clip in clips:
        at = float(rng.uniform(moment.since, moment.until))
        rehearsed = session_with_stop(moment, clip, at, model, synthesiser)
        entry = heard_stop(rehearsed)
        if entry is not None:
            caught += 1
            assert state_before(rehearsed, entry) == state
            check_silence_and_one_line(rehearsed, entry)
    show(f"{state}: {caught} of {len(clips)} stopped")
    assert caught >= len(clips) / 2, "too few were recognised to say anything"


def state_before(rehearsed: Rehearsed, stop: Entry) -> str:
    before = rehearsed.entries[: rehearsed.entries.index(stop)]
    return [str(entry.details["state"]) for entry in before if entry.event == "state"][-1]


def check_silence_and_one_line(rehearsed: Rehearsed, stop: Entry) -> None:
    after = rehearsed.speaker[stop.at + SILENT_WITHIN : stop.at + STILL_FOR]
    assert not after.any(), f"still speaking {seconds(SILENT_WITHIN)} s after {stop}"
    later = [e for e in rehearsed.entries if e.event == "say" and e.at > stop.at]
    assert [e.details["text"] for e in later] == ["All right. I'm listening."]
    assert later[0].at - stop.at >= STILL_FOR
    assert rehearsed.entries[-1].details == {"reason": "limit"}


@pytest.mark.slow
def test_the_same_scenario_gives_the_same_events_and_samples(
    model: Model, synthesiser: Synthesiser
) -> None:
    path = next(path for path in SCENARIOS if path.stem == "ow")
    fresh = Synthesiser(None)
    one = rehearse(load_scenario(path), model, synthesiser, path.parent)
    two = rehearse(load_scenario(path), model, fresh, path.parent)
    fresh.close()
    assert one.entries == two.entries
    assert np.array_equal(one.speaker, two.speaker)
    assert np.array_equal(one.mic, two.mic)


def test_audio_time_is_the_length_of_what_was_played(
    model: Model, synthesiser: Synthesiser
) -> None:
    rehearsed = rehearse(Scenario(), model, synthesiser, limit_seconds=20)
    say, spoken = rehearsed.first("say"), rehearsed.first("spoken")
    assert np.flatnonzero(rehearsed.speaker)[0] >= say.at
    assert np.flatnonzero(rehearsed.speaker)[0] - say.at < BLOCK_SAMPLES * 5
    assert not rehearsed.speaker[spoken.at :].any()
