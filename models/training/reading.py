"""Reads an exported network back, to cut recordings by it or to train on from it.

Batch norms were folded into the layers before them; here they change nothing, so they have to be
kept as they are (`eval()`) when such a network learns on.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import torch
from torch import nn

from models.training import features, network
from models.training.kaldi import STEPS, Affine

NAME, MATRIX, VECTOR = b"<ComponentName> ", b"<LinearParams> CM2 ", b"<BiasParams> FV \x04"


def affines(packed: bytes) -> dict[str, Affine]:
    """Return the linear layers of a `final.mdl`, by name."""
    parts = [part.split(b" ", 1) for part in packed.split(NAME)[1:]]
    return {name.decode(): _affine(rest) for name, rest in parts if b"<AffineComponent>" in rest}


def _affine(packed: bytes) -> Affine:
    at = packed.index(MATRIX) + len(MATRIX)
    least, spread, rows, columns = struct.unpack_from("<ffii", packed, at)
    steps = np.frombuffer(packed, "<u2", rows * columns, at + 16).reshape(rows, columns)
    at = packed.index(VECTOR, at + 16 + 2 * rows * columns) + len(VECTOR)
    (count,) = struct.unpack_from("<i", packed, at)
    bias = np.frombuffer(packed, "<f4", count, at + 4).astype(np.float64)
    return Affine(steps / STEPS * spread + least, bias)


def _fill(layer: nn.Linear, values: Affine) -> None:
    for into, numbers in ((layer.weight, values.weight), (layer.bias, values.bias)):
        into.data.copy_(torch.from_numpy(np.asarray(numbers, np.float32)))


def _neutral(norm: nn.BatchNorm1d) -> None:
    norm.weight.data.fill_((1 + norm.eps) ** 0.5)


def read(model: Path, units: int, blank: float) -> network.Tdnn:
    """Return the network of a model; `blank` is what was taken off the blank's score, in nats."""
    layers = affines((model / "am" / "final.mdl").read_bytes())
    net = network.Tdnn(features.BINS, units)
    for name, layer in (("front", net.front), ("second", net.second), ("scores", net.scores)):
        _fill(layer, layers[f"{name}.affine"])
    for number, block in enumerate(net.blocks):
        assert isinstance(block, network.Block)
        _fill(block.see, layers[f"block{number}.see.affine"])
        _fill(block.add, layers[f"block{number}.add.affine"])
    for part in net.modules():
        if isinstance(part, nn.BatchNorm1d):
            _neutral(part)
    net.scores.bias.data[0] += blank
    return net.eval()
