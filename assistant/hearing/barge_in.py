"""When to hold the assistant's speech because somebody speaks over it, and when to go on.

Held at once, so that the rest of a word comes through without an echo. What was nothing (a cough,
the radio) is forgiven: speech goes on with the word it was in. While words are being made out it
waits for their end. In a room where somebody talks all the time, each hold that was for nothing
makes the assistant speak longer before it can be held again; "stop" is listened for all the same.
"""

from enum import Enum, auto

from assistant.hearing.double_talk import Interruption
from assistant.messages import BLOCK_SAMPLES, samples

QUIET_SAMPLES, WORDS_QUIET_SAMPLES = samples(0.4), samples(1.0)
"""Silence after which speech goes on, and after what may be the beginning of a phrase: what sounds
like one, and never ends as one, kept the assistant waiting for up to 4.5 s."""
HELD_SAMPLES = samples(1.4)
"""How long speech is held for what makes no words."""
WORDS_SAMPLES = samples(5.0)
"""How long it is held while words are made out."""
FIRST_REST, LONGEST_REST = samples(0.3), samples(30.0)
"""After a hold for nothing there is none for a while, twice as long every time. With 1 s at first
a "stop" soon after a false alarm was missed where the loudspeaker clips."""


class Order(Enum):
    """What to do with the assistant's speech."""

    HOLD = auto()
    GO_ON = auto()


class BargeIn:
    """Follows a session block by block."""

    def __init__(self) -> None:
        self._held: int | None = None
        self._cause = Interruption.HISS
        self._quiet = 0
        self.forgive()

    def follow(
        self, *, speaking: bool, interruption: Interruption | None, words: bool
    ) -> Order | None:
        """Take a block and return what changes now.

        Args:
            speaking: whether the assistant has something to say, held or not.
            interruption: what is heard of somebody else in this block.
            words: whether words are being made out.
        """
        if not speaking:
            self._held = None
            self._pass_rests(LONGEST_REST)
            return None
        if self._held is not None:
            return self._wait(interruption, words)
        self._pass_rests(BLOCK_SAMPLES)
        return self._hold(interruption) if interruption else None

    def answered(self) -> None:
        """Note that what was said meant something: there is nothing held any more."""
        self._held = None
        self.forgive()

    def forgive(self) -> None:
        """Forget the holds for nothing: they had a cause that is gone."""
        self._rests = {cause: Rest() for cause in Interruption}

    def _pass_rests(self, frames: int) -> None:
        for rest in self._rests.values():
            rest.left = max(0, rest.left - frames)

    def _hold(self, cause: Interruption) -> Order | None:
        # An s that was nothing must not cost a word; who talks all the time says many an s.
        if self._rests[cause].left or self._rests[Interruption.VOICE].left:
            return None
        self._held, self._quiet, self._cause = 0, 0, cause
        return Order.HOLD

    def _wait(self, interruption: Interruption | None, words: bool) -> Order | None:
        assert self._held is not None
        self._held += BLOCK_SAMPLES
        self._quiet = 0 if interruption else self._quiet + BLOCK_SAMPLES
        if interruption is Interruption.VOICE:
            self._cause = interruption
        quiet = WORDS_QUIET_SAMPLES if words else QUIET_SAMPLES
        longest = WORDS_SAMPLES if words else HELD_SAMPLES
        if self._quiet < quiet and self._held < longest:
            return None
        self._held = None
        self._rests[self._cause].begin()
        return Order.GO_ON


class Rest:
    """From holds of one cause: for so many samples more there is none."""

    def __init__(self) -> None:
        self.left, self._next = 0, FIRST_REST

    def begin(self) -> None:
        """Rest, twice as long every time."""
        self.left, self._next = self._next, min(2 * self._next, LONGEST_REST)
