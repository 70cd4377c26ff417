"""The command line."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any, NoReturn, TextIO

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from assistant.cli_model import model_app
from assistant.errors import AssistantError, ContentError
from assistant.journal import Entry, EventsFile, Journal
from assistant.messages import seconds

app = typer.Typer(
    help="An offline, hands-free voice guide through knee and leg self-massage.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(model_app)
console = Console(highlight=False)

FAILED_EXPECTATION, UNUSABLE, INTERRUPTED = 1, 2, 130
"""Exit statuses: a rehearsal's expectation was not met; bad input; Ctrl-C or SIGTERM."""

RoutineOption = Annotated[
    str | None, typer.Option(help="Begin this routine (its id, or your own .toml file).")
]
SideOption = Annotated[str | None, typer.Option(help="The leg it is for: left or right.")]
EventsOption = Annotated[
    Path | None, typer.Option(help="Write what happens here, as JSON lines.", metavar="FILE.jsonl")
]
SpeakerOption = Annotated[
    Path | None, typer.Option(help="Write what the assistant says here.", metavar="OUT.wav")
]
LimitOption = Annotated[
    float | None, typer.Option(help="End after so many seconds of the session.", min=0.1, max=1e6)
]
SettingsOption = Annotated[
    Path | None, typer.Option("--settings", help="Another settings file.", metavar="FILE.toml")
]
EmergencyOption = Annotated[str | None, typer.Option(help="What to call in an emergency.")]
HelplineOption = Annotated[str | None, typer.Option(help="Where to ask what is no emergency.")]
RateOption = Annotated[int | None, typer.Option(help="Words spoken per minute.")]
VolumeOption = Annotated[float | None, typer.Option(help="Loudness in dB; 0 is the loudest.")]
VoiceOption = Annotated[str | None, typer.Option(help="A voice; see `voices`.")]
ModelOption = Annotated[str | None, typer.Option(help="Another speech model; see `model list`.")]
MicrophoneOption = Annotated[str | None, typer.Option(help="A sound device; see `devices`.")]
LoudspeakerOption = Annotated[str | None, typer.Option(help="A sound device; see `devices`.")]
EchoOption = Annotated[str | None, typer.Option(help="on, or off with headphones.")]
IdleOption = Annotated[float | None, typer.Option(help="End after so many silent minutes.")]


@app.command()
def run(  # noqa: PLR0913 (one per setting)
    routine: RoutineOption = None,
    side: SideOption = None,
    typed: Annotated[bool, typer.Option("--typed", help="Keyboard in, text out.")] = False,
    mic: Annotated[
        Path | None, typer.Option(help="A recording as the microphone.", metavar="FILE.wav")
    ] = None,
    speaker: SpeakerOption = None,
    limit: LimitOption = None,
    events: EventsOption = None,
    settings_file: SettingsOption = None,
    emergency_number: EmergencyOption = None,
    helpline: HelplineOption = None,
    rate_wpm: RateOption = None,
    volume_db: VolumeOption = None,
    voice: VoiceOption = None,
    model: ModelOption = None,
    microphone: MicrophoneOption = None,
    loudspeaker: LoudspeakerOption = None,
    echo: EchoOption = None,
    idle_minutes: IdleOption = None,
) -> None:
    """Begin a session: live, or --typed, or with a recording as the microphone."""
    from assistant import sessions
    from assistant.settings import load_settings, with_options

    if typed and (mic or speaker):
        raise typer.BadParameter("--typed has no sound: leave out --mic and --speaker.")
    options = _setting_options(locals())
    if mic:  # a recording has not heard the loudspeaker
        options["echo"] = echo or "off"
    settings = with_options(load_settings(settings_file), options)
    journal = _journal(events)
    with _interruptible():
        if typed:
            sessions.run_typed(settings, journal, sys.stdin, limit)
        elif mic:
            sessions.run_from_file(settings, journal, mic, speaker, limit)
        else:
            sessions.run_live(settings, journal, speaker, limit)


@app.command()
def rehearse(  # noqa: PLR0913 (one per setting)
    scenario: Annotated[Path, typer.Argument(help="The scenario.", metavar="SCENARIO.toml")],
    speaker: SpeakerOption = None,
    mic: Annotated[
        Path | None, typer.Option(help="Write what the microphone hears here.", metavar="OUT.wav")
    ] = None,
    limit: LimitOption = None,
    events: EventsOption = None,
    progress: Annotated[
        bool, typer.Option("--progress", help="Show how far the session has come.")
    ] = False,
    routine: RoutineOption = None,
    side: SideOption = None,
    emergency_number: EmergencyOption = None,
    helpline: HelplineOption = None,
    rate_wpm: RateOption = None,
    volume_db: VolumeOption = None,
    voice: VoiceOption = None,
    model: ModelOption = None,
    echo: EchoOption = None,
    idle_minutes: IdleOption = None,
) -> None:
    """Rehearse a scenario: a simulated room and a scripted user, faster than real time."""
    from assistant import sessions

    entries: list[Entry] = []
    journal = _journal(events, entries.append)
    with _interruptible(status=INTERRUPTED), _progress(journal, shown=progress):
        problems, unsaid = sessions.rehearse(
            scenario, _setting_options(locals()), journal, entries, speaker, mic, limit
        )
    for sentence in (*unsaid, *problems):
        typer.echo(sentence, err=True)
    if problems:
        raise typer.Exit(FAILED_EXPECTATION)


@app.command()
def listen(
    file: Annotated[Path, typer.Argument(help="A recording.", metavar="FILE.wav")],
    state: Annotated[
        str | None, typer.Option(help="Listen as in this state only; see `phrases`.")
    ] = None,
    events: EventsOption = None,
    model: ModelOption = None,
) -> None:
    """Print what is recognised in a recording, as it is recognised."""
    from assistant import sessions
    from assistant.settings import Settings, with_options

    settings = with_options(Settings(), {"model": model})
    journal = _journal(events, print_conversation=False)
    journal.add(_print_heard)
    with _interruptible():
        sessions.listen(settings, journal, file, state)


@app.command()
def routines() -> None:
    """List the routines."""
    from assistant.content.loader import load_content

    table = Table("id", "title", "minutes", "steps", "say")
    for routine in load_content().routines:
        say = f"start {routine.names[0]}" if routine.names else ""
        row = (routine.id, routine.title, str(routine.minutes), str(len(routine.steps)), say)
        table.add_row(*row)
    console.print(table)


@app.command()
def benefits(
    topic: Annotated[str | None, typer.Argument(help="knee, leg or stretches.")] = None,
) -> None:
    """Print what massage is said to be good for, each claim with its verdict."""
    from assistant.content.loader import did_you_mean, load_content

    topics = {topic.id: topic for topic in load_content().benefits.topics}
    if topic is not None and topic not in topics:
        raise ContentError(f"There is nothing on {topic!r}{did_you_mean(topic, topics)}.")
    for each in topics.values():
        if topic not in (None, each.id):
            continue
        typer.secho(each.name.capitalize(), bold=True)
        for number, benefit in enumerate(each.benefits, start=1):
            typer.echo(
                f"{number:2}. {benefit.say} [{benefit.verdict}; {', '.join(benefit.sources)}]"
            )


@app.command()
def ask(
    text: Annotated[
        list[str] | None, typer.Argument(help="A question; without one, lines of standard input.")
    ] = None,
    settings_file: SettingsOption = None,
    emergency_number: EmergencyOption = None,
    helpline: HelplineOption = None,
) -> None:
    """Print what is answered to a question in any words, as JSON, one object a line."""
    from assistant.content.loader import load_content
    from assistant.script import Asked
    from assistant.settings import load_settings, with_options

    options = {"emergency_number": emergency_number, "helpline": helpline}
    settings = with_options(load_settings(settings_file), options)
    asked = Asked(load_content(), settings.emergency_number, settings.helpline)
    for question in [" ".join(text)] if text else _lines_of(sys.stdin):
        typer.echo(asked.as_json(question))


@app.command()
def script() -> None:
    """Print every line the assistant can say, as Markdown, for a physiotherapist's review."""
    from assistant.content.loader import load_content
    from assistant.script import markdown

    typer.echo(markdown(load_content()), nl=False)


@app.command()
def phrases(
    state: Annotated[str | None, typer.Option(help="Only those of this state.")] = None,
) -> None:
    """Print what the assistant listens for, one phrase a line."""
    from assistant.app import phrasebook
    from assistant.content.loader import did_you_mean, load_content

    book = phrasebook(load_content())
    if state is not None and state not in book.states:
        near = did_you_mean(state, book.states) or f"; there are {', '.join(book.states)}"
        raise ContentError(f"There is no state {state!r}{near}.")
    states = [state] if state else book.states
    for phrase in dict.fromkeys(phrase for each in states for phrase in book.grammar(each)):
        typer.echo(phrase)


@app.command()
def understand(
    text: Annotated[
        list[str] | None, typer.Argument(help="A sentence; without one, standard input's lines.")
    ] = None,
    state: Annotated[
        str | None, typer.Option(help="As in this state; see `phrases`. Default: practice.")
    ] = None,
    question: Annotated[
        str | None, typer.Option(help="After this question: step, calibrate or okay.")
    ] = None,
) -> None:
    """Print what the assistant makes of sentences, one JSON object a line."""
    from assistant.content.loader import load_content
    from assistant.inspection import Inspector

    inspector = Inspector(load_content(), state, question)
    for line in [" ".join(text)] if text else _lines_of(sys.stdin):
        typer.echo(inspector.read(line).as_json())


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A routine of your own.", metavar="FILE.toml")],
) -> None:
    """Check a routine of your own."""
    from assistant import sessions

    routine = sessions.check_routine(file)
    practice = sum(step.seconds for step in routine.steps)
    typer.echo(f"{file}: {routine.title!r} is fine: {len(routine.steps)} steps, {practice:g} s.")


profile_app = typer.Typer(
    help="Your answers to the monthly safety questions, kept in one file for you alone.",
    no_args_is_help=True,
)
app.add_typer(profile_app, name="profile")


@profile_app.command()
def show() -> None:
    """Print what is remembered of your answers, and until when."""
    from assistant.profile import own_profile

    typer.echo(own_profile().description())


@profile_app.command()
def edit() -> None:
    """Change the answers in your editor ($VISUAL or $EDITOR)."""
    from assistant.profile import in_editor, own_profile

    changed = own_profile().edit(in_editor)
    typer.echo("Your answers are changed." if changed else "Nothing is changed.")


@profile_app.command()
def forget() -> None:
    """Delete the answers; all questions are asked before the next massage."""
    from assistant.profile import own_profile

    forgot = own_profile().delete()
    typer.echo("Your answers are deleted." if forgot else "Nothing was remembered.")


@app.command()
def devices() -> None:
    """List the microphones and loudspeakers; fails where one is missing."""
    from assistant.devices import list_devices

    for device in list_devices():
        typer.echo(device)


@app.command()
def voices() -> None:
    """List the voices."""
    from assistant.speaking.synthesiser import Synthesiser

    for voice in Synthesiser(cache_folder=None).voices():
        typer.echo(voice)


def main() -> NoReturn:
    """Run the command line; a problem is one sentence on standard error and exit status 2."""
    try:
        app(standalone_mode=True)
    except AssistantError as error:
        typer.echo(f"massage-assistant: {error}", err=True)
        sys.exit(UNUSABLE)
    except (KeyboardInterrupt, BrokenPipeError):
        sys.exit(INTERRUPTED)
    sys.exit(0)


_SETTING_NAMES = (
    "routine",
    "side",
    "emergency_number",
    "helpline",
    "rate_wpm",
    "volume_db",
    "voice",
    "model",
    "microphone",
    "loudspeaker",
    "echo",
    "idle_minutes",
)


def _lines_of(stream: TextIO) -> Iterator[str]:
    """Read lines as they come; what is no text is nothing anybody said."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="replace")
    yield from stream


def _setting_options(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: arguments[name] for name in _SETTING_NAMES if name in arguments}


def _journal(events: Path | None, *listeners: Any, print_conversation: bool = True) -> Journal:
    journal = Journal(*listeners)
    if print_conversation:
        journal.add(_print_conversation)
    if events:
        journal.add(EventsFile(events))
    return journal


def _print_conversation(entry: Entry) -> None:
    """Show the conversation as it unfolds."""
    at = f"[dim]{seconds(entry.at):7.1f}[/dim]"
    details = entry.details
    text = escape(str(details.get("text", "")))  # [unk] is no markup
    if entry.event == "say":
        console.print(f"{at}  [bold]Assistant:[/bold] {text}")
    elif entry.event == "heard" and details["final"]:
        console.print(f"{at}  [bold]You:[/bold] {text}")
    elif entry.event == "ignored":
        console.print(f"{at}  [dim]({text}: {details['why']})[/dim]")
    elif entry.event == "hush":
        console.print(f"{at}  [dim](silent)[/dim]")
    elif entry.event == "failed":
        console.print(f"{at}  {details['reason']}")
    elif entry.event == "end":
        console.print(f"{at}  [dim]The session has ended ({details['reason']}).[/dim]")


@contextmanager
def _progress(journal: Journal, *, shown: bool) -> Iterator[None]:
    """Show below the conversation how far a rehearsal has come."""
    if not shown:
        yield
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    bar = Progress(*columns, console=console)
    task = bar.add_task("Rehearsing")
    step = ""

    def follow(entry: Entry) -> None:
        nonlocal step
        if entry.event == "state":
            number = entry.details["step"]
            step = f"step {number}, " if number else ""
        minutes, rest = divmod(int(seconds(entry.at)), 60)
        bar.update(task, description=f"Rehearsing: {step}{minutes}:{rest:02} of session in")

    with bar:
        journal.add(follow)
        yield


def _print_heard(entry: Entry) -> None:
    if entry.event == "heard":
        mark = "" if entry.details["final"] else " ..."
        typer.echo(f"{seconds(entry.at):7.2f}  {entry.details['text']}{mark}")


@contextmanager
def _interruptible(status: int = 0) -> Iterator[None]:
    """Treat SIGTERM like Ctrl-C: the session has ended in good order, and `status` says so."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        raise typer.Exit(status) from None
