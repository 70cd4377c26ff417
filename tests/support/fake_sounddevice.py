"""A fake that keeps the contract of sounddevice (tests/live/test_sounddevice.py).

It has one microphone and one loudspeaker, and time passes for them when it is told to.
"""

from collections import deque
from typing import Any

import numpy as np
import sounddevice

from assistant.speaking.synthesiser import Samples

BLOCKS_A_SECOND = 50
BUFFERED_BLOCKS = 2
"""What the loudspeaker asks for in advance."""


class FakeSounddevice:
    """Both devices take one format only.

    Args:
        rate_hz, channels: the format.
        echo: how much of what is played is heard.
        growth: how many blocks more are asked for in advance once the loudspeaker ran dry, as
            sound servers do.
    """

    PortAudioError = sounddevice.PortAudioError

    def __init__(self, rate_hz: int, channels: int = 1, echo: float = 0.0, growth: int = 0) -> None:
        self.format = (rate_hz, channels)
        self.block_frames = rate_hz // BLOCKS_A_SECOND
        self.growth = growth
        self._echo = echo
        self.echo_late_blocks = 0  # how much later than it is played it is heard
        self._said = np.zeros(0, np.float32)
        self._played: list[Samples] = []
        self._inputs: list[_InputStream] = []
        self._outputs: list[_OutputStream] = []
        self._initialized = 1

    # What sounddevice has

    def _initialize(self) -> None:
        self._initialized += 1

    def _terminate(self) -> None:
        if not self._initialized:
            raise self.PortAudioError("PortAudio not initialized", -10000)
        self._initialized -= 1

    def query_devices(self, _device: Any = None, kind: str | None = None) -> Any:
        rate_hz, channels = self.format
        one = {"name": "one", "index": 0, "default_samplerate": float(rate_hz)}
        one |= {"max_input_channels": channels, "max_output_channels": channels}
        return one if kind else [one]

    def check_input_settings(self, *, samplerate: int, channels: int, **_: Any) -> None:
        if (samplerate, channels) != self.format:
            raise self.PortAudioError("Invalid format")

    check_output_settings = check_input_settings

    def InputStream(self, **options: Any) -> "_InputStream":  # noqa: N802 (sounddevice's name)
        self._inputs.append(_InputStream(self, options))
        return self._inputs[-1]

    def OutputStream(self, **options: Any) -> "_OutputStream":  # noqa: N802 (likewise)
        self._outputs.append(_OutputStream(self, options))
        return self._outputs[-1]

    # What a test does with it

    @property
    def played(self) -> Samples:
        """All that was played so far at the device's rate, shape (frames, channels)."""
        return np.concatenate(self._played)

    def say(self, speech: Samples) -> None:
        """Speak into the microphone from now on: samples at the device's rate, shape (frames,)."""
        self._said = np.concatenate([self._said, speech])

    def pass_time(self, seconds: float, *, deaf: bool = False, dry: bool = False) -> None:
        """Let both devices work.

        Args:
            seconds: for how long.
            deaf: what is heard meanwhile is lost, as when its buffer flows over.
            dry: nothing is asked for meanwhile, as when the machine is too busy.
        """
        for _ in range(round(seconds * BLOCKS_A_SECOND)):
            self._played.append(np.zeros((self.block_frames, self.format[1]), np.float32))
            for output in self._outputs:
                output.pass_block(self._played[-1], dry=dry)
            heard = self._next_said() + self._next_echo()
            for microphone in self._inputs:
                microphone.pass_block(heard, deaf=deaf)

    def _next_echo(self) -> Samples:
        if len(self._played) <= self.echo_late_blocks:
            return np.zeros(self.block_frames, np.float32)
        return self._echo * self._played[-1 - self.echo_late_blocks].mean(axis=1)

    def _next_said(self) -> Samples:
        block = np.zeros(self.block_frames, np.float32)
        said, self._said = self._said[: len(block)], self._said[len(block) :]
        block[: len(said)] = said
        return block


class _Stream:
    """What both directions share."""

    latency = BUFFERED_BLOCKS / BLOCKS_A_SECOND

    def __init__(self, device: FakeSounddevice, options: dict[str, Any]) -> None:
        self.active = False
        self._call, self._finished = options["callback"], options["finished_callback"]
        self._channels, self._frames = options["channels"], options["blocksize"]
        self._missed = False
        assert (options["samplerate"], self._channels) == device.format
        assert self._frames == device.block_frames

    def start(self) -> None:
        self.active = True

    def abort(self) -> None:
        self.active = False
        self._finished()

    def close(self) -> None:
        """Nothing to let go of."""

    def _status(self, flag: str) -> sounddevice.CallbackFlags:
        status = sounddevice.CallbackFlags()
        setattr(status, flag, self._missed)
        self._missed = False
        return status


class _InputStream(_Stream):
    def pass_block(self, heard: Samples, *, deaf: bool) -> None:
        if deaf:
            self._missed = True
        elif self.active:
            data = np.repeat(heard[:, np.newaxis], self._channels, axis=1)
            self._call(data, self._frames, None, self._status("input_overflow"))


class _OutputStream(_Stream):
    def __init__(self, device: FakeSounddevice, options: dict[str, Any]) -> None:
        super().__init__(device, options)
        self._buffered: deque[Samples] = deque()
        self._wanted, self._growth = BUFFERED_BLOCKS, device.growth

    def pass_block(self, played: Samples, *, dry: bool) -> None:
        """Add the next block to `played`, shape (frames, channels), and ask for more."""
        if self._buffered:
            played += self._buffered.popleft()
        elif dry and not self._missed:
            self._missed = True
            self._wanted += self._growth
        while self.active and not dry and len(self._buffered) < self._wanted:
            asked = np.ones_like(played)  # what is not overwritten is noise
            self._call(asked, self._frames, None, self._status("output_underflow"))
            self._buffered.append(asked)
