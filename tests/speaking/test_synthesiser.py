"""One contract for the fake and the real synthesiser, and what only the real one does."""

import stat
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import SpeechError
from assistant.messages import SAMPLE_RATE_HZ
from assistant.speaking.synthesiser import Synthesiser
from tests.support.fakes import FakeSynthesiser

VOICE, RATE = "gmw/en", 150
LINE = "Rub your palms together until they feel warm."


@pytest.fixture(params=["fake", "real"])
def any_synthesiser(
    request: pytest.FixtureRequest, synthesiser: Synthesiser
) -> Synthesiser | FakeSynthesiser:
    return synthesiser if request.param == "real" else FakeSynthesiser()


def test_a_line_is_rendered_as_float_samples_that_last_a_few_seconds(
    any_synthesiser: Synthesiser,
) -> None:
    speech = any_synthesiser.render(LINE, VOICE, RATE)
    assert speech.dtype == np.float32
    assert 1.5 < len(speech) / SAMPLE_RATE_HZ < 5
    assert 0.1 < np.abs(speech).max() <= 1


def test_the_same_line_sounds_the_same_every_time(any_synthesiser: Synthesiser) -> None:
    first = any_synthesiser.render(LINE, VOICE, RATE)
    any_synthesiser.render("Something else.", VOICE, RATE)
    assert np.array_equal(first, any_synthesiser.render(LINE, VOICE, RATE))


def test_a_slower_rate_lasts_longer(any_synthesiser: Synthesiser) -> None:
    assert len(any_synthesiser.render(LINE, VOICE, 110)) > len(
        any_synthesiser.render(LINE, VOICE, 190)
    )


def test_a_voice_that_does_not_exist_is_refused_in_one_sentence(
    any_synthesiser: Synthesiser,
) -> None:
    with pytest.raises(SpeechError, match="no voice 'nobody'"):
        any_synthesiser.render(LINE, "nobody", RATE)


def test_what_was_said_before_does_not_change_how_a_line_sounds() -> None:
    alone, after_others = Synthesiser(None), Synthesiser(None)
    for other in ("Any pain?", "Halfway.", "Now the left side."):
        after_others.render(other, VOICE, RATE)
    expected = alone.render(LINE, VOICE, RATE)
    assert np.array_equal(expected, after_others.render(LINE, VOICE, RATE))
    alone.close()
    after_others.close()


def test_a_cached_line_is_the_rendered_one_and_nobody_else_can_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "speech"
    first = Synthesiser(folder)
    rendered = first.render(LINE, VOICE, RATE)
    first.close()
    (file,) = folder.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    cached = Synthesiser(folder)  # asks no renderer
    assert np.array_equal(rendered, cached.render(LINE, VOICE, RATE))


def test_a_broken_cache_file_is_rendered_again(tmp_path: Path) -> None:
    first = Synthesiser(tmp_path)
    rendered = first.render(LINE, VOICE, RATE)
    (file,) = tmp_path.glob("*.npz")
    file.write_bytes(file.read_bytes()[:100])
    second = Synthesiser(tmp_path)
    assert np.array_equal(rendered, second.render(LINE, VOICE, RATE))
    first.close()
    second.close()


def test_a_cache_that_cannot_be_written_costs_only_the_cache(tmp_path: Path) -> None:
    not_a_folder = tmp_path / "file"
    not_a_folder.write_text("")
    synthesiser = Synthesiser(not_a_folder)
    assert len(synthesiser.render(LINE, VOICE, RATE))
    synthesiser.close()


def test_every_word_of_a_line_is_said_after_the_one_before_and_within_it(
    any_synthesiser: Synthesiser,
) -> None:
    speech = any_synthesiser.speech(LINE, VOICE, RATE)
    assert [word.text for word in speech.words] == LINE.lower().strip(".").split()
    starts = [word.start for word in speech.words]
    assert starts == sorted(starts)
    assert all(word.start < word.end for word in speech.words)
    assert speech.words[-1].end <= len(speech.samples)
    assert np.array_equal(speech.samples, any_synthesiser.render(LINE, VOICE, RATE))


def test_a_word_after_a_pause_begins_after_it_and_the_one_before_ends_before(
    synthesiser: Synthesiser,
) -> None:
    speech = synthesiser.speech("Slowly now. Stop.", VOICE, RATE)
    _, now, stop = speech.words
    pause = speech.samples[now.end : stop.start]
    assert len(pause) > SAMPLE_RATE_HZ // 5
    assert np.abs(pause).max() < 0.02
    assert np.abs(speech.samples[stop.start : stop.end]).max() > 0.1


def test_the_words_of_a_cached_line_are_those_of_the_rendered_one(tmp_path: Path) -> None:
    first = Synthesiser(tmp_path)
    rendered = first.speech(LINE, VOICE, RATE)
    first.close()
    assert Synthesiser(tmp_path).speech(LINE, VOICE, RATE).words == rendered.words
