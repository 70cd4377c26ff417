"""What a user may set about the dialogue."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.content.routine import Routine, Side


@dataclass(frozen=True)
class DialogueSettings:
    """What a user may set about the dialogue."""

    routine: Routine | None = None
    """Begun after the greeting without being asked for."""
    side: Side | None = None
    screening: bool = True
    remembered: Mapping[str, str] = field(default_factory=dict)
    """What was answered to the monthly safety questions, by question; empty: they are due."""
    emergency_number: str = "your local emergency number"
    helpline: str = "your medical helpline"
    idle_seconds: float = 600.0
    """Silence after which a waiting session ends."""
    rate_wpm: int = 150
    volume_db: float = -4.0
    voices: tuple[str, ...] = ("gmw/en", "gmw/en-us")
    """The voice to speak with, and those that "another voice" takes in turn."""
