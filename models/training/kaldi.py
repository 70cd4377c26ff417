"""Kaldi's binary model file, `final.mdl`: a transition model, then the network.

Numbers carry their size in a byte before them, tokens end in a space, batch norm is folded into the
layer that follows it.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from models.training import network

BINARY_MARK = b"\0B"
HALF = 0.5
BATCH_NORM_EPSILON = torch.nn.BatchNorm1d(1).eps

Doubles = NDArray[np.float64]


def token(name: str) -> bytes:
    """Pack a name and the space that ends it."""
    return name.encode() + b" "


def integer(value: int) -> bytes:
    """Pack a 32-bit integer."""
    return b"\x04" + struct.pack("<i", value)


def single(value: float) -> bytes:
    """Pack a single-precision number."""
    return b"\x04" + struct.pack("<f", value)


def double(value: float) -> bytes:
    """Pack a double-precision number."""
    return b"\x08" + struct.pack("<d", value)


def integers(values: Sequence[int]) -> bytes:
    """Pack a vector of 32-bit integers; its elements carry no sizes."""
    return b"\x04" + struct.pack(f"<i{len(values)}i", len(values), *values)


def vector(values: Doubles | Sequence[float]) -> bytes:
    """Pack a single-precision vector."""
    data = np.asarray(values, "<f4")
    return token("FV") + integer(len(data)) + data.tobytes()


def matrix(values: Doubles) -> bytes:
    """Pack a single-precision matrix, row after row."""
    data = np.ascontiguousarray(values, "<f4")
    return token("FM") + integer(data.shape[0]) + integer(data.shape[1]) + data.tobytes()


# --- transition model -----------------------------------------------------------------------


def topology(phones: int) -> bytes:
    """Pack one emitting state with a loop and a way out, the same for all phones."""
    emitting = integer(0) + integer(2) + integer(0) + single(HALF) + integer(1) + single(HALF)
    ending = integer(-1) + integer(0)
    entry = integer(1) + integer(2) + emitting + ending
    used = integers(range(1, phones + 1)) + integers([-1, *[0] * phones])
    return token("<Topology>") + used + entry + token("</Topology>")


def transition_model(outputs: Sequence[int]) -> bytes:
    """Pack the transition model of phones 1, 2, ... with these network outputs."""
    triples = b"".join(
        integer(phone) + integer(0) + integer(output) for phone, output in enumerate(outputs, 1)
    )
    logs = vector([0.0, *[math.log(HALF)] * (2 * len(outputs))])
    return b"".join([
        token("<TransitionModel>"), topology(len(outputs)),
        token("<Triples>"), integer(len(outputs)), triples, token("</Triples>"),
        token("<LogProbs>"), logs, token("</LogProbs>"), token("</TransitionModel>"),
    ])  # fmt: skip


# --- network --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Affine:
    """One layer as nnet3 has it."""

    offsets: tuple[int, ...]
    weight: Doubles
    """(width, inputs at all offsets)"""
    bias: Doubles
    rectified: bool


def _numpy(values: object) -> Doubles:
    assert isinstance(values, torch.Tensor)
    return values.detach().numpy().astype(np.float64)


def affines(net: network.Tdnn) -> list[Affine]:
    """Return the layers of the network, batch norm folded into the layer after it."""
    layers = []
    scale, shift = np.ones(1), np.zeros(1)
    for layer, conv, norm in zip(network.LAYERS, net.convs, net.norms, strict=True):
        layers.append(_folded(conv, scale, shift, layer.offsets, rectified=True))
        scale = _numpy(norm.weight) / np.sqrt(_numpy(norm.running_var) + BATCH_NORM_EPSILON)
        shift = _numpy(norm.bias) - _numpy(norm.running_mean) * scale
    return [*layers, _folded(net.scores, scale, shift, (0,), rectified=False)]


def _folded(
    conv: torch.nn.Module, scale: Doubles, shift: Doubles, offsets: tuple[int, ...], *,
    rectified: bool,
) -> Affine:  # fmt: skip
    """Turn a convolution (width, inputs, offsets) of scaled and shifted inputs into a layer."""
    weight = _numpy(conv.weight).transpose(0, 2, 1)
    bias = _numpy(conv.bias) + (weight * shift).sum((1, 2))
    return Affine(offsets, (weight * scale).reshape(len(weight), -1), bias, rectified)


def _affine_component(layer: Affine) -> bytes:
    return b"".join([
        token("<AffineComponent>"), token("<LearningRate>"), single(0.001),
        token("<LinearParams>"), matrix(layer.weight), token("<BiasParams>"), vector(layer.bias),
        token("</AffineComponent>"),
    ])  # fmt: skip


def _relu_component(width: int) -> bytes:
    name = "RectifiedLinearComponent"
    return b"".join([
        token(f"<{name}>"), token("<Dim>"), integer(width), token("<ValueAvg>"), vector([]),
        token("<DerivAvg>"), vector([]), token("<Count>"), double(0.0), token(f"</{name}>"),
    ])  # fmt: skip


def _input(source: str, offsets: tuple[int, ...]) -> str:
    if offsets == (0,):
        return source
    return f"Append({', '.join(f'Offset({source}, {at})' if at else source for at in offsets)})"


def nnet3(layers: list[Affine], inputs: int) -> bytes:
    """Pack the network as nnet3: how components are joined, then the components."""
    lines, components, source = [f"input-node name=input dim={inputs}"], [], "input"
    for number, layer in enumerate(layers):
        parts = [("affine", _affine_component(layer))]
        parts += [("relu", _relu_component(len(layer.bias)))] if layer.rectified else []
        joined = _input(source, layer.offsets)
        for kind, component in parts:
            source = f"layer{number}.{kind}"
            lines.append(f"component-node name={source} component={source} input={joined}")
            components.append(token("<ComponentName>") + token(source) + component)
            joined = source
    lines.append(f"output-node name=output input={source} objective=linear")
    text = ("\n".join(lines) + "\n\n").encode()
    count = token("<NumComponents>") + integer(len(components))
    return token("<Nnet3>") + b"\n" + text + count + b"".join(components) + token("</Nnet3>")


def final_mdl(net: network.Tdnn, outputs: Sequence[int], inputs: int) -> bytes:
    """Pack the whole file; `outputs` are the network outputs of phones 1, 2, ..."""
    context = token("<LeftContext>") + integer(0) + token("<RightContext>") + integer(0)
    priors = token("<Priors>") + vector([])
    network_part = nnet3(affines(net), inputs) + context + priors
    return BINARY_MARK + transition_model(outputs) + network_part
