"""What a small language model makes of a typed sentence: the sign it reports, what it asks for.

`models/reading` makes the model; ONNX Runtime runs it, on this machine and one processor core.
"""

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from assistant.dialogue.retrieval import NO_QUESTION, UNKNOWN_ANSWER
from assistant.dialogue.second_opinion import GRAVE, NO_SIGN
from assistant.errors import ContentError
from assistant.reading.wordpieces import WordPieces
from assistant.shipped import shipped_model

MOST_PIECES = 64
"""Some forty words; what is longer is read in stretches."""
SIGNS, ANSWERS = "signs", "answers"
"""What the network tells, and how `labels.json` calls it."""
_NONE = {SIGNS: NO_SIGN, ANSWERS: NO_QUESTION}
_NEEDED = {SIGNS: {NO_SIGN, *GRAVE}, ANSWERS: {NO_QUESTION, UNKNOWN_ANSWER}}
_ERRORS_ALONE = 3


class Reader:
    """Reads sentences.

    Args:
        folder: where the network, its pieces and its labels lie.

    Raises:
        ContentError: the files are not there, or something else.
    """

    def __init__(self, folder: Path) -> None:
        try:
            import onnxruntime  # here, because only who types needs it

            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = options.inter_op_num_threads = 1
            options.log_severity_level = _ERRORS_ALONE
            self._labels: dict[str, list[str]] = json.loads((folder / "labels.json").read_bytes())
            self._pieces = WordPieces((folder / "pieces.txt").read_text("utf-8").splitlines())
            self._network = onnxruntime.InferenceSession(
                (folder / "network.onnx").read_bytes(), options, ["CPUExecutionProvider"]
            )
            self._check()
        except Exception as error:  # ONNX Runtime's errors have no class in common
            raise ContentError(
                f"{folder}: cannot be read as what sentences are read with; "
                "install the assistant again."
            ) from error
        self._known = lru_cache(maxsize=16)(self._read)

    def signs(self, text: str) -> Mapping[str, float]:
        """Return how likely each rule, or "-" for none, is what `text` reports: together 1.

        Of a long text the stretch speaks that most likely holds a sign.
        """
        return self._known(text)[SIGNS]

    def answers(self, text: str) -> Mapping[str, float]:
        """Return how likely each answer, or "-" for none, is what `text` asks for: together 1.

        Of a long text the stretch speaks that most likely holds a question.
        """
        return self._known(text)[ANSWERS]

    def _read(self, text: str) -> dict[str, dict[str, float]]:
        stretches = [self._likely(numbers) for numbers in self._pieces.numbers(text, MOST_PIECES)]
        return {
            kind: min((likely[kind] for likely in stretches), key=lambda shares: shares[none])
            for kind, none in _NONE.items()
        }

    def _likely(self, numbers: list[int]) -> dict[str, dict[str, float]]:
        told = self._network.run([SIGNS, ANSWERS], {"pieces": np.array([numbers])})
        return {
            kind: dict(zip(self._labels[kind], map(float, shares), strict=True))
            for kind, shares in zip((SIGNS, ANSWERS), told, strict=True)
        }

    def _check(self) -> None:
        """Read something with an unknown piece, for the parts have to fit."""
        likely = self._read("all parts fit \N{SNOWMAN}")
        for kind, needed in _NEEDED.items():
            if not likely[kind].keys() >= needed:
                raise ValueError(likely.keys())


def default_folder() -> Path:
    """Return where the model lies that sentences are read with."""
    return shipped_model("reading-en")


@cache
def shipped_reader() -> Reader:
    """Return the reader of the model that ships with the project."""
    return Reader(default_folder())
