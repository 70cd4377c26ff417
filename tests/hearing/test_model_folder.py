"""What can be told of a model before it is loaded."""

import json
from pathlib import Path

import pytest
import vosk

from assistant.app import phrasebook
from assistant.content.loader import load_content
from assistant.errors import ModelError
from assistant.hearing import model_folder
from assistant.hearing.recogniser import Model, default_model_folder
from tests.support.model_archive import general_model


@pytest.fixture
def general(tmp_path: Path) -> Path:
    return general_model(tmp_path / "general")


def test_the_words_are_those_of_the_word_list() -> None:
    known = model_folder.words(default_model_folder())
    assert "stop" in known
    assert not {"<eps>", "#0", "<s>", "[unk]"} & set(known)


def test_words_within_the_graph_are_found_there(general: Path) -> None:
    assert model_folder.words(general) == model_folder.words(default_model_folder())


def test_a_model_with_its_words_within_the_graph_takes_grammars(general: Path) -> None:
    book = phrasebook(load_content())
    model = Model(general)
    model.require(book.grammar())
    model.recogniser(book.grammar()).listen_for(["stop"])


def test_what_is_said_of_the_words_is_what_vosk_finds(general: Path) -> None:
    model = vosk.Model(str(general))
    known = model_folder.words(general)
    assert all(model.vosk_model_find_word(word) >= 0 for word in known)
    assert model.vosk_model_find_word("xylowobble") < 0


def test_the_features_are_those_of_the_configuration() -> None:
    features = model_folder.features(default_model_folder())
    assert features["sample-frequency"] == "16000"
    assert features["num-ceps"] == "40"


def test_a_fixed_graph_is_refused_even_beside_one_that_takes_grammars(general: Path) -> None:
    (general / "graph/HCLG.fst").write_bytes((general / "graph/HCLr.fst").read_bytes())
    assert not model_folder.takes_grammar(general)
    with pytest.raises(ModelError, match=r"one fixed grammar .* cannot be told what to listen for"):
        Model(general)


def test_a_graph_in_one_part_only_is_refused(general: Path) -> None:
    (general / "graph/HCLr.fst").rename(general / "graph/HCLG.fst")
    (general / "graph/Gr.fst").unlink()
    with pytest.raises(ModelError, match="one fixed grammar"):
        Model(general)


@pytest.mark.parametrize("keep", [0, 3, 30, 90, 500])
def test_a_graph_cut_off_in_its_head_or_its_words_is_called_broken(
    keep: int, general: Path
) -> None:
    graph = general / "graph/Gr.fst"
    graph.write_bytes(graph.read_bytes()[:keep])
    with pytest.raises(ModelError, match="is broken; install it again"):
        Model(general)


def test_noise_instead_of_a_graph_is_called_broken(general: Path) -> None:
    (general / "graph/Gr.fst").write_bytes(b"\xff" * 10_000)
    with pytest.raises(ModelError, match="is broken; install it again"):
        Model(general)


def test_a_grammar_decides_what_is_heard(general: Path) -> None:
    """What a fixed graph would not do, and why it is refused."""
    recogniser = vosk.KaldiRecognizer(vosk.Model(str(general)), 16_000, '["stop", "[unk]"]')
    recogniser.AcceptWaveform(bytes(32_000))
    assert set(json.loads(recogniser.FinalResult())["text"].split()) <= {"stop", "[unk]"}
