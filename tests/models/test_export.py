import json
import struct

import pytest

torch = pytest.importorskip("torch")
vosk = pytest.importorskip("vosk")

import numpy as np  # noqa: E402

from models.training import export, features, fst, graph, lexicon, network  # noqa: E402


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A model whose network knows nothing."""
    torch.manual_seed(1)
    net = network.Tdnn(features.BINS, len(lexicon.units())).eval()
    torch.nn.init.normal_(net.scores.weight, std=0.1)
    path = tmp_path_factory.mktemp("model")
    export.export(net, path, graph.GraphCosts(), export.Decoding())
    return path


@pytest.fixture(scope="module")
def model(folder):
    vosk.SetLogLevel(-1)
    return vosk.Model(str(folder))


def test_vosk_decodes_with_a_grammar_given_at_run_time(model):
    recogniser = vosk.KaldiRecognizer(model, 16000, json.dumps(["stop", "go on", "[unk]"]))
    sound = np.random.default_rng(1).normal(size=32000) * 3000
    recogniser.AcceptWaveform(sound.astype("<i2").tobytes())
    words = set(json.loads(recogniser.FinalResult())["text"].split())
    assert words <= {"stop", "go", "on", "[unk]"}


def test_vosk_knows_every_word(model):
    assert [w for w in lexicon.words() if model.vosk_model_find_word(w) < 0] == []


def test_it_is_small(folder):
    assert sum(file.stat().st_size for file in folder.rglob("*")) < 10e6


def test_an_fst_is_written_as_openfst_reads_it(tmp_path):
    made = fst.Fst()
    end = made.state()
    made.add(0, end, into=7, out=2, cost=0.5)
    made.add(0, end, into=5, out=9)
    made.final[end] = 0.0
    made.write(tmp_path / "a.fst", fst.Order.INPUT)
    data = (tmp_path / "a.fst").read_bytes()
    assert data.startswith(struct.pack("<ii6si8s", fst.MAGIC, 6, b"vector", 8, b"standard"))
    assert struct.unpack("<iifiiifi", data[-44:-12]) == (5, 9, 0.0, 1, 7, 2, 0.5, 1)


@pytest.mark.parametrize(
    ("length", "expected"),
    [(1, ["singleton"]), (2, ["begin", "end"]), (4, ["begin", "internal", "internal", "end"])],
)
def test_phones_know_their_place_in_a_word(length, expected):
    assert graph.positions(length) == expected


def test_every_phone_has_one_output():
    table = graph.phones().table()
    assert {unit for unit, _ in table} == set(range(len(lexicon.units())))
    assert table[graph.phones().at(3, "end") - 1] == (3, "end")
    assert table[graph.phones().other("nonword") - 1] == (len(lexicon.units()) - 1, "nonword")
