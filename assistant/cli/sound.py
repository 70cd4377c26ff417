"""`devices`, `voices`: what there is to hear with and to speak with."""

import typer


def devices() -> None:
    """List the microphones and loudspeakers; fails where one is missing."""
    from assistant.devices.listing import list_devices

    for device in list_devices():
        typer.echo(device)


def voices() -> None:
    """List the voices."""
    from assistant.speaking.synthesiser import Synthesiser

    for voice in Synthesiser(cache_folder=None).voices():
        typer.echo(voice)
