"""What the recogniser keeps of what it heard."""

import numpy as np
import pytest

from assistant.hearing.recogniser import Model, Recogniser
from assistant.messages import BLOCK_SAMPLES, samples
from assistant.room import at_peak
from assistant.speaking.synthesiser import Samples, Synthesiser

PHRASES = ("stop", "enough", "yes", "no", "four", "eight", "ouch")
LAST_MOMENT = samples(0.14)


def texts(recogniser: Recogniser, signal: Samples) -> set[str]:
    """Return all that is made out of a signal, block by block."""
    starts = range(0, len(signal) - BLOCK_SAMPLES + 1, BLOCK_SAMPLES)
    return {recogniser.feed(signal[i : i + BLOCK_SAMPLES]).text for i in starts} - {""}


@pytest.mark.parametrize("phrase", PHRASES)
def test_nothing_of_what_was_forgotten_turns_up_afterwards(
    phrase: str, model: Model, synthesiser: Synthesiser
) -> None:
    word = at_peak(synthesiser.render(phrase, "gmw/en-us", 150), -6.0)
    recogniser = model.recogniser(PHRASES)
    for late in range(0, LAST_MOMENT, BLOCK_SAMPLES):
        texts(recogniser, word[: samples(0.3) + late])
        recogniser.forget()
        assert texts(recogniser, np.zeros(samples(0.6), np.float32)) == set()
        recogniser.forget()
