"""`massage-assistant model ...` from outside, against a real server on this machine."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.hearing.recogniser import default_model_folder
from assistant.settings import load_settings
from assistant.shelf.catalogue import known_models
from tests.support.cli import CommandLine, Outcome, one_sentence, start_process
from tests.support.model_archive import general_model, zipped
from tests.support.server import Server, cut_after, slow, status, whole

NAME = "vosk-model-tiny"
SMALL = "vosk-model-small-en-us-0.15"


@pytest.fixture(scope="module")
def general(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return general_model(tmp_path_factory.mktemp("general") / NAME)


@dataclass
class Offer:
    """A model on the server, and the options that name it."""

    server: Server
    folder: Path

    def of(self, model: Path, **more: bytes) -> list[str]:
        archive = self.folder / "offer.zip"
        sha256 = zipped(model, archive, **more)
        self.server.content = archive.read_bytes()
        return ["--from", self.server.url, "--sha256", sha256]


@pytest.fixture
def offer(server: Server, tmp_path: Path) -> Offer:
    return Offer(server, tmp_path)


@pytest.fixture
def shelf(own_home: Path) -> Path:
    return own_home / "massage-assistant/models"


@pytest.fixture
def settings(own_home: Path) -> Path:
    path = own_home / "massage-assistant/settings.toml"
    path.parent.mkdir(exist_ok=True)
    return path


def refused(outcome: Outcome, *parts: str) -> None:
    assert outcome.status == 2, outcome.out
    assert one_sentence(outcome.err), outcome.err
    for part in parts:
        assert part in outcome.err


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


# Installing


def test_an_installed_model_is_whole_private_and_listed(
    command: CommandLine, offer: Offer, general: Path, shelf: Path
) -> None:
    outcome = command("model", "install", NAME, *offer.of(general))
    assert outcome.status == 0, outcome.err
    assert contents(shelf / NAME) == contents(general)
    assert list(shelf.iterdir()) == [shelf / NAME], "something was left behind"
    assert shelf.stat().st_mode & 0o777 == 0o700
    assert f"  {NAME:<28} installed" in command("model", "list").out


def test_a_model_that_is_there_is_not_downloaded_again(
    command: CommandLine, offer: Offer, general: Path
) -> None:
    options = offer.of(general)
    command("model", "install", NAME, *options)
    outcome = command("model", "install", NAME, *options)
    assert "is installed already" in outcome.out
    assert len(offer.server.asked) == 1


def test_a_damaged_model_is_installed_again(
    command: CommandLine, offer: Offer, general: Path, shelf: Path
) -> None:
    options = offer.of(general)
    command("model", "install", NAME, *options)
    network = shelf / NAME / "am/final.mdl"
    network.write_bytes(network.read_bytes()[:10_000])
    assert command("model", "install", NAME, *options).status == 0
    assert contents(shelf / NAME) == contents(general)


@pytest.mark.long
def test_a_broken_connection_is_told_and_the_next_run_goes_on(
    command: CommandLine, offer: Offer, general: Path, shelf: Path
) -> None:
    options = offer.of(general)
    offer.server.answers = [cut_after(1_000_000)]
    refused(command("model", "install", NAME, *options), "run this again")
    assert not (shelf / NAME).exists()
    offer.server.answers = [whole]
    assert command("model", "install", NAME, *options).status == 0
    assert int(offer.server.asked[-1].removeprefix("bytes=").removesuffix("-")) > 2_000_000


@pytest.mark.parametrize("name", [SMALL, "vosk-model-en-us-0.22-lgraph"])
def test_another_file_than_the_known_model_is_refused(
    name: str, command: CommandLine, offer: Offer, general: Path, shelf: Path
) -> None:
    _, address, *_ = offer.of(general)
    refused(command("model", "install", name, "--from", address), "checksum or size is wrong")
    assert not (shelf / name).exists()


def test_a_server_without_the_file(command: CommandLine, server: Server) -> None:
    server.answers = [status(404)]
    outcome = command("model", "install", SMALL, "--from", server.url)
    refused(outcome, "the server answers 404; check the address")


@pytest.mark.long
def test_no_network(command: CommandLine) -> None:
    outcome = command("model", "install", SMALL, "--from", "http://no-such-host.invalid/x.zip")
    refused(outcome, "check the network")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["vosk-model-small-en-us-0.16"], f"there are {SMALL}"),
        (["mine", "--from", "https://example.org/x.zip"], "both --from and --sha256"),
        (["mine", "--sha256", "0" * 64], "both --from and --sha256"),
        (["mine", "--from", "https://example.org/x.zip", "--sha256", "12"], "--sha256"),
        (["mine", "--from", "file:///etc/passwd", "--sha256", "0" * 64], "is no address"),
        (["../mine", "--from", "https://example.org/x", "--sha256", "0" * 64], "another name"),
        (["mine\n", "--from", "https://example.org/x", "--sha256", "0" * 64], "another name"),
        (["command-en", "--from", "https://example.org/x", "--sha256", "0" * 64], "another name"),
        ([SMALL, "--sha256", "0" * 64], "another name"),
    ],
)
def test_what_cannot_be_installed_is_refused_before_anything_is_asked(
    arguments: list[str], sentence: str, command: CommandLine, shelf: Path
) -> None:
    refused(command("model", "install", *arguments), sentence)
    assert not shelf.exists()


def test_an_archive_that_leads_out_installs_nothing(
    command: CommandLine, offer: Offer, general: Path, shelf: Path
) -> None:
    options = offer.of(general, **{"../../../../evil": b"evil"})
    refused(command("model", "install", NAME, *options), "would lie outside")
    assert not (shelf / NAME).exists()
    assert not list(shelf.parent.parent.rglob("evil"))


def test_an_archive_without_a_model_installs_nothing(
    command: CommandLine, offer: Offer, tmp_path: Path, shelf: Path
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "cat.jpg").write_bytes(b"meow")
    refused(command("model", "install", NAME, *offer.of(folder)), "incomplete")
    assert not (shelf / NAME).exists()


def test_a_model_with_one_fixed_grammar_installs_nothing(
    command: CommandLine, offer: Offer, general: Path, tmp_path: Path, shelf: Path
) -> None:
    fixed = tmp_path / "vosk-model-fixed"
    shutil.copytree(general, fixed)
    (fixed / "graph/HCLr.fst").rename(fixed / "graph/HCLG.fst")
    (fixed / "graph/Gr.fst").unlink()
    refused(command("model", "install", NAME, *offer.of(fixed)), "one fixed grammar")
    assert not (shelf / NAME).exists()


def test_a_folder_that_cannot_be_written(
    command: CommandLine, own_home: Path, offer: Offer, general: Path
) -> None:
    (own_home / "massage-assistant").write_text("in the way")
    refused(command("model", "install", NAME, *offer.of(general)), "cannot be written")


@pytest.mark.long
def test_a_folder_that_may_not_be_written(own_home: Path, server: Server) -> None:
    own_home.chmod(0o500)
    plain = ["setpriv", "--bounding-set=-all"]  # for root, whom no permission stops otherwise
    if os.geteuid() == 0 and subprocess.run([*plain, "true"], check=False).returncode:
        pytest.skip("root cannot be made to respect permissions here")
    for command in (["install", SMALL, "--from", server.url], ["use", "command-en"]):
        result = subprocess.run(
            [
                *(plain if os.geteuid() == 0 else []),
                sys.executable,
                "-m",
                "assistant",
                "model",
                *command,
            ],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        refused(Outcome(result.returncode, result.stdout, result.stderr), "Permission denied")
    assert list(own_home.iterdir()) == []


@pytest.fixture
def small_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A real file system of 12 MB, on which models are installed."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", folder]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small file system cannot be mounted here (needs root)")
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_known_model_for_which_there_is_no_room_is_not_even_asked_for(
    small_disk: Path, command: CommandLine, server: Server
) -> None:
    outcome = command("model", "install", SMALL, "--from", server.url)
    refused(outcome, "112 MB are needed and 13 MB are free", str(small_disk))
    assert server.asked == []


def test_an_archive_for_which_there_is_no_room_is_not_unpacked(
    small_disk: Path, command: CommandLine, offer: Offer, general: Path
) -> None:
    refused(command("model", "install", NAME, *offer.of(general)), "MB are needed and")
    shelf = small_disk / "massage-assistant/models"
    assert not (shelf / NAME).exists()
    assert not list(shelf.rglob("final.mdl")), "what was unpacked takes the room"


def test_a_disk_that_fills_up_while_downloading(
    small_disk: Path, command: CommandLine, offer: Offer, general: Path
) -> None:
    options = offer.of(general, filler=bytes(20_000_000))
    refused(command("model", "install", NAME, *options), "No space left", "make room there")
    assert not (small_disk / "massage-assistant/models" / NAME).exists()


def until(what: Path) -> None:
    deadline = time.monotonic() + 30
    while not list(what.parent.glob(what.name)):
        assert time.monotonic() < deadline, f"{what} never came"
        time.sleep(0.001)


def test_killed_in_the_middle_of_the_download_it_goes_on_the_next_time(
    command: CommandLine, offer: Offer, general: Path, shelf: Path
) -> None:
    options = offer.of(general)
    offer.server.answers = [slow, whole]
    process = start_process("model", "install", NAME, *options)
    until(shelf / f".{NAME}" / "*.part")
    time.sleep(0.2)  # into the half second that the answer takes
    process.kill()
    process.communicate(timeout=20)
    assert not (shelf / NAME).exists()
    assert command("model", "install", NAME, *options).status == 0
    assert int(offer.server.asked[-1].removeprefix("bytes=").removesuffix("-")) > 100_000
    assert list(shelf.iterdir()) == [shelf / NAME]


def test_killed_in_the_middle_of_unpacking_it_unpacks_anew(
    command: CommandLine, offer: Offer, general: Path, shelf: Path
) -> None:
    options = offer.of(general, filler=bytes(150_000_000))  # last, and takes a while
    process = start_process("model", "install", NAME, *options)
    until(shelf / f".{NAME}" / NAME / NAME / "filler")
    process.kill()
    process.communicate(timeout=20)
    assert process.returncode < 0, "it was killed too late"
    assert not (shelf / NAME).exists()
    assert command("model", "install", NAME, *options).status == 0
    assert len(offer.server.asked) == 1
    assert list(shelf.iterdir()) == [shelf / NAME]


def test_of_two_at_once_one_installs_and_the_other_says_so(
    command: CommandLine, offer: Offer, general: Path, shelf: Path
) -> None:
    options = offer.of(general)
    offer.server.answers = [slow]
    process = start_process("model", "install", NAME, *options)
    until(shelf / f".{NAME}" / "*.part")
    refused(command("model", "install", NAME, *options), "is being installed by another command")
    process.communicate(timeout=20)
    assert process.returncode == 0
    assert contents(shelf / NAME) == contents(general)
    assert list(shelf.iterdir()) == [shelf / NAME]


# Using


def test_a_session_listens_with_the_model_in_use_and_says_so(
    command: CommandLine, offer: Offer, general: Path, stop_wav: Path
) -> None:
    command("model", "install", NAME, *offer.of(general))
    assert command("model", "use", NAME).status == 0
    assert f"* {NAME}" in command("model", "list").out
    outcome = command("run", "--mic", stop_wav, "--limit", 8)
    assert outcome.status == 0, outcome.err
    assert outcome.out.startswith(f"Listening with {NAME}.\n")
    assert "(silent)" in outcome.out
    command("model", "use", "command-en")
    outcome = command("run", "--mic", stop_wav, "--limit", 1)
    assert outcome.out.startswith("Listening with command-en.\n")


def test_the_users_settings_keep_their_comments_and_their_order(
    command: CommandLine, settings: Path
) -> None:
    before = "# mine\nrate_wpm = 140  # slow\n\n# model = 'old'\nside = \"left\"  # the bad one"
    settings.write_text(before)
    assert command("model", "use", "command-en").status == 0
    after = settings.read_text()
    assert after.startswith(before)
    assert after.removeprefix(before).strip() == 'model = "command-en"'
    command("model", "use", str(default_model_folder()))
    assert load_settings().model == str(default_model_folder())
    assert settings.read_text().startswith(before)
    assert list(settings.parent.iterdir()) == [settings]


def test_a_broken_settings_file_stays_as_it_is(command: CommandLine, settings: Path) -> None:
    settings.write_text("rate_wmp = 140")
    refused(command("model", "use", "command-en"), "did you mean 'rate_wpm'?")
    assert settings.read_text() == "rate_wmp = 140"


def test_settings_that_cannot_be_written(command: CommandLine, own_home: Path) -> None:
    (own_home / "massage-assistant").write_text("in the way")
    refused(command("model", "use", "command-en"), "cannot be written")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("command-eng", "did you mean 'command-en'?"),
        (SMALL, f"install it with: massage-assistant model install {SMALL}"),
        ("/nowhere/model", "there is no speech model here"),
        (str(Path(__file__).parent), "incomplete"),
    ],
)
@pytest.mark.parametrize("what", [["model", "use"], ["model", "info"], ["run", "--model"]])
def test_a_model_that_is_not_there_is_refused(
    what: list[str],
    name: str,
    sentence: str,
    command: CommandLine,
    own_home: Path,
    stop_wav: Path,
) -> None:
    recording = ["--mic", stop_wav] if what[0] == "run" else []
    refused(command(*what, name, *recording), sentence)
    assert not (own_home / "massage-assistant/settings.toml").exists()


def test_a_model_that_lacks_words_of_the_phrases_is_not_chosen(
    command: CommandLine, tmp_path: Path, settings: Path
) -> None:
    lacking = tmp_path / "lacking"
    shutil.copytree(default_model_folder(), lacking)
    words = lacking / "graph/words.txt"
    words.write_text(words.read_text().replace("\nstop ", "\nstopp "))
    outcome = command("model", "use", lacking)
    refused(outcome, "does not know what the assistant must understand (stop)")
    assert not settings.exists()


# Telling


def test_the_list_names_what_ships_what_is_known_and_what_is_in_use(command: CommandLine) -> None:
    lines = command("model", "list").out.splitlines()
    assert lines[0].split()[:2] == ["*", "command-en"]
    assert [line.split()[0] for line in lines[1:-1]] == list(known_models())
    assert "41 MB to download" in lines[1]


def test_a_model_that_was_removed_can_still_be_listed(command: CommandLine, settings: Path) -> None:
    settings.write_text('model = "vosk-model-gone"')
    outcome = command("model", "list")
    assert outcome.status == 0
    assert "* vosk-model-gone" in outcome.out
    assert command("model", "use", "command-en").status == 0


def test_info_tells_what_a_model_is_like_and_what_loading_it_costs(command: CommandLine) -> None:
    outcome = command("model", "info")
    told = dict(line.split(maxsplit=1) for line in outcome.out.splitlines())
    assert told["name"] == "command-en"
    assert told["folder"] == str(default_model_folder())
    assert 1 < float(told["size"].removesuffix(" MB")) < 20
    assert int(told["words"].replace(",", "")) > 5_000
    assert told["grammar"] == "can be changed at run time"
    assert 0 < float(told["loading"].removesuffix(" s")) < 10


def test_info_tells_of_a_fixed_grammar_and_does_not_load_it(
    command: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "fixed/graph").mkdir(parents=True)
    (tmp_path / "fixed/graph/HCLG.fst").write_text("")
    outcome = command("model", "info", tmp_path / "fixed")
    refused(outcome, "one fixed grammar")
    assert "is fixed" in outcome.out


ROUTINE = """
id = "mine"
title = "My own"
names = ["{name}"]
[[steps]]
say = "Rub your xylowobble {side} knee."
seconds = 20
side = "chosen"
check = "final"
"""
PHRASES = """
spoken_numbers = ["zero"]
hot = ["stop", "haltissimo"]
[[phrases]]
means = "stop"
states = ["practice"]
say = ["stop", "haltissimo now"]
"""


def test_words_are_those_that_people_say_and_the_model_lacks(
    command: CommandLine, tmp_path: Path
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(ROUTINE.replace("{name}", "wibbly knee"))
    outcome = command("model", "words", path)
    assert (outcome.status, outcome.out) == (1, "wibbly\n")
    path.write_text(ROUTINE.replace("{name}", "evening knee"))
    assert command("model", "words", path) == Outcome(0, "", "")


def test_words_of_a_phrase_file(command: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "phrases.toml"
    path.write_text(PHRASES)
    outcome = command("model", "words", path)
    assert (outcome.status, outcome.out) == (1, "haltissimo\n")


@pytest.mark.parametrize("text", ["", "[[phrases]]\nmeans = 'stop'", "seconds = [", "[steps]"])
def test_words_of_a_file_that_is_neither(text: str, command: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "other.toml"
    path.write_text(text)
    refused(command("model", "words", path), str(path))


def test_the_catalogue_is_of_https_and_of_checksums() -> None:
    for model in known_models().values():
        assert model.url == f"https://alphacephei.com/vosk/models/{model.name}.zip"
        assert len(bytes.fromhex(model.sha256)) == hashlib.sha256().digest_size
        assert model.unpacked_bytes > model.download_bytes
