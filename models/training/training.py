"""Training: draws clips, makes noise, improves the network, keeps checkpoints.

Everything that is drawn depends on the seed and the step alone, so a run that was broken off goes
on as if nothing had happened.
"""

from __future__ import annotations

import functools
import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from tqdm import tqdm

from models.training import features, lexicon, network, objective
from models.training.augmentation import Augmenter, Placed
from models.training.shelf import Shelf

Words = list[tuple[int, ...]]


@dataclass(frozen=True)
class Plan:
    """How long and how fast to train."""

    steps: int
    seed: int = 1
    batch: int = 64
    """Clips."""
    peak_rate: float = 2e-3
    warm_share: float = 0.05
    """Share of the steps in which the learning rate rises."""
    human_share: float = 0.5
    """Share of the clips that are recordings of people."""
    noise_share: float = 0.03
    """Share of the clips in which nobody speaks."""
    flat_steps: int = 150
    """Steps in which every alignment of a clip's phones counts the same."""
    frame_steps: int = 800
    """Steps in which the network learns to name each frame's unit, before whole clips count."""
    other_share: float = 0.8
    """Share of the clips without a command that count as other speech, not as their phones."""
    reversed_share: float = 0.06
    """Share of the clips that are played backwards, as other speech in true voices."""
    prior_scale: float = 0.6
    """How much of the units' frequency is taken off while frames are named."""
    helper_weight: float = 0.1
    score_decay: float = 5e-4
    """Penalty on the squared scores, which have no other bound."""
    weight_decay: float = 0.02
    average_decay: float = 0.998
    """Of the running average of the weights, which is what is exported."""
    checkpoint_steps: int = 250
    half_precision: bool = True
    """Multiply in bfloat16: nearly twice as fast."""
    buckets: int = 8
    """Batches that are drawn together and sorted by length."""


# --- what is drawn --------------------------------------------------------------------------


def spoken(text: str, rng: random.Random) -> Words | None:
    """Units of each word, said in one of its ways; None where a word has no pronunciation."""
    known, units = lexicon.dictionary(), lexicon.units()
    if not all(word in known for word in text.split()):
        return None
    return [units.of(word, rng.choice(known[word])) for word in text.split()]


BOOSTS = {"stop": 3.0} | dict.fromkeys(lexicon.KEYWORDS[6:], 2.0)
RARE_COUNT = 8
"""Texts heard less often count as sentences: what is said in them is not repeated elsewhere."""


@functools.cache
def homophones() -> frozenset[str]:
    """Return words that sound like a command but are none, as "for" sounds like "four"."""
    known, commands = lexicon.dictionary(), set(lexicon.command_words())
    taken = {said for word in commands for said in known[word]}
    return frozenset(
        word for word in lexicon.words() if word not in commands and taken & set(known[word])
    )


def usable(text: str) -> bool:
    """Whether every word has a pronunciation, and one that is no command's."""
    said = text.split()
    return all(word in lexicon.dictionary() for word in said) and not homophones() & set(said)


def foreign(text: str) -> bool:
    """Whether no word is a command's."""
    return not set(text.split()) & set(lexicon.command_words())


def weights(shelf: Shelf, human_share: float) -> NDArray[np.float64]:
    """How often to draw each clip: frequent words less often than they come, "stop" more often."""
    count = Counter(zip(shelf.texts, shelf.human.tolist(), strict=True))
    found = np.zeros(len(shelf))
    for at, (text, human) in enumerate(zip(shelf.texts, shelf.human.tolist(), strict=True)):
        if not usable(text):
            continue
        many = count[text, human]
        found[at] = BOOSTS.get(text, 1.0) * many**-0.5 if many >= RARE_COUNT else 0.2
    for human, share in ((True, human_share), (False, 1 - human_share)):
        part = shelf.human == human
        if part.any():
            found[part] *= share / max(found[part].sum(), 1e-9)
    shares: NDArray[np.float64] = found / found.sum()
    return shares


@dataclass(frozen=True)
class Batch:
    """What one step learns from."""

    mfcc: Tensor
    """(clips, frames, 40)"""
    outputs: Tensor
    """How many network outputs each clip has, (clips,)."""
    text: objective.Numerator


class Batches:
    """Endless batches; the n-th is the same whenever it is asked for."""

    def __init__(self, shelf: Shelf, plan: Plan) -> None:
        self.shelf, self.plan = shelf, plan
        self.weights = weights(shelf, plan.human_share).cumsum()
        self.matrix = torch.from_numpy(features.mel_to_mfcc())

    def chosen(self, number: int) -> NDArray[np.int64]:
        """Clips of a batch: a pool is drawn, sorted by length and cut up."""
        pool, place = divmod(number, self.plan.buckets)
        rng = np.random.default_rng((self.plan.seed, pool))
        drawn = np.searchsorted(self.weights, rng.random(self.plan.batch * self.plan.buckets))
        drawn = np.minimum(drawn, len(self.shelf) - 1)
        lengths = self.shelf.starts[drawn + 1] - self.shelf.starts[drawn]
        by_length = drawn[np.argsort(lengths, kind="stable")].reshape(self.plan.buckets, -1)
        clips: NDArray[np.int64] = by_length[rng.permutation(self.plan.buckets)[place]]
        return clips

    def __getitem__(self, number: int) -> Batch:
        rng = random.Random(f"{self.plan.seed}/{number}")
        augment = Augmenter(torch.Generator().manual_seed(self.plan.seed * 1_000_003 + number))
        clips, words, other = [], [], []
        for at in self.chosen(number):
            clip = torch.from_numpy(self.shelf.clip(int(at)))
            silent = rng.random() < self.plan.noise_share
            backwards = not silent and rng.random() < self.plan.reversed_share
            clip = clip.flip(0) if backwards else clip
            clips.append(clip * 0 + silence() if silent else clip)
            words.append([] if silent else spoken(self.shelf.texts[at], rng) or [])
            loose = rng.random() < self.plan.other_share and foreign(self.shelf.texts[at])
            other.append(not silent and (loose or backwards))
            words[-1] = [(lexicon.units().index[lexicon.OTHER],)] if other[-1] else words[-1]
        return self.assembled(augment(clips), words, torch.tensor(other))

    def assembled(self, placed: Placed, words: list[Words], other: Tensor) -> Batch:
        """Leave out clips that are too short for what they say."""
        outputs = network.outputs(placed.frames)
        at = torch.arange(network.outputs(placed.mel.shape[1])) * network.SUBSAMPLING
        speaking = (at >= placed.first[:, None]) & (at < placed.last[:, None])
        room = torch.minimum(speaking.sum(1), outputs).tolist()
        keep = [sum(map(len, said)) < many for said, many in zip(words, room, strict=True)]
        said = [one for one, kept in zip(words, keep, strict=True) if kept]
        busy = placed.loud[:, at] & other[:, None]
        text = objective.numerator(said, speaking[keep], (busy & speaking)[keep])
        return Batch((placed.mel @ self.matrix)[keep], outputs[keep], text)


def silence() -> float:
    """Log energy of a clip in which nobody speaks: far below any noise laid over it."""
    return -5.0


# --- learning -------------------------------------------------------------------------------


class Trainer:
    """The network, its optimiser and its running average."""

    def __init__(self, plan: Plan) -> None:
        torch.manual_seed(plan.seed)
        self.plan, self.step = plan, 0
        self.net = network.Tdnn(features.BINS, len(lexicon.units()))
        self.average = {name: value.clone() for name, value in self.net.state_dict().items()}
        self.optimiser = torch.optim.AdamW(
            self.net.parameters(), plan.peak_rate, weight_decay=plan.weight_decay
        )
        self.graph = objective.everything(objective.Costs())
        self.prior = torch.full((len(lexicon.units()),), 1 / len(lexicon.units()))

    def rate(self) -> float:
        """Learning rate of this step: up in a line, down in half a cosine."""
        done, warm = self.step / self.plan.steps, self.plan.warm_share
        if done < warm:
            return self.plan.peak_rate * (done + 0.1 * warm) / (1.1 * warm)
        fall = (done - warm) / (1 - warm)
        return float(self.plan.peak_rate * (0.005 + 0.995 * 0.5 * (1 + np.cos(np.pi * fall))))

    def learn(self, batch: Batch) -> float:
        """Take one step; return the loss in nats per output."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate()
        with torch.autocast("cpu", torch.bfloat16, enabled=self.plan.half_precision):
            scores, helper = (head.float() for head in self.net(batch.mfcc))
        naming = self.step < self.plan.frame_steps
        loss = self.frame_loss(batch, helper) if naming else self.clip_loss(batch, scores, helper)
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 2.0)
        self.optimiser.step()
        self.step += 1
        self.follow()
        if self.step == self.plan.frame_steps:
            self.begin_clips()
        return float(loss.detach())

    def frame_loss(self, batch: Batch, helper: Tensor) -> Tensor:
        """Cross-entropy against the alignments that the network itself finds likely."""
        found = helper.detach() - self.plan.prior_scale * self.prior.log()
        guide = torch.zeros_like(found) if self.step < self.plan.flat_steps else found
        _, share = objective.numerator_sums(guide, batch.outputs, batch.text)
        many = batch.outputs.sum()
        self.prior = 0.98 * self.prior + 0.02 * (share.sum((0, 1)) / many).clamp(min=1e-5)
        return -(share * helper).sum() / many

    def begin_clips(self) -> None:
        """Let the scores begin as what the helper has learnt, less the units' frequency."""
        for net in (self.net.state_dict(), self.average):
            net["scores.weight"].copy_(net["helper.weight"])
            net["scores.bias"].copy_(net["helper.bias"] - self.plan.prior_scale * self.prior.log())

    def clip_loss(self, batch: Batch, scores: Tensor, helper: Tensor) -> Tensor:
        """Mutual information, steadied by the helper and by a bound on the scores."""
        loss, share = objective.mutual_information(scores, batch.outputs, batch.text, self.graph)
        many = batch.outputs.sum()
        helped = -(share * helper).sum() / many
        size = self.plan.score_decay * scores.square().sum() / many
        return loss.sum() / many + self.plan.helper_weight * helped + size

    def follow(self) -> None:
        """Move the running average towards the weights; it starts quickly."""
        keep = min(self.plan.average_decay, self.step / (self.step + 10))
        for name, value in self.net.state_dict().items():
            if value.is_floating_point():
                self.average[name].mul_(keep).add_(value, alpha=1 - keep)

    def save(self, path: Path) -> None:
        """Write a checkpoint, in one piece or not at all."""
        state = {
            "step": self.step,
            "net": self.net.state_dict(),
            "average": self.average,
            "optimiser": self.optimiser.state_dict(),
            "prior": self.prior,
            "units": lexicon.units().names,
        }
        part = path.with_suffix(".part")
        torch.save(state, part)
        part.replace(path)

    def take_over(self, state: dict[str, Any]) -> None:
        """Begin with another training's average; the first steps are then no longer needed."""
        missing = len(lexicon.units()) - len(state["units"])
        for name in ("scores.weight", "scores.bias", "helper.weight", "helper.bias"):
            known = state["average"][name]
            new = known[1 : 1 + len(lexicon.phones())].mean(0, keepdim=True)
            state["average"][name] = torch.cat([known, *[new] * missing])
        self.net.load_state_dict(state["average"])
        self.average = {name: value.clone() for name, value in state["average"].items()}

    def resume(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        self.step = state["step"]
        self.net.load_state_dict(state["net"])
        self.average, self.prior = state["average"], state["prior"]
        self.optimiser.load_state_dict(state["optimiser"])


def train(shelf: Shelf, plan: Plan, checkpoint: Path, begin: Path | None = None) -> None:
    """Train until the plan's last step, going on from the checkpoint if there is one.

    `begin` is a checkpoint of an earlier training whose network this one begins with.
    """
    trainer = Trainer(plan)
    if checkpoint.exists():
        trainer.resume(torch.load(checkpoint))
    elif begin is not None:
        trainer.take_over(torch.load(begin))
    batches, recent = Batches(shelf, plan), 0.0
    with tqdm(total=plan.steps, initial=trainer.step, unit="step") as bar:
        while trainer.step < plan.steps:
            torch.manual_seed(plan.seed * 7_919 + trainer.step)
            loss = trainer.learn(batches[trainer.step])
            recent = loss if not recent else 0.98 * recent + 0.02 * loss
            bar.update()
            bar.set_postfix(loss=f"{recent:.3f}", refresh=False)
            if trainer.step % plan.checkpoint_steps == 0 or trainer.step == plan.steps:
                trainer.save(checkpoint)


def averaged(checkpoint: Path) -> network.Tdnn:
    """Return the trained network, ready for use: the running average of a checkpoint."""
    state = torch.load(checkpoint, map_location="cpu")
    if tuple(state["units"]) != lexicon.units().names:
        msg = f"{checkpoint} was trained with other units than the lexicon has now"
        raise ValueError(msg)
    net = network.Tdnn(features.BINS, len(lexicon.units()))
    net.load_state_dict(state["average"])
    return net.eval()
