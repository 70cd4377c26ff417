""" "Stop" in every state, said by people at random moments of a session."""

from collections.abc import Callable

import numpy as np
import pytest

from assistant.hearing.recogniser import Model
from assistant.journal import Entry
from assistant.messages import BLOCK_SAMPLES, samples, seconds
from assistant.scenario import Scenario, Turn, load_scenario
from assistant.speaking.synthesiser import Samples, Synthesiser
from tests.rehearsal.test_scenarios import SCENARIOS
from tests.support.people import stops
from tests.support.rehearse import Rehearsed, rehearse

SPEECH_STATES = {
    # state: (scenario that reaches it, when it is there, in seconds from, to)
    "ready": ({}, (1.0, 6.0)),
    "reading": ({"routine": "knee_quick", "side": "left"}, (6.0, 15.0)),
    "practice": ({"routine": "knee_quick", "side": "left"}, (46.0, 75.0)),
    "check": ({"routine": "knee_quick", "side": "left"}, (80.0, 88.0)),
    "held": ({"routine": "knee_quick", "side": "left"}, (106.0, 140.0)),
}
CLIPS = 40
SILENT_WITHIN = samples(0.1)
STILL_FOR = samples(0.3)


def session_with_stop(
    state: str, stop: Samples, at: float, model: Model, synthesiser: Synthesiser
) -> Rehearsed:
    settings, _ = SPEECH_STATES[state]
    turn = Turn(say="(replaced by a recording)", at=at)
    scenario = Scenario({**settings, "screening": "off"}, user=(turn,))
    return rehearse(scenario, model, ReplacedUser(synthesiser, stop), limit_seconds=at + 8)


class ReplacedUser:
    """A synthesiser that says a recording where the scenario's user speaks."""

    def __init__(self, synthesiser: Synthesiser, recording: Samples) -> None:
        self._synthesiser, self._recording = synthesiser, recording

    def render(self, text: str, voice: str, rate_wpm: int) -> Samples:
        if text.startswith("("):
            return self._recording
        return self._synthesiser.render(text, voice, rate_wpm)


def heard_stop(rehearsed: Rehearsed) -> Entry | None:
    for entry in rehearsed.entries:
        if entry.event == "heard" and "stop" in str(entry.details["text"]).split():
            return entry
    return None


@pytest.mark.slow
@pytest.mark.parametrize("state", SPEECH_STATES)
def test_speech_is_silent_within_100_ms_of_the_partial_result_that_holds_the_word(
    state: str, model: Model, synthesiser: Synthesiser, record_property: Callable[..., None]
) -> None:
    rng = np.random.default_rng(7)
    clips = stops(synthesiser, CLIPS // len(SPEECH_STATES))
    caught = []
    for clip in clips:
        at = float(rng.uniform(*SPEECH_STATES[state][1]))
        rehearsed = session_with_stop(state, clip, at, model, synthesiser)
        entry = heard_stop(rehearsed)
        if entry is not None:
            caught.append(entry)
            check_silence_and_one_line(rehearsed, entry)
    record_property("caught", f"{len(caught)} of {len(clips)}")
    assert len(caught) >= len(clips) // 2, "too few were recognised to say anything"


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
