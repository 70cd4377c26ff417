"""Kaldi's MFCCs in PyTorch, for whole batches on any device.

The same numbers as Vosk computes from `conf/mfcc.conf`; a test compares them with Kaldi's own code.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

RATE_HZ = 16000
SHIFT, WINDOW, FFT = 160, 400, 512
"""Samples between frames, of a frame, and of its transform."""
BINS = 40
LOW_HZ, HIGH_HZ = 20, 7600
LIFTER = 22.0
FULL_SCALE = 32768.0
PREEMPHASIS = 0.97
FLOOR = 1.1920929e-07
"""The smallest energy whose logarithm is taken: single precision's epsilon, as in Kaldi."""


def mfcc_conf() -> str:
    """`conf/mfcc.conf`, the same settings for Vosk; without dither two runs are alike."""
    return (
        f"--sample-frequency={RATE_HZ}\n--use-energy=false\n--num-mel-bins={BINS}\n"
        f"--num-ceps={BINS}\n--low-freq={LOW_HZ}\n--high-freq={HIGH_HZ - RATE_HZ // 2}\n"
        "--dither=0\n"
    )


def _mel(hz: Tensor) -> Tensor:
    return 1127.0 * torch.log1p(hz / 700.0)


def mel_bank(warp: float = 1.0) -> Tensor:
    """Return the (257, 40) triangular filters; at 1.1 voices 10 % higher pass for normal."""
    ends = _mel(torch.tensor([float(LOW_HZ), float(HIGH_HZ)]))
    width = (ends[1] - ends[0]) / (BINS + 1)
    left = ends[0] + torch.arange(BINS) * width
    hz = torch.arange(FFT // 2 + 1) * (RATE_HZ / FFT) / warp
    mel = _mel(hz)[:, None]
    up, down = (mel - left) / width, (left + 2 * width - mel) / width
    bank = torch.minimum(up, down).clamp(min=0)
    bank[-1] = 0  # Kaldi leaves out the Nyquist bin
    return bank


def cosines() -> Tensor:
    """Return the (40, 40) matrix that makes liftered cepstra of log-mel energies."""
    bins, ceps = torch.arange(BINS)[:, None], torch.arange(BINS)[None, :]
    matrix = math.sqrt(2 / BINS) * torch.cos(math.pi / BINS * (bins + 0.5) * ceps)
    matrix[:, 0] = math.sqrt(1 / BINS)
    return matrix * (1 + 0.5 * LIFTER * torch.sin(math.pi * torch.arange(BINS) / LIFTER))


class Mfcc(nn.Module):
    """Samples (batch, samples) in -1..1 at 16 kHz to MFCCs (batch, frames, 40)."""

    def __init__(self, warps: tuple[float, ...] = (1.0,)) -> None:
        super().__init__()
        window = torch.hann_window(WINDOW, periodic=False) ** 0.85  # "povey"
        self.register_buffer("window", window)
        self.register_buffer("banks", torch.stack([mel_bank(warp) for warp in warps]))
        self.register_buffer("cosines", cosines())

    def log_mel(self, samples: Tensor, warp: Tensor | None = None, shift: int = SHIFT) -> Tensor:
        """Return log-mel energies (batch, frames, 40); `warp` (batch,) indexes the warps.

        With a longer `shift`, in samples, speech passes for faster speech of the same pitch.
        """
        cut = (samples * FULL_SCALE).unfold(-1, WINDOW, shift)
        cut = cut - cut.mean(-1, keepdim=True)
        before = torch.cat([cut[..., :1], cut[..., :-1]], -1)
        spectrum = torch.fft.rfft((cut - PREEMPHASIS * before) * self.window, FFT)
        power = spectrum.real.square() + spectrum.imag.square()
        banks = self.banks[:1] if warp is None else self.banks[warp]
        return torch.log((power @ banks).clamp(min=FLOOR))

    def forward(self, samples: Tensor, warp: Tensor | None = None) -> Tensor:
        """Return MFCCs (batch, frames, 40)."""
        return self.log_mel(samples, warp) @ self.cosines
