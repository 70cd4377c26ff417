"""What the parts of a dialogue share: where it is, what is being said, and what is waited for."""

from assistant.content.loader import Content
from assistant.dialogue.asides import Asides
from assistant.dialogue.preparation import Preparation
from assistant.dialogue.progress import Progress
from assistant.dialogue.safety import HotWords
from assistant.dialogue.settings import DialogueSettings
from assistant.dialogue.state import TRANSITIONS, State, Trigger
from assistant.dialogue.understanding import Phrasebook
from assistant.dialogue.voice import Voice
from assistant.messages import Action, Hush, Ignore, Say, samples


class Stage:
    """The session at this moment. Times are audio samples since it began."""

    def __init__(self, content: Content, book: Phrasebook, settings: DialogueSettings) -> None:
        self.content, self.lines, self.policy = content, content.lines, content.pain
        self.settings = settings
        self.before = _preparation(content, settings)
        """What was chosen and answered since "start"."""
        self.hot = HotWords(book)
        """The stop and pain words of the utterance in hand."""
        self.voice = Voice(settings.rate_wpm, settings.volume_db, settings.voices)
        """As the user wants it."""
        self.asides = Asides(content, self.voice)
        """What is answered while everything stays as it was."""
        self.now = 0
        self.actions: list[Action] = []
        """What to do about the event in hand."""
        self.state = State.READY
        self.deadline: int | None = None
        """When something has to happen by itself, or None."""
        self.progress: Progress | None = None
        """The massage that was begun, or None."""
        self.ended_by_number: Progress | None = None
        """The massage that a number ended, which may have been misheard."""
        self.lost: set[str] = set()
        """The devices that are lost."""
        self.speaking = False
        self.pending: tuple[str, ...] = ()
        """What is said once the silence after a stop is over."""
        self.last_words = ""
        """What "repeat" says again when no massage is going on."""
        self._quiet_until = 0
        self._spoken_with = self.voice.now

    @property
    def massage(self) -> Progress:
        """The massage that was begun, where there has to be one."""
        assert self.progress
        return self.progress

    def say(self, *lines: str) -> None:
        """Say `lines` now, or when the silence after a stop is over."""
        self.hush()
        self.deadline, self.pending = None, ()
        said = tuple(line for line in lines if line)
        if self.now < self._quiet_until:
            self.deadline, self.pending = self._quiet_until, said
        else:
            self.actions.append(Say(said))
            self.speaking = True

    def hush(self) -> None:
        """Stop what is being said."""
        if self.speaking:
            self.silence()

    def silence(self) -> None:
        """Order silence, even if nothing should be being said."""
        self.actions.append(Hush())
        self.speaking = False

    def be_quiet(self, seconds: float) -> None:
        """Say nothing for so long."""
        self._quiet_until = self.now + samples(seconds)

    def move(self, trigger: Trigger) -> None:
        """Go to the state that the table names; every clock stands."""
        self.state = TRANSITIONS[self.state, trigger]
        self.freeze()
        self.deadline, self.pending = None, ()

    def freeze(self) -> None:
        """Stop the step's clock."""
        if self.progress:
            self.progress.freeze(self.now)

    def wait(self, seconds: float) -> None:
        """Have something happen by itself after so long."""
        self.deadline = self.now + samples(seconds)

    def keep_rest(self) -> None:
        """Remember what is left of a rest that is interrupted."""
        if self.state is not State.RESTING or self.pending:
            return
        if self.progress and self.deadline is not None:
            self.progress.rest_left = max(1, self.deadline - self.now)

    def pause(self) -> None:
        """Interrupt the massage until "continue"."""
        self.keep_rest()
        self.move(Trigger.PAUSE_WANTED)

    def ignore(self, why: str) -> None:
        """Do nothing about what was heard."""
        self.actions.append(Ignore(why))

    def use_voice(self) -> None:
        """Speak with the voice as it is wanted from now on."""
        if self.voice.now != self._spoken_with:
            self._spoken_with = self.voice.now
            self.actions.append(self._spoken_with)


def _preparation(content: Content, settings: DialogueSettings) -> Preparation:
    own = (settings.routine,) if settings.routine else ()
    routines = {routine.id: routine for routine in (*content.routines, *own)}
    before = Preparation(content, routines, settings.side, settings.screening, settings.remembered)
    before.choose(settings.routine.id if settings.routine else "")
    return before
