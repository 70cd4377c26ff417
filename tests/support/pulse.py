"""A private PulseAudio server: a virtual microphone and loudspeaker, also as root, no sound card.

The assistant hears what is played to the sink `user` and plays to the sink `loudspeaker`.
"""

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from assistant.messages import SAMPLE_RATE_HZ
from assistant.speaking.synthesiser import Samples

_ASOUND = """
pcm.!default { type pulse }
ctl.!default { type pulse }
pcm.virtual_microphone { type pulse device "user.monitor" }
pcm.virtual_loudspeaker { type pulse device "loudspeaker" }
"""
_FORMAT = f"rate={SAMPLE_RATE_HZ} channels=1"
"""Our own, so that what is recorded is what was played, sample by sample."""
_START_SECONDS = 10.0
_BYTES_PER_SAMPLE = 2


class Recording:
    """What a sink plays, with the time each sample came.

    Reading has a delay that hardly varies and is the same for every sink, so times of two
    recordings compare to about 10 ms.
    """

    def __init__(self, device: str, env: dict[str, str]) -> None:
        command = ["parec", f"--device={device}.monitor", "--format=s16le", "--channels=1"]
        command += [f"--rate={SAMPLE_RATE_HZ}", "--latency-msec=10"]
        self._process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, bufsize=0)
        self._bytes = bytearray()
        self._began = float("inf")
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    @property
    def samples(self) -> Samples:
        """All so far, within -1..1."""
        whole = len(self._bytes) // _BYTES_PER_SAMPLE * _BYTES_PER_SAMPLE
        return (np.frombuffer(bytes(self._bytes[:whole]), "<i2") / 32768).astype(np.float32)

    @property
    def began(self) -> float:
        """The monotonic second of the first sample: as early as any that followed shows it."""
        return self._began

    def since(self, monotonic: float) -> Samples:
        """What came after a monotonic second."""
        return self.samples[max(0, round((monotonic - self._began) * SAMPLE_RATE_HZ)) :]

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()
        self._thread.join()

    def _read(self) -> None:
        assert self._process.stdout
        while chunk := self._process.stdout.read(4096):
            self._bytes += chunk
            length = len(self._bytes) / _BYTES_PER_SAMPLE / SAMPLE_RATE_HZ
            self._began = min(self._began, time.monotonic() - length)


class PulseServer:
    """The server; `env` is what a process needs to use it and nothing else."""

    def __init__(self, folder: Path) -> None:
        home, runtime = folder / "home", folder / "run"
        home.mkdir()
        runtime.mkdir(mode=0o700)
        asound = folder / "asound.conf"
        asound.write_text(_ASOUND)
        self._socket, self._log = runtime / "native", folder / "log"
        self._console = runtime / "console"
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("XDG_")},
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(runtime),
            "PULSE_SERVER": f"unix:{self._socket}",
            "ALSA_CONFIG_PATH": str(asound),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, unless it runs; a child and no daemon, so that it can be ended by its id."""
        if self._process and self._process.poll() is None:
            return
        for left_over in (self._socket, self._console):
            left_over.unlink(missing_ok=True)
        command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--disable-shm=no"]
        command += ["--use-pid-file=no"]
        command += [
            f"--load=module-native-protocol-unix socket={self._socket} auth-anonymous=1",
            f"--load=module-cli-protocol-unix socket={self._console}",
            f"--load=module-null-sink sink_name=user {_FORMAT}",
            f"--load=module-null-sink sink_name=loudspeaker {_FORMAT}",
        ]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, env=self.env, stdout=log, stderr=log)
        self._wait_until_it_answers()
        self._pactl("set-default-source", "user.monitor")
        self._pactl("set-default-sink", "loudspeaker")
        self._warm_up()

    def kill(self) -> None:
        """End it as a crash would."""
        self._signal(signal.SIGKILL)
        if self._process:
            self._process.wait()

    def drop_microphones(self) -> None:
        """Break every stream that records, as a microphone that is pulled out does."""
        self._drop("source-output", self._streams("source-outputs", "sources", "user.monitor"))

    def drop_loudspeakers(self) -> None:
        """Break every stream that plays to the loudspeaker."""
        self._drop("sink-input", self._streams("sink-inputs", "sinks", "loudspeaker"))

    def _drop(self, kind: str, indices: list[str]) -> None:
        with socket.socket(socket.AF_UNIX) as console:
            console.connect(str(self._console))
            for index in indices:
                console.sendall(f"kill-{kind} {index}\n".encode())
            time.sleep(0.1)  # it reads while the connection stands

    def _streams(self, kind: str, devices: str, device: str) -> list[str]:
        """Return the indices of a device's streams."""
        wanted = [row[0] for row in self._list(devices) if row[1] == device]
        return [row[0] for row in self._list(kind) if row[1] in wanted]

    def _list(self, what: str) -> list[list[str]]:
        command = ["pactl", "list", "short", what]
        listed = subprocess.run(command, env=self.env, capture_output=True, text=True, check=True)
        return [line.split("\t") for line in listed.stdout.splitlines()]

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def play(self, wav: Path) -> None:
        """Speak into the microphone, to the end."""
        self._paplay("user", wav)

    @contextmanager
    def playing(self, wav: Path) -> Iterator[None]:
        """Speak into the microphone meanwhile, and no longer."""
        process = subprocess.Popen(["paplay", "--device=user", str(wav)], env=self.env)
        try:
            yield
        finally:
            process.kill()
            process.wait()

    @contextmanager
    def recording(self, device: str) -> Iterator[Recording]:
        """Record what a sink plays."""
        recording = Recording(device, self.env)
        try:
            yield recording
        finally:
            recording.close()

    def _signal(self, number: signal.Signals) -> None:
        if self._process and self._process.poll() is None:
            self._process.send_signal(number)

    def _answers(self) -> bool:
        info = subprocess.run(["pactl", "info"], env=self.env, capture_output=True, check=False)
        return info.returncode == 0

    def _wait_until_it_answers(self) -> None:
        until = time.monotonic() + _START_SECONDS
        while not self._answers():
            if time.monotonic() > until:
                raise RuntimeError(f"pulseaudio does not start: {self._log.read_text()[-2000:]}")
            time.sleep(0.05)

    def _warm_up(self) -> None:
        """Play a silent second: the very first sound of a server comes more than a second late."""
        for device in ("user", "loudspeaker"):
            silence = bytes(2 * SAMPLE_RATE_HZ)
            command = ["paplay", "--raw", f"--device={device}", "--channels=1"]
            subprocess.run(
                [*command, f"--rate={SAMPLE_RATE_HZ}"], input=silence, env=self.env, check=True
            )

    def _pactl(self, *arguments: str) -> None:
        subprocess.run(["pactl", *arguments], env=self.env, check=True)

    def _paplay(self, device: str, wav: Path) -> None:
        command = ["paplay", f"--device={device}", str(wav)]
        subprocess.run(command, env=self.env, check=True, timeout=60)
