"""When to hold the assistant's speech because somebody speaks over it, and when to go on.

Held at once, so that the rest of a word comes through without an echo. What was nothing (a cough,
the radio) is forgiven: speech goes on with the word it was in. While words are being made out it
waits for their end. In a room where somebody talks all the time, each hold that was for nothing
makes the assistant speak longer before it can be held again; "stop" is listened for all the same.
"""

from enum import Enum, auto

from assistant.messages import BLOCK_SAMPLES, samples

QUIET_SAMPLES = samples(0.4)
"""Silence after which speech goes on."""
HELD_SAMPLES = samples(1.4)
"""How long speech is held for what makes no words."""
WORDS_SAMPLES = samples(5.0)
"""How long it is held while words are made out."""
FIRST_REST, LONGEST_REST = samples(1.0), samples(30.0)
"""After a hold for nothing there is none for a while, twice as long every time."""


class Order(Enum):
    """What to do with the assistant's speech."""

    HOLD = auto()
    GO_ON = auto()


class BargeIn:
    """Follows a session block by block."""

    def __init__(self) -> None:
        self._held: int | None = None
        self._quiet = 0
        self._rest, self._next_rest = 0, FIRST_REST

    def follow(self, *, speaking: bool, voice: bool, words: bool) -> Order | None:
        """Take a block and return what changes now.

        Args:
            speaking: whether the assistant has something to say, held or not.
            voice: whether somebody else's voice is heard in this block.
            words: whether words are being made out.
        """
        if not speaking:
            self._held, self._rest = None, 0
            return None
        if self._held is not None:
            return self._wait(voice, words)
        self._rest = max(0, self._rest - BLOCK_SAMPLES)
        if not voice or self._rest:
            return None
        self._held = self._quiet = 0
        return Order.HOLD

    def answered(self) -> None:
        """Note that what was said meant something: there is nothing held any more."""
        self._held = None
        self.forgive()

    def forgive(self) -> None:
        """Forget the holds for nothing: they had a cause that is gone."""
        self._rest, self._next_rest = 0, FIRST_REST

    def _wait(self, voice: bool, words: bool) -> Order | None:
        assert self._held is not None
        self._held += BLOCK_SAMPLES
        self._quiet = 0 if voice or words else self._quiet + BLOCK_SAMPLES
        limit = WORDS_SAMPLES if words else HELD_SAMPLES
        if self._quiet < QUIET_SAMPLES and self._held < limit:
            return None
        self._held = None
        self._rest, self._next_rest = self._next_rest, min(2 * self._next_rest, LONGEST_REST)
        return Order.GO_ON
