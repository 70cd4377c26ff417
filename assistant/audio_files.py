"""WAV files in and out, whatever their rate and channels."""

import wave
from contextlib import suppress
from pathlib import Path

import numpy as np
import soundfile
import soxr

from assistant.errors import AudioError, OutputError
from assistant.messages import SAMPLE_RATE_HZ
from assistant.speaking.synthesiser import Samples


def read_audio(path: Path) -> Samples:
    """Return a recording as mono at `SAMPLE_RATE_HZ`, shape (frames,), converted where needed.

    Raises:
        AudioError: it cannot be read or holds nothing.
    """
    if not path.exists():
        raise AudioError(f"{path}: there is no such file; check the name.")
    try:
        recording, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    except (OSError, RuntimeError, TypeError) as error:
        raise AudioError(f"{path}: is no sound file that can be read; a WAV is needed.") from error
    if not len(recording):
        raise AudioError(f"{path}: holds no sound; record it again.")
    mono = np.nan_to_num(recording.mean(axis=1))
    return np.asarray(soxr.resample(mono, rate_hz, SAMPLE_RATE_HZ), np.float32)


class WavWriter:
    """Writes 16-bit mono WAV at `SAMPLE_RATE_HZ`, block by block.

    Raises:
        OutputError: the file cannot be opened or written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file = path.open("wb")
            self._wav = wave.open(self._file, "wb")  # noqa: SIM115 (closed by `close`)
            self._wav.setnchannels(1)
            self._wav.setsampwidth(2)
            self._wav.setframerate(SAMPLE_RATE_HZ)
        except OSError as error:
            raise self._problem(error) from error

    def write(self, block: Samples) -> None:
        """Append samples within -1..1, shape (frames,)."""
        try:
            self._wav.writeframes(to_pcm(block))
        except OSError as error:
            raise self._problem(error) from error

    def close(self) -> None:
        """Complete the file."""
        try:
            self._wav.close()
        except OSError as error:
            raise self._problem(error) from error
        finally:
            with suppress(OSError):  # what could not be written was told already
                self._file.close()

    def _problem(self, error: OSError) -> OutputError:
        return OutputError(
            f"{self._path}: cannot be written ({error.strerror}); choose another place."
        )


def to_pcm(block: Samples) -> bytes:
    """Return samples within -1..1 as 16-bit little-endian PCM."""
    return np.round(np.clip(block, -1, 1) * 32767).astype("<i2").tobytes()
