"""The assistant's own ears, and two plainer ones to compare them with in the same rooms."""

from dataclasses import dataclass

import numpy as np

from assistant.content.loader import Content
from assistant.conversation import Conversation
from assistant.dialogue.dialogue import Dialogue
from assistant.dialogue.understanding import Phrasebook
from assistant.hearing.ear import Ear
from assistant.hearing.echo import NoCanceller, TwoPathCanceller
from assistant.hearing.own_voice import OwnVoice
from assistant.hearing.recogniser import Model
from assistant.journal import Journal
from assistant.memory import GivenAnswers
from assistant.messages import Heard, SetVoice, samples
from assistant.settings import Settings
from assistant.speaking.mouth import Mouth
from assistant.speaking.synthesiser import Samples, Synthesiser

ASSISTANT, PLAIN, DEAF = "this assistant", "plain Vosk", "microphone off while it speaks"
LISTENERS = (ASSISTANT, PLAIN, DEAF)
UNCANCELLED = "this assistant without its canceller"
_RINGING = samples(0.3)
"""How long the microphone stays off after the assistant's last word, because of the room."""


@dataclass(frozen=True)
class Kit:
    """What is made once a process."""

    model: Model
    synthesiser: Synthesiser
    content: Content
    book: Phrasebook

    def mouth(self) -> Mouth:
        """Return a mouth that speaks as the assistant does by default."""
        usual = Settings()
        voice = SetVoice(usual.rate_wpm, usual.volume_db, usual.voice)
        return Mouth(self.synthesiser, voice)

    def sample_of_voice(self) -> Samples:
        """Return a line as the loudspeaker plays it, shape (frames,)."""
        return self.mouth().loudness_sample(self.content.lines.greeting)


class PlainEar(Ear):
    """As Vosk's examples have it: the raw microphone, and final results only."""

    def feed(self, near: Samples, far: Samples) -> list[Heard]:
        """Hear one block; what the loudspeaker plays is not known."""
        return [heard for heard in super().feed(near, far) if heard.final]


class DeafEar(Ear):
    """Hears nothing while the assistant speaks, as most assistants do."""

    _ringing = 0

    def feed(self, near: Samples, far: Samples) -> list[Heard]:
        """Hear one block, unless the loudspeaker plays or the room rings from it."""
        self._ringing = _RINGING if far.any() else self._ringing - len(far)
        return super().feed(np.zeros_like(near) if self._ringing > 0 else near, far)


def listening(kit: Kit, listener: str, dialogue: Dialogue, journal: Journal) -> Conversation:
    """Wire a conversation that hears as `listener` does."""
    state = "reading"
    mouth = kit.mouth()
    own_voice = None
    if listener == ASSISTANT:
        canceller = TwoPathCanceller()
        ear = Ear(kit.model, canceller, kit.book, state)
        own_voice = OwnVoice(mouth.words_said, kit.book.hot_phrases(), lambda: canceller.delay)
    else:
        kind = PlainEar if listener == PLAIN else DeafEar
        ear = kind(kit.model, NoCanceller(), kit.book, state)
    return Conversation(ear, dialogue, mouth, kit.book, journal, own_voice, GivenAnswers())
