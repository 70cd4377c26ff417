"""What training does to clips: everything between a mouth and the recogniser, at random.

All of it is done to whole batches of samples on the training device, so that no clip is ever heard
twice in the same way.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from models.training.features import RATE_HZ

REVERBERATION_SAMPLES = 8000
EQUALISER_BANDS = 10
FFT_STEP = 4000
"""Transforms are as long as a multiple of this: other lengths take several times as long."""
FLOOR = 1e-9


@dataclass(frozen=True)
class Chances:
    """How often each change is made, and how far it goes."""

    speed: float = 0.85
    speed_range: tuple[float, float] = (0.75, 1.7)
    """Fast, clipped speech is where CTC writes nothing if it was never taught."""
    tight: float = 0.3
    """Nothing but the word itself is left of a clip."""
    cropped: float = 0.45
    cropped_share: float = 0.14
    """Share of a clip that may be missing at either end."""
    room: float = 0.6
    equaliser: float = 0.7
    equaliser_db: float = 4.0
    telephone: float = 0.1
    dull: float = 0.33
    """Nothing above 4 kHz."""
    noise: float = 0.75
    noise_snr_db: tuple[float, float] = (0.0, 35.0)
    talker: float = 0.15
    talker_snr_db: tuple[float, float] = (5.0, 25.0)
    own_voice: float = 0.12
    """The assistant's own voice lies behind the user's, as what is left of its echo."""
    own_voice_snr_db: tuple[float, float] = (-5.0, 20.0)
    clipped: float = 0.06
    peak_dbfs: tuple[float, float] = (-42.0, -1.0)


@dataclass(frozen=True)
class Placed:
    """A clip's place in an example."""

    clip: int
    at_samples: int


@dataclass(frozen=True)
class Library:
    """Sounds on the training device: clips and noises, each one after the other."""

    samples: Tensor
    starts: Tensor
    outside: Tensor
    """(clips, 2): share of each clip before and after the word itself."""
    noise: Tensor
    """Samples of all noises, at like loudness."""
    talkers: Tensor
    """Clips of people who talk."""
    own_voice: Tensor
    """Clips of the assistant's own voice; there may be none."""

    def cut(self, clips: Tensor, position: Tensor, missing: Tensor | None = None) -> Tensor:
        """Return clips' samples (batch, samples) at fractional positions, zero outside of them.

        `missing` (batch, 2) is the share of each clip that is not there at its two ends.
        """
        first, last = self.starts[clips][:, None], self.starts[clips + 1][:, None] - 1
        whole = position.floor()
        at = first + whole.long()
        inside = (position >= 0) & (at < last)
        if missing is not None:
            share = (at - first) / (last - first)
            inside &= (share >= missing[:, :1]) & (share <= 1 - missing[:, 1:])
        at = at.clamp(min=0, max=len(self.samples) - 2)
        here, after = self.samples[at].float(), self.samples[at + 1].float()
        mixed = here + (position - whole) * (after - here)
        return torch.where(inside, mixed / 32768, 0.0)


class Augmenter:
    """Makes batches of sound from places of clips."""

    def __init__(self, library: Library, chances: Chances, seed: int) -> None:
        self._library, self._chances = library, chances
        self._device = library.samples.device
        self._random = torch.Generator(self._device).manual_seed(seed)

    def batch(self, examples: Sequence[Sequence[Placed]], samples: int) -> Tensor:
        """Return (batch, samples) in -1..1: the placed clips, and what happened on their way."""
        chances = self._chances
        sound = self._placed(examples, samples)
        power = self._power(sound)
        sound = self._filtered(sound)
        sound = sound * (power / self._power(sound).clamp(min=FLOOR)).sqrt().clamp(max=30)
        sound = sound + self._background(power, samples)
        return self._recorded(sound, chances)

    # --- drawing

    def _uniform(self, low: float, high: float, *shape: int) -> Tensor:
        drawn = torch.rand(*shape, device=self._device, generator=self._random)
        return low + (high - low) * drawn

    def _happens(self, chance: float, count: int) -> Tensor:
        return self._uniform(0, 1, count, 1) < chance

    def _normal(self, *shape: int) -> Tensor:
        return torch.randn(*shape, device=self._device, generator=self._random)

    def _integers(self, high: int, *shape: int) -> Tensor:
        return torch.randint(high, shape, device=self._device, generator=self._random)

    # --- the steps

    def _placed(self, examples: Sequence[Sequence[Placed]], samples: int) -> Tensor:
        """Lay the clips down, each at a speed of its own: pitch and pace go together."""
        time = torch.arange(samples, device=self._device)
        sound = torch.zeros(len(examples), samples, device=self._device)
        for slot in range(max(map(len, examples))):
            rows = [row for row, placed in enumerate(examples) if slot < len(placed)]
            placed = [examples[row][slot] for row in rows]
            clips = torch.tensor([one.clip for one in placed], device=self._device)
            at = torch.tensor([one.at_samples for one in placed], device=self._device)[:, None]
            position = (time - at) * self._speeds(len(rows))
            index = torch.tensor(rows, device=self._device)
            gain = 10 ** (self._uniform(-8, 0, len(rows), 1) / 20)
            cut = self._library.cut(clips, position, self._missing(clips))
            sound.index_add_(0, index, gain * cut)
        return sound

    def _missing(self, clips: Tensor) -> Tensor:
        """Return the share of each clip (batch, 2) that is left out at its ends."""
        count, outside = len(clips), self._library.outside[clips]
        tight = self._happens(self._chances.tight, count) * self._uniform(0.7, 1.0, count, 2)
        share = self._uniform(0, self._chances.cropped_share, count, 2)
        inner = share * self._happens(self._chances.cropped, count)
        return torch.maximum(outside * tight, inner * (1 - outside.sum(-1, keepdim=True)))

    def _speeds(self, count: int) -> Tensor:
        changed = self._happens(self._chances.speed, count)
        low, high = map(math.log, self._chances.speed_range)
        return torch.where(changed, self._uniform(low, high, count, 1).exp(), 1.0)

    def _power(self, sound: Tensor) -> Tensor:
        """Return the mean power (batch, 1) of the parts that are not silent."""
        heard = (sound != 0).sum(-1, keepdim=True).clamp(min=1)
        return sound.square().sum(-1, keepdim=True) / heard

    def _filtered(self, sound: Tensor) -> Tensor:
        """Pass through a room, a microphone and perhaps a telephone."""
        count, samples = sound.shape
        size = -(-(samples + REVERBERATION_SAMPLES) // FFT_STEP) * FFT_STEP
        response = torch.fft.rfft(self._rooms(count), size) * self._equalisers(count, size // 2 + 1)
        spectrum = torch.fft.rfft(sound, size) * response
        return torch.fft.irfft(spectrum, size)[:, :samples]

    def _rooms(self, count: int) -> Tensor:
        """Return impulse responses (count, REVERBERATION_SAMPLES): a click and its dying noise."""
        time_s = torch.arange(REVERBERATION_SAMPLES, device=self._device) / RATE_HZ
        rt60_s = self._uniform(0.1, 0.8, count, 1)
        tail = self._normal(count, REVERBERATION_SAMPLES) * 10 ** (-3 * time_s / rt60_s)
        sparse = self._uniform(0, 1, count, REVERBERATION_SAMPLES) < (0.02 + time_s * 8).clamp(
            max=1
        )
        tail = tail * sparse * (time_s > 0.0015)
        share = 10 ** (self._uniform(-15, 3, count, 1) / 10)  # late to direct energy
        tail = tail * (share / tail.square().sum(-1, keepdim=True).clamp(min=FLOOR)).sqrt()
        tail = tail * self._happens(self._chances.room, count)
        tail[:, 0] = 1
        return tail

    def _equalisers(self, count: int, bins: int) -> Tensor:
        """Return gains (count, bins): a smooth curve, and bands that are missing."""
        points = self._normal(count, 1, EQUALISER_BANDS) * self._chances.equaliser_db
        points = points * self._happens(self._chances.equaliser, count)[:, None]
        hz = torch.linspace(0, RATE_HZ / 2, bins, device=self._device)
        curve = torch.nn.functional.interpolate(points, 257, mode="linear", align_corners=True)
        warped = (257 - 1) * torch.log1p(hz / 300) / math.log1p(RATE_HZ / 2 / 300)
        gain = 10 ** (curve[:, 0, warped.long()] / 20)
        narrow = ((hz > 300) & (hz < 3400)).float() + 1e-3
        dull = (hz < 4000).float() + 1e-3
        gain = torch.where(self._happens(self._chances.telephone, count), gain * narrow, gain)
        return torch.where(self._happens(self._chances.dull, count), gain * dull, gain)

    def _background(self, power: Tensor, samples: int) -> Tensor:
        """Return noise, other talkers and the assistant's own voice, so far below the speech."""
        chances = self._chances
        kinds = [
            (chances.noise * 0.55, self._recorded_noise, chances.noise_snr_db),
            (chances.noise * 0.37, self._coloured_noise, chances.noise_snr_db),
            (chances.noise * 0.08, self._hum, chances.noise_snr_db),
            (chances.talker, self._talk, chances.talker_snr_db),
            (chances.own_voice, self._own_voice, chances.own_voice_snr_db),
        ]
        reference = torch.where(power > FLOOR, power, 0.01)
        sound = torch.zeros(len(power), samples, device=self._device)
        for chance, make, snr_db in kinds:
            rows = self._happens(chance, len(power))[:, 0].nonzero()[:, 0]
            if len(rows):
                made = self._at_snr(make(len(rows), samples), reference[rows], snr_db)
                sound.index_add_(0, rows, made)
        return sound

    def _at_snr(self, sound: Tensor, reference: Tensor, snr_db: tuple[float, float]) -> Tensor:
        wanted = reference * 10 ** (-self._uniform(*snr_db, len(sound), 1) / 10)
        return sound * (wanted / self._power(sound).clamp(min=FLOOR)).sqrt()

    def _recorded_noise(self, count: int, samples: int) -> Tensor:
        start = self._integers(len(self._library.noise) - samples, count, 1)
        return self._library.noise[start + torch.arange(samples, device=self._device)]

    def _coloured_noise(self, count: int, samples: int) -> Tensor:
        size = -(-samples // FFT_STEP) * FFT_STEP
        hz = torch.linspace(1, RATE_HZ / 2, size // 2 + 1, device=self._device)
        slope = hz ** -self._uniform(0, 1.2, count, 1)
        spectrum = torch.fft.rfft(self._normal(count, size)) * slope
        return torch.fft.irfft(spectrum, size)[:, :samples]

    def _hum(self, count: int, samples: int) -> Tensor:
        time_s = torch.arange(samples, device=self._device) / RATE_HZ
        base_hz, hum = self._uniform(45, 400, count, 1), torch.zeros_like(time_s)
        for overtone in range(1, 7):
            phase = self._uniform(0, 2 * math.pi, count, 1)
            hum = hum + torch.sin(2 * math.pi * base_hz * overtone * time_s + phase) / overtone
        return hum

    def _talk(self, count: int, samples: int) -> Tensor:
        """Return somebody talking, from some moment on."""
        return self._run_on(self._library.talkers, count, samples)

    def _own_voice(self, count: int, samples: int) -> Tensor:
        """Return what is left of the assistant's own voice, out of a loudspeaker and a room."""
        if not len(self._library.own_voice):
            return torch.zeros(count, samples, device=self._device)
        return self._filtered(self._run_on(self._library.own_voice, count, samples))

    def _run_on(self, clips: Tensor, count: int, samples: int) -> Tensor:
        """Return three of some clips, each from some moment on."""
        time = torch.arange(samples, device=self._device)
        talk = torch.zeros(count, samples, device=self._device)
        for _ in range(3):
            drawn = clips[self._integers(len(clips), count)]
            talk += self._library.cut(drawn, time - self._uniform(-8000, samples, count, 1))
        return talk

    def _recorded(self, sound: Tensor, chances: Chances) -> Tensor:
        """Pass through the converter: level, clipping, hiss and whole numbers."""
        count = len(sound)
        low, high = chances.peak_dbfs
        level_db = torch.maximum(
            self._uniform(low, high, count, 1), self._uniform(low, high, count, 1)
        )
        sound = sound / sound.abs().amax(-1, keepdim=True).clamp(min=FLOOR) * 10 ** (level_db / 20)
        over = torch.where(
            self._happens(chances.clipped, count), self._uniform(2, 10, count, 1), 1.0
        )
        louder = 10 ** (-level_db / 20) * over
        sound = torch.where(over > 1, (sound * louder).clamp(-1, 1) * 0.9, sound)
        hiss = 10 ** (self._uniform(-90, -62, count, 1) / 20)
        sound = sound + hiss * self._normal(*sound.shape)
        return ((sound * 32767).round() / 32768).clamp(-1, 1)
