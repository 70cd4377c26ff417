"""The `profile` commands: the answers that are remembered."""

import typer

profile_app = typer.Typer(
    name="profile",
    help="Your answers to the monthly safety questions, kept in one file for you alone.",
    no_args_is_help=True,
)


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
