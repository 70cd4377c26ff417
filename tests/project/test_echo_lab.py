"""The laboratory: rooms by seed, runs that are taken up again, tables and pictures."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

pytest.importorskip("pyroomacoustics", reason="the laboratory's rooms: pip install -e '.[lab]'")

from echo_lab.laboratory import Extent, done, plan, run
from echo_lab.people import word_bounds
from echo_lab.rooms import place
from echo_lab.tables import show
from rich.console import Console

from assistant.messages import SAMPLE_RATE_HZ, samples
from assistant.speaking.synthesiser import Synthesiser

ROOT = Path(__file__).parents[2]


def test_the_same_seed_draws_the_same_room_and_another_another() -> None:
    one, two, other = place(1, 0.3), place.__wrapped__(1, 0.3), place(2, 0.3)
    assert np.array_equal(one.from_loudspeaker, two.from_loudspeaker)
    assert not np.array_equal(one.from_loudspeaker[:500], other.from_loudspeaker[:500])


def test_a_longer_reverberation_dies_away_later() -> None:
    def late_share(rt60_seconds: float) -> float:
        power = place(3, rt60_seconds).from_loudspeaker.astype(np.float64) ** 2
        return float(power[samples(0.15) :].sum() / power.sum())

    assert late_share(0.6) > 3 * late_share(0.2)


def test_a_word_is_found_in_its_silence() -> None:
    speech = np.zeros(SAMPLE_RATE_HZ, np.float32)
    speech[4000:8000] = 0.3
    assert word_bounds(speech) == (4000, 8000)


def test_a_result_that_was_cut_off_is_run_again(tmp_path: Path) -> None:
    results = tmp_path / "results.jsonl"
    results.write_text('{"trial": "a", "caught": true}\n{"trial": "b", "cau')
    assert done(results) == {"a": {"caught": True}}
    assert done(tmp_path / "nothing") == {}


@pytest.mark.long
def test_what_is_run_after_a_cut_off_line_is_kept(tmp_path: Path) -> None:
    results = tmp_path / "results.jsonl"
    results.write_text('{"trial": "cost/base/this assistant/0/0", "cpu')
    (tmp_path / "manifest.csv").write_text("file,text\n")
    [cost] = [trial for trial in plan(Extent(1, 0.1), tmp_path) if trial.kind == "cost"][:1]
    run([cost], results, tmp_path, processes=1)
    assert list(done(results)) == [cost.key]


def test_a_recital_is_shown_where_nobody_else_has_recited(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text("file,text\n")
    trials = [trial for trial in plan(Extent(1, 0.1), tmp_path) if trial.kind == "recital"][:1]
    heard = {"seconds": 600.0, "obeyed": 0, "held": 1}
    console = Console(record=True, width=120)
    show(console, trials, {trials[0].key: heard})
    assert "acted on itself" in console.export_text()


@pytest.mark.slow
def test_a_run_measures_draws_and_is_taken_up_again(
    tmp_path: Path, synthesiser: Synthesiser
) -> None:
    word = synthesiser.render("stop", "gmw/en-gb-x-rp+m1", 145)
    soundfile.write(tmp_path / "stop.wav", word, SAMPLE_RATE_HZ)
    (tmp_path / "manifest.csv").write_text("file,text\nstop.wav,stop\n")
    work = tmp_path / "work"
    command = [sys.executable, "-m", "echo_lab", str(tmp_path), "--work", str(work)]
    command += ["--stops", "1", "--processes", "1", "--only", "stop/user 6 dB below"]
    env = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'scripts'}"}
    for _ in range(2):
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in (work / "results.jsonl").read_text().splitlines()]
    assert len(lines) == 3, "one for each listener, and none of them twice"
    assert "6 dB below" in done.stdout
    assert (work / "recall.png").stat().st_size > 1000
