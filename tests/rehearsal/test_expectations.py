"""What a scenario expects, and what is said when it does not happen."""

from assistant.journal import Entry
from assistant.messages import samples
from assistant.scenario import Expectation, failures


def say(at: float, text: str) -> Entry:
    return Entry(samples(at), "say", {"text": text})


def state(at: float, name: str) -> Entry:
    return Entry(samples(at), "state", {"state": name, "step": None})


SESSION = [say(0, "Hello."), state(5, "reading"), say(5, "One. Two."), state(9, "done")]


def test_what_was_said_and_entered_in_order_is_met() -> None:
    expected = (
        Expectation(said="Hello"),
        Expectation(state="reading"),
        Expectation(said="One"),
        Expectation(said="Two"),
        Expectation(state="done"),
    )
    assert failures(expected, SESSION) == []


def test_what_was_said_in_another_order_is_not() -> None:
    (problem,) = failures((Expectation(said="Two"), Expectation(said="One")), SESSION)
    assert problem == "expect 2: 'One' never came; instead: 'One. Two.'."


def test_within_counts_from_the_expectation_before() -> None:
    met = (Expectation(said="Hello"), Expectation(said="One", within=5.0))
    late = (Expectation(said="Hello"), Expectation(said="One", within=4.0))
    assert failures(met, SESSION) == []
    assert failures(late, SESSION) == ["expect 2: 'One' came after 5.0 s, not within 4 s."]


def test_never_says_when_it_came() -> None:
    (problem,) = failures((Expectation(never="Two"),), SESSION)
    assert problem == "expect 1: 'Two' came at 5.0 s: 'One. Two.'."
    assert failures((Expectation(never="Three"),), SESSION) == []


def test_a_state_that_never_came_lists_those_that_did() -> None:
    (problem,) = failures((Expectation(state="stopped"),), SESSION)
    assert problem == "expect 1: 'stopped' never came; instead: 'reading', 'done'."
