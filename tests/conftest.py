"""What several suites share: the real model and the real synthesiser, made once."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.app import find_model
from assistant.hearing.recogniser import Model
from assistant.settings import Settings
from assistant.speaking.synthesiser import Synthesiser
from tests.support.server import Server, serving

Show = Callable[[str], None]
_FIGURE = "figure"
_COVERING = {"content", "dialogue"}
"""The folders of tests that are to cover every branch."""


@pytest.fixture(scope="session")
def model() -> Model:
    return find_model(Settings())


@pytest.fixture(scope="session")
def synthesiser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synthesiser]:
    synthesiser = Synthesiser(tmp_path_factory.mktemp("speech"))
    yield synthesiser
    synthesiser.close()


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Paths for one home each; they are not made, for few of thousands of tests need one."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def elsewhere(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test sees or changes the settings, answers and caches of whoever runs it."""
    home = next(homes)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(home))
    return home


@pytest.fixture
def own_home(elsewhere: Path) -> Path:
    """The test's home, made."""
    elsewhere.mkdir()
    return elsewhere


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A web server on this machine, reached directly whatever proxy there may be."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving() as server:
        yield server


@pytest.fixture
def show(request: pytest.FixtureRequest) -> Show:
    """Has a measured figure printed when all tests are over, whichever process measured it."""

    def keep(figure: str) -> None:
        request.node.user_properties.append((_FIGURE, figure))

    return keep


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let only their own tests cover the rules and the content; whole sessions run at speed."""
    for item in items:
        if _COVERING.isdisjoint(item.path.parts):
            item.add_marker(pytest.mark.no_cover)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print every figure that was shown."""
    reports = [report for each in terminalreporter.stats.values() for report in each]
    called = [report for report in reports if getattr(report, "when", None) == "call"]
    figures = [text for one in called for name, text in one.user_properties if name == _FIGURE]
    if figures:
        terminalreporter.section("figures")
        terminalreporter.write_line("\n".join(sorted(figures)))
