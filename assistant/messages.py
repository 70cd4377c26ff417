"""Everything that passes between the ear, the dialogue and the mouth.

Events are facts in the past tense, actions are orders in the imperative. All are frozen.
Time is counted in audio samples at `SAMPLE_RATE_HZ` since the session began.
"""

from dataclasses import dataclass

SAMPLE_RATE_HZ = 16_000
"""One rate for microphone, recogniser, echo canceller and loudspeaker."""

BLOCK_SAMPLES = 320
"""What is heard and played at a time: 20 ms."""


def samples(seconds: float) -> int:
    """How many audio samples last `seconds`."""
    return round(seconds * SAMPLE_RATE_HZ)


def seconds(sample_count: int) -> float:
    """How many seconds `sample_count` audio samples last."""
    return sample_count / SAMPLE_RATE_HZ


# Events


@dataclass(frozen=True)
class Began:
    """The session began: somebody may be listening."""


@dataclass(frozen=True)
class Heard:
    """The recogniser heard words; `[unk]` stands for what is no phrase of the assistant's."""

    text: str
    final: bool


@dataclass(frozen=True)
class Spoken:
    """The latest `Say` was said to its end."""


@dataclass(frozen=True)
class TimeReached:
    """The dialogue's deadline has come."""


@dataclass(frozen=True)
class DeviceLost:
    """A device failed: `part` is `microphone` or `loudspeaker`, `reason` one clear sentence."""

    part: str
    reason: str


@dataclass(frozen=True)
class MicrophoneMuted:
    """The microphone is open and delivers nothing: it may be switched off."""


@dataclass(frozen=True)
class DeviceBack:
    """A lost or muted device works again."""

    part: str


Event = Began | Heard | Spoken | TimeReached | DeviceLost | MicrophoneMuted | DeviceBack


# Actions


@dataclass(frozen=True)
class Say:
    """Speak these lines, one after the other, in place of anything still to be said."""

    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The whole utterance."""
        return " ".join(self.lines)


@dataclass(frozen=True)
class Hush:
    """Be silent now and forget what was still to be said."""


@dataclass(frozen=True)
class SetVoice:
    """Speak at this rate (words per minute) and volume (dB, 0 is full scale) from now on.

    `voice` is one that the synthesiser knows.
    """

    rate_wpm: int
    volume_db: float
    voice: str


@dataclass(frozen=True)
class Ignore:
    """What was just heard means nothing here, and why."""

    why: str


@dataclass(frozen=True)
class End:
    """End the session, and why."""

    reason: str


@dataclass(frozen=True)
class Remember:
    """Keep these answers to the safety questions, by question, until they are asked again.

    Without any: forget those that were kept, because they cannot be relied upon any more.
    """

    answers: tuple[tuple[str, str], ...]


Action = Say | Hush | SetVoice | Ignore | Remember | End
