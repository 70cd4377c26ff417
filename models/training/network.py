"""The network: a time-delay neural network whose convolutions export to Kaldi's nnet3 exactly.

Every layer sees the frames at fixed offsets of the layer below. The second layer is evaluated every
third frame, so one output comes per 30 ms. Right context costs latency; left context is free.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor, nn

SUBSAMPLING = 3


@dataclass(frozen=True)
class Layer:
    """One layer's shape."""

    offsets: tuple[int, ...]
    """Frames of 10 ms, evenly spaced."""
    width: int
    stride: int = 1
    """Frames of 10 ms between evaluations, as a multiple of the layer below's."""


LAYERS = (
    Layer((-2, -1, 0, 1, 2), 256),
    Layer((-1, 0, 1), 256, stride=SUBSAMPLING),
    Layer((-3, 0, 3), 256),
    Layer((-6, -3, 0, 3), 256),
    Layer((-6, -3, 0, 3), 256),
    Layer((-12, -6, 0), 256),
    Layer((-18, -9, 0), 256),
)
LEFT_FRAMES = -sum(layer.offsets[0] for layer in LAYERS)
RIGHT_FRAMES = sum(layer.offsets[-1] for layer in LAYERS)


Count = TypeVar("Count", int, Tensor)


def outputs(frames: Count) -> Count:
    """How many outputs come for so many frames."""
    return (frames + SUBSAMPLING - 1) // SUBSAMPLING


class Tdnn(nn.Module):
    """MFCCs in, one score per unit out; the scores need no normalising."""

    def __init__(self, inputs: int, units: int, dropout: float = 0.1) -> None:
        super().__init__()
        convs, norms, width, rate = [], [], inputs, 1
        for layer in LAYERS:
            spacing = (layer.offsets[1] - layer.offsets[0]) // rate
            rate *= layer.stride
            convs.append(nn.Conv1d(width, layer.width, len(layer.offsets), layer.stride,
                                   dilation=spacing))  # fmt: skip
            norms.append(nn.BatchNorm1d(layer.width))
            width = layer.width
        self.convs, self.norms = nn.ModuleList(convs), nn.ModuleList(norms)
        self.dropout = nn.Dropout(dropout)
        self.scores = nn.Conv1d(width, units, 1)
        self.helper = nn.Conv1d(width, units, 1)
        nn.init.zeros_(self.scores.weight)

    def forward(self, mfcc: Tensor) -> tuple[Tensor, Tensor]:
        """Map (batch, frames, 40) to two (batch, outputs, units): scores, and log probabilities.

        The log probabilities come from a second head that only steadies training. The edges are
        repeated, as Kaldi does.
        """
        left = mfcc[:, :1].expand(-1, LEFT_FRAMES, -1)
        right = mfcc[:, -1:].expand(-1, RIGHT_FRAMES + SUBSAMPLING - 1, -1)
        hidden = torch.cat([left, mfcc, right], 1).transpose(1, 2)
        for conv, norm in zip(self.convs, self.norms, strict=True):
            hidden = self.dropout(norm(torch.relu(conv(hidden))))
        hidden = hidden[..., : outputs(mfcc.shape[1])]
        scores, helper = self.scores(hidden), self.helper(hidden)
        return scores.transpose(1, 2), helper.log_softmax(1).transpose(1, 2)
