"""What is learnt: that the right words win against everything else a grammar would allow.

This is maximum mutual information on whole clips, without lattices. For each clip two sums over
paths are compared: those that say its text (the *numerator*, a left-to-right chain), and those that
say anything (the *denominator*, one graph of all command words, silence, and other speech, as a
whole and as a string of phones; Vosk will search much the same graph). The gradient is the
difference of the occupancies. A unit is one state with a loop, so no alignment is needed
beforehand, and none is kept; where a clip's margins are known to be silent, the numerator says so,
or silence would be learnt as the end of the commonest word.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

from models.training import lexicon

NEVER = -1e30
FIRST_WORD = 1
"""Where a chain's first word begins, after the opening silence."""
FLOOR = -40.0
"""Scores further below the best than this are taken for this: single precision ends there."""


@dataclass(frozen=True)
class Costs:
    """What the graph charges, in nats."""

    word: float = 4.0
    """Any word, other speech, and a string of phones that is no command, wherever it begins."""
    phone: float = 1.5
    """Each phone of such a string."""


@dataclass(frozen=True)
class Denominator:
    """The graph of everything that may be said.

    Every state has a loop. Other ways lead to the next state of a chain, or through one of a few
    hubs, which take `out` of every state and give `into` every state; so a step costs time in
    proportion to the number of states, not to its square.
    """

    unit: Tensor
    """Output index of each state, (states,)."""
    chain: Tensor
    """1 where a state follows the state before it, (states,)."""
    out: Tensor
    """Weights from states to hubs, (states, hubs)."""
    into: Tensor
    """Weights from hubs to states, (hubs, states)."""
    start: Tensor
    """Weights of the states a clip may begin in, (states,)."""
    end: Tensor
    """1 where a clip may end, (states,)."""

    def forward(self, weights: Tensor) -> Tensor:
        """Move weights (batch, states) along every way, one step ahead."""
        moved = torch.nn.functional.pad(weights, (1, 0))[:, :-1] * self.chain
        return weights + moved + (weights @ self.out) @ self.into

    def backward(self, weights: Tensor) -> Tensor:
        """Move weights (batch, states) along every way, one step back."""
        moved = torch.nn.functional.pad(weights * self.chain, (0, 1))[:, 1:]
        return weights + moved + (weights @ self.into.T) @ self.out.T


def graph(words: Iterable[str], phones: Iterable[str], costs: Costs) -> Denominator:
    """Build a graph: silence, other speech, a loop over phones, and chains that say words."""
    units, known = lexicon.units(), lexicon.dictionary()
    chains = [units.of(word, said) for word in words for said in known[word]]
    loop = units.spoken(tuple(phones))
    heads = [0, units.index[lexicon.OTHER], *loop]
    unit = torch.tensor([*heads, *(at for chain in chains for at in chain)])
    states = torch.arange(len(unit))
    in_loop = (states > 1) & (states < len(heads))
    length = torch.tensor([len(chain) for chain in chains], dtype=torch.long)
    last = len(heads) - 1 + length.cumsum(0)
    first = torch.isin(states, last - length + 1)
    start = (states == 0) + (first | (states == 1)) * math.exp(-costs.word)
    start = start + in_loop * math.exp(-costs.word - costs.phone)
    end = ((states < len(heads)) | torch.isin(states, last)).float()
    chain = ((states >= len(heads)) & ~first).float()
    into = torch.stack([start, in_loop * math.exp(-costs.phone)])
    return Denominator(unit, chain, torch.stack([end, in_loop.float()], 1), into, start, end)


def everything(costs: Costs) -> Denominator:
    """Build the graph of all that may be said."""
    return graph(lexicon.command_words(), lexicon.phones(), costs)


@dataclass(frozen=True)
class Numerator:
    """What each clip of a batch says, as chains of states padded to the same length."""

    unit: Tensor
    """(batch, states)"""
    skips: Tensor
    """Whether a state may be reached from the one before the last: a pause left out."""
    last: Tensor
    """Index of the closing silence of each clip, (batch,)."""
    speaking: Tensor
    """Outputs at which somebody may be speaking, (batch, outputs); at others there is silence."""
    busy: Tensor
    """Outputs at which there is no silence, (batch, outputs)."""


def numerator(
    texts: list[list[tuple[int, ...]]], speaking: Tensor, busy: Tensor | None = None
) -> Numerator:
    """Chains for words given as unit indices, with a pause allowed before and after each."""
    busy = torch.zeros_like(speaking) if busy is None else busy
    chains = [[0, *(at for word in words for at in (*word, 0))] for words in texts]
    longest = max(map(len, chains))
    unit = torch.zeros(len(chains), longest, dtype=torch.long)
    skips = torch.zeros(len(chains), longest, dtype=torch.bool)
    for row, chain in enumerate(chains):
        unit[row, : len(chain)] = torch.tensor(chain)
        for at in range(2, len(chain)):
            skips[row, at] = chain[at - 1] == 0
    last = torch.tensor([len(chain) - 1 for chain in chains])
    return Numerator(unit, skips, last, speaking, busy)


def numerator_sums(scores: Tensor, lengths: Tensor, text: Numerator) -> tuple[Tensor, Tensor]:
    """Return log sums (batch,) and occupancies (batch, outputs, units) of the right paths."""
    many, outputs, _ = scores.shape
    emit = torch.gather(scores, 2, text.unit[:, None].expand(-1, outputs, -1))
    impossible = (text.unit != 0)[:, None] & ~text.speaking[..., None]
    impossible |= (text.unit == 0)[:, None] & text.busy[..., None]
    emit = emit.masked_fill(impossible, NEVER)
    states = torch.arange(text.unit.shape[1])
    first = torch.where(states <= FIRST_WORD, 0.0, NEVER)
    final = torch.where(
        (states == text.last[:, None]) | (states == text.last[:, None] - 1), 0.0, NEVER
    )
    skip = torch.where(text.skips, 0.0, NEVER)
    ahead = torch.empty_like(emit)
    ahead[:, 0] = first + emit[:, 0]
    for t in range(1, outputs):
        ahead[:, t] = _join(ahead[:, t - 1], skip, 1) + emit[:, t]
    back = torch.empty_like(emit)
    back[:, -1] = final
    here = final
    for t in range(outputs - 1, 0, -1):
        here = _join_back(here + emit[:, t], skip)
        here = torch.where((t < lengths)[:, None], here, final)
        back[:, t - 1] = here
    joint = ahead + back
    total = torch.logsumexp(joint[:, 0], 1)
    inside = (torch.arange(outputs) < lengths[:, None])[..., None]
    share = torch.exp((joint - total[:, None, None]).masked_fill(~inside, NEVER))
    occupied = torch.zeros_like(scores).scatter_add_(
        2, text.unit[:, None].expand(-1, outputs, -1), share
    )
    return total, occupied.view(many, outputs, -1)


def _join(log: Tensor, skip: Tensor, step: int) -> Tensor:
    """One step forward: stay, come from the state before, or leave out a pause."""
    before = torch.nn.functional.pad(log, (step, 0), value=NEVER)[:, :-step]
    earlier = torch.nn.functional.pad(log, (2, 0), value=NEVER)[:, :-2] + skip
    return torch.logaddexp(torch.logaddexp(log, before), earlier)


def _join_back(log: Tensor, skip: Tensor) -> Tensor:
    """One step backward, the same ways."""
    after = torch.nn.functional.pad(log, (0, 1), value=NEVER)[:, 1:]
    later = torch.nn.functional.pad(log + skip, (0, 2), value=NEVER)[:, 2:]
    return torch.logaddexp(torch.logaddexp(log, after), later)


def denominator_sums(scores: Tensor, lengths: Tensor, graph: Denominator) -> tuple[Tensor, Tensor]:
    """Return log sums (batch,) and occupancies (batch, outputs, units) of all paths.

    Works with probabilities that are rescaled at every output, which is faster than logarithms.
    """
    outputs = scores.shape[1]
    peak = scores.amax(2, keepdim=True)
    emit = torch.exp((scores - peak).clamp(min=FLOOR))[..., graph.unit]
    ahead, scale = torch.empty_like(emit), torch.empty(emit.shape[:2])
    here = graph.start * emit[:, 0]
    for t in range(outputs):
        if t:
            here = graph.forward(here) * emit[:, t]
        scale[:, t] = here.sum(1)
        here = here / scale[:, t, None]
        ahead[:, t] = here
    inside = torch.arange(outputs) < lengths[:, None]
    share = torch.empty_like(emit)
    back = graph.end.expand(len(scores), -1)
    for t in range(outputs - 1, -1, -1):
        joint = ahead[:, t] * back
        share[:, t] = joint / joint.sum(1, keepdim=True).clamp(min=1e-30)
        earlier = graph.backward(back * emit[:, t])
        earlier = earlier / earlier.amax(1, keepdim=True)
        back = torch.where((t < lengths)[:, None], earlier, graph.end)
    last = ahead[torch.arange(len(scores)), lengths - 1] @ graph.end
    total = ((scale.log() + peak[..., 0]) * inside).sum(1) + last.log()
    occupied = torch.zeros_like(scores).index_add_(2, graph.unit, share * inside[..., None])
    return total, occupied


class _Mutual(torch.autograd.Function):
    """Denominator minus numerator, with the gradient worked out by hand."""

    @staticmethod
    def forward(ctx, scores, lengths, text, graph):  # type: ignore[no-untyped-def]
        right, right_share = numerator_sums(scores, lengths, text)
        every, every_share = denominator_sums(scores, lengths, graph)
        ctx.save_for_backward(every_share - right_share)
        return every - right, right_share

    @staticmethod
    def backward(ctx, loss, _):  # type: ignore[no-untyped-def]
        (gradient,) = ctx.saved_tensors
        return gradient * loss[:, None, None], None, None, None


def mutual_information(
    scores: Tensor, lengths: Tensor, text: Numerator, graph: Denominator
) -> tuple[Tensor, Tensor]:
    """Return the loss of each clip in nats (batch,) and the right paths' occupancies."""
    loss, share = _Mutual.apply(scores, lengths, text, graph)  # type: ignore[no-untyped-call]
    return loss, share
