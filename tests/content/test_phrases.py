"""What people may say means exactly one thing in every state."""

from dataclasses import replace

import pytest

from assistant.content.phrases import Meaning, PhraseGroup
from assistant.content.routine import Routine, Step
from assistant.dialogue.answers import AnswerBook
from assistant.dialogue.flags import Flags
from assistant.dialogue.state import State
from assistant.dialogue.understanding import UNKNOWN, Phrasebook, Understood
from assistant.errors import ContentError
from tests.support.dialogue import BOOK, CONTENT

PHRASES = CONTENT.phrases


def states_of(group: PhraseGroup) -> list[str]:
    return [state for name in group.states for state in PHRASES.groups.get(name, (name,))]


def expanded() -> dict[tuple[str, str], Understood]:
    """What every phrase of the file is meant to mean, by state and phrase."""
    meant = {}
    for group in PHRASES.phrases:
        for state in states_of(group):
            for text in group.say:
                exact = Understood(group.means, group.value, group.number)
                meant[state, text] = sign_in(group.means, text) or exact
                for number in group.numbers:
                    spoken = text.replace("{number}", PHRASES.spoken_numbers[number])
                    meant[state, spoken] = Understood(group.means, group.value, number + group.add)
    for routine in CONTENT.routines:
        for name in routine.names:
            meant["choosing_routine", name] = Understood(Meaning.ROUTINE, routine.id)
            for state in PHRASES.groups["any"]:
                meant[state, f"start {name}"] = Understood(Meaning.START, routine.id)
    return meant


FLAGS = Flags(CONTENT.flags)
ALSO_SIGNS = {Meaning.CONDITION, Meaning.CALL}
"""What may be a warning sign as well; that comes first, and the dialogue minds both."""


def sign_in(means: Meaning, text: str) -> Understood | None:
    rule = FLAGS.find(text) if means in ALSO_SIGNS else None
    return Understood(Meaning.FLAG, rule) if rule else None


FLAGGED = {
    (state.value, phrase): Understood(Meaning.FLAG, rule.id)
    for rule in CONTENT.flags.rules
    for phrase in rule.listen
    for state in State
}
MEANT = expanded() | FLAGGED
GROUPS = (*PHRASES.phrases, *PHRASES.free_talk.phrases)
EXAMPLES = [(group, text) for group in GROUPS for text in group.examples]


def in_full(phrase: str) -> str:
    """Without contractions."""
    return " ".join(BOOK.words(phrase))


IN_STATE = [(state, phrase) for state in BOOK.states for phrase in BOOK.grammar(state)]


@pytest.mark.parametrize(("group", "text"), EXAMPLES, ids=[text for _, text in EXAMPLES])
def test_every_example_is_understood_in_every_state_of_its_group(
    group: PhraseGroup, text: str
) -> None:
    for state in states_of(group):
        found = BOOK.understand(text, state)
        assert found is not None, f"{text!r} is unclear when {state}"
        exact = sign_in(group.means, text) or Understood(group.means, group.value)
        assert (found.means, found.value) == (exact.means, exact.value), state


def test_every_group_has_an_example() -> None:
    assert all(group.examples for group in GROUPS)


@pytest.mark.parametrize("routine", CONTENT.routines, ids=lambda routine: routine.id)
def test_every_routine_is_started_by_each_of_its_names(routine: Routine) -> None:
    for name in routine.names:
        found = BOOK.understand(f"Start {name}.", "ready")
        assert found == Understood(Meaning.START, routine.id)
        assert BOOK.understand(name, "choosing_routine") == Understood(Meaning.ROUTINE, routine.id)


def test_every_phrase_means_itself_and_nothing_else() -> None:
    """A stop, flag or pain phrase within another would take it over; a longer one must not."""
    for state, phrase in IN_STATE:
        found = BOOK.understand(phrase, state)
        assert found == MEANT[state, in_full(phrase)], (
            f"{phrase!r} is taken for {found} when {state}"
        )


def test_no_stop_or_pain_phrase_hides_in_a_phrase_that_means_something_else() -> None:
    for state, phrase in IN_STATE:
        exact = MEANT[state, in_full(phrase)]
        if exact.means is not Meaning.STOP:
            assert BOOK.count(phrase, "reading", Meaning.STOP) == 0, (state, phrase)
        if state in {"reading", "practice"} and exact.means is not Meaning.HURT:
            assert BOOK.count(phrase, "reading", Meaning.HURT) == 0, (state, phrase)


@pytest.mark.parametrize(
    "text",
    ["stopwatch", "unstoppable", "extended", "weekend", "painting", "now", "know", "owl"],
)
def test_a_word_within_a_word_means_nothing(text: str) -> None:
    for state in BOOK.states:
        assert BOOK.understand(text, state) is None


def test_every_phrase_is_written_as_the_recogniser_writes_it() -> None:
    grammars = {state: BOOK.grammar(state) for state in BOOK.states}
    for state, phrase in IN_STATE:
        assert in_full(phrase) == phrase or "'" in phrase
        assert in_full(phrase) in grammars[state]
        assert UNKNOWN not in phrase


def test_every_state_that_is_named_is_a_state_of_the_dialogue() -> None:
    assert set(BOOK.states) == {state.value for state in State} - {"ended"}


def test_every_answer_that_is_asked_for_exists() -> None:
    book = AnswerBook(CONTENT)
    asked = {group.value for group in PHRASES.phrases if group.means is Meaning.QUESTION}
    for answer_id in asked - {"sources"}:
        assert book.reply(answer_id).text


@pytest.mark.parametrize(
    ("heard", "single"),
    [
        *[("stop", True), ("[unk] stop", True), ("stop it", True)],
        *[("stop stop", False), ("ow stop", False), ("that hurts", False), ("", False)],
    ],
)
def test_a_single_stop_is_one_stop_word_and_no_pain_word(heard: str, single: bool) -> None:
    assert BOOK.holds_one_stop(heard) == single


def test_the_hot_phrases_are_the_stop_and_pain_phrases() -> None:
    for phrase in BOOK.hot_phrases():
        found = BOOK.understand(phrase, "reading")
        assert found is not None
        assert found.means in {Meaning.STOP, Meaning.HURT}
    for decoy in BOOK.decoys():
        assert BOOK.count(decoy, "reading", Meaning.STOP) == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It's  a FOUR!", "it is a four"),
        ("I\N{RIGHT SINGLE QUOTATION MARK}m fine", "i am fine"),
        ("3", "three"),
        ("3/10", "three out of ten"),
        ("42", "forty two"),
        ("2.5", "two and a half"),
        ("4.0", "four"),
        ("my back's sore", "my back is sore"),
        ("[unk] stop", "[unk] stop"),
        ("", ""),
        ("?!", ""),
        ("'stop'", "stop"),
        ("don't", "do not"),
        ("shan't", "shan't"),
        ("9" * 5000, UNKNOWN),
    ],
)
def test_typed_text_is_written_as_it_would_be_recognised(text: str, words: str) -> None:
    assert " ".join(BOOK.words(text)) == words


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("stop", 1),
        ("please stop", 1),
        ("stop stop stop", 3),
        ("that is enough stop it", 2),
        ("no", 0),
    ],
)
def test_stops_are_counted_side_by_side(text: str, count: int) -> None:
    assert BOOK.count(text, "reading", Meaning.STOP) == count


def test_commands_that_disagree_are_unclear() -> None:
    assert BOOK.understand("next back", "reading") is None
    assert BOOK.understand("next next please", "reading") == Understood(Meaning.NEXT)


def test_fillers_alone_are_unclear() -> None:
    assert BOOK.understand("um well please", "check") is None


@pytest.mark.long
def test_a_very_long_text_is_understood_without_delay() -> None:
    assert BOOK.understand("yes i do " * 5000, "screening") == Understood(Meaning.YES)
    assert BOOK.understand("yes i do " * 5000 + "banana", "screening") is None


def own(*names: str) -> Routine:
    return Routine("own", "Own", (Step("Rub.", 10),), names=names)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Quick knee!", "The phrase 'start Quick knee!' means two things when ready"),
        ("over", "The phrase 'start over' means two things when ready"),
        ("my 2000 minutes", "cannot be listened for; use plain words."),
        ("???", "The phrase 'start ???' means two things when"),
    ],
)
def test_a_routine_whose_name_is_taken_or_cannot_be_heard_is_refused(name: str, says: str) -> None:
    with pytest.raises(ContentError) as refused:
        Phrasebook(PHRASES, (*CONTENT.routines, own(name)), CONTENT.flags)
    assert says in str(refused.value)


def test_a_phrase_without_a_word_is_refused() -> None:
    group = PhraseGroup(Meaning.NEXT, ("reading",), ("!",))
    with pytest.raises(ContentError):
        Phrasebook(replace(PHRASES, phrases=(group,)), (), CONTENT.flags)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("practice", "i can't breathe"),
        ("practice", "it's numb"),
        ("practice", "that's enough"),
        ("check", "it's a five"),
        ("screening", "no i'm not"),
        ("screening", "no i haven't"),
    ],
)
def test_what_is_said_in_short_is_listened_for_in_short(state: str, said: str) -> None:
    """Of ten synthesised voices none was heard where only the long form was listened for."""
    assert said in BOOK.grammar(state)
    assert BOOK.understand(said, state) == BOOK.understand(" ".join(BOOK.words(said)), state)
