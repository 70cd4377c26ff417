"""Warning signs in typed talk that nothing else is made of: what thousands of examples are like.

Patterns are surprised by strangers' wordings. So talk that is no answer, no wish and no question,
but much like the examples of a sign, is that sign, and a sign that is much like an emergency or a
clot is one. It only ever adds. `models/likeness/README.md` has what that gave.
"""

from collections.abc import Sequence

from assistant.content.leanings import Leanings
from assistant.dialogue.likeness import Likeness, of_sentence

NO_SIGN = "-"
EMERGENCY, CLOT = "R-EMERG", "R-CLOT"
FEWEST_WORDS = 4
"""Shorter talk is left to the patterns."""
LIKE_A_GRAVE_SIGN, LIKE_A_SIGN = 0.8, 0.9
"""How likely an emergency or a clot has to be, and any sign."""
LIKE_AN_EMERGENCY = 0.3
"""A grave sign is taken for an emergency from here on."""


class SecondOpinion:
    """Judges talk by what was learnt."""

    def __init__(self, learnt: Leanings) -> None:
        self._likeness = Likeness(learnt)

    def of(self, words: Sequence[str], found: str | None) -> str | None:
        """Return the rule of the sign in `words`, of which patterns `found` one or none."""
        if len(words) < FEWEST_WORDS or found == EMERGENCY:
            return found
        likely = self._likeness.judge(of_sentence(words))
        if likely[EMERGENCY] + likely[CLOT] >= LIKE_A_GRAVE_SIGN:
            return EMERGENCY if likely[EMERGENCY] >= LIKE_AN_EMERGENCY else CLOT
        if found is None and 1 - likely[NO_SIGN] >= LIKE_A_SIGN:
            return max((rule for rule in likely if rule != NO_SIGN), key=lambda one: likely[one])
        return found
