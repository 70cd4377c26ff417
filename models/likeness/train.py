"""Learns from examples what questions and warning signs are like; `scripts/train-likeness`.

Two linear models (logistic regression of scikit-learn) over the features of `likeness.py`, their
weights rounded to bytes. The same examples always give the same files.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse
from sklearn.linear_model import LogisticRegression

from assistant.content.flags import FlagPatterns
from assistant.content.loader import (
    FOLDER,
    QUESTION_LEANINGS,
    SIGN_LEANINGS,
    load,
    load_folder,
)
from assistant.content.questions import Questions
from assistant.dialogue.flags import Flags
from assistant.dialogue.likeness import of_question, of_sentence, places
from assistant.dialogue.retrieval import UNKNOWN_ANSWER, Retrieval

EXAMPLES = Path(__file__).parent
SAME_AS_UNKNOWN = "refusal-off-topic"
"""Patterns tell it from what is unknown; both are no answer."""
FEWEST = 20
"""An answer of which there are fewer examples is left to its patterns."""
LARGEST_BYTE = 127
PENALTY = 100.0
"""How freely weights grow: scikit-learn's C."""


@dataclass(frozen=True)
class Lesson:
    """Examples, and what they are known by."""

    answers: list[str]
    texts: list[str]
    known_by: Callable[[str], Collection[str]]
    buckets: int

    def matrix(self) -> scipy.sparse.csr_matrix:
        """Return the features, (examples, buckets), each row of length one."""
        found = [sorted(places(self.known_by(text), self.buckets)) for text in self.texts]
        rows = [row for row, at in enumerate(found) for _ in at]
        values = [1 / np.sqrt(len(at)) for at in found for _ in at]
        columns = [one for at in found for one in at]
        return scipy.sparse.csr_matrix((values, (rows, columns)), (len(found), self.buckets))


def main() -> None:
    """Write what the assistant's content ships."""
    learn(questions(), QUESTION_LEANINGS)
    learn(signs(), SIGN_LEANINGS)


def learn(lesson: Lesson, path: Path) -> None:
    """Write the weights that the examples of a lesson come to."""
    model = LogisticRegression(C=PENALTY, max_iter=300)
    model.fit(lesson.matrix(), lesson.answers)
    unit = float(np.abs(model.coef_).max()) / LARGEST_BYTE
    head = {
        "answers": model.classes_.tolist(),
        "biases": [round(float(bias), 4) for bias in model.intercept_],
        "unit": unit,
        "buckets": lesson.buckets,
    }
    weights = np.round(model.coef_.T / unit).astype(np.int8)
    path.write_bytes(json.dumps(head).encode() + b"\n" + weights.tobytes())


def questions() -> Lesson:
    """Return the questions whose answers have enough examples; what may be said is one, too."""
    content = load(FOLDER / "questions.toml", Questions)
    retrieval = Retrieval(content)
    rows = [tuple(line.split("\t", 1)) for line in lines("questions.tsv")]
    rows += [(one.answer, text) for one in content.questions for text in one.spoken]
    rows = [(UNKNOWN_ANSWER if one == SAME_AS_UNKNOWN else one, text) for one, text in rows]
    count = Counter(answer for answer, _ in rows)
    kept = [(answer, text) for answer, text in rows if count[answer] >= FEWEST]

    def known_by(text: str) -> Collection[str]:
        return of_question(retrieval.concepts(text), retrieval.words(text))

    return Lesson([one for one, _ in kept], [text for _, text in kept], known_by, 1 << 13)


def signs() -> Lesson:
    """Return sentences with and without a warning sign; its rule, or "-", is the answer."""
    flags = Flags(load_folder(FOLDER / "warning_signs", FlagPatterns))
    rows = [line.split("\t") for name in ("flags.tsv", "no_flags.tsv") for line in lines(name)[1:]]

    def known_by(text: str) -> Collection[str]:
        return of_sentence(flags.words(text))

    return Lesson([row[0] for row in rows], [row[2] for row in rows], known_by, 1 << 15)


def lines(name: str) -> list[str]:
    """Return the lines of a file of examples."""
    return (EXAMPLES / name).read_text("utf-8").splitlines()


if __name__ == "__main__":
    main()
