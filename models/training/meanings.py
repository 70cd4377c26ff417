"""What counts as a command, what as other speech, and what must not be taken for leave to go on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from assistant.content.phrases import Meaning
from assistant.dialogue.understanding import Phrasebook, Understood

ALARMS = {Meaning.STOP, Meaning.HURT, Meaning.FLAG}
"""What must not be taken for leave to go on; a pain number that is sore must not, either."""


class Meanings(Protocol):
    """Tells commands from other speech."""

    def of(self, text: str) -> object:
        """Return what a text comes to, or None."""
        ...

    def is_command(self, text: str) -> bool:
        """Whether who says this is to be understood."""
        ...

    def is_foreign(self, text: str) -> bool:
        """Whether nothing is to be done about this."""
        ...

    def alarms(self, text: str) -> bool:
        """Whether a text is a reason not to go on."""
        ...

    def leads_on(self, text: str) -> bool:
        """Whether the massage may go on because of a text."""
        ...


class Verbatim:
    """Nothing counts but the phrases themselves, word by word."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases = frozenset(phrases)
        self._words = {word for phrase in self._phrases for word in phrase.split()}

    def of(self, text: str) -> object:
        """Return what a text comes to, or None."""
        return text if text in self._phrases else None

    def is_command(self, text: str) -> bool:
        """Whether who says this is to be understood."""
        return text in self._phrases

    def is_foreign(self, text: str) -> bool:
        """Whether no word of this is in a command."""
        return not self._words & set(text.split())

    def alarms(self, text: str) -> bool:  # noqa: ARG002 (the protocol's)
        """Whether a text is a reason not to go on: that is not known here."""
        return False

    def leads_on(self, text: str) -> bool:  # noqa: ARG002 (the protocol's)
        """Whether the massage may go on because of a text: that is not known here."""
        return False


class Understanding:
    """What the assistant understands in a state, which is what it acts on."""

    def __init__(self, book: Phrasebook, state: str) -> None:
        self._book, self._state = book, state
        self._listened = set(book.grammar(state))

    def of(self, text: str) -> Understood | None:
        """Return what a text comes to, or None."""
        return self._book.understand(text, self._state)

    def is_command(self, text: str) -> bool:
        """Whether who says this is to be understood."""
        return " ".join(self._book.words(text)) in self._listened and self.of(text) is not None

    def is_foreign(self, text: str) -> bool:
        """Whether the assistant is to do nothing about it."""
        return self.of(text) is None

    def alarms(self, text: str) -> bool:
        """Whether a text is a reason not to go on."""
        meant = self.of(text)
        return meant is not None and (meant.means in ALARMS or meant.sore)

    def leads_on(self, text: str) -> bool:
        """Whether the massage may go on because of a text."""
        meant = self.of(text)
        return meant is not None and meant.leads_on
