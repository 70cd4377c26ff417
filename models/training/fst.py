"""OpenFst's binary "vector" format, as far as a decoding graph needs it."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

MAGIC = 2125659606
VERSION = 2
EXPANDED_MUTABLE = 0x3
EPSILON = 0


class Order(Enum):
    """Which label arcs are sorted by; the value is OpenFst's property bit."""

    INPUT = 0x10000000
    OUTPUT = 0x40000000


@dataclass(frozen=True)
class Arc:
    """A way from a state: labels, cost in nats, and the state it leads to."""

    input: int
    output: int
    cost: float
    target: int

    def packed(self) -> bytes:
        """Return the arc as it lies in the file."""
        return struct.pack("<iifi", self.input, self.output, self.cost, self.target)


@dataclass
class Fst:
    """A weighted transducer in the making; state 0 is the start."""

    arcs: list[list[Arc]] = field(default_factory=lambda: [[]])
    final: dict[int, float] = field(default_factory=dict)
    """Cost of ending in a state."""

    def state(self) -> int:
        """Add a state and return it."""
        self.arcs.append([])
        return len(self.arcs) - 1

    def add(
        self, source: int, target: int, into: int = EPSILON, out: int = EPSILON, cost: float = 0.0
    ) -> None:
        """Add an arc."""
        self.arcs[source].append(Arc(into, out, cost, target))

    def write(self, path: Path, order: Order) -> None:
        """Write the file, arcs sorted."""

        def key(arc: Arc) -> tuple[int, int]:
            both = (arc.input, arc.output)
            return both if order is Order.INPUT else both[::-1]

        parts = [self._header(order)]
        for state, arcs in enumerate(self.arcs):
            ending = self.final.get(state, float("inf"))
            parts.append(struct.pack("<fq", ending, len(arcs)))
            parts.extend(arc.packed() for arc in sorted(arcs, key=key))
        path.write_bytes(b"".join(parts))

    def _header(self, order: Order) -> bytes:
        kinds = b"".join(struct.pack("<i", len(name)) + name for name in (b"vector", b"standard"))
        counts = struct.pack("<qqq", 0, len(self.arcs), sum(map(len, self.arcs)))
        properties = struct.pack("<Q", EXPANDED_MUTABLE | order.value)
        return (
            struct.pack("<i", MAGIC) + kinds + struct.pack("<ii", VERSION, 0) + properties + counts
        )
