"""A session on a real microphone and a real loudspeaker."""

from assistant.app import Session
from assistant.errors import AudioError
from assistant.offline import Recordings


class LiveSession:
    """Placeholder."""

    def __init__(
        self,
        session: Session,
        microphone: str | None,
        loudspeaker: str | None,
        recordings: Recordings,
    ) -> None:
        raise AudioError("no live yet")

    def run(self, limit_seconds: float | None) -> None:
        """Go."""


def list_devices() -> list[str]:
    """List."""
    raise AudioError("no live yet")
