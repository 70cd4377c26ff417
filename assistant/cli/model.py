"""The `model` commands: which speech model listens, and how to get another."""

from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.ending import LACKS_WORDS
from assistant.cli.options import SettingsOption, chosen_settings
from assistant.cli.progress import download_progress
from assistant.errors import ModelError

model_app = typer.Typer(
    name="model", help="The speech model: list, install, use another.", no_args_is_help=True
)

NameArgument = Annotated[str, typer.Argument(help="A model; see `model list`.", metavar="NAME")]


@model_app.command("list")
def list_models(settings_file: SettingsOption = None) -> None:
    """List the models: the one that ships, known ones, and those that are installed."""
    from assistant.settings import load_settings
    from assistant.shelf.available import SHIPPED, installed_models
    from assistant.shelf.catalogue import known_models

    rows = {SHIPPED: "comes with the assistant"}
    for known in known_models().values():
        rows[known.name] = f"{known.download_bytes / 1e6:.0f} MB to download ({known.about})"
    rows |= dict.fromkeys(installed_models(), "installed")
    in_use = load_settings(settings_file).model or SHIPPED
    for name, state in {in_use: "a folder of your own", **rows}.items():
        typer.echo(f"{'*' if name == in_use else ' '} {name:<28} {state}")
    typer.echo("* is in use.")


@model_app.command()
def install(
    name: NameArgument,
    url: Annotated[
        str | None, typer.Option("--from", help="Another address of it.", metavar="URL")
    ] = None,
    sha256: Annotated[
        str | None, typer.Option(help="Of a zip archive that is not known.", metavar="HEX")
    ] = None,
) -> None:
    """Download a model; the only command that uses the network. Run it again to go on."""
    from assistant.shelf.available import shelf_folder, source_of
    from assistant.shelf.install import install as install_model
    from assistant.shelf.install import is_usable

    source = source_of(name, url, sha256)
    if is_usable(shelf_folder() / name):
        typer.echo(f"{name} is installed already.")
        return
    with download_progress(name) as show:
        folder = install_model(source, show)
    typer.echo(f"{name} is installed in {folder}; to listen with it: model use {name}")


@model_app.command()
def use(name: NameArgument, settings_file: SettingsOption = None) -> None:
    """Listen with a model from now on; it is written to the settings."""
    from assistant.settings import change_setting
    from assistant.shelf.available import folder_of, installed_models

    folder = folder_of(name)
    if lacking := _lacking(folder):
        raise ModelError(
            f"{name} does not know what the assistant must understand ({', '.join(lacking)}) and "
            "was not chosen; choose another."
        )
    named = name if folder.name == name or name in installed_models() else str(folder.resolve())
    path = change_setting("model", named, settings_file)
    typer.echo(f"Sessions listen with {named} now ({path}).")


def _lacking(folder: Path) -> list[str]:
    """Return what the assistant must understand and the model in `folder` doesn't know."""
    from assistant.app import phrasebook
    from assistant.content.loader import load_content
    from assistant.hearing.recogniser import Model

    book = phrasebook(load_content())
    heard = (*book.grammar(), *book.hot_phrases(), *book.decoys())
    return Model(folder).missing(word for phrase in heard for word in phrase.split())


@model_app.command()
def info(
    name: Annotated[
        str | None, typer.Argument(help="A model; the one in use if left out.", metavar="NAME")
    ] = None,
    settings_file: SettingsOption = None,
) -> None:
    """Print what a model is like; loads it to measure that."""
    from assistant.hearing.loading import measure_loading
    from assistant.settings import load_settings
    from assistant.shelf.available import folder_of, model_in_use

    folder = folder_of(name) if name else model_in_use(load_settings(settings_file))
    _say_what_its_files_tell(folder)
    loading = measure_loading(folder)
    _say("loading", f"{loading.seconds:.2f} s")
    _say("memory", f"{loading.memory_bytes / 1e6:,.0f} MB more than before loading")


def _say_what_its_files_tell(folder: Path) -> None:
    from assistant.hearing import model_folder

    takes_grammar = model_folder.takes_grammar(folder)
    _say("name", folder.name)
    _say("folder", str(folder))
    _say("size", f"{model_folder.size_bytes(folder) / 1e6:,.1f} MB")
    _say("grammar", "can be changed at run time" if takes_grammar else "is fixed")
    model_folder.check(folder)
    features = model_folder.features(folder)
    _say("words", f"{len(model_folder.words(folder)):,}")
    _say("sample rate", f"{features.get('sample-frequency', '16000')} Hz")
    _say("features", f"{features.get('num-ceps', '13')} coefficients of a spectrum")


def _say(label: str, value: str) -> None:
    typer.echo(f"{label:<13}{value}")


@model_app.command()
def words(
    file: Annotated[
        Path, typer.Argument(help="A routine or phrase file of your own.", metavar="FILE.toml")
    ],
    model: Annotated[
        str | None, typer.Option(help="Another model than the one in use.", metavar="NAME")
    ] = None,
    settings_file: SettingsOption = None,
) -> None:
    """Print the words of a file that the model lacks; status 1 if there are any."""
    from assistant.app import find_model
    from assistant.content.loader import load_content
    from assistant.own_words import words_of

    wanted = words_of(file, load_content())
    settings = chosen_settings(settings_file, {"model": model})
    lacking = find_model(settings).missing(wanted)
    for word in lacking:
        typer.echo(word)
    if lacking:
        raise typer.Exit(LACKS_WORDS)
