"""Kaldi's features, computed as Vosk will compute them.

The network reads 40 MFCCs; training works on the log-mel energies they are a fixed linear map of,
for there noise and level can be changed cheaply (see `augmentation`).
"""

from __future__ import annotations

import functools
import math

import kaldi_native_fbank as knf
import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16000
FRAME_SHIFT_MS = 10
BINS = 40
LOW_HZ, HIGH_HZ = 20, 7600
LIFTER = 22.0
FULL_SCALE = 32768.0

Floats = NDArray[np.float32]


def mfcc_conf() -> str:
    """`conf/mfcc.conf`, the same settings for Vosk."""
    return (
        f"--sample-frequency={RATE_HZ}\n--use-energy=false\n--num-mel-bins={BINS}\n"
        f"--num-ceps={BINS}\n--low-freq={LOW_HZ}\n--high-freq={HIGH_HZ - RATE_HZ // 2}\n"
    )


def _fbank_options() -> knf.FbankOptions:
    options = knf.FbankOptions()
    options.frame_opts.dither = 0.0
    options.frame_opts.samp_freq = RATE_HZ
    options.use_energy = False
    options.mel_opts.num_bins = BINS
    options.mel_opts.low_freq = LOW_HZ
    options.mel_opts.high_freq = HIGH_HZ - RATE_HZ // 2
    return options


def log_mel(samples: Floats) -> Floats:
    """Return log-mel energies (frames, 40) of samples in -1..1 at 16 kHz; a frame every 10 ms."""
    bank = knf.OnlineFbank(_fbank_options())
    bank.accept_waveform(RATE_HZ, samples * FULL_SCALE)
    bank.input_finished()
    frames = [bank.get_frame(at) for at in range(bank.num_frames_ready)]
    return np.stack(frames) if frames else np.zeros((0, BINS), np.float32)


@functools.cache
def mel_to_mfcc() -> Floats:
    """Return the (40, 40) matrix M for which `log_mel(x) @ M` are Kaldi's MFCCs."""
    bins, ceps = np.arange(BINS)[:, None], np.arange(BINS)[None, :]
    cosines = np.sqrt(2 / BINS) * np.cos(np.pi / BINS * (bins + 0.5) * ceps)
    cosines[:, 0] = math.sqrt(1 / BINS)
    lifter = 1 + 0.5 * LIFTER * np.sin(np.pi * np.arange(BINS) / LIFTER)
    matrix: Floats = (cosines * lifter).astype(np.float32)
    return matrix
