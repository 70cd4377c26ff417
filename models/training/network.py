"""The network: residual time-delay layers that export to Kaldi's nnet3 exactly.

Two convolutions bring 10 ms frames to one vector every 30 ms; blocks then add to that vector what
they see in it at fixed offsets. Right context costs latency, left context is free.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

SUBSAMPLING = 3
"""Frames of 10 ms per output."""


@dataclass(frozen=True)
class Shape:
    """How large the network is. Offsets are counted in outputs of 30 ms."""

    width: int = 256
    inner: int = 224
    blocks: tuple[tuple[int, ...], ...] = (
        (-1, 0, 1),
        (-2, -1, 0, 1),
        (-2, 0, 1),
        (-3, 0),
        (-4, -2, 0),
        (-6, -3, 0),
        (-8, -4, 0),
    )


FRONT = (-2, -1, 0, 1, 2)
SECOND = (-1, 0, 1)
"""Offsets of the two convolutions that come first, in frames."""


class Block(nn.Module):
    """Adds to its input what a small layer makes of it at some offsets."""

    def __init__(self, width: int, inner: int, offsets: tuple[int, ...], dropout: float) -> None:
        super().__init__()
        self.offsets = offsets
        self.see = nn.Linear(width * len(offsets), inner)
        self.norm = nn.BatchNorm1d(inner)
        self.add = nn.Linear(inner, width)
        self.dropout = nn.Dropout(dropout)
        nn.init.zeros_(self.add.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Map (batch, outputs, width) to the same; the ends are repeated."""
        return x + self.add(
            self.dropout(torch.relu(_norm(self.norm, self.see(_splice(x, self.offsets)))))
        )


def _norm(norm: nn.BatchNorm1d, x: Tensor) -> Tensor:
    return norm(x.flatten(0, -2)).view(x.shape)


def _splice(x: Tensor, offsets: tuple[int, ...]) -> Tensor:
    """Put (batch, time, width) at several offsets side by side, the ends repeated."""
    left, right = max(0, -offsets[0]), max(0, offsets[-1])
    parts = [x[:, :1].expand(-1, left, -1), x, x[:, -1:].expand(-1, right, -1)]
    padded = torch.cat(parts, 1)
    return torch.cat([padded[:, left + at : left + at + x.shape[1]] for at in offsets], -1)


class Tdnn(nn.Module):
    """MFCCs in, one score per unit out."""

    def __init__(
        self, inputs: int, units: int, shape: Shape | None = None, dropout: float = 0.1
    ) -> None:
        super().__init__()
        self.shape = shape or Shape()
        width = self.shape.width
        self.front = nn.Linear(inputs * len(FRONT), width)
        self.front_norm = nn.BatchNorm1d(width)
        self.second = nn.Linear(width * len(SECOND), width)
        self.second_norm = nn.BatchNorm1d(width)
        self.blocks = nn.ModuleList(
            Block(width, self.shape.inner, offsets, dropout) for offsets in self.shape.blocks
        )
        self.scores = nn.Linear(width, units)

    def hidden(self, mfcc: Tensor) -> Tensor:
        """Map (batch, frames, 40) to (batch, outputs, width)."""
        x = torch.relu(_norm(self.front_norm, self.front(_splice(mfcc, FRONT))))
        x = _splice(x, SECOND)[:, ::SUBSAMPLING]
        x = torch.relu(_norm(self.second_norm, self.second(x)))
        for block in self.blocks:
            x = block(x)
        return x

    def forward(self, mfcc: Tensor) -> Tensor:
        """Map (batch, frames, 40) to log probabilities (batch, outputs, units)."""
        return self.scores(self.hidden(mfcc)).log_softmax(-1)
