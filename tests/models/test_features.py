import pytest

pytest.importorskip("kaldi_native_fbank")

import kaldi_native_fbank as knf
import numpy as np

from models.training import features


def kaldi_mfcc(samples):
    """MFCCs as Kaldi computes them, from the options `mfcc.conf` holds."""
    options = knf.MfccOptions()
    options.frame_opts.dither = 0.0
    options.use_energy = False
    options.num_ceps = options.mel_opts.num_bins = 40
    options.mel_opts.low_freq, options.mel_opts.high_freq = 20, -400
    computer = knf.OnlineMfcc(options)
    computer.accept_waveform(16000, samples * 32768)
    computer.input_finished()
    return np.stack([computer.get_frame(at) for at in range(computer.num_frames_ready)])


def test_mfccs_equal_kaldis():
    samples = np.random.default_rng(1).normal(size=16000).astype(np.float32) * 0.1
    ours = features.log_mel(samples) @ features.mel_to_mfcc()
    assert np.abs(ours - kaldi_mfcc(samples)).max() < 1e-2


def test_the_configuration_is_the_one_that_training_uses():
    assert "--high-freq=-400\n" in features.mfcc_conf()
    assert "--num-ceps=40\n" in features.mfcc_conf()


def test_a_sound_shorter_than_a_frame_has_no_features():
    assert features.log_mel(np.zeros(100, np.float32)).shape == (0, 40)
