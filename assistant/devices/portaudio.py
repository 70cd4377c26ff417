"""PortAudio by way of sounddevice: the library, and the device and format that were asked for."""

import atexit
import importlib
from typing import Any

from assistant.devices.block import LOUDSPEAKER, MICROPHONE
from assistant.errors import AudioError
from assistant.messages import SAMPLE_RATE_HZ

KIND = {MICROPHONE: "input", LOUDSPEAKER: "output"}
"""What sounddevice calls the parts."""


def library() -> Any:
    """Return sounddevice, which loads PortAudio.

    Raises:
        AudioError: PortAudio is missing.
    """
    try:
        return importlib.import_module("sounddevice")
    except OSError as error:  # the Python package is there, the library is not
        raise AudioError(
            "PortAudio is missing; install it with: apt-get install libportaudio2"
        ) from error


def restart() -> None:
    """Make PortAudio look for devices anew, which it does only when it starts.

    Raises:
        AudioError: it does not start. It can be tried again.
    """
    sounddevice = library()
    try:
        if sounddevice._initialized:  # not after it failed to start
            sounddevice._terminate()
        sounddevice._initialize()
    except sounddevice.PortAudioError as error:
        raise AudioError("PortAudio does not start; check the sound system.") from error


def leave_hanging() -> None:
    """Let the process end though a stream cannot be closed: sounddevice would wait for it."""
    atexit.unregister(library()._exit_handler)


def require_any(part: str) -> None:
    """Check that there is a device of this kind.

    Raises:
        AudioError: there is none.
    """
    if not any(device[f"max_{KIND[part]}_channels"] for device in library().query_devices()):
        raise AudioError(
            f"There is no {part}; connect one, or use `massage-assistant run --typed`."
        )


def find(part: str, name: str | None) -> Any:
    """Return what sounddevice tells of a device: by name or number, or the system's default.

    Raises:
        AudioError: there is none, or more than one.
    """
    require_any(part)
    wanted = int(name) if name is not None and name.isdecimal() else name
    try:
        return library().query_devices(wanted, KIND[part])
    except (ValueError, library().PortAudioError) as error:
        which = "chosen by default" if name is None else repr(name)
        raise AudioError(
            f"There is no {part} {which}, or more than one; `massage-assistant devices` lists them."
        ) from error


def format_of(part: str, device: Any) -> tuple[int, int]:
    """Return the rate in hertz and the channels to open a device with: ours if it can.

    Raises:
        AudioError: it can do nothing that is of use.
    """
    check = getattr(library(), f"check_{KIND[part]}_settings")
    for rate_hz in (SAMPLE_RATE_HZ, int(device["default_samplerate"])):
        for channels in (1, 2):
            try:
                check(
                    device=device["index"], channels=channels, dtype="float32", samplerate=rate_hz
                )
            except library().PortAudioError:
                continue
            return rate_hz, channels
    raise AudioError(unusable(part, device["name"]))


def unusable(part: str, name: str) -> str:
    """Return the sentence about a device that does not work."""
    return f"The {part} {name} does not work; choose another with --{part}."
