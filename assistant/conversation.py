"""Ear, dialogue and mouth together, one block at a time. No threads, no devices, no clock.

Whoever drives it reads a block for the loudspeaker from `speak` and hands the microphone's block to
`hear`, along with what the loudspeaker played meanwhile. Time is the number of samples heard.
"""

from assistant.dialogue.dialogue import Dialogue
from assistant.dialogue.understanding import Phrasebook
from assistant.hearing.barge_in import BargeIn, Order
from assistant.hearing.ear import Ear
from assistant.hearing.own_voice import OwnVoice
from assistant.journal import DialogueNotes, Journal
from assistant.memory import Memory
from assistant.messages import (
    Action,
    Began,
    DeviceBack,
    DeviceLost,
    End,
    Event,
    Heard,
    Hush,
    Remember,
    Say,
    SetVoice,
    Spoken,
    TimeReached,
)
from assistant.speaking.mouth import Finished, Mouth, Started
from assistant.speaking.synthesiser import Samples


class Conversation:
    """One session's parts, wired.

    Args:
        ear, dialogue, mouth: the parts.
        book: what is listened for in each state.
        journal: is told of everything that happens.
        own_voice: judges what may be the assistant's own voice; None where it cannot be heard.
        memory: keeps the answers to the monthly safety questions.
    """

    def __init__(  # noqa: PLR0913 (the parts)
        self,
        ear: Ear,
        dialogue: Dialogue,
        mouth: Mouth,
        book: Phrasebook,
        journal: Journal,
        own_voice: OwnVoice | None,
        memory: Memory,
    ) -> None:
        self._memory = memory
        self._ear, self._dialogue, self._mouth = ear, dialogue, mouth
        self._book, self._journal, self._own_voice = book, journal, own_voice
        self._now = 0
        self._saying: Say | None = None
        self._notes = DialogueNotes(journal)
        self._barge_in = BargeIn()
        self._began = self._over = self._in_gap = False

    @property
    def over(self) -> bool:
        """Whether the session has ended."""
        return self._over

    @property
    def now(self) -> int:
        """How many samples have been heard."""
        return self._now

    def speak(self, frames: int) -> Samples:
        """Return the next block for the loudspeaker, shape (frames,)."""
        return self._mouth.read(frames)

    def hear(self, near: Samples, far: Samples, slipped: int = 0) -> None:
        """Take the microphone's block and what the loudspeaker played; equal shapes (frames,).

        Args:
            near: what was heard.
            far: what was played.
            slipped: by how many samples later the echo is from here on, or earlier.
        """
        self._in_gap = False
        if slipped:
            self._ear.slip(slipped)
        self._pass_time(len(near))
        self._follow_ear(self._ear.feed(near, far))

    def miss(self, frames: int) -> None:
        """Let so many samples pass in which what the microphone heard was lost."""
        if not self._in_gap:
            self._journal.write(self._now, "gap")
        self._in_gap = True
        self._pass_time(frames)
        self._follow_ear(self._ear.forget())

    def happen(self, event: Event) -> None:
        """Hand an event to the dialogue and carry out what it orders."""
        if isinstance(event, DeviceLost | DeviceBack):
            for heard in self._ear.forget():
                self._judge(heard)
        if isinstance(event, DeviceLost):  # once it is opened again its echo is another
            self._ear.begin_anew()
        actions = self._dialogue.handle(event, self._now)
        if isinstance(event, Heard):
            self._notes.heard(self._now, event, actions)
        self._note_state()
        for action in actions:
            self._carry_out(action)

    def end(self, reason: str) -> None:
        """End the session from outside: silence, and a record of why."""
        if not self._over:
            self._carry_out(Hush())
            self._carry_out(End(reason))

    def _pass_time(self, frames: int) -> None:
        if not self._began:
            self._began = True
            self.happen(Began())
        self._now += frames
        self._follow_mouth()

    def _follow_ear(self, results: list[Heard]) -> None:
        for heard in results:
            self._judge(heard)
        self._give_way()
        deadline = self._dialogue.deadline
        if deadline is not None and self._now >= deadline:
            self.happen(TimeReached())

    def _follow_mouth(self) -> None:
        for happening in self._mouth.happened():
            match happening:
                case Started(say, at):
                    self._journal.write(at, "say", text=say.text)
                case Finished(say, at) if say is self._saying:
                    self._saying = None
                    self._journal.write(at, "spoken", text=say.text)
                    self.happen(Spoken())

    def _give_way(self) -> None:
        """Hold the assistant's speech while somebody else speaks."""
        if self._ear.echo_jumped:
            self._barge_in.forgive()
        order = self._barge_in.follow(
            speaking=self._mouth.speaking,
            interruption=self._ear.interruption,
            words=self._ear.makes_out_words,
        )
        if order is Order.HOLD:
            self._mouth.hold()
            self._journal.write(self._now, "held")
        elif order is Order.GO_ON:
            self._mouth.go_on()
            self._journal.write(self._now, "went on")

    def _judge(self, heard: Heard) -> None:
        if self._own_voice and self._own_voice.said(heard, self._now):
            if heard.final:
                self._journal.write(self._now, "ignored", text=heard.text, why="own voice")
        else:
            self.happen(heard)

    def _carry_out(self, action: Action) -> None:
        match action:
            case Say():
                self._barge_in.answered()
                self._saying = action
                self._mouth.say(action)
            case Hush():
                self._mouth.hush()
                if self._saying is not None:
                    self._journal.write(self._now, "hush")
                self._saying = None
            case SetVoice():
                self._mouth.set_voice(action)
            case Remember(answers):
                self._memory.remember(dict(answers))
            case End(reason):
                self._over = True
                self._journal.write(self._now, "end", reason=reason)

    def _note_state(self) -> None:
        state = self._dialogue.state.value
        changed = self._notes.state(self._now, state, self._dialogue.step)
        if changed and state in self._book.states:
            self._ear.listen_as_in(state)
