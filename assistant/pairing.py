"""What was heard beside what was played, block by block.

The loudspeaker is the session's clock: every block it played is handed on exactly once, beside the
microphone's block of that time, or as lost where there is none. No two devices' clocks run alike:
where they have drifted apart by a block, one of the microphone's is left out, or heard twice.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from statistics import fmean

from assistant.devices.block import MICROPHONE, Block
from assistant.messages import BLOCK_SAMPLES, samples
from assistant.speaking.synthesiser import Samples

_STALE_BLOCKS = samples(0.5) // BLOCK_SAMPLES
"""What the microphone heard longer ago is not acted upon."""
_WAITING_BLOCKS = samples(0.02) // BLOCK_SAMPLES
"""How long what was heard may wait for what was played. Giving up what is over lets the loudspeaker
get ahead by as much, once, so that a word later waits for nothing."""
_AHEAD_BLOCKS = samples(0.2) // BLOCK_SAMPLES
"""How far the loudspeaker may run ahead: the echo canceller finds no echo that comes too early."""
_HICCUP_BLOCKS = samples(0.02) // BLOCK_SAMPLES
"""More that is missing at once is a gap. Of 145 numbers, answers and commands, none was taken for
another where 20 ms were cut out of it; with 40 ms it was 1, with 60 ms 6, and with 120 ms 22. Where
20 ms were heard twice, in 165 words of people, none that was right before became another."""
_LOOK_BLOCKS = samples(1.0) // BLOCK_SAMPLES
"""How far ahead the loudspeaker is shows in a second: the devices' blocks come unevenly."""


@dataclass(frozen=True)
class Pair:
    """What was heard and what was played, shapes (BLOCK_SAMPLES,)."""

    near: Samples | None
    """None where what was heard is lost: here, or just before, so that it cannot be made out."""
    far: Samples
    slipped: int = 0
    """By how many samples later the echo is from here on, or earlier: a block was left out, or is
    heard twice."""


class Pairing:
    """Pairs the blocks of both devices one for one.

    Sound that does not come in step is given up: after a hold-up nobody wants an answer to what
    was said before it, and a word must not wait for a slow loudspeaker. But for that the
    loudspeaker stays as far ahead as it was in the first second, so that the echo stays as late as
    it was, and never comes before what it is the echo of.
    """

    def __init__(self) -> None:
        self._near: deque[Block] = deque()
        self._far: deque[Samples] = deque()
        self._leads: list[int] = []
        self._first_lead: float | None = None
        self._given_up = self._slipped = self._crept_before = 0
        self._gap = False

    def put(self, block: Block) -> None:
        """Take a block of either device."""
        if block.part == MICROPHONE:
            self._near.append(block)
        else:
            self._far.append(block.samples)

    def pairs(self) -> Iterator[Pair]:
        """Yield what can be paired by now."""
        while self._far and (pair := self._next()):
            yield pair
        while len(self._near) > _WAITING_BLOCKS:
            self._give_up()
            self._given_up += self._usual is not None  # before the first pair nothing is missing
        self._gap = self._gap or self._given_up > _HICCUP_BLOCKS

    def rest(self) -> Iterator[Pair]:
        """Yield what was played and not paired yet; what was heard is lost."""
        self._near.clear()
        self._leads.clear()
        self._first_lead, self._gap = None, True  # what comes next is other devices'
        while self._far:
            yield self._lost()

    @property
    def _lead(self) -> int:
        """By how many blocks the loudspeaker is ahead of the microphone."""
        return len(self._far) - len(self._near)

    @property
    def _usual(self) -> float | None:
        """By how many it was ahead in the first second, or in what there was of it by now."""
        if self._first_lead is None and self._leads:
            return _middle(self._leads)
        return self._first_lead

    def _next(self) -> Pair | None:
        if len(self._near) > _STALE_BLOCKS:
            self._give_up()
            return self._lost()
        if self._lead > _AHEAD_BLOCKS:
            self._gap = True
            return self._lost()
        if not self._near:
            return None
        if self._near[0].after_gap:
            self._gap = True
            self._near[0] = replace(self._near[0], after_gap=False)
        return self._after_gap() if self._gap else self._heard()

    def _heard(self) -> Pair | None:
        self._get_ahead()
        self._leads.append(self._lead)
        near, crept = self._near.popleft(), self._crept()
        self._gap = abs(crept) > _HICCUP_BLOCKS
        if crept == -1:
            self._slipped -= 1
            return self._next()  # this one is left out
        pair = Pair(near.samples, self._far.popleft(), BLOCK_SAMPLES * self._slipped)
        self._slipped = int(crept == 1)
        if self._slipped:
            self._near.appendleft(near)  # and heard twice
        return pair

    def _get_ahead(self) -> None:
        """Let the loudspeaker stay ahead by what was given up because it was late."""
        if self._given_up and self._first_lead is not None:
            self._first_lead += self._given_up
            self._leads.clear()
            self._crept_before = 0
        self._slipped -= self._given_up
        self._given_up = 0

    def _crept(self) -> int:
        """Return by how many blocks the last second's lead is more than the first's.

        A single block counts in the second second of it: on a busy machine blocks come late, too.
        """
        if len(self._leads) < _LOOK_BLOCKS:
            return 0
        lead = _middle(self._leads)
        self._leads.clear()
        if self._first_lead is None:
            self._first_lead = lead
        before, crept = self._crept_before, int(lead - self._first_lead)
        lasts = abs(crept) > _HICCUP_BLOCKS or crept == before
        self._crept_before = 0 if lasts else crept
        return crept if lasts else 0

    def _lost(self) -> Pair:
        self._crept_before = 0
        self._given_up = self._slipped = 0  # after a gap the echo is as late as before
        return Pair(None, self._far.popleft())

    def _give_up(self) -> None:
        self._gap |= self._near.popleft().after_gap

    def _after_gap(self) -> Pair | None:
        """Lose a block, and more until the loudspeaker is as far ahead as it usually is."""
        usual = self._lead if self._usual is None else self._usual
        while self._near and self._lead <= usual:
            self._near.popleft()
        if self._lead <= usual:
            return None
        pair = self._lost()
        self._gap = self._lead > usual
        return pair


def _middle(leads: list[int]) -> float:
    """Return the mean of the middle half: what a hold-up does shows in the rest."""
    quarter = len(leads) // 4
    return fmean(sorted(leads)[quarter : len(leads) - quarter])
