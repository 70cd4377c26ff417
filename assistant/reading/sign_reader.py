"""How likely a typed sentence reports each warning sign, as a small language model reads it.

`models/signs` makes the model; ONNX Runtime runs it, on this machine and one processor core.
"""

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from assistant.dialogue.second_opinion import CLOT, EMERGENCY, NO_SIGN
from assistant.errors import ContentError
from assistant.reading.wordpieces import WordPieces
from assistant.shipped import shipped_model

MOST_PIECES = 64
"""Some forty words; what is longer is read in stretches."""
_ERRORS_ALONE = 3


class SignReader:
    """Reads sentences.

    Args:
        folder: where the network, its pieces and its rules lie.

    Raises:
        ContentError: the files are not there, or something else.
    """

    def __init__(self, folder: Path) -> None:
        try:
            import onnxruntime  # here, because only who types needs it

            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = options.inter_op_num_threads = 1
            options.log_severity_level = _ERRORS_ALONE
            self._rules: list[str] = json.loads((folder / "rules.json").read_bytes())
            self._pieces = WordPieces((folder / "pieces.txt").read_text("utf-8").splitlines())
            self._network = onnxruntime.InferenceSession(
                (folder / "network.onnx").read_bytes(), options, ["CPUExecutionProvider"]
            )
            self._check()
        except Exception as error:  # ONNX Runtime's errors have no class in common
            raise ContentError(
                f"{folder}: cannot be read as what signs are known by; install the assistant again."
            ) from error
        self._known = lru_cache(maxsize=16)(self._read)

    def __call__(self, text: str) -> Mapping[str, float]:
        """Return how likely each rule, or "-" for none, is what `text` reports: together 1.

        Of a long text the stretch speaks that most likely holds a sign.
        """
        return self._known(text)

    def _read(self, text: str) -> dict[str, float]:
        stretches = map(self._likely, self._pieces.numbers(text, MOST_PIECES))
        return min(stretches, key=lambda likely: likely[NO_SIGN])

    def _likely(self, numbers: list[int]) -> dict[str, float]:
        (shares,) = self._network.run(None, {"pieces": np.array([numbers])})
        return dict(zip(self._rules, map(float, shares), strict=True))

    def _check(self) -> None:
        """Read something with an unknown piece, for the parts have to fit."""
        likely = self._read("all parts fit \N{SNOWMAN}")
        if not likely.keys() >= {NO_SIGN, EMERGENCY, CLOT}:
            raise ValueError(likely.keys())


def default_folder() -> Path:
    """Return where the model lies that signs are read with."""
    return shipped_model("signs-en")


@cache
def shipped_reader() -> SignReader:
    """Return the reader of the model that ships with the project."""
    return SignReader(default_folder())
