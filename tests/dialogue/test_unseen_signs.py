"""Warning signs that are typed by people for whom no pattern was written and no model was taught.

The sentences of unseen.tsv are by five people. Neither the patterns nor the language model have
seen them, so what is found here is what a stranger can expect.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assistant.app import typed_phrasebook
from assistant.content.phrases import Meaning
from assistant.dialogue.second_opinion import NO_SIGN
from tests.conftest import Show
from tests.support.dialogue import CONTENT

SENTENCES = Path(__file__).parents[1] / "sentences"
MODELS = Path(__file__).parents[2] / "models"
SEEN = (
    *(SENTENCES / f"{name}.tsv" for name in ("flags", "more_flags", "no_flags", "understand")),
    *(MODELS / folder / "examples.tsv" for folder in ("signs", "questions")),
)
"""What the patterns were mended for, or the model has learnt from."""
GRAVE = {"R-CLOT": 1, "R-EMERG": 2}
TYPED = typed_phrasebook(CONTENT)


@dataclass(frozen=True)
class Sentence:
    """What somebody typed, the rule that it reports, and the one that was found."""

    expected: str
    text: str
    found: str

    @property
    def graver(self) -> bool:
        """Whether it is graver than what was found."""
        return GRAVE.get(self.expected, 0) > GRAVE.get(self.found, 0)


def sign(text: str, state: str = "practice") -> str:
    found = TYPED.understand(text, state)
    return found.value if found and found.means is Meaning.FLAG else NO_SIGN


@cache
def sentences() -> list[Sentence]:
    lines = (SENTENCES / "unseen.tsv").read_text("utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    return [Sentence(expected, text, sign(text)) for expected, text in rows]


def share(wrong: list[Sentence], of: list[Sentence]) -> str:
    listed = "".join(f"\n    {one.expected}, found {one.found}: {one.text}" for one in wrong)
    return f"{len(wrong)} of {len(of)}, {len(wrong) / len(of):.1%}{listed}"


def test_nobody_has_seen_them() -> None:
    seen = {line.split("\t")[-1] for path in SEEN for line in path.read_text("utf-8").splitlines()}
    assert seen.isdisjoint(one.text for one in sentences())


def test_hardly_any_emergency_or_clot_of_a_stranger_passes(show: Show) -> None:
    grave = [one for one in sentences() if one.expected in GRAVE]
    missed = [one for one in grave if one.graver]
    show(f"strangers' emergency and clot signs missed: {share(missed, grave)}")
    assert len(missed) <= 0.02 * len(grave)


def test_hardly_any_other_sign_of_a_stranger_passes(show: Show) -> None:
    others = [one for one in sentences() if one.expected not in {NO_SIGN, *GRAVE}]
    missed = [one for one in others if one.found == NO_SIGN]
    show(f"strangers' other signs missed: {share(missed, others)}")
    assert len(missed) <= 0.03 * len(others)


def test_hardly_anything_harmless_that_a_stranger_types_triggers(show: Show) -> None:
    harmless = [one for one in sentences() if one.expected == NO_SIGN]
    triggered = [one for one in harmless if one.found != NO_SIGN]
    show(f"strangers' harmless sentences that trigger: {share(triggered, harmless)}")
    assert len(triggered) <= 0.02 * len(harmless)
