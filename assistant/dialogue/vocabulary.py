"""What is listened for in each state, and what each phrase means there.

There are a hundred thousand phrases and a dozen states; phrases of one template share what they
mean, and only those that occur twice are looked at one by one.
"""

from collections.abc import Iterable, Iterator

from assistant.content.phrases import Meaning, PhraseGroup, Phrases
from assistant.content.routine import Routine
from assistant.dialogue.meanings import PAIN, ByState, Understood, Words, worst
from assistant.dialogue.writing import UNKNOWN, Writer
from assistant.errors import ContentError


class Vocabulary:
    """Every phrase, made from the content.

    Raises:
        ContentError: a phrase has two meanings in one state, or a word that cannot be recognised.
    """

    def __init__(self, phrases: Phrases, routines: Iterable[Routine], writer: Writer) -> None:
        self.phrases: dict[Words, ByState] = {}
        """What may stand among other phrases."""
        self.alone: dict[Words, ByState] = {}
        """What is understood only where nothing else is said."""
        self.listened: dict[str, dict[str, Meaning]] = {}
        """What the recogniser listens for in each state, in the order of the file."""
        self._writer, self._spoken_numbers = writer, phrases.spoken_numbers
        self._state_groups = phrases.groups
        for group in (*phrases.phrases, *phrases.free_talk.phrases, *_routine_groups(routines)):
            self._listen_for(group)
            self._understand(group)

    def _listen_for(self, group: PhraseGroup) -> None:
        """Have what `group` says listened for in its states."""
        texts = (text for said in group.say for text, _ in self._numbered(said, group))
        heard = {" ".join(words): group.means for text in texts for words in self._phrases(text)}
        for state in self._states(group):
            self.listened.setdefault(state, {}).update(heard)

    def _understand(self, group: PhraseGroup) -> None:
        """Have what `group` says, and what may be typed, understood in its states."""
        known = self.alone if group.alone else self.phrases
        for template in (*group.say, *group.typed):
            for text, number in self._numbered(template, group):
                says = Understood(group.means, group.value, number)
                means = dict.fromkeys(self._states(group), says)
                phrases = dict.fromkeys(self._phrases(text), means)
                twice = {words: known[words] for words in phrases if words in known}
                known |= phrases
                known |= {words: _settled(before, means, text) for words, before in twice.items()}

    def _states(self, group: PhraseGroup) -> Iterator[str]:
        for name in group.states:
            yield from self._state_groups.get(name, (name,))

    def _numbered(self, text: str, group: PhraseGroup) -> Iterator[tuple[str, int | None]]:
        """Yield `text` with each number that stands in it, and what it then means."""
        if not group.numbers:
            yield text, group.number
        for number in group.numbers:
            yield text.replace("{number}", self._spoken_numbers[number]), number + group.add

    def _phrases(self, text: str) -> list[Words]:
        """Return the words of every phrase that `text` stands for."""
        phrases = self._writer.phrases(text)
        if any(not words or UNKNOWN in words for words in phrases):
            raise ContentError(f"The phrase {text!r} cannot be listened for; use plain words.")
        return phrases


def _settled(known: ByState, new: ByState, text: str) -> ByState:
    """Return what a phrase means, by state, that two templates stand for."""
    both = [state for state in new if state in known]
    agreed = {state: _one_meaning(known[state], new[state], text, state) for state in both}
    return {**known, **new, **agreed}


def _one_meaning(known: Understood, new: Understood, text: str, state: str) -> Understood:
    """Return the one meaning of a phrase: a warning sign, or of two wordings of pain the sorer."""
    if known == new or known.means is Meaning.FLAG:
        return known
    if known.means in PAIN and new.means in PAIN:
        return worst([known, new])
    raise ContentError(
        f"The phrase {text!r} means two things when {state}: "
        f"{known.means} {known.value} and {new.means} {new.value}."
    )


def _routine_groups(routines: Iterable[Routine]) -> Iterator[PhraseGroup]:
    for routine in routines:
        starts = tuple(f"start {name}" for name in routine.names)
        begin = "(begin|start|do|try) (the |my |a |)"
        typed = tuple(f"{begin}{name}( one| massage| routine|)" for name in routine.names)
        yield PhraseGroup(Meaning.START, ("any",), starts, routine.id, typed=typed)
        yield PhraseGroup(Meaning.ROUTINE, ("choosing_routine",), routine.names, routine.id)
