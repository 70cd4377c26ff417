"""What several suites share: the real model and the real synthesiser, made once."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.app import find_model
from assistant.hearing.recogniser import Model
from assistant.settings import Settings
from assistant.speaking.synthesiser import Synthesiser
from tests.support.server import Server, serving

Show = Callable[[str], None]


@pytest.fixture(scope="session")
def model() -> Model:
    return find_model(Settings())


@pytest.fixture(scope="session")
def synthesiser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synthesiser]:
    synthesiser = Synthesiser(tmp_path_factory.mktemp("speech"))
    yield synthesiser
    synthesiser.close()


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test sees or changes the settings, answers and caches of whoever runs it."""
    home = tmp_path_factory.mktemp("home")
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(home))
    return home


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A web server on this machine, reached directly whatever proxy there may be."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving() as server:
        yield server


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str]) -> Show:
    """Prints a measured figure whether or not output is captured."""

    def print_it(figure: str) -> None:
        with capsys.disabled():
            print(f"\n{figure}")  # noqa: T201 (its purpose)

    return print_it
