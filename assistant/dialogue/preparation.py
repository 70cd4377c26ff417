"""What has to be known before a massage: which one, for which leg, and what may be offered."""

from collections.abc import Mapping, Sequence

from assistant.content.loader import Content
from assistant.content.routine import Routine, Side
from assistant.content.screening import Kind, Limit
from assistant.dialogue import eligibility
from assistant.dialogue.screening import Screen
from assistant.dialogue.state import Trigger


class Preparation:
    """What was chosen and answered since "start".

    Args:
        content: the questions, and what follows from the answers.
        routines: every routine there is, by id.
        side: the leg that is meant where none is named.
        screening: whether the safety questions are asked.
        remembered: answers to the monthly questions that may still be relied upon, by question.
    """

    def __init__(
        self,
        content: Content,
        routines: Mapping[str, Routine],
        side: Side | None,
        screening: bool,
        remembered: Mapping[str, str],
    ) -> None:
        self._content, self._routines = content, routines
        self._usual_side, self._screening = side, screening
        self._remembered = remembered
        self._offer_made = False
        self._begun: list[Side] = []
        """The legs of each massage that was begun."""
        self.wanted: Routine | None = None
        """The whole routine that was named."""
        self.side = side
        self.screen: Screen | None = None
        """The questions, once they are being asked."""

    def start(self, routine_id: str) -> None:
        """Begin anew with a routine by its id, or with none named yet."""
        self.wanted, self.side = self._routines.get(routine_id), self._usual_side
        self.screen, self._offer_made = None, False

    def choose(self, routine_id: str) -> None:
        """Take a routine from what is offered; what was answered before still holds."""
        self.wanted = self._routines.get(routine_id)

    def choose_side(self, side: Side) -> None:
        """Take the leg."""
        self.side = side

    def missing(self) -> Trigger | None:
        """Return what has to be asked next, or None."""
        if self.wanted is None:
            return Trigger.ROUTINE_WANTED
        if self.wanted.needs_side and self.side is None:
            return Trigger.SIDE_WANTED
        self._screen_legs()
        question = self.screen and self.screen.question
        if not question:
            return None
        number = question.answered_with is Kind.NUMBER
        return Trigger.BASELINE_DUE if number else Trigger.SCREEN_DUE

    def _screen_legs(self) -> None:
        """Have the legs that the massage is for asked about, whatever is known of another."""
        if not self._screening:
            return
        if self.screen is None:
            self.screen = Screen(self._content.screening, self._remembered, self._legs)
        elif self.screen.legs is not self._legs and self._is_offered():
            self.screen.ask_about(self._legs)

    @property
    def _legs(self) -> Side:
        one = self.wanted and self.wanted.for_one_leg
        return self.side if one and self.side else Side.BOTH

    def _is_offered(self) -> bool:
        return any(self.wanted and routine.id == self.wanted.id for routine in self.offered())

    def asks(self, *, again: bool = False) -> str:
        """Return the open question of the screen, in other words if `again`."""
        question = self.screen and self.screen.question
        assert question
        leg = self._content.screening.name_of(self._legs)
        return (question.again if again else question.ask).format(where=self._where(), leg=leg)

    def _where(self) -> str:
        lines, legs = self._content.lines, self._legs
        if legs is Side.BOTH:
            return lines.where_both
        knee = self.wanted and self.wanted.topic == "knee"
        line = lines.where_knee if knee else self._content.screening.one_leg
        return line.format(side=legs.value)

    def keep_answers(self) -> tuple[tuple[str, str], ...]:
        """Rely on the monthly questions' answers from now on; return them if they are new."""
        answers = self.screen.to_remember if self.screen else ()
        if not answers or dict(answers) == self._remembered:
            return ()
        self._remembered = dict(answers)
        return answers

    def forget_answers(self) -> bool:
        """Ask everything anew before the next massage; return whether anything was relied upon."""
        relied = bool(self._remembered)
        self.wanted, self.screen = None, None
        self._screening, self._remembered = True, {}
        return relied

    @property
    def baseline(self) -> int | None:
        """How sore it was before the massage."""
        return self.screen.baseline if self.screen else None

    @property
    def limits(self) -> Sequence[Limit]:
        """What the answers leave open."""
        return self.screen.limits if self.screen else ()

    def offered(self) -> tuple[Routine, ...]:
        """Return what remains of every routine that may be offered, as far as is known."""
        gap = self._content.pain.longest_gap_seconds
        return eligibility.offered(self._routines.values(), self.limits, gap)

    def to_begin(self) -> Routine | None:
        """Return what remains of the routine that is wanted; None where an offer comes first."""
        offered = self.offered()
        hesitant = not self._offer_made and any(limit.first_choice for limit in self.limits)
        self._offer_made = True
        allowed = offered[:1] if hesitant else offered
        wanted = self.wanted and self.wanted.id
        found = next((routine for routine in allowed if routine.id == wanted), None)
        self._begun += [self._legs] if found else []
        return found

    def reasons(self) -> tuple[str, ...]:
        """Return why steps of the routine that is wanted are left out."""
        return eligibility.reasons(self.wanted, self.limits) if self.wanted else ()

    def why(self) -> tuple[str, ...]:
        """Return why the routine that is wanted is not simply done as it is."""
        name = self.wanted.id if self.wanted else ""
        others = tuple(
            limit.why
            for limit in self.limits
            if limit.routines is not None and (limit.first_choice or name not in limit.routines)
        )
        return (*self.reasons(), *others)

    def advice(self) -> tuple[str, ...]:
        """Return what to mind throughout, and the offer of a break before a second leg."""
        second = self._begun[-2:] in ([Side.LEFT, Side.RIGHT], [Side.RIGHT, Side.LEFT])
        rest = (self._content.lines.second_leg,) if second else ()
        return (*(limit.advice for limit in self.limits), *rest)
