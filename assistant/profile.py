"""The user's own answers to the monthly safety questions: one small file that nobody else reads.

It can be shown, edited and deleted. What cannot be relied upon counts as nothing: where the file is
broken, incomplete, too old or from the future, all questions are asked.
"""

import contextlib
import os
import shlex
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import date, timedelta
from pathlib import Path

from pydantic.dataclasses import dataclass

from assistant.content.loader import did_you_mean, load_content, read_toml, validate
from assistant.content.routine import Side
from assistant.content.screening import Kind, Screening, ScreeningQuestion
from assistant.content.strict import STRICT
from assistant.errors import ContentError, OutputError
from assistant.settings import profile_path

YES_OR_NO = ("yes", "no")
_UNFINISHED = ".profile-"
_HEADER = "# Your answers to the monthly safety questions of massage-assistant."


@dataclass(frozen=True, config=STRICT)
class Profile:
    """What the file holds."""

    screened_on: date | None = None
    """When all questions were last asked; None: they are due."""
    answers: dict[str, str] = field(default_factory=dict)
    """By question, and leg if it is about one: yes, no, or the id of a condition."""


class ProfileFile:
    """The profile on disk.

    Args:
        path: where it is, or will be.
        today: the date of the session.
        screening: the questions, and how long their answers hold.
    """

    def __init__(self, path: Path, today: date, screening: Screening) -> None:
        self._path, self._today = path, today
        self._period = timedelta(days=screening.full_every_days)
        self._conditions = {condition.id: condition.name for condition in screening.conditions}
        self._questions = {
            name: (question, question.ask.format(leg=screening.name_of(leg)))
            for question in screening.monthly
            for leg in (Side.LEFT, Side.RIGHT)
            for name in question.kept_as(leg)
        }
        whole = [q for q in screening.questions if not q.of_leg]
        self._needed = {question.id for question in whole if not question.every_time}

    def recall(self) -> Mapping[str, str]:
        """Return the answers that hold today; none where all questions have to be asked.

        Of a leg there may be none yet. A broken file is put aside with a word about it.
        """
        try:
            profile = self._load()
        except ContentError as error:
            _tell(f"{error} All questions are asked again.{self._put_aside()}")
            return {}
        return profile.answers if self._holds(profile) else {}

    def remember(self, answers: Mapping[str, str]) -> None:
        """Keep the answers; a file that cannot be written is said and harms nothing.

        What is added to answers that hold, for another leg, holds no longer than they do.
        """
        try:
            if answers:
                self._save(_as_toml(Profile(self._since(), dict(answers))))
            else:
                self.delete()
        except OutputError as error:
            _tell(str(error))

    def description(self) -> str:
        """Return what is remembered, for its owner to read.

        Raises:
            ContentError: the file is broken.
        """
        profile = self._load()
        if not profile.answers:
            return f"Nothing is remembered. It would be kept in {self._path}."
        lines = [
            f"{self._questions[name][1]} {self._conditions.get(said, said).capitalize()}."
            for name, said in profile.answers.items()
        ]
        return "\n".join((*lines, self._until(profile), f"This is kept in {self._path}."))

    def edit(self, editor: Callable[[str], str]) -> bool:
        """Let `editor` change the file's text; return whether it did.

        Raises:
            ContentError: what it became cannot be used; nothing is changed then.
            OutputError: the file cannot be written.
        """
        if not os.path.exists(self._path):
            return False  # answers are given to the assistant first
        before = self._text()
        after = editor(before)
        if after == before:
            return False
        self._check(_parsed(after, self._path))
        self._save(after)
        return True

    def delete(self) -> bool:
        """Delete the file, and what was put aside or never finished; return whether there was one.

        Raises:
            OutputError: it cannot be deleted.
        """
        unfinished = self._path.parent.glob(f"{_UNFINISHED}*")
        there = [path for path in (self._path, self._aside, *unfinished) if os.path.lexists(path)]
        try:
            for path in there:
                path.unlink()
        except OSError as error:
            raise OutputError(f"{self._path}: cannot be deleted ({error.strerror}).") from error
        return bool(there)

    def _holds(self, profile: Profile) -> bool:
        since = profile.screened_on
        recent = since is not None and since <= self._today < since + self._period
        return recent and self._needed <= profile.answers.keys()

    def _since(self) -> date:
        """Return the date of the answers that hold, or today."""
        with contextlib.suppress(ContentError):
            profile = self._load()
            if profile.screened_on and self._holds(profile):
                return profile.screened_on
        return self._today

    def _until(self, profile: Profile) -> str:
        if not self._holds(profile) or profile.screened_on is None:
            return "All questions are asked before the next massage."
        return f"All questions are asked again from {profile.screened_on + self._period} on."

    def _load(self) -> Profile:
        if not os.path.exists(self._path):
            return Profile()
        return self._check(read_toml(self._path))

    def _check(self, data: object) -> Profile:
        profile = validate(data, Profile, str(self._path))
        for name, said in profile.answers.items():
            if name not in self._questions:
                near = did_you_mean(name, self._questions)
                raise ContentError(f"{self._path}: answers.{name}: is no question{near}")
            allowed = self._allowed(self._questions[name][0])
            if said not in allowed:
                raise ContentError(
                    f"{self._path}: answers.{name}: found {said!r}; say {' or '.join(allowed)}."
                )
        return profile

    def _allowed(self, question: ScreeningQuestion) -> tuple[str, ...]:
        return tuple(self._conditions) if question.answered_with is Kind.CONDITION else YES_OR_NO

    def _text(self) -> str:
        try:
            return self._path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ContentError(f"{self._path}: cannot be read; forget it to begin anew.") from error

    def _save(self, text: str) -> None:
        """Put a whole new file in the place of the old one, readable by its owner alone."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=_UNFINISHED)
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(text)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(name, self._path)
            except BaseException:
                os.unlink(name)
                raise
        except OSError as error:
            raise OutputError(f"{self._path}: cannot be written ({error.strerror}).") from error

    @property
    def _aside(self) -> Path:
        return self._path.with_suffix(".broken")

    def _put_aside(self) -> str:
        try:
            os.replace(self._path, self._aside)
        except OSError:
            return ""
        return f" It was put aside as {self._aside.name}."


def own_profile() -> ProfileFile:
    """Return the profile of whoever runs this, as of today."""
    return ProfileFile(profile_path(), date.today(), load_content().screening)


def in_editor(text: str) -> str:
    """Let the user's own editor ($VISUAL or $EDITOR) change a text.

    Raises:
        OutputError: there is no editor, or it failed.
    """
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    handle, name = tempfile.mkstemp(suffix=".toml")  # which only its owner may read
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        subprocess.run([*shlex.split(editor), name], check=True)
        return Path(name).read_text(encoding="utf-8")
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        raise OutputError(
            f"The editor {editor!r} failed; nothing is changed. Set EDITOR to another one."
        ) from error
    finally:
        os.unlink(name)


def _parsed(text: str, path: Path) -> object:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ContentError(f"{path}: is not valid TOML: {error}; nothing is changed.") from error


def _as_toml(profile: Profile) -> str:
    lines = [_HEADER]
    if profile.screened_on:
        lines.append(f"screened_on = {profile.screened_on.isoformat()}")
    lines += ["", "[answers]", *(f'{name} = "{said}"' for name, said in profile.answers.items())]
    return "\n".join(lines) + "\n"


def _tell(problem: str) -> None:
    with contextlib.suppress(OSError):
        print(f"massage-assistant: {problem}", file=sys.stderr)  # noqa: T201 (a word to the user)
