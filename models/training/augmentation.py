"""Rooms full of noise, made in the log-mel domain, a batch at a time.

Powers of different sounds add, so the log-mel energies of speech in noise are the logarithm of a
sum; no sound has to be mixed. All draws come from the generator that is passed in.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from models.training.features import BINS

NOTHING = -20.0
"""Log energy of no sound at all."""
NATS_PER_DB = math.log(10) / 10
QUIET_DB = 35.0
LOUD_DB = 25.0
CLICKS_PER_FRAME = 0.03
MARGIN_FRAMES = 5
DITHER_NATS = 6.0
"""Log-mel energy of Vosk's dither, about one step of 16-bit sound."""


@dataclass(frozen=True)
class Strength:
    """How much is changed; pairs are ranges."""

    warp_time: tuple[float, float] = (0.85, 1.2)
    warp_pitch: tuple[float, float] = (0.88, 1.13)
    before_frames: tuple[int, int] = (8, 80)
    after_frames: tuple[int, int] = (15, 130)
    level_db: tuple[float, float] = (-36.0, 4.0)
    """Relative to clips at half of full scale."""
    snr_db: tuple[float, float] = (0.0, 30.0)
    talker_snr_db: tuple[float, float] = (8.0, 25.0)
    clean_share: float = 0.3
    babble_share: float = 0.25
    phone_share: float = 0.25


@dataclass(frozen=True)
class Placed:
    """A batch of clips, each somewhere in a longer sound."""

    mel: Tensor
    """Log-mel energies, (batch, frames, 40)."""
    frames: Tensor
    """Length of each sound, (batch,)."""
    first: Tensor
    """Frame at which somebody begins to speak, (batch,)."""
    last: Tensor
    """Frame after which nobody speaks any more, (batch,)."""
    loud: Tensor
    """Frames that surely hold speech, (batch, frames)."""


class Augmenter:
    """Turns clips into a batch of noisy log-mel energies."""

    def __init__(self, generator: torch.Generator, strength: Strength | None = None) -> None:
        self.generator = generator
        self.strength = strength or Strength()

    def uniform(self, count: int, low: float, high: float) -> Tensor:
        """Draw (count, 1, 1) numbers."""
        return torch.rand(count, 1, 1, generator=self.generator) * (high - low) + low

    def normal(self, *shape: int) -> Tensor:
        """Draw from the normal distribution."""
        return torch.randn(*shape, generator=self.generator)

    def chance(self, count: int, share: float) -> Tensor:
        """Draw (count, 1, 1) booleans, true for this share."""
        return self.uniform(count, 0, 1) < share

    def __call__(self, clips: list[Tensor]) -> Placed:
        """Place, warp and drown clips (frames, 40)."""
        placed = self.place(clips)
        speech = placed.mel + self.colour(len(clips))
        power = _mean_power(speech)
        sound = torch.logaddexp(speech, self.background(speech) + power)
        sound = torch.where(self.chance(len(clips), self.strength.phone_share),
                            sound + self.telephone(len(clips)), sound)  # fmt: skip
        sound = sound + self.uniform(len(clips), *self.strength.level_db) * NATS_PER_DB
        return replace(placed, mel=torch.logaddexp(sound, self.hiss(sound)))

    def place(self, clips: list[Tensor]) -> Placed:
        """Stretch clips in time and frequency and set them somewhere in silence."""
        many, strength = len(clips), self.strength
        source = torch.nn.utils.rnn.pad_sequence(clips, batch_first=True, padding_value=NOTHING)
        frames = torch.tensor([len(clip) for clip in clips]).view(-1, 1, 1)
        stretch = self.uniform(many, *strength.warp_time)
        before = self.uniform(many, *strength.before_frames).round()
        after = self.uniform(many, *strength.after_frames).round()
        lengths = (before + frames * stretch + after).long()
        at = (torch.arange(int(lengths.max())).view(1, -1, 1) - before) / stretch
        inside = (at >= 0) & (at <= frames - 1)
        moved = _interpolate(source, at.clamp(min=0).minimum(frames - 1.0), 1)
        bins = torch.arange(BINS).view(1, 1, -1) * self.uniform(many, *strength.warp_pitch)
        warped = _interpolate(moved, bins.clamp(max=BINS - 1.0), 2)
        span = torch.tensor([speaking(clip) for clip in clips]).view(many, 2, 1)
        first, last = (before + span[:, n : n + 1] * stretch for n in (0, 1))
        mel = torch.where(inside, warped, NOTHING)
        level = mel.logsumexp(2)
        loud = level > level.amax(1, keepdim=True) - LOUD_DB * NATS_PER_DB
        return Placed(mel, lengths.flatten(), first.flatten(), last.flatten(), loud)

    def colour(self, many: int) -> Tensor:
        """Draw a microphone's frequency response: a slope and two gentle waves, (many, 1, 40)."""
        place = torch.linspace(-1, 1, BINS).view(1, 1, -1)
        waves = torch.cos(math.pi * place * self.uniform(many, 0.5, 2) + self.uniform(many, 0, 6))
        return self.uniform(many, -1.2, 1.2) * place + self.uniform(many, 0, 0.8) * waves

    def telephone(self, many: int) -> Tensor:
        """Take away what is above 3.3 to 4 kHz, and for half the clips below 300 Hz too."""
        bins = torch.arange(BINS).view(1, 1, -1)
        high = (bins > self.uniform(many, 28.5, 32)) * self.uniform(many, -12, -4)
        low = (bins < self.uniform(many, 2, 5)) * self.uniform(many, -6, 0)
        return high + low * self.chance(many, 0.5)

    def background(self, speech: Tensor) -> Tensor:
        """Noise or other people, relative to the power of the speech, (batch, frames, 40)."""
        many, strength = len(speech), self.strength
        noise = self.noise(many, speech.shape[1])
        talkers = self.talkers(speech)
        several = self.chance(many, 0.6)
        babble = torch.where(several, torch.logaddexp(talkers, self.talkers(speech)), talkers)
        snr_db = self.uniform(many, *strength.snr_db)
        talker_db = self.uniform(many, *strength.talker_snr_db)
        with_people = self.chance(many, strength.babble_share)
        chosen = torch.where(with_people, babble, noise)
        down = torch.where(with_people, talker_db, snr_db)
        quiet = self.chance(many, strength.clean_share)
        return chosen - _mean_power(chosen) - torch.where(quiet, 40.0, down) * NATS_PER_DB

    def talkers(self, speech: Tensor) -> Tensor:
        """Shift the other clips of the batch: people talking in the background."""
        order = torch.randperm(len(speech), generator=self.generator)
        shift = int(torch.randint(speech.shape[1], (1,), generator=self.generator))
        return speech[order].roll(shift, 1)

    def noise(self, many: int, frames: int) -> Tensor:
        """Noise of a random colour, flicker and rhythm, (many, frames, 40)."""
        place = torch.linspace(-1, 1, BINS).view(1, 1, -1)
        waves = [
            self.uniform(many, -1, 1) * torch.cos(math.pi * n * place + self.uniform(many, 0, 6))
            for n in (1, 2, 4, 7, 12)
        ]
        shape = self.uniform(many, -4, 2) * place + self.uniform(many, 0.3, 2) * sum(waves)
        flicker = self.normal(many, frames + 2, BINS)
        flicker = (flicker[:, :-2] + flicker[:, 1:-1] + flicker[:, 2:]) * torch.linspace(
            0.5, 0.2, BINS
        )
        time = torch.arange(frames).view(1, -1, 1) / 100
        beat = torch.sin(2 * math.pi * time * self.uniform(many, 0.2, 8) + self.uniform(many, 0, 6))
        rhythm = self.uniform(many, 0, 1) ** 3 * 3 * beat
        drift = self.normal(many, frames, 1).cumsum(1) * self.uniform(many, 0, 1) ** 4 * 0.4
        return shape + flicker + rhythm + drift + self.clicks(many, frames)

    def clicks(self, many: int, frames: int) -> Tensor:
        """Dishes, steps, doors: sudden sounds that ring for a moment, in some clips."""
        hits = torch.rand(many, frames, 1, generator=self.generator) < CLICKS_PER_FRAME
        loud = hits * self.uniform(many, 2, 7) * self.chance(many, 0.25)
        ring = [loud.roll(after, 1) * 0.75**after for after in range(6)]
        return torch.stack(ring).amax(0)

    def hiss(self, sound: Tensor) -> Tensor:
        """Draw the steady floor of a sound card and of Vosk's dither."""
        white = torch.linspace(-1, 1, BINS) + DITHER_NATS
        return white + self.uniform(len(sound), 0, 6) + 0.3 * self.normal(*sound.shape)


def speaking(clip: Tensor) -> tuple[int, int]:
    """First frame of a clip (frames, 40) in which somebody speaks, and the one after the last.

    Quiet margins are left out, generously: faint sounds at the edges of words belong to them.
    """
    level = clip.logsumexp(1)
    loud = (level > level.max() - QUIET_DB * NATS_PER_DB).nonzero().flatten()
    return max(0, int(loud[0]) - MARGIN_FRAMES), min(len(clip), int(loud[-1]) + MARGIN_FRAMES + 1)


def _mean_power(mel: Tensor) -> Tensor:
    """Logarithm of the mean power over what is louder than nothing, (batch, 1, 1)."""
    heard = (mel.amax(2, keepdim=True) > NOTHING / 2).sum(1, keepdim=True).clamp(min=1)
    return mel.exp().mean(2, keepdim=True).sum(1, keepdim=True).div(heard).clamp(min=1e-6).log()


def _interpolate(values: Tensor, at: Tensor, axis: int) -> Tensor:
    """Linear interpolation along one axis at fractional positions, one row of them per clip."""
    low = at.floor()
    part = at - low
    below = low.long()
    above = (below + 1).clamp(max=values.shape[axis] - 1)
    shape = list(values.shape)
    shape[axis] = at.shape[axis]
    take = [torch.gather(values, axis, index.expand(shape)) for index in (below, above)]
    return take[0] * (1 - part) + take[1] * part
