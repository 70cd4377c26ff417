"""Learns from example questions which answer a question is like; `scripts/train-questions`.

A linear model (logistic regression of scikit-learn) over the features of `likeness.py`, its weights
rounded to bytes. The same examples always give the same file.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import scipy.sparse
from sklearn.linear_model import LogisticRegression

from assistant.content.loader import FOLDER, LEANINGS, load
from assistant.content.questions import Questions
from assistant.dialogue.likeness import features, places
from assistant.dialogue.retrieval import UNKNOWN_ANSWER, Retrieval

EXAMPLES = Path(__file__).with_name("examples.tsv")
QUESTIONS = load(FOLDER / "questions.toml", Questions)
BUCKETS = 1 << 13
PENALTY = 100.0
"""How freely weights grow (scikit-learn's C): 20 was worse, 500 no better."""
SAME_AS_UNKNOWN = "refusal-off-topic"
"""Patterns tell it from what is unknown; both are no answer."""
FEWEST = 20
"""An answer of which there are fewer examples is left to its patterns."""
LARGEST_BYTE = 127


def main() -> None:
    """Write what the assistant's content ships."""
    answers, texts = examples()
    model = LogisticRegression(C=PENALTY, max_iter=300)
    model.fit(matrix(texts), answers)
    unit = float(np.abs(model.coef_).max()) / LARGEST_BYTE
    head = {
        "answers": model.classes_.tolist(),
        "biases": [round(float(bias), 4) for bias in model.intercept_],
        "unit": unit,
        "buckets": BUCKETS,
    }
    weights = np.round(model.coef_.T / unit).astype(np.int8)
    LEANINGS.write_bytes(json.dumps(head).encode() + b"\n" + weights.tobytes())


def examples() -> tuple[list[str], list[str]]:
    """Return the answers that have enough examples, and these; what may be said is one, too."""
    rows = [tuple(line.split("\t", 1)) for line in EXAMPLES.read_text("utf-8").splitlines()]
    rows += [(one.answer, text) for one in QUESTIONS.questions for text in one.spoken]
    rows = [(UNKNOWN_ANSWER if one == SAME_AS_UNKNOWN else one, text) for one, text in rows]
    count = Counter(answer for answer, _ in rows)
    kept = [(answer, text) for answer, text in rows if count[answer] >= FEWEST]
    return [answer for answer, _ in kept], [text for _, text in kept]


def matrix(texts: list[str]) -> scipy.sparse.csr_matrix:
    """Return the features of questions, (questions, buckets), each row of length one."""
    retrieval = Retrieval(QUESTIONS)
    known_by = [
        sorted(places(features(retrieval.concepts(text), retrieval.words(text)), BUCKETS))
        for text in texts
    ]
    rows = [row for row, found in enumerate(known_by) for _ in found]
    values = [1 / np.sqrt(len(found)) for found in known_by for _ in found]
    columns = [at for found in known_by for at in found]
    return scipy.sparse.csr_matrix((values, (rows, columns)), (len(texts), BUCKETS))


if __name__ == "__main__":
    main()
