"""Training: batches, steps, checkpoints.

The objective is connectionist temporal classification (CTC) over units. Two additions: a small
charge on every unit for each output that it comes late, for CTC does not care when, and a mean of
the weights over the last steps, which is what is exported.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional
from torch.utils.data import DataLoader, IterableDataset, get_worker_info
from tqdm import tqdm

from models.training import augmentation, features, network
from models.training.augmentation import Placed
from models.training.corpus import ASSISTANT, SYNTHESISERS
from models.training.features import RATE_HZ
from models.training.shelf import DRAWS, Shelf

WARPS = (0.86, 0.92, 0.96, 1.0, 1.04, 1.09, 1.16)
PLAIN_WARP = WARPS.index(1.0)
SHIFTS = (160, 160, 160, 160, 190, 220)
"""Samples between frames: longer ones make faster speech of the same pitch."""
COMMAND_UNITS = 5
"""Units of a command: longer speech counts as much as one, or talk would drown the commands."""
BLANK = 0
SHOWN_STEPS = 20
TALKER_SECONDS = 1.2
"""Clips at least so long are other people's talk in the background."""
POOL = 8
"""Batches that are drawn at once and sorted by length, so that each holds like lengths."""


@dataclass(frozen=True)
class Plan:
    """What decides a training, beside its data."""

    steps: int = 15000
    batch: int = 384
    peak_rate: float = 2.5e-3
    weight_decay: float = 0.01
    warm_up: float = 0.08
    average_decay: float = 0.999
    late_charge: float = 0.02
    """Nats per unit for each output of 30 ms that it comes later."""
    real_share: float = 0.5
    """Share of recordings of people among the clips."""
    joined_share: float = 0.2
    silent_share: float = 0.06
    warp_chance: float = 0.5
    seed: int = 1
    checkpoint_steps: int = 500
    workers: int = 0
    """Processes that draw examples; a GPU waits for them otherwise."""
    shape: network.Shape = field(default_factory=network.Shape)
    chances: augmentation.Chances = field(default_factory=augmentation.Chances)


# --- which clips ----------------------------------------------------------------------------

RARE_WORDS = 0.7
"""A text that is there n times has a weight of n ** (1 - this) in its collection."""
SHARES = {"an4": 0.15, "cut": 0.25}
"""A collection's share of the recordings, where it is not all the rest."""
BOOSTS = {"stop": 1.6}


def weights(shelf: Shelf, *, human: bool) -> NDArray[np.float64]:
    """Return how likely each clip is to be drawn, among recordings or among synthesised clips."""
    synthetic = np.isin(shelf.groups, [*SYNTHESISERS, ASSISTANT])
    kinds = list(zip(shelf.groups.tolist(), shelf.texts.tolist(), strict=True))
    counts = Counter(kinds)
    rare = np.array([BOOSTS.get(kind[1], 1.0) * counts[kind] ** -RARE_WORDS for kind in kinds])
    weight = np.where(synthetic, 1.0, rare) * (synthetic != human)
    if human:
        shares = {name: share for name, share in SHARES.items() if (shelf.groups == name).any()}
        rest = ~np.isin(shelf.groups, list(shares)) & ~synthetic
        weight[rest] *= (1 - sum(shares.values())) / weight[rest].sum()
        for name, share in shares.items():
            weight[shelf.groups == name] *= share / weight[shelf.groups == name].sum()
    weight[shelf.groups == ASSISTANT] = 0
    return weight / weight.sum()


@dataclass(frozen=True)
class Example:
    """Clips in their places, and the units that they say."""

    placed: tuple[Placed, ...]
    units: tuple[int, ...]
    samples: int


class Examples(IterableDataset[list[Example]]):
    """Draws batches of examples of like length, without end; alike for the same seed."""

    def __init__(self, shelf: Shelf, plan: Plan) -> None:
        self._shelf, self._plan = shelf, plan
        self._random = np.random.default_rng(plan.seed)
        self._people = np.cumsum(weights(shelf, human=True))
        self._voices = np.cumsum(weights(shelf, human=False))

    def __iter__(self) -> Iterator[list[Example]]:
        """Yield batches; every worker process draws its own."""
        if worker := get_worker_info():
            self._random = np.random.default_rng((self._plan.seed, worker.id))
        while True:
            pool = [self._draw() for _ in range(POOL * self._plan.batch)]
            pool.sort(key=lambda example: example.samples)
            for at in self._random.permutation(POOL):
                yield pool[at * self._plan.batch : (at + 1) * self._plan.batch]

    def _draw(self) -> Example:
        draw = self._random.random
        if draw() < self._plan.silent_share:
            return Example((), (), int(RATE_HZ * (1 + 2 * draw())))
        count = 1 if draw() > self._plan.joined_share else 2 + int(draw() < 0.4)
        at, placed, units = int(RATE_HZ * (0.05 + 0.6 * draw())), [], []
        for _ in range(count):
            clip = self._clip()
            placed.append(Placed(clip, at))
            units.extend(self._units(clip))
            length = int(self._shelf.starts[clip + 1] - self._shelf.starts[clip])
            slowest = self._plan.chances.speed_range[0]
            at += int(length / slowest + RATE_HZ * (0.02 + 0.5 * draw() ** 2))
        return Example(tuple(placed), tuple(units), at + int(RATE_HZ * (0.15 + 0.4 * draw())))

    def _clip(self) -> int:
        real = self._random.random() < self._plan.real_share
        likely = self._people if real else self._voices
        return int(np.searchsorted(likely, self._random.random() * likely[-1]))

    def _units(self, clip: int) -> list[int]:
        way = clip * DRAWS + int(self._random.integers(DRAWS))
        first, last = self._shelf.target_starts[way : way + 2]
        units: list[int] = self._shelf.targets[first:last].tolist()
        return units


# --- what is learnt -------------------------------------------------------------------------


def objective(log_probs: Tensor, units: list[tuple[int, ...]], late_charge: float) -> Tensor:
    """Return the mean CTC loss of (batch, outputs, units) log probabilities."""
    count, outputs, _ = log_probs.shape
    late = late_charge * torch.arange(outputs, device=log_probs.device)
    charge = late[None, :, None] - late.mean()
    charged = torch.cat([log_probs[..., :1], log_probs[..., 1:] - charge], -1)
    flat = torch.tensor([unit for one in units for unit in one], device=log_probs.device)
    lengths = torch.tensor([len(one) for one in units], device=log_probs.device)
    loss = functional.ctc_loss(
        charged.transpose(0, 1).float(), flat,
        torch.full((count,), outputs, device=log_probs.device), lengths,
        blank=BLANK, reduction="none", zero_infinity=True,
    )  # fmt: skip
    return (loss * (COMMAND_UNITS / lengths.clamp(min=COMMAND_UNITS))).mean()


def masked(mfcc_or_mel: Tensor, random: torch.Generator) -> Tensor:
    """Hide a few frames and a few bands of log-mel energies (batch, frames, 40)."""
    count, frames, bins = mfcc_or_mel.shape
    device = mfcc_or_mel.device
    hidden = torch.zeros(count, frames, bins, dtype=torch.bool, device=device)
    for axis, size, widest in ((1, frames, 7), (2, bins, 5)):
        width = torch.randint(0, widest, (count, 1), device=device, generator=random)
        start = torch.randint(0, size, (count, 1), device=device, generator=random)
        at = torch.arange(size, device=device)
        inside = (at >= start) & (at < start + width)
        hidden |= inside[:, :, None] if axis == 1 else inside[:, None, :]
    return torch.where(hidden, mfcc_or_mel.mean((1, 2), keepdim=True), mfcc_or_mel)


def library(shelf: Shelf, noise: NDArray[np.float32], device: str) -> augmentation.Library:
    """Put a shelf on the training device."""
    own, long = shelf.groups == ASSISTANT, np.diff(shelf.starts) > TALKER_SECONDS * RATE_HZ
    kinds = (np.nonzero(long & ~own)[0], np.nonzero(own)[0])
    arrays = (shelf.samples, shelf.starts, shelf.outside, noise, *kinds)
    return augmentation.Library(*(torch.from_numpy(array).to(device) for array in arrays))


class Trainer:
    """Everything a training holds; saved and taken up as a whole."""

    def __init__(self, shelf: Shelf, noise: NDArray[np.float32], plan: Plan, device: str) -> None:
        torch.manual_seed(plan.seed)
        self.plan, self._device = plan, device
        self.net = network.Tdnn(features.BINS, shelf.units, plan.shape).to(device)
        self.mean = copy.deepcopy(self.net)
        self._mfcc = features.Mfcc(WARPS).to(device)
        self._random = torch.Generator(device).manual_seed(plan.seed)
        self._hops = torch.Generator().manual_seed(plan.seed)
        drawn = Examples(shelf, plan)
        self._batches = iter(DataLoader(drawn, batch_size=None, num_workers=plan.workers))
        self._augmenter = augmentation.Augmenter(
            library(shelf, noise, device), plan.chances, plan.seed
        )
        self._optimiser = torch.optim.AdamW(
            self.net.parameters(), lr=plan.peak_rate, weight_decay=plan.weight_decay
        )
        self._rate = torch.optim.lr_scheduler.OneCycleLR(
            self._optimiser, plan.peak_rate, total_steps=plan.steps + 1, pct_start=plan.warm_up
        )
        self.step = 0

    def take_up(self, net: network.Tdnn) -> None:
        """Learn on from a network that was read back; its batch norms stay as they are."""
        self.net.load_state_dict(net.state_dict())
        self.mean.load_state_dict(net.state_dict())
        self.net.eval()

    def features(self, examples: list[Example]) -> Tensor:
        """Return MFCCs (batch, frames, 40) of a batch, as heard on its way this time."""
        longest = max(example.samples for example in examples)
        sound = self._augmenter.batch([example.placed for example in examples], longest)
        count = len(examples)
        warp = torch.randint(len(WARPS), (count,), device=self._device, generator=self._random)
        plain = torch.rand(count, device=self._device, generator=self._random)
        warp = torch.where(plain < self.plan.warp_chance, warp, PLAIN_WARP)
        shift = SHIFTS[int(torch.randint(len(SHIFTS), (), generator=self._hops))]
        mel = masked(self._mfcc.log_mel(sound, warp, shift), self._random)
        return mel @ self._mfcc.cosines

    def learn(self) -> Tensor:
        """Make one step and return its loss, still on the device."""
        examples = next(self._batches)
        with torch.no_grad():
            mfcc = self.features(examples)
        with torch.autocast(self._device, torch.bfloat16, enabled=self._device == "cuda"):
            hidden = self.net.hidden(mfcc)
            scores = self.net.scores(hidden)
        loss = objective(
            scores.float().log_softmax(-1), [example.units for example in examples],
            self.plan.late_charge,
        )  # fmt: skip
        self._optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 5.0)
        self._optimiser.step()
        self._rate.step()
        self.step += 1
        self._average()
        return loss.detach()

    def _average(self) -> None:
        decay = min(self.plan.average_decay, self.step / (self.step + 10))
        with torch.no_grad():
            for mean, now in zip(self.mean.parameters(), self.net.parameters(), strict=True):
                mean.lerp_(now, 1 - decay)
            for mean, now in zip(self.mean.buffers(), self.net.buffers(), strict=True):
                mean.copy_(now)

    def save(self, path: Path) -> None:
        """Write a checkpoint; a broken write leaves the old one."""
        state = {
            "step": self.step, "shape": asdict(self.plan.shape), "mean": self.mean.state_dict(),
            "net": self.net.state_dict(), "optimiser": self._optimiser.state_dict(),
            "rate": self._rate.state_dict(),
        }  # fmt: skip
        torch.save(state, path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)

    def resume(self, path: Path) -> None:
        """Go on from a checkpoint; the clips are drawn anew."""
        state = torch.load(path, map_location=self._device)
        self.step = state["step"]
        self.net.load_state_dict(state["net"])
        self.mean.load_state_dict(state["mean"])
        self._optimiser.load_state_dict(state["optimiser"])
        self._rate.load_state_dict(state["rate"])


def train(trainer: Trainer, checkpoint: Path) -> None:
    """Train to the end of the plan, from the checkpoint if there is one."""
    if checkpoint.exists():
        trainer.resume(checkpoint)
    with tqdm(total=trainer.plan.steps, initial=trainer.step, unit="step") as bar:
        while trainer.step < trainer.plan.steps:
            loss = trainer.learn()
            if trainer.step % SHOWN_STEPS == 0:  # reading it makes the processor wait for the GPU
                bar.set_postfix(loss=f"{float(loss):.3f}")
            bar.update()
            if trainer.step % trainer.plan.checkpoint_steps == 0:
                trainer.save(checkpoint)
    trainer.save(checkpoint)


def averaged(checkpoint: Path, units: int) -> network.Tdnn:
    """Return the mean network of a checkpoint, ready to be exported."""
    state = torch.load(checkpoint, map_location="cpu")
    shape = network.Shape(**state["shape"])
    net = network.Tdnn(features.BINS, units, shape)
    net.load_state_dict(state["mean"])
    return net.eval()
