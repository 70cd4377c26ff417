"""What remains of the routines under the limits that the screen found.

A limit takes away routines, steps on certain parts of the leg, or certain strokes. The check of a
step that is left out moves to the next one that stays. The calibrating check sets the pressure for
all that is deeper, so it moves to a step that presses no harder than the one it was for; anything
deeper before that is left out too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from assistant.content.routine import Check, Routine, Step, Stroke
from assistant.content.screening import Limit
from assistant.dialogue.progress import strongest

_DEPTH = {
    **dict.fromkeys((Stroke.SETTLE, Stroke.MOVE), 0),
    **dict.fromkeys((Stroke.HOLD, Stroke.GLIDE), 1),
    **dict.fromkeys((Stroke.CIRCLE, Stroke.STRETCH), 2),
    **dict.fromkeys((Stroke.KNEAD, Stroke.TAP, Stroke.RUB, Stroke.NUDGE), 3),
}
_UNTAGGED_DEPTH = 1
"""A calibrating step that does not say what it is: nothing deeper than a glide may follow it."""


def depth(step: Step) -> int:
    """Return how hard a step presses: 0 not at all, 1 a light stroke, up to 3."""
    return _DEPTH[step.stroke] if step.stroke else _UNTAGGED_DEPTH


def suits(step: Step, limit: Limit) -> bool:
    """Whether a step remains under a limit; one that does not say what it is does not."""
    if step.stroke is None:
        return False
    if not depth(step):
        return True
    any_stroke = limit.strokes is None or step.stroke in limit.strokes
    return any_stroke and step.stroke not in limit.not_strokes and _spares(step, limit)


def _spares(step: Step, limit: Limit) -> bool:
    if not limit.not_parts:
        return True
    return bool(step.parts) and not set(step.parts) & set(limit.not_parts)


def offered(
    routines: Iterable[Routine], limits: Sequence[Limit], longest_gap_seconds: float
) -> tuple[Routine, ...]:
    """Return what remains of each routine that may be offered, the most suitable first."""
    remaining = [plan(routine, limits, longest_gap_seconds) for routine in routines]
    found = {routine.id: routine for routine in remaining if routine}
    for limit in limits:
        if limit.routines is not None:
            found = {name: found[name] for name in limit.routines if name in found}
    return tuple(found.values())


def plan(routine: Routine, limits: Iterable[Limit], longest_gap_seconds: float) -> Routine | None:
    """Return what remains of a routine, or None where nothing is left that is worth doing."""
    narrow = tuple(limits)
    if all(suits(step, limit) for step in routine.steps for limit in narrow):
        return routine
    kept = _without_long_gaps(_with_checks_moved(routine.steps, narrow), longest_gap_seconds)
    if not any(depth(step) for step in kept):
        return None
    share = sum(step.seconds for step in kept) / sum(step.seconds for step in routine.steps)
    return replace(routine, steps=tuple(kept), minutes=max(1, round(share * routine.minutes)))


def reasons(routine: Routine, limits: Iterable[Limit]) -> tuple[str, ...]:
    """Return why steps of a whole routine are left out."""
    return tuple(
        limit.why for limit in limits if not all(suits(step, limit) for step in routine.steps)
    )


def _with_checks_moved(steps: Iterable[Step], limits: Sequence[Limit]) -> list[Step]:
    kept: list[Step] = []
    owed: Check | None = None
    deepest: int | None = None  # while a calibrating check is owed
    for step in steps:
        too_deep = deepest is not None and depth(step) > deepest
        if too_deep or not all(suits(step, limit) for limit in limits):
            owed = strongest(owed, step.check)
            if step.check is Check.CALIBRATE:
                deepest = min(depth(step), deepest or depth(step))
        elif deepest is not None and not depth(step):
            kept.append(step)  # there is no pressure to ask about
        else:
            kept.append(replace(step, check=strongest(owed, step.check)))
            owed = deepest = None
    if kept:
        kept[-1] = replace(kept[-1], check=strongest(owed, kept[-1].check))
    return kept


def _without_long_gaps(steps: list[Step], longest_gap_seconds: float) -> list[Step]:
    """Add a check wherever more practice than that would pass without one."""
    checked = list(steps)
    gap = 0.0
    for index, step in enumerate(steps):
        if gap and gap + step.seconds > longest_gap_seconds:
            checked[index - 1] = replace(steps[index - 1], check=Check.STEP)
            gap = 0.0
        gap = 0.0 if step.check else gap + step.seconds
    return checked
