import json
import struct

import pytest

torch = pytest.importorskip("torch")
vosk = pytest.importorskip("vosk")

import numpy as np  # noqa: E402

from models.training import export, features, fst, graph, kaldi, lexicon, network  # noqa: E402


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
    assert table[graph.phones().continuing(3) - 1] == (3, "nonword")


def test_a_matrix_keeps_sixteen_bits_of_each_number():
    values = np.random.default_rng(1).normal(size=(5, 7))
    packed = kaldi.matrix(values)
    least, spread, rows, columns = struct.unpack("<ffii", packed[4:20])
    steps = np.frombuffer(packed[20:], "<u2").reshape(rows, columns)
    assert packed.startswith(b"CM2 ")
    assert np.abs(least + spread * steps / 65535 - values).max() < np.ptp(values) / 65535


def test_an_own_word_may_be_said_with_its_phones_at_a_cost():
    (places,) = graph.pronunciations("stop", graph.GraphCosts(firm_bypass=2.0))
    own, phones = lexicon.units().own("stop"), lexicon.units().phones(("S", "T", "AA", "P"))
    assert [place.units for place in places] == [
        ((unit, 0.0), (phone, 2.0)) for unit, phone in zip(own, phones, strict=True)
    ]


def test_no_blank_may_follow_the_last_phone_of_an_unknown_word():
    build = graph.Builder(fst.Fst(), graph.phones(), graph.GraphCosts())
    build.unknown(1)
    lasting = [
        state for state, arcs in enumerate(build.graph.arcs)
        if any(arc.input == graph.stay(graph.BLANK_PHONE) for arc in arcs)
    ]  # fmt: skip
    leads_to = {arc.target for state in lasting for arc in build.graph.arcs[state]}
    assert build.ready not in leads_to
