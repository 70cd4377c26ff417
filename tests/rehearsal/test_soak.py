"""An hour's session: memory, threads and open files stay as they are."""

import os
import threading
from pathlib import Path

import pytest

from assistant.app import build_session
from assistant.hearing.recogniser import Model
from assistant.journal import Journal
from assistant.messages import samples
from assistant.offline import Recordings
from assistant.rehearsal import Rehearsal
from assistant.scenario import Room, Scenario, Turn, answers_of
from assistant.settings import Settings, with_options
from assistant.speaking.synthesiser import Samples, Synthesiser
from tests.conftest import Show

HOUR = 3600.0
EVERY = 300.0
GROWS_MEGABYTES = 10.0


def resident_megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


class Gauge:
    """Stands where a WAV writer stands and looks at the process now and then."""

    def __init__(self) -> None:
        self.length = 0
        self.megabytes: list[float] = []
        self.threads: set[int] = set()
        self.files: set[int] = set()

    def write(self, block: Samples) -> None:
        self.length += len(block)
        if self.length % samples(EVERY) == 0:
            self.megabytes.append(resident_megabytes())
            self.threads.add(threading.active_count())
            self.files.add(len(os.listdir("/proc/self/fd")))

    def close(self) -> None:
        """Nothing to complete."""


@pytest.mark.slow
@pytest.mark.timeout(900)  # an hour's audio takes minutes on a busy machine
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads Linux's /proc")
def test_an_hour_leaves_memory_threads_and_files_as_they_were(
    model: Model, synthesiser: Synthesiser, show: Show
) -> None:
    """Somebody asks something every half minute, over an echo 6 dB louder than they are."""
    asked = ("how long is left", "repeat", "what are the benefits", "where am i")
    turns = tuple(Turn(say=asked[n % 4], at=20.0 + 30 * n) for n in range(118))
    settings = {"routine": "leg_full", "side": "left", "screening": "off", "idle_minutes": 120.0}
    scenario = Scenario(settings, Room(echo_db=6.0), user=turns)
    chosen, gauge = with_options(Settings(), {"echo": "on", **settings}), Gauge()
    session = build_session(chosen, model, synthesiser, Journal(), answers_of(scenario))
    rehearsal = Rehearsal(session, scenario, Path(), synthesiser)
    rehearsal.run(Recordings(speaker=gauge), HOUR)  # type: ignore[arg-type]
    show(
        f"an hour: {gauge.megabytes[0]:.0f} MB after {EVERY:g} s, {gauge.megabytes[-1]:.0f} MB last"
    )
    assert session.conversation.now >= samples(HOUR)
    assert gauge.megabytes[-1] - gauge.megabytes[0] < GROWS_MEGABYTES
    assert len(gauge.threads) == len(gauge.files) == 1
