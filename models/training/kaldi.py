"""Kaldi's binary model file, `final.mdl`: a transition model, then the network.

Numbers carry their size in a byte before them, tokens end in a space, batch norm is folded into the
layer before it.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from models.training import network

BINARY_MARK = b"\0B"
HALF = 0.5
STEPS = 65535

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
    """Pack a matrix, row after row, as whole numbers of 16 bits between its least and its most.

    Kaldi's "CM2": half the size of single precision, and 65,536 steps cost no accuracy.
    """
    least, spread = float(values.min()), float(np.ptp(values)) or 1.0
    steps = np.round((values - least) / spread * STEPS).astype("<u2")
    header = struct.pack("<ffii", least, spread, *values.shape)
    return token("CM2") + header + np.ascontiguousarray(steps).tobytes()


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
    """A linear layer as nnet3 has it."""

    weight: Doubles
    """(outputs, inputs)"""
    bias: Doubles

    def component(self) -> bytes:
        """Pack it."""
        return b"".join([
            token("<AffineComponent>"), token("<LearningRate>"), single(0.001),
            token("<LinearParams>"), matrix(self.weight), token("<BiasParams>"), vector(self.bias),
            token("</AffineComponent>"),
        ])  # fmt: skip


def _numpy(values: Tensor | None) -> Doubles:
    assert values is not None
    return values.detach().cpu().numpy().astype(np.float64)


def affine(layer: nn.Linear, norm: nn.BatchNorm1d | None = None) -> Affine:
    """Return a layer, with the batch norm that follows it folded in."""
    weight, bias = _numpy(layer.weight), _numpy(layer.bias)
    if norm is None:
        return Affine(weight, bias)
    scale = _numpy(norm.weight) / np.sqrt(_numpy(norm.running_var) + norm.eps)
    shift = _numpy(norm.bias) - _numpy(norm.running_mean) * scale
    return Affine(weight * scale[:, None], bias * scale + shift)


def _simple(name: str, width: int, *rest: bytes) -> bytes:
    fields = token("<Dim>") + integer(width) + b"".join(rest)
    return token(f"<{name}>") + fields + token(f"</{name}>")


def relu(width: int) -> bytes:
    """Pack a rectifier."""
    unused = [token("<ValueAvg>"), vector([]), token("<DerivAvg>"), vector([])]
    count = token("<Count>") + double(0.0)
    return _simple("RectifiedLinearComponent", width, *unused, count)


def no_op(width: int) -> bytes:
    """Pack a component that passes its input on: a name for a sum."""
    return _simple("NoOpComponent", width, token("<BackpropScale>"), single(1.0))


@dataclass
class Nnet3:
    """Puts a network together: how components are joined, and the components."""

    lines: list[str]
    components: list[bytes]

    def add(self, name: str, component: bytes, joined: str) -> str:
        """Add a component that reads `joined`, and return its name."""
        self.lines.append(f"component-node name={name} component={name} input={joined}")
        self.components.append(token("<ComponentName>") + token(name) + component)
        return name

    def affine(self, name: str, layer: Affine, joined: str, *, rectified: bool = False) -> str:
        """Add a linear layer, and a rectifier after it."""
        last = self.add(f"{name}.affine", layer.component(), joined)
        return self.add(f"{name}.relu", relu(len(layer.bias)), last) if rectified else last

    def packed(self) -> bytes:
        """Return the whole."""
        text = ("\n".join(self.lines) + "\n\n").encode()
        count = token("<NumComponents>") + integer(len(self.components))
        return (
            token("<Nnet3>") + b"\n" + text + count + b"".join(self.components) + token("</Nnet3>")
        )


def _append(source: str, offsets: tuple[int, ...], frames: int = 1) -> str:
    parts = [f"Offset({source}, {at * frames})" if at else source for at in offsets]
    return f"Append({', '.join(parts)})"


def nnet3(net: network.Tdnn, inputs: int, scores: Affine) -> bytes:
    """Pack the network."""
    build = Nnet3([f"input-node name=input dim={inputs}"], [])
    front = affine(net.front, net.front_norm)
    x = build.affine("front", front, _append("input", network.FRONT), rectified=True)
    second = affine(net.second, net.second_norm)
    x = build.affine("second", second, _append(x, network.SECOND), rectified=True)
    for number, block in enumerate(net.blocks):
        assert isinstance(block, network.Block)
        joined = _append(x, block.offsets, network.SUBSAMPLING)
        seen = affine(block.see, block.norm)
        inner = build.affine(f"block{number}.see", seen, joined, rectified=True)
        added = build.affine(f"block{number}.add", affine(block.add), inner)
        x = build.add(f"block{number}.sum", no_op(net.shape.width), f"Sum({x}, {added})")
    x = build.affine("scores", scores, x)
    width = len(scores.bias)
    unused = [token("<ValueAvg>"), vector([]), token("<DerivAvg>"), vector([])]
    softmax = _simple("LogSoftmaxComponent", width, *unused, token("<Count>") + double(0.0))
    x = build.add("log_probs", softmax, x)
    build.lines.append(f"output-node name=output input={x} objective=linear")
    return build.packed()


def final_mdl(net: network.Tdnn, outputs: Sequence[int], inputs: int, blank: float) -> bytes:
    """Pack the whole file.

    `outputs` are the network outputs of phones 1, 2, ...; `blank` is taken off the blank's score.
    """
    scores = affine(net.scores)
    scores.bias[0] -= blank
    context = token("<LeftContext>") + integer(0) + token("<RightContext>") + integer(0)
    priors = token("<Priors>") + vector([])
    return BINARY_MARK + transition_model(outputs) + nnet3(net, inputs, scores) + context + priors
