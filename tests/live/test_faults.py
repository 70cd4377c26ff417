"""Sound that is lost on its way, on fake devices."""

import itertools
from collections.abc import Callable
from functools import partial
from typing import Literal

import numpy as np
import pytest

from assistant.app import build_session
from assistant.devices.block import LOUDSPEAKER, MICROPHONE
from assistant.hearing.echo import TwoPathCanceller
from assistant.hearing.recogniser import Model
from assistant.journal import Entry, Journal
from assistant.memory import GivenAnswers
from assistant.messages import SAMPLE_RATE_HZ, DeviceBack, DeviceLost, seconds
from assistant.pairing import Pair
from assistant.rehearsal import USER_RATE_WPM, USER_VOICE
from assistant.room import at_peak
from assistant.settings import Settings
from assistant.speaking.synthesiser import Samples, Synthesiser
from tests.live.conftest import Fake
from tests.support.echo import LINE
from tests.support.fake_live import FakeLive

pytestmark = pytest.mark.long

FAULTS = [
    ("the microphone loses 60 ms", 0.06, {"deaf": True}),
    ("the microphone loses 0.2 s", 0.2, {"deaf": True}),
    ("the microphone loses a second", 1.0, {"deaf": True}),
    ("the loudspeaker runs dry for 0.1 s", 0.1, {"dry": True}),
    ("the loudspeaker runs dry for a second", 1.0, {"dry": True}),
    ("both stand still for 0.3 s", 0.3, {"deaf": True, "dry": True}),
]


class Talk:
    """The assistant reads a routine aloud; what the user says is heard at once."""

    def __init__(
        self,
        fake: Fake,
        model: Model,
        synthesiser: Synthesiser,
        echo: float = 0.0,
        cancelling: Literal["on", "off"] = "on",
    ) -> None:
        self.entries: list[Entry] = []
        self._device = fake(SAMPLE_RATE_HZ, echo=echo)
        self._synthesiser = synthesiser
        settings = Settings(routine="knee_quick", side="left", screening="off", echo=cancelling)
        journal = Journal(self.entries.append)
        session = build_session(settings, model, synthesiser, journal, GivenAnswers())
        self._conversation = session.conversation
        self._live = FakeLive(self._device, session.conversation.speak, self._hear)
        self.pass_time, self.reopen = self._live.pass_time, self._live.reopen
        self.happen = session.conversation.happen

    def echo_is_later_by(self, blocks: int) -> None:
        self._device.echo_late_blocks += blocks

    def user_says(self, text: str, **fault: bool) -> None:
        """Say it, and let so much time pass as that takes."""
        speech = at_peak(self._synthesiser.render(text, USER_VOICE, USER_RATE_WPM), -6)
        self._device.say(speech)
        self.pass_time(len(speech) / SAMPLE_RATE_HZ, **fault)

    def events(self, event: str, **details: object) -> list[Entry]:
        return [
            e for e in self.entries if e.event == event and details.items() <= e.details.items()
        ]

    def _hear(self, pair: Pair) -> None:
        if pair.near is None:
            self._conversation.miss(len(pair.far))
        else:
            self._conversation.hear(pair.near, pair.far)


Begin = Callable[..., Talk]


@pytest.fixture
def begin(fake: Fake, model: Model, synthesiser: Synthesiser) -> Begin:
    """Begin a session, with a microphone that hears so much of the loudspeaker."""
    return partial(Talk, fake, model, synthesiser)


def test_words_on_either_side_of_lost_sound_are_not_obeyed_together(begin: Begin) -> None:
    talk = begin()
    talk.pass_time(8.0)
    talk.user_says("skip")
    talk.user_says("nothing of", deaf=True)
    talk.user_says("this step")
    talk.pass_time(3.0)
    assert not talk.events("state", step=2)
    assert len(talk.events("gap")) == 1
    talk.user_says("skip this step")
    talk.pass_time(3.0)
    assert talk.events("state", step=2)


def test_what_was_said_more_than_half_a_second_before_a_hold_up_ended_is_not_obeyed(
    begin: Begin,
) -> None:
    talk = begin()
    talk.pass_time(8.0)
    talk.user_says("skip this step", asleep=True)
    talk.pass_time(0.6, asleep=True)
    talk.pass_time(3.0)
    assert not talk.events("heard", final=True)
    assert not talk.events("state", step=2)
    assert len(talk.events("gap")) == 1


def test_what_was_said_within_half_a_second_before_a_hold_up_ended_is_obeyed(begin: Begin) -> None:
    talk = begin()
    talk.pass_time(8.0)
    talk.user_says("skip this step")
    talk.pass_time(0.4, asleep=True)
    talk.pass_time(3.0)
    assert talk.events("state", step=2)
    assert not talk.events("gap")


def test_a_pain_word_that_a_lost_microphone_cuts_off_is_asked_about_once_it_is_back(
    begin: Begin,
) -> None:
    talk = begin()
    talk.pass_time(8.0)
    talk.user_says("that hurts")
    talk.happen(DeviceLost(MICROPHONE, "It is gone."))
    talk.pass_time(5.0)
    assert talk.events("heard", text="that hurts", final=True)
    assert talk.events("state")[-1].details["state"] == "held"
    talk.happen(DeviceBack(MICROPHONE))
    talk.pass_time(6.0)
    talk.user_says("resume")
    talk.pass_time(2.0)
    assert talk.events("state")[-1].details["state"] == "check"


def test_without_a_fault_there_is_no_gap(begin: Begin) -> None:
    talk = begin(echo=0.3)
    talk.pass_time(20.0)
    assert not talk.events("gap")


@pytest.mark.parametrize("later_blocks", [0, 5, 15])
@pytest.mark.parametrize("after_seconds", [9.0, 20.0])
def test_a_device_that_is_back_with_a_later_echo_is_told_of_in_one_go_and_resume_is_obeyed(
    later_blocks: int, after_seconds: float, begin: Begin
) -> None:
    talk = begin(echo=0.3)
    talk.pass_time(after_seconds)
    talk.happen(DeviceLost(LOUDSPEAKER, "It is gone."))
    talk.reopen()
    talk.echo_is_later_by(later_blocks)
    talk.happen(DeviceBack(LOUDSPEAKER))
    back = len(talk.entries)
    talk.pass_time(6.0)
    assert not {"held", "state"} & {entry.event for entry in talk.entries[back:]}
    talk.user_says("resume")
    talk.pass_time(2.0)
    assert talk.events("state")[-1].details["state"] == "reading"


def test_with_headphones_a_device_that_is_back_is_heard_too(begin: Begin) -> None:
    talk = begin(cancelling="off")
    talk.pass_time(9.0)
    talk.happen(DeviceLost(LOUDSPEAKER, "It is gone."))
    talk.reopen()
    talk.happen(DeviceBack(LOUDSPEAKER))
    talk.pass_time(6.0)
    talk.user_says("resume")
    talk.pass_time(2.0)
    assert talk.events("state")[-1].details["state"] == "reading"


class Echo:
    """The assistant speaks all the time and hears nothing but itself."""

    def __init__(self, fake: Fake, synthesiser: Synthesiser, growth: int = 0) -> None:
        line = synthesiser.render(LINE, "gmw/en", 150) * np.float32(0.6)
        self._rest = itertools.cycle(line)
        self._canceller = TwoPathCanceller()
        self._heard: list[Samples] = []
        self._left: list[Samples] = []
        device = fake(SAMPLE_RATE_HZ, echo=0.3, growth=growth)
        self.pass_time = FakeLive(device, self._speak, self._hear).pass_time

    @property
    def delay_seconds(self) -> float:
        return seconds(self._canceller.delay)

    def removed_db(self, for_seconds: float) -> float:
        """How much of the echo is taken out from now on."""
        since = len(self._heard)
        self.pass_time(for_seconds)
        heard, left = (np.concatenate(signal[since:]) for signal in (self._heard, self._left))
        return float(10 * np.log10((heard**2).mean() / (left**2).mean()))

    def _speak(self, frames: int) -> Samples:
        return np.fromiter(self._rest, np.float32, frames)

    def _hear(self, pair: Pair) -> None:
        if pair.near is not None:
            self._heard.append(pair.near)
            self._left.append(self._canceller.clean(pair.near, pair.far).block)


@pytest.mark.parametrize(("what", "lasts", "fault"), FAULTS)
def test_after_a_fault_its_own_voice_is_taken_out_as_before(
    what: str, lasts: float, fault: dict[str, bool], fake: Fake, synthesiser: Synthesiser
) -> None:
    echo = Echo(fake, synthesiser)
    echo.pass_time(6.0)
    late = echo.delay_seconds
    echo.pass_time(lasts, **fault)
    echo.pass_time(0.5)
    assert echo.removed_db(4.0) > 15, what
    assert echo.delay_seconds == pytest.approx(late, abs=0.001), what


def test_a_loudspeaker_that_ran_dry_and_is_later_from_then_on_is_followed(
    fake: Fake, synthesiser: Synthesiser
) -> None:
    echo = Echo(fake, synthesiser, growth=4)
    echo.pass_time(6.0)
    late = echo.delay_seconds
    echo.pass_time(0.3, dry=True)
    echo.pass_time(3.0)
    assert echo.delay_seconds == pytest.approx(late + 0.08, abs=0.001)
    assert echo.removed_db(4.0) > 15


@pytest.mark.parametrize(("what", "lasts", "fault"), FAULTS)
def test_after_a_fault_the_session_goes_on_and_stop_stops_it(
    what: str, lasts: float, fault: dict[str, bool], begin: Begin
) -> None:
    talk = begin(echo=0.3)
    talk.pass_time(6.0)
    talk.pass_time(lasts, **fault)
    talk.pass_time(4.0)
    assert talk.events("heard") == [], what
    talk.user_says("stop")
    talk.pass_time(1.0)
    assert talk.events("state", state="stopped"), what
