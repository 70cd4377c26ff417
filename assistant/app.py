"""Puts a session together; the only module that knows every part."""

from dataclasses import dataclass
from pathlib import Path

from assistant.content.loader import Content, load_content, load_routine
from assistant.content.routine import Routine, Side
from assistant.conversation import Conversation
from assistant.dialogue.dialogue import Dialogue, DialogueSettings
from assistant.dialogue.free_text import FreeText
from assistant.dialogue.understanding import Phrasebook
from assistant.errors import ContentError
from assistant.hearing.ear import Ear
from assistant.hearing.echo import Canceller, NoCanceller, TwoPathCanceller
from assistant.hearing.own_voice import OwnVoice
from assistant.hearing.recogniser import Model
from assistant.journal import Journal
from assistant.memory import Memory
from assistant.messages import SetVoice
from assistant.reading.reader import shipped_reader
from assistant.settings import Settings
from assistant.shelf.available import model_in_use
from assistant.speaking.mouth import Mouth
from assistant.speaking.synthesiser import Samples, Synthesiser

VOICES = ("gmw/en", "gmw/en-us", "gmw/en-gb-x-rp", "gmw/en-gb-scotland")
"""What "another voice" takes in turn, after the one that is set."""


@dataclass(frozen=True)
class Session:
    """A session ready to begin, and the parts that a driver needs."""

    conversation: Conversation
    mouth: Mouth
    journal: Journal
    content: Content

    def sample_of_voice(self) -> Samples:
        """Return the assistant's voice at its present volume, for measuring its level."""
        return self.mouth.loudness_sample(self.content.lines.greeting)


def build_session(
    settings: Settings, model: Model, synthesiser: Synthesiser, journal: Journal, memory: Memory
) -> Session:
    """Wire a session's parts.

    Raises:
        ContentError: the routine asked for does not exist.
        ModelError: a phrase has a word that the model does not know.
    """
    content = load_content()
    dialogue_settings = dialogue_settings_of(settings, content, memory)
    book = phrasebook(content, dialogue_settings.routine)
    model.require(phrase for state in book.states for phrase in book.grammar(state))
    model.require(book.decoys())
    hears_itself = settings.echo == "on"
    canceller: Canceller = TwoPathCanceller() if hears_itself else NoCanceller()
    ear = Ear(model, canceller, book, "ready")
    voice = SetVoice(settings.rate_wpm, settings.volume_db, settings.voice)
    mouth = Mouth(synthesiser, voice)
    dialogue = Dialogue(content, book, dialogue_settings)
    own_voice = (
        OwnVoice(mouth.words_said, book.hot_phrases(), lambda: canceller.delay)
        if hears_itself
        else None
    )
    conversation = Conversation(ear, dialogue, mouth, book, journal, own_voice, memory)
    return Session(conversation, mouth, journal, content)


def dialogue_settings_of(settings: Settings, content: Content, memory: Memory) -> DialogueSettings:
    """Return what of the settings and of earlier answers concerns the dialogue."""
    return DialogueSettings(
        routine=find_routine(settings.routine, content) if settings.routine else None,
        side=Side(settings.side) if settings.side else None,
        screening=settings.screening == "on",
        remembered=memory.recall(),
        emergency_number=settings.emergency_number,
        helpline=settings.helpline,
        idle_seconds=settings.idle_minutes * 60,
        rate_wpm=settings.rate_wpm,
        volume_db=settings.volume_db,
        voices=(settings.voice, *(voice for voice in VOICES if voice != settings.voice)),
    )


def find_routine(name: str, content: Content) -> Routine:
    """Return the routine with the id `name`, or the one in the file `name`."""
    for routine in content.routines:
        if routine.id == name:
            return routine
    if Path(name).suffix == ".toml":
        return own_routine(Path(name), content)
    known = ", ".join(routine.id for routine in content.routines)
    raise ContentError(f"There is no routine {name!r}; there are {known}, or name a .toml file.")


def own_routine(path: Path, content: Content) -> Routine:
    """Load a user's own routine.

    Raises:
        ContentError: it cannot be used, or its id is another routine's.
    """
    routine = load_routine(path)
    if any(routine.id == other.id for other in content.routines):
        raise ContentError(f"{path}: id: found {routine.id!r}, which is another routine's.")
    return routine


def phrasebook(content: Content, own: Routine | None = None) -> Phrasebook:
    """Return the phrases of the content, and of a routine of the user's own."""
    return Phrasebook(content.phrases, _with_own(content, own), content.flags)


def typed_phrasebook(content: Content, own: Routine | None = None) -> Phrasebook:
    """Return the same for a keyboard, which takes questions in any words."""
    reader = shipped_reader()
    return FreeText(content, _with_own(content, own), reader.signs, reader.answers)


def _with_own(content: Content, own: Routine | None) -> tuple[Routine, ...]:
    extra = (own,) if own and own not in content.routines else ()
    return (*content.routines, *extra)


def find_model(settings: Settings) -> Model:
    """Load the speech model of the settings, or the one that ships with the project."""
    return Model(model_in_use(settings))
