"""What was heard beside what was played, block by block.

The loudspeaker is the session's clock: every block it played is heard exactly once, beside the
microphone's block of that time, or as lost where there is none.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median_low

from assistant.devices.block import MICROPHONE, Block
from assistant.messages import BLOCK_SAMPLES, samples
from assistant.speaking.synthesiser import Samples

_STALE_BLOCKS = samples(0.5) // BLOCK_SAMPLES
"""What the microphone heard longer ago is not acted upon."""
_WAITING_BLOCKS = samples(0.02) // BLOCK_SAMPLES
"""How long what was heard may wait for what was played. Giving up what is over lets the loudspeaker
get ahead by as much, once, so that a word later waits for nothing."""
_AHEAD_BLOCKS = samples(0.2) // BLOCK_SAMPLES
"""How far the loudspeaker may run ahead; the echo canceller finds delays up to 0.4 s."""
_HICCUP_BLOCKS = samples(0.02) // BLOCK_SAMPLES
"""More that is missing at once is a gap. Of 145 numbers, answers and commands, none was taken for
another where 20 ms were cut out of it; with 40 ms it was 1, with 60 ms 6, and with 120 ms 22."""
_USUAL_BLOCKS = samples(1.0) // BLOCK_SAMPLES
"""How far ahead the loudspeaker usually is shows in the last second."""


@dataclass(frozen=True)
class Pair:
    """What was heard and what was played, shapes (BLOCK_SAMPLES,)."""

    near: Samples | None
    """None where what was heard is lost: here, or just before, so that it cannot be made out."""
    far: Samples


class Pairing:
    """Pairs the blocks of both devices one for one.

    Sound that does not come in step is given up: after a hold-up nobody wants an answer to what
    was said before it, and a word must not wait for a slow loudspeaker. After a gap the loudspeaker
    is as far ahead as it was before, so that the echo stays as late as it was.
    """

    def __init__(self) -> None:
        self._near: deque[Samples] = deque()
        self._far: deque[Samples] = deque()
        self._leads: deque[int] = deque(maxlen=_USUAL_BLOCKS)
        self._given_up = 0
        self._gap = False

    def put(self, block: Block) -> None:
        """Take a block of either device."""
        (self._near if block.part == MICROPHONE else self._far).append(block.samples)
        self._gap = self._gap or block.after_gap

    def pairs(self) -> Iterator[Pair]:
        """Yield what can be paired by now."""
        while self._far and (pair := self._next()):
            yield pair
        while len(self._near) > _WAITING_BLOCKS:
            self._near.popleft()
            self._given_up += bool(self._leads)  # before the first pair nothing is missing
        self._gap = self._gap or self._given_up > _HICCUP_BLOCKS

    def rest(self) -> Iterator[Pair]:
        """Yield what was played and not paired yet; what was heard is lost."""
        self._near.clear()
        self._gap = True
        while self._far:
            yield self._lost()

    @property
    def _lead(self) -> int:
        """By how many blocks the loudspeaker is ahead of the microphone."""
        return len(self._far) - len(self._near)

    def _next(self) -> Pair | None:
        if len(self._near) > _STALE_BLOCKS:
            self._near.popleft()
            return self._lost()
        if self._lead > _AHEAD_BLOCKS:
            self._gap = True
            return self._lost()
        if not self._near:
            return None
        return self._after_gap() if self._gap else self._heard()

    def _heard(self) -> Pair:
        self._leads.append(self._lead)
        self._given_up = 0
        return Pair(self._near.popleft(), self._far.popleft())

    def _lost(self) -> Pair:
        self._given_up = 0
        return Pair(None, self._far.popleft())

    def _after_gap(self) -> Pair | None:
        """Lose a block, and more until the loudspeaker is as far ahead as it usually is."""
        usual = median_low(self._leads or [self._lead])
        while self._near and self._lead <= usual:
            self._near.popleft()
        if self._lead <= usual:
            return None
        pair = self._lost()
        self._gap = self._lead > usual
        return pair
