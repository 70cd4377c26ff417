import pytest

torch = pytest.importorskip("torch")
knf = pytest.importorskip("kaldi_native_fbank")

import numpy as np  # noqa: E402

from models.training import features  # noqa: E402


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
    ours = features.Mfcc()(torch.from_numpy(samples)[None])[0].numpy()
    assert np.abs(ours - kaldi_mfcc(samples)).max() < 1e-2


def test_the_configuration_is_the_one_that_training_uses():
    assert "--high-freq=-400\n" in features.mfcc_conf()
    assert "--num-ceps=40\n" in features.mfcc_conf()


def test_a_warp_moves_energy_up_the_scale():
    tone = np.sin(2 * np.pi * 1000 * np.arange(16000) / 16000).astype(np.float32) * 0.1
    mfcc = features.Mfcc((1.0, 1.2))
    peaks = [
        int(mfcc.log_mel(torch.from_numpy(tone)[None], torch.tensor([at])).mean(1).argmax())
        for at in (0, 1)
    ]
    assert peaks[1] < peaks[0]


def test_longer_steps_make_fewer_frames_of_the_same_pitch():
    sound = torch.sin(torch.arange(16000) * 0.2)[None]
    plain, hurried = (features.Mfcc().log_mel(sound, shift=shift) for shift in (160, 320))
    assert hurried.shape[1] == -(-plain.shape[1] // 2)
    assert torch.allclose(hurried, plain[:, ::2], atol=1e-4)
