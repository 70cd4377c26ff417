"""Which devices there are, for whoever chooses one."""

from assistant.devices import portaudio
from assistant.devices.block import LOUDSPEAKER, MICROPHONE


def list_devices() -> list[str]:
    """Return a line for every microphone and loudspeaker.

    Raises:
        AudioError: there is no microphone or no loudspeaker.
    """
    portaudio.restart()
    sounddevice = portaudio.library()
    devices = list(sounddevice.query_devices())
    for part in (MICROPHONE, LOUDSPEAKER):
        portaudio.require_any(part)
    default = dict(zip((MICROPHONE, LOUDSPEAKER), sounddevice.default.device, strict=True))
    return [
        f"{part:<11} {device['index']:>3}  {device['name']}"
        + ("  (used unless another is chosen)" if device["index"] == default[part] else "")
        for part in (MICROPHONE, LOUDSPEAKER)
        for device in devices
        if device[f"max_{portaudio.KIND[part]}_channels"]
    ]
