"""Which routines, steps and strokes remain, and where the checks of what is left out go."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.content.loader import load_pain_policy
from assistant.content.routine import Check, Part, Routine, Side, Step, Stroke
from assistant.content.screening import Limit
from assistant.dialogue.dialogue import DialogueSettings
from assistant.dialogue.eligibility import depth, offered, plan, reasons, suits
from assistant.dialogue.state import State
from tests.support.dialogue import CONTENT, ROUTINES, SCREENING, Talk

GAP = load_pain_policy().longest_gap_seconds
LIMITS = {limit.id: limit for limit in SCREENING.limits}
FINAL = {Check.FINAL, Check.FINAL_SOFT}


def names(*limits: str) -> list[str]:
    """The routines that are offered under these limits, in order."""
    chosen = [LIMITS[name] for name in limits]
    return [routine.id for routine in offered(CONTENT.routines, chosen, GAP)]


def remains(routine: str, *limits: str) -> Routine:
    found = plan(ROUTINES[routine], [LIMITS[name] for name in limits], GAP)
    assert found
    return found


def numbers(routine: str, *limits: str) -> list[int]:
    """Which steps of the routine remain, counted from 1."""
    texts = [step.say for step in ROUTINES[routine].steps]
    return [texts.index(step.say) + 1 for step in remains(routine, *limits).steps]


# The guide's table of what may be offered, row by row


def test_with_nothing_flagged_and_no_soreness_any_routine_remains_whole() -> None:
    assert offered(CONTENT.routines, [], GAP) == CONTENT.routines


def test_three_or_four_at_rest_leaves_the_stretches_first_and_the_quick_knee() -> None:
    assert names("sore") == ["stretch_gentle", "knee_quick"]


def test_five_or_six_at_rest_leaves_the_stretches_alone() -> None:
    assert names("stretches_only") == ["stretch_gentle"]
    assert names("rest") == []


def test_a_numb_foot_leaves_no_hand_on_the_foot_and_the_lower_leg() -> None:
    assert names("numb_foot") == [
        "bedtime",
        "knee_full",
        "knee_quick",
        "leg_full",
        "stretch_gentle",
    ]
    assert numbers("leg_full", "numb_foot") == [1, 2, 10, 11, 12, 13, 14, 15, 17]
    assert numbers("bedtime", "numb_foot") == [1, 2, 3, 4, 10, 11, 12]
    assert numbers("stretch_gentle", "numb_foot") == [1, 2, 5, 6, 7, 8, 9, 10, 11]
    assert remains("knee_full", "numb_foot") == ROUTINES["knee_full"]


def test_a_cleared_illness_leaves_light_glides() -> None:
    assert numbers("knee_quick", "light_glides") == [1, 2, 3, 7, 8]
    assert numbers("knee_full", "light_glides") == [1, 2, 3, 7, 12, 13, 15]
    assert numbers("leg_full", "light_glides") == [1, 2, 6, 9, 11, 14, 16, 17]
    assert numbers("calf_foot_tired", "light_glides") == [1, 2, 6, 10]
    assert numbers("bedtime", "light_glides") == [1, 2, 5, 6, 7, 8, 12]
    assert "stretch_gentle" not in names("light_glides")


def test_an_operation_leaves_out_the_kneecap_nudge_alone() -> None:
    assert numbers("knee_full", "operated") == [n for n in range(1, 16) if n != 11]


def test_a_numb_foot_and_a_cleared_illness_leave_glides_above_the_knee() -> None:
    assert numbers("leg_full", "numb_foot", "light_glides") == [1, 2, 11, 14, 17]
    assert names("numb_foot", "light_glides", "sore") == ["knee_quick"]


def test_what_remains_takes_less_time_and_says_so() -> None:
    assert remains("leg_full", "light_glides").minutes == 6
    assert ROUTINES["leg_full"].minutes == 15


# Where checks go


def test_the_check_of_a_step_that_is_left_out_moves_to_the_next_that_stays() -> None:
    steps = remains("knee_quick", "light_glides").steps
    assert [step.check for step in steps] == [
        None,
        None,
        Check.CALIBRATE,
        Check.STEP,
        Check.FINAL,
    ]


def test_the_calibrating_check_moves_to_a_stroke_as_light_as_its_own() -> None:
    steps = remains("leg_full", "numb_foot").steps
    assert steps[2].check is Check.CALIBRATE
    assert steps[2].stroke is Stroke.CIRCLE


def steps_of(*tags: tuple[Stroke | None, Check | None]) -> Routine:
    """A routine for the thigh of ten-second steps, but for glides, which are for the foot."""
    parts = {Stroke.GLIDE: (Part.FOOT,)}
    return Routine(
        "own",
        "Own",
        tuple(
            Step(f"Step {n}.", 10, Side.BOTH, check, "", stroke, parts.get(stroke, (Part.THIGH,)))  # type: ignore[arg-type]
            for n, (stroke, check) in enumerate(tags)
        ),
    )


def kept(routine: Routine, limit: Limit) -> list[tuple[str, Check | None]]:
    found = plan(routine, [limit], GAP)
    assert found
    return [(step.say, step.check) for step in found.steps]


def test_what_is_deeper_is_left_out_until_the_pressure_was_asked_about() -> None:
    routine = steps_of(
        (Stroke.GLIDE, Check.CALIBRATE),
        (Stroke.KNEAD, Check.STEP),
        (Stroke.MOVE, None),
        (Stroke.HOLD, None),
        (Stroke.KNEAD, Check.FINAL),
    )
    assert kept(routine, LIMITS["numb_foot"]) == [
        ("Step 2.", None),
        ("Step 3.", Check.CALIBRATE),
        ("Step 4.", Check.FINAL),
    ]


def test_of_two_calibrating_checks_left_out_the_lighter_decides_what_is_deeper() -> None:
    routine = steps_of(
        (Stroke.GLIDE, Check.CALIBRATE),
        (Stroke.KNEAD, Check.CALIBRATE),
        (Stroke.CIRCLE, None),
        (Stroke.HOLD, Check.FINAL),
    )
    assert kept(routine, LIMITS["numb_foot"]) == [("Step 3.", Check.FINAL)]


def test_the_last_check_moves_back_where_no_step_follows() -> None:
    routine = steps_of((Stroke.HOLD, None), (Stroke.GLIDE, Check.FINAL))
    assert kept(routine, LIMITS["numb_foot"]) == [("Step 0.", Check.FINAL)]


def test_a_check_is_added_where_leaving_out_would_make_the_gap_too_long() -> None:
    def step(say: str, seconds: float, part: Part, check: Check | None = None) -> Step:
        return Step(say, seconds, Side.BOTH, check, "", Stroke.CIRCLE, (part,))

    routine = Routine(
        "own",
        "Own",
        (
            step("a", 160, Part.THIGH),
            step("b", 10, Part.FOOT, Check.STEP),
            step("c", 160, Part.THIGH),
            step("d", 10, Part.THIGH, Check.FINAL),
        ),
    )
    found = plan(routine, [LIMITS["numb_foot"]], GAP)
    assert found
    assert [step.check for step in found.steps] == [Check.STEP, Check.STEP, Check.FINAL]


def test_a_step_that_does_not_say_what_it_is_suits_nobody_with_a_limit() -> None:
    untagged = Routine("own", "Own", (Step("Rub.", 10), Step("Rest.", 10, check=Check.FINAL)))
    assert plan(untagged, [], GAP) is untagged
    assert plan(untagged, [LIMITS["operated"]], GAP) is None
    no_part = Step("Rub.", 10, stroke=Stroke.CIRCLE)
    assert not suits(no_part, LIMITS["numb_foot"])
    assert suits(no_part, LIMITS["operated"])


def test_only_the_limits_that_leave_something_out_are_given_as_reasons() -> None:
    limits = [LIMITS["numb_foot"], LIMITS["operated"]]
    assert reasons(ROUTINES["knee_quick"], limits) == ()
    assert reasons(ROUTINES["knee_full"], limits) == (LIMITS["operated"].why,)
    assert reasons(ROUTINES["leg_full"], limits) == (LIMITS["numb_foot"].why,)


@pytest.mark.parametrize("routine", CONTENT.routines, ids=lambda routine: routine.id)
def test_every_step_says_what_it_is_and_every_touch_where(routine: Routine) -> None:
    for step in routine.steps:
        assert step.stroke is not None
        assert step.parts or not depth(step), step.say


@pytest.mark.parametrize("routine", CONTENT.routines, ids=lambda routine: routine.id)
def test_a_step_makes_sense_where_the_one_before_it_is_left_out(routine: Routine) -> None:
    refers = re.compile(
        r"do the same|leg again|keep circling|back on|the towel under|^now|^change", re.I
    )
    for step in routine.steps:
        assert not refers.search(step.say), step.say


TOUCH_WORDS = {
    "glide": Stroke.GLIDE,
    "tap": Stroke.TAP,
    "squeeze": Stroke.KNEAD,
    "knead": Stroke.KNEAD,
    "nudge": Stroke.NUDGE,
}
PART_WORDS = {"sole": Part.FOOT, "toe between": Part.FOOT, "calf": Part.LOWER_LEG}


@pytest.mark.parametrize("routine", CONTENT.routines, ids=lambda routine: routine.id)
def test_the_tags_agree_with_the_words(routine: Routine) -> None:
    for step in routine.steps:
        words = step.say.lower()
        for word, stroke in TOUCH_WORDS.items():
            if word in words.split():
                assert step.stroke is stroke, step.say
        for word, part in PART_WORDS.items():
            if word in words:
                assert part in step.parts, step.say


# Whatever the answers and whatever the routine

some_limits = st.lists(st.sampled_from(SCREENING.limits), max_size=4, unique=True)
own_steps = st.lists(
    st.builds(
        Step,
        say=st.sampled_from(["Rub.", "Glide."]),
        seconds=st.integers(5, 170).map(float),
        check=st.sampled_from([None, None, Check.STEP, Check.CALIBRATE]),
        stroke=st.sampled_from([None, *Stroke]),
        parts=st.lists(st.sampled_from(Part), max_size=2, unique=True).map(tuple),
    ),
    min_size=1,
    max_size=9,
)
own_routines = own_steps.map(lambda steps: Routine("own", "Own", tuple(steps))).filter(
    lambda routine: routine.longest_gap_seconds() <= GAP
)
any_routine = st.one_of(st.sampled_from(CONTENT.routines), own_routines)


def left_in(routine: Routine, remaining: Routine) -> list[int]:
    """The places in the routine of the steps that remain."""
    places, start = [], 0
    for step in remaining.steps:
        same = [
            place for place in range(start, len(routine.steps)) if _same(routine.steps[place], step)
        ]
        places.append(same[0])
        start = same[0] + 1
    return places


def _same(one: Step, other: Step) -> bool:
    return (one.say, one.seconds, one.stroke, one.parts) == (
        other.say,
        other.seconds,
        other.stroke,
        other.parts,
    )


@given(any_routine, some_limits)
@settings(max_examples=300, deadline=None)
def test_whatever_remains_suits_every_limit_and_is_checked_often(
    routine: Routine, limits: list[Limit]
) -> None:
    remaining = plan(routine, limits, GAP)
    if remaining is None:
        return
    assert all(suits(step, limit) for step in remaining.steps for limit in limits)
    assert remaining.longest_gap_seconds() <= GAP
    assert not any(step.check in FINAL for step in remaining.steps[:-1])
    assert (remaining.steps[-1].check in FINAL) is (routine.steps[-1].check in FINAL)


@given(st.sampled_from(CONTENT.routines), some_limits)
@settings(max_examples=200, deadline=None)
def test_nothing_deeper_comes_before_the_calibrating_check(
    routine: Routine, limits: list[Limit]
) -> None:
    remaining = plan(routine, limits, GAP)
    if remaining is None:
        return
    places = left_in(routine, remaining)
    for place, step in enumerate(routine.steps):
        if step.check is not Check.CALIBRATE:
            continue
        for kept_step, origin in zip(remaining.steps, places, strict=True):
            if kept_step.check in {Check.CALIBRATE, *FINAL} and origin >= place:
                assert depth(kept_step) <= depth(step) or kept_step.check in FINAL
                break
            assert origin <= place or depth(kept_step) <= depth(step)


YES_OR_NO = ["yes", "no"]
WHAT_IS_SAID = st.lists(
    st.sampled_from([*YES_OR_NO, "no", "no", "cancer", "veins", "zero", "two", "three", "five"]),
    min_size=9,
    max_size=16,
)


@given(st.sampled_from(CONTENT.routines), WHAT_IS_SAID, st.sampled_from(["three", "zero", "none"]))
@settings(max_examples=150, deadline=None)
def test_whatever_is_answered_no_step_that_does_not_suit_is_ever_spoken(
    routine: Routine, answers: list[str], sore: str
) -> None:
    talk = Talk(DialogueSettings(routine=routine, side=Side.LEFT))
    talk.spoken()
    for answer in ["no", "no", "no", "no", *answers]:
        if talk.state is State.SCREENING:
            talk.user(answer)
    if talk.state is State.BASELINE:
        talk.user(sore)
    if talk.state is State.CHOOSING_ROUTINE:
        talk.user("gentle stretches")
    limits = talk.dialogue._stage.before.limits
    spoken_from = len(talk.said) - 1
    talk.answers_checks("none")
    said = " ".join(talk.said[spoken_from:])
    for each in CONTENT.routines:
        for step in each.steps:
            if not all(suits(step, limit) for limit in limits):
                assert step.say.format(side="left") not in said
