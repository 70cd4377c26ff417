"""The kinds of session a command can start, each from its settings to its end."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import typer

from assistant.app import (
    Session,
    build_session,
    dialogue_settings_of,
    find_model,
    own_routine,
    phrasebook,
    typed_phrasebook,
)
from assistant.audio_files import WavWriter, read_audio
from assistant.content.loader import did_you_mean, load_content
from assistant.content.routine import Routine
from assistant.dialogue.dialogue import Dialogue
from assistant.errors import ContentError
from assistant.hearing.ear import Ear
from assistant.hearing.echo import NoCanceller
from assistant.hearing.recogniser import Model
from assistant.journal import Entry, Journal
from assistant.live import LiveSession, Signals
from assistant.memory import GivenAnswers
from assistant.messages import BLOCK_SAMPLES
from assistant.offline import RecordedMicrophone, Recordings, run_offline
from assistant.profile import own_profile
from assistant.rehearsal import Rehearsal
from assistant.scenario import answers_of, failures, load_scenario
from assistant.settings import Settings, cache_folder, with_options
from assistant.speaking.synthesiser import Synthesiser
from assistant.typed import Keyboard, TypedSession


def run_typed(
    settings: Settings, journal: Journal, stream: TextIO | None, limit_seconds: float | None
) -> None:
    """Keyboard in, text out."""
    content = load_content()
    memory = own_profile()
    dialogue_settings = dialogue_settings_of(settings, content, memory)
    book = typed_phrasebook(content, dialogue_settings.routine)
    dialogue = Dialogue(content, book, dialogue_settings)
    session = TypedSession(dialogue, Keyboard(stream), journal, memory)
    try:
        session.run(limit_seconds)
    except KeyboardInterrupt:
        session.end("interrupted")
        raise


def run_from_file(
    settings: Settings,
    journal: Journal,
    mic: Path,
    speaker: Path | None,
    limit_seconds: float | None,
) -> None:
    """A recording as the microphone; after its end, silence.

    Whose voice it is is not known: nobody's answers are relied upon or kept.
    """
    microphone = RecordedMicrophone(read_audio(mic))
    with _synthesiser() as synthesiser, _recordings(speaker, None) as recordings:
        model, memory = _named_model(settings), GivenAnswers()
        session = build_session(settings, model, synthesiser, journal, memory)
        with _ending(session):
            run_offline(session.conversation, microphone, recordings, limit_seconds)


def run_live(
    settings: Settings, journal: Journal, speaker: Path | None, limit_seconds: float | None
) -> None:
    """Microphone and loudspeaker."""
    with _synthesiser() as synthesiser, _recordings(speaker, None) as recordings:
        with Signals() as signals:
            model = _named_model(settings)
            session = build_session(settings, model, synthesiser, journal, own_profile())
        live = LiveSession(session, settings.microphone, settings.loudspeaker, recordings)
        with _ending(session):
            if signals.asked:
                raise KeyboardInterrupt
            live.run(limit_seconds)


def rehearse(  # noqa: PLR0913 (what the command takes)
    path: Path,
    options: dict[str, Any],
    journal: Journal,
    entries: list[Entry],
    speaker: Path | None,
    mic: Path | None,
    limit_seconds: float | None,
) -> tuple[list[str], list[str]]:
    """Rehearse a scenario; return what was expected and did not happen, and what was never said.

    Nothing of the user's own settings plays a part: the same scenario gives the same session.
    """
    scenario = load_scenario(path)
    echo = {"echo": "off" if scenario.room.echo_db is None else "on"}
    wanted = {**echo, **scenario.settings}
    if str(wanted.get("routine", "")).endswith(".toml"):
        wanted["routine"] = str(path.parent / wanted["routine"])
    settings = with_options(Settings(), wanted, f"{path}: settings")
    settings = with_options(settings, options)
    with _synthesiser() as synthesiser, _recordings(speaker, mic) as recordings:
        model, memory = _named_model(settings), answers_of(scenario)
        session = build_session(settings, model, synthesiser, journal, memory)
        rehearsal = Rehearsal(session, scenario, path.parent, synthesiser)
        with _ending(session):
            rehearsal.run(recordings, limit_seconds)
    unsaid = [f"A turn waited in vain for a line with {line!r}." for line in rehearsal.unsaid()]
    return failures(scenario.expect, entries), unsaid


def listen(settings: Settings, journal: Journal, file: Path, state: str | None) -> None:
    """Write what is recognised in a recording to the journal."""
    book = phrasebook(load_content())
    if state is not None and state not in book.states:
        raise ContentError(f"There is no state {state!r}{did_you_mean(state, book.states)}")
    recording = read_audio(file)
    ear = Ear(find_model(settings), NoCanceller(), book, state)
    for start in range(0, len(recording), BLOCK_SAMPLES):
        block = recording[start : start + BLOCK_SAMPLES]
        for heard in ear.feed(block, block):
            journal.write(start + len(block), "heard", text=heard.text, final=heard.final)
    for heard in ear.finish():
        journal.write(len(recording), "heard", text=heard.text, final=heard.final)


def check_routine(file: Path) -> Routine:
    """Load a user's routine and check that a session could begin it.

    Raises:
        AssistantError: it cannot be used, and why.
    """
    content = load_content()
    routine = own_routine(file, content)
    book = phrasebook(content, routine)
    find_model(Settings()).require(book.grammar())
    return routine


def _named_model(settings: Settings) -> Model:
    """Load the model of the settings, and say which one that is."""
    model = find_model(settings)
    typer.echo(f"Listening with {model.folder.name}.")
    return model


@contextmanager
def _synthesiser() -> Iterator[Synthesiser]:
    synthesiser = Synthesiser(cache_folder())
    try:
        yield synthesiser
    finally:
        synthesiser.close()


@contextmanager
def _recordings(speaker: Path | None, mic: Path | None) -> Iterator[Recordings]:
    recordings = Recordings(
        speaker=WavWriter(speaker) if speaker else None, mic=WavWriter(mic) if mic else None
    )
    try:
        yield recordings
    finally:
        recordings.close()


@contextmanager
def _ending(session: Session) -> Iterator[None]:
    """However a session ends, the journal says so."""
    try:
        yield
    except KeyboardInterrupt:
        session.conversation.end("interrupted")
        raise
    except Exception:
        session.conversation.end("failed")
        raise
