"""The bench prints every figure that is asked of it."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_the_bench_measures_everything() -> None:
    bench = ROOT / "scripts/bench"
    result = subprocess.run([bench], capture_output=True, text=True, timeout=280, check=False)
    assert result.returncode == 0, result.stderr
    for figure in (
        "start to first spoken sample",
        "real-time factor",
        "peak memory",
        "lines of understand.tsv read a second",
        "lines of questions.tsv read a second",
        "one core's share while listening",
        "final result to first sample",
        "stop: the word's beginning to silence",
        "compute of any block",
    ):
        assert figure in result.stdout
