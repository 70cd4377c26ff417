"""Devices without a sound card: one private sound server for the suite, and fakes."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sounddevice

from assistant.audio_files import WavWriter
from assistant.content.loader import load_content
from assistant.content.routine import Side
from assistant.devices import portaudio
from assistant.messages import samples
from assistant.profile import own_profile
from assistant.rehearsal import USER_RATE_WPM, USER_VOICE
from assistant.speaking.synthesiser import Samples, Synthesiser
from tests.support.fake_sounddevice import FakeSounddevice
from tests.support.pulse import PulseServer

Say = Callable[[str], None]
Fake = Callable[..., FakeSounddevice]


@pytest.fixture(scope="session")
def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PulseServer]:
    for program in ("pulseaudio", "pactl", "paplay", "parec"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is missing: apt-get install pulseaudio pulseaudio-utils")
    server = PulseServer(tmp_path_factory.mktemp("pulse"))
    yield server
    server.kill()


@pytest.fixture
def sound(_server: PulseServer) -> PulseServer:
    """The server, running."""
    _server.start()
    return _server


@pytest.fixture
def write_wav(tmp_path: Path) -> Callable[[Samples], Path]:
    def write(speech: Samples) -> Path:
        path = tmp_path / f"word-{len(list(tmp_path.glob('word-*')))}.wav"
        writer = WavWriter(path)
        quiet = np.zeros(samples(0.1), np.float32)
        writer.write(np.concatenate([quiet, speech / np.abs(speech).max() * 0.5, quiet]))
        writer.close()
        return path

    return write


@pytest.fixture
def say(
    sound: PulseServer,
    synthesiser: Synthesiser,
    write_wav: Callable[[Samples], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> Say:
    """Speaks a word into the microphone with a synthetic voice that is not the assistant's.

    Whoever speaks has answered the monthly safety questions, all with no.
    """
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", sound.env["HOME"])
    monthly = [one for one in load_content().screening.questions if not one.every_time]
    kept = [name for question in monthly for name in question.kept_as(Side.BOTH)]
    own_profile().remember(dict.fromkeys(kept, "no"))

    def speak(word: str) -> None:
        sound.play(write_wav(synthesiser.render(word, USER_VOICE, USER_RATE_WPM)))

    return speak


@pytest.fixture
def real_sounddevice(sound: PulseServer, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The real one, in this very process, on the server."""
    for name, value in sound.env.items():
        monkeypatch.setenv(name, value)
    sounddevice._terminate()
    sounddevice._initialize()
    return sounddevice


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Makes a sounddevice whose devices take one format only."""

    def make(*arguments: Any, **options: Any) -> FakeSounddevice:
        made = FakeSounddevice(*arguments, **options)
        monkeypatch.setattr(portaudio, "library", lambda: made)
        return made

    return make
