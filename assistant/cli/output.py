"""Where commands print, and what they show and write down of a session."""

from pathlib import Path

from rich.console import Console
from rich.markup import escape

from assistant.journal import Entry, EventsFile, Journal, Listener
from assistant.messages import seconds

console = Console(highlight=False)

CONVERSATION = {
    "say": "[bold]Assistant:[/bold] {text}",
    "heard": "[bold]You:[/bold] {text}",
    "ignored": "[dim]({text}: {why})[/dim]",
    "hush": "[dim](silent)[/dim]",
    "failed": "{reason}",
    "end": "[dim]The session has ended ({reason}).[/dim]",
}
"""How an event is shown; one that is missing here is not."""


def open_journal(events: Path | None, *listeners: Listener) -> Journal:
    """Return a journal that tells `listeners`, and after them the file `events`."""
    journal = Journal(*listeners)
    if events:
        journal.add(EventsFile(events))
    return journal


def print_conversation(entry: Entry) -> None:
    """Show the conversation as it unfolds."""
    unfinished = entry.details.get("final") is False
    if unfinished or entry.event not in CONVERSATION:
        return
    details = {name: escape(str(value)) for name, value in entry.details.items()}  # as in [unk]
    line = CONVERSATION[entry.event].format(**details)
    console.print(f"[dim]{seconds(entry.at):7.1f}[/dim]  {line}")
