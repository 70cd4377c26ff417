"""What is known of a user's earlier answers to the monthly safety questions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


class Memory(Protocol):
    """Where answers come from and go to."""

    def recall(self) -> Mapping[str, str]:
        """Return the answers that may still be relied upon, by question; none: ask everything."""
        ...

    def remember(self, answers: Mapping[str, str]) -> None:
        """Keep the answers that were just given or, where there are none, forget the old ones."""
        ...


@dataclass(frozen=True)
class GivenAnswers:
    """Answers that are given and never kept: for rehearsals, and for nobody in particular."""

    answers: Mapping[str, str] = field(default_factory=dict)

    def recall(self) -> Mapping[str, str]:
        """Return what was given."""
        return self.answers

    def remember(self, answers: Mapping[str, str]) -> None:
        """Keep nothing."""
