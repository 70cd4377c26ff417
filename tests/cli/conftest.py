"""The command line, and somebody who says "stop"."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from assistant.messages import SAMPLE_RATE_HZ
from assistant.speaking.synthesiser import Synthesiser
from tests.support.cli import CommandLine


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(monkeypatch, capfd)


@pytest.fixture
def stop_wav(tmp_path: Path, synthesiser: Synthesiser) -> Path:
    """Two seconds of silence, then the word."""
    word = synthesiser.render("stop", "gmw/en-us", 150)
    silence = np.zeros(2 * SAMPLE_RATE_HZ, np.float32)
    path = tmp_path / "stop.wav"
    soundfile.write(path, np.concatenate([silence, word, silence]), SAMPLE_RATE_HZ)
    return path
