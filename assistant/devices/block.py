"""What the two devices hand on: 20 ms of sound each."""

import queue
from dataclasses import dataclass

from assistant.speaking.synthesiser import Samples

MICROPHONE, LOUDSPEAKER = "microphone", "loudspeaker"
"""The parts, by the names that events and settings use."""


@dataclass(frozen=True)
class Block:
    """`BLOCK_SAMPLES` that `part` heard or plays, shape (frames,)."""

    part: str
    samples: Samples
    after_gap: bool = False
    """Whether the device lost what came just before."""


Blocks = queue.SimpleQueue[Block]
