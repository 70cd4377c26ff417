"""How a massage and a session end: by "stop", by a warning sign, finished, or with a farewell."""

from assistant.dialogue.narrator import Narrator
from assistant.dialogue.stage import Stage
from assistant.dialogue.state import UNDER_WAY, State, Trigger
from assistant.messages import End, Remember

STOP_SILENCE_SECONDS = 0.4
"""Silence between "stop" and the one short line that follows it."""


class Endings:
    """Ends what is going on."""

    def __init__(self, stage: Stage, narrator: Narrator) -> None:
        self._stage, self._narrator = stage, narrator
        self._lines, self._before = stage.lines, stage.before

    def stop(self) -> None:
        """Be silent at once, and wait for "continue"."""
        stage = self._stage
        stage.silence()  # whatever is being said, and even if nothing should be
        if stage.state is State.ENDING:
            self.end("goodbye")
            return
        again = stage.state is State.STOPPED and not stage.pending
        stage.keep_rest()
        stage.move(Trigger.STOP_HEARD)
        stage.be_quiet(STOP_SILENCE_SECONDS)
        if again:
            stage.wait(stage.settings.idle_seconds)
        else:
            stage.say(self._lines.stopped)

    def warn(self, rule_id: str, *, calling: bool = False) -> None:
        """Say a stop rule's words; nothing starts until the screen is gone through anew."""
        rule = next(rule for rule in self._stage.content.screening.rules if rule.id == rule_id)
        if self._stage.state is not State.ENDING:
            self._stage.move(Trigger.FLAG_RAISED)
        self._stage.progress = None
        self.forget_answers()
        self._stage.last_words = self._named(rule.say)
        more = (self._named(self._lines.cannot_call),) if calling else ()
        self._stage.say(*[self._stage.last_words] * rule.times, *more)

    def cannot_call(self) -> None:
        """Say so, and let a massage wait: somebody has something else to do now."""
        line = self._named(self._lines.cannot_call)
        if self._stage.state in UNDER_WAY:
            self._stage.pause()
        self._narrator.aside(line)

    def forget_answers(self) -> None:
        """Have the safety questions asked anew before the next massage."""
        if self._before.forget_answers():
            self._stage.actions.append(Remember(()))

    def finish(self, *first: str) -> None:
        """End the massage after its last step."""
        self.over(*first, self._lines.finished)

    def over(self, *lines: str) -> None:
        """End the massage with `lines`."""
        self._stage.move(Trigger.ROUTINE_OVER)
        self._stage.progress, self._stage.last_words = None, " ".join(lines)
        self._stage.say(*lines)

    def let_sleep(self) -> None:
        """Whoever drifted off hears no more."""
        self._stage.move(Trigger.ROUTINE_OVER)
        self._stage.progress = None
        self.end("finished")

    def farewell(self, line: str) -> None:
        """End the session with `line`."""
        self._stage.move(Trigger.FAREWELL_DUE)
        self._stage.say(line)

    def end(self, reason: str) -> None:
        """End the session without a word."""
        self._stage.move(Trigger.OVER)
        self._stage.actions.append(End(reason))

    def _named(self, line: str) -> str:
        """Fill in whom to call, which is set for the place where somebody lives."""
        settings = self._stage.settings
        return line.format(emergency_number=settings.emergency_number, helpline=settings.helpline)
