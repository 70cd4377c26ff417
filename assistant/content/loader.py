"""Reads the content files into frozen types, or refuses them in one sentence."""

import difflib
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from assistant.content.answers import Answers
from assistant.content.benefits import Benefits
from assistant.content.flags import FlagPatterns
from assistant.content.lines import Lines
from assistant.content.phrases import FreeTalk, Phrases
from assistant.content.questions import Questions
from assistant.content.routine import Check, Routine, Step
from assistant.content.screening import PainPolicy, Screening
from assistant.errors import ContentError

FOLDER = Path(__file__).parent
MOST_BYTES = 1_000_000
"""No content file comes near this; anything larger is a mistake."""

T = TypeVar("T")


@dataclass(frozen=True)
class Content:
    """Everything that is said and understood."""

    lines: Lines
    routines: tuple[Routine, ...]
    benefits: Benefits
    answers: Answers
    questions: Questions
    screening: Screening
    pain: PainPolicy
    phrases: Phrases
    flags: FlagPatterns


@cache
def load_content() -> Content:
    """Load the content files that ship with the package."""
    paths = sorted((FOLDER / "routines").glob("*.toml"))
    answers = load(FOLDER / "answers.toml", Answers)
    questions = load(FOLDER / "questions.toml", Questions)
    return Content(
        lines=load(FOLDER / "lines.toml", Lines),
        routines=tuple(load_routine(path) for path in paths),
        benefits=load(FOLDER / "benefits.toml", Benefits),
        answers=answers,
        questions=questions,
        screening=load(FOLDER / "screening.toml", Screening),
        pain=load(FOLDER / "pain.toml", PainPolicy),
        phrases=_load_phrases(answers, questions),
        flags=load_folder(FOLDER / "warning_signs", FlagPatterns),
    )


def _load_phrases(answers: Answers, questions: Questions) -> Phrases:
    """Load the phrases; add the spoken questions to them, and free talk to their own."""
    path = FOLDER / "phrases.toml"
    read = read_toml(path)
    free_talk = load_folder(FOLDER / "free_talk", FreeTalk, read.pop("free_talk"))
    phrases = validate(read, Phrases, str(path))
    rules = {answer.id: answer.rule for answer in answers.answers if answer.rule}
    asked = questions.phrase_groups(rules)
    return replace(phrases, phrases=(*phrases.phrases, *asked), free_talk=free_talk)


def load_routine(path: Path) -> Routine:
    """Load one routine file.

    Raises:
        ContentError: it is no routine, more than three minutes pass between two checks, or a final
            check comes before the last step.
    """
    routine = load(path, Routine)
    for number, step in enumerate(routine.steps[:-1], start=1):
        if step.check in {Check.FINAL, Check.FINAL_SOFT}:
            raise ContentError(
                f"{path}: steps.{number}.check: found {step.check.value!r}, "
                f"which only the last step may have; use 'step' here."
            )
    longest, limit = routine.longest_gap_seconds(), load_pain_policy().longest_gap_seconds
    if longest > limit:
        raise ContentError(
            f"{path}: steps: found {longest:g} seconds of practice without a check, "
            f"at most {limit:g} are allowed; add a check to a step between."
        )
    return replace(routine, steps=tuple(_in_position(routine.steps)))


def _in_position(steps: Iterable[Step]) -> Iterator[Step]:
    """Yield the steps with the position that each is done in."""
    position = ""
    for step in steps:
        position = step.position or position
        yield replace(step, position=position)


@cache
def load_pain_policy() -> PainPolicy:
    """Load the pain policy that ships with the package."""
    return load(FOLDER / "pain.toml", PainPolicy)


def load(path: Path, kind: type[T]) -> T:
    """Load a TOML file into the frozen dataclass `kind`.

    Raises:
        ContentError: naming the file, the key, what was found and what is allowed.
    """
    return validate(read_toml(path), kind, str(path))


def load_folder(folder: Path, kind: type[T], more: Mapping[str, Any] | None = None) -> T:
    """Load a folder's files, in the order of their names, as if they and `more` were one.

    Raises:
        ContentError: as for one file, or something stands in two of them.
    """
    whole: dict[str, Any] = dict(more or {})
    for path in sorted(folder.glob("*.toml")):
        for key, value in read_toml(path).items():
            whole[key] = _joined(whole.get(key), value, f"{path}: {key}")
    return validate(whole, kind, str(folder))


def _joined(before: Any, value: Any, where: str) -> Any:
    """Return two lists as one, or two tables."""
    if before is None:
        return value
    if isinstance(before, list) and isinstance(value, list):
        return before + value
    if not isinstance(before, dict) or not isinstance(value, dict):
        raise ContentError(f"{where}: stands in two files; keep one.")
    if twice := before.keys() & value.keys():
        raise ContentError(f"{where}.{min(twice)}: stands in two files; keep one.")
    return before | value


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file, or refuse it in one sentence."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            size_bytes = max(path.stat().st_size, len(data))
            raise ContentError(
                f"{path}: found {size_bytes:,} bytes, at most {MOST_BYTES:,} allowed."
            )
        return tomllib.loads(data.decode())
    except OSError as error:
        raise ContentError(f"{path}: cannot be read ({error.strerror}); check the name.") from error
    except UnicodeDecodeError as error:
        raise ContentError(
            f"{path}: is not a text file; a TOML file in UTF-8 is needed."
        ) from error
    except RecursionError as error:
        raise ContentError(f"{path}: is nested too deeply; a flat file is needed.") from error
    except ValueError as error:  # a number of thousands of digits is one without being a TOML error
        raise ContentError(f"{path}: is not valid TOML: {error}.") from error


def validate(data: object, kind: type[T], where: str) -> T:
    """Turn plain data into the dataclass `kind`, strictly: no unknown keys, no conversions."""
    # As JSON, because then a list may become a tuple and a string an enum, and nothing else may.
    try:
        return TypeAdapter(kind).validate_json(json.dumps(data, default=str))
    except ValidationError as error:
        raise ContentError(f"{where}: {_first_problem(error, kind)}") from error


def _first_problem(error: ValidationError, kind: type[Any]) -> str:
    problem = error.errors(include_url=False)[0]
    place = [part + 1 if isinstance(part, int) else part for part in problem["loc"]]
    key = ".".join(str(part) for part in place)
    if problem["type"] == "missing":
        return f"the key {key!r} is missing; it is needed."
    if problem["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        near = _nearest(str(place[-1]), kind)
        return f"the key {key!r} is unknown{near}"
    message = problem["msg"].removeprefix("Value error, ").lower()
    return f"{key}: found {_short(problem['input'])}; {message}."


def _nearest(key: str, kind: type[Any]) -> str:
    return did_you_mean(key, sorted(_all_keys(TypeAdapter(kind).json_schema())))


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return the end of a complaint: which of `known` may have been meant, or `otherwise`."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else f"{otherwise}."


def _all_keys(schema: Any) -> set[str]:
    if isinstance(schema, list):
        return set().union(*map(_all_keys, schema)) if schema else set()
    if not isinstance(schema, dict):
        return set()
    keys = set(schema.get("properties", ()))
    return keys.union(*(_all_keys(value) for value in schema.values()))


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
