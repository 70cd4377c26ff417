"""Every file in tests/scenarios is a whole conversation with its own expectations."""

from pathlib import Path

import pytest

from assistant.hearing.recogniser import Model
from assistant.scenario import failures, load_scenario
from assistant.speaking.synthesiser import Synthesiser
from tests.support.rehearse import rehearse

SCENARIOS = sorted((Path(__file__).parents[1] / "scenarios").glob("*.toml"))


@pytest.mark.long
@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_the_conversation_goes_as_the_scenario_says(
    path: Path, model: Model, synthesiser: Synthesiser
) -> None:
    scenario = load_scenario(path)
    rehearsed = rehearse(scenario, model, synthesiser, path.parent)
    assert not failures(scenario.expect, rehearsed.entries), rehearsed.heard()
