"""How to sit or lie is said where it changes, whatever was left out, skipped or gone back to."""

import pytest

from assistant.content.routine import Routine
from assistant.dialogue.eligibility import plan
from tests.support.dialogue import CONTENT, ROUTINES, SCREENING, massage, practising

STRAIGHT = "Take away what is under the leg, and let it lie straight and loose."
ON_PILLOW = "and a small pillow under the knee."


def under(limit: str, routine: str) -> Routine:
    """What remains of a routine."""
    limits = [each for each in SCREENING.limits if each.id == limit]
    remaining = plan(ROUTINES[routine], limits, CONTENT.pain.longest_gap_seconds)
    assert remaining
    return remaining


def test_a_position_is_said_once_and_then_only_where_it_changes() -> None:
    talk = massage("knee_full")
    assert ON_PILLOW in talk.last
    talk.answers_checks("none", until_step=3)
    assert ON_PILLOW not in talk.last
    talk.answers_checks("none", until_step=11)
    assert STRAIGHT in talk.last
    talk.answers_checks("none", until_step=12)
    assert STRAIGHT not in talk.last


@pytest.mark.parametrize("limit", ["operated", "light_glides"])
def test_the_position_of_a_step_that_is_left_out_is_not_lost(limit: str) -> None:
    talk = massage(under(limit, "knee_full"))
    talk.answers_checks("none")
    said = " ".join(talk.said)
    assert "Nudge" not in said
    assert said.index(STRAIGHT) < said.index("Finish the area") < said.index("slide your heel")


def test_nobody_is_put_back_who_never_moved() -> None:
    talk = massage(under("light_glides", "leg_full"))
    talk.answers_checks("none")
    assert " ".join(talk.said).count("resting on a pillow") == 1
    whole = massage("leg_full")
    whole.answers_checks("none")
    assert " ".join(whole.said).count("resting on a pillow") == 2


def test_a_step_that_is_skipped_leaves_its_position_to_the_one_after_it() -> None:
    talk = massage("knee_full", step=11)
    assert STRAIGHT in talk.user("skip")
    assert talk.step == 12


def test_whoever_may_have_moved_for_a_step_that_was_skipped_is_told_how_to_lie() -> None:
    talk = massage("knee_full", step=14)
    assert STRAIGHT in talk.user("back")


def test_going_back_says_how_one_lay_there() -> None:
    talk = massage("knee_full", step=12)
    assert ON_PILLOW in talk.user("go to step three")


def test_repeat_says_the_position_again() -> None:
    talk = massage("knee_full", step=11)
    talk.spoken()
    assert STRAIGHT in talk.user("repeat")
    assert STRAIGHT in talk.user("repeat")


def test_what_is_next_is_told_with_its_position() -> None:
    talk = practising("knee_full", step=10)
    said = talk.user("what is next")
    assert f"Here is what follows. {STRAIGHT} Nudge" in said
    said = practising("knee_full", step=11).user("what is next")
    assert STRAIGHT not in said.split("For now:")[0]
