"""What may hang while the sound system is frozen, done without waiting for it."""

import threading
from collections.abc import Callable

from assistant.errors import AudioError


class Attempt:
    """Something that may hang, done in a thread that nobody has to wait for."""

    def __init__(self, action: Callable[[], None]) -> None:
        self._action = action
        self._error: AudioError | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def done(self, timeout_seconds: float) -> bool:
        """Whether it has come to its end within this time.

        Raises:
            AudioError: it did, and failed.
        """
        self._thread.join(timeout_seconds)
        if self._error is not None:
            raise self._error
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._action()
        except AudioError as error:
            self._error = error
        except Exception as error:  # else it would look done
            self._error = AudioError(f"Sound failed: {error!r}; check the sound system.")
            self._error.__cause__ = error
