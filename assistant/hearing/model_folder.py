"""What a speech model's folder says of it, read without loading it.

Vosk takes a grammar at run time only where the graph is in two parts, `HCLr.fst` and `Gr.fst`;
where there is an `HCLG.fst` it prefers that, and listens for whatever that holds. The words are in
`words.txt` or, as in the publisher's small models, in the symbol table within `Gr.fst`.
"""

import struct
from pathlib import Path
from typing import BinaryIO

from assistant.errors import ModelError

_NEEDED = ("am/final.mdl", "conf/mfcc.conf", "graph/Gr.fst", "graph/HCLr.fst")
_WORDS, _FIXED = "graph/words.txt", "graph/HCLG.fst"
_MAGIC = 2125659606
_HAS_INPUT_SYMBOLS, _HAS_OUTPUT_SYMBOLS = 1, 2
_NO_WORDS = ("<", "#", "[", "!")
"""What entries begin with that are no words: <eps>, #0, [unk], !SIL."""


def check(folder: Path) -> None:
    """Refuse a folder that holds no model which takes a grammar at run time.

    Raises:
        ModelError: saying what is wrong with it.
    """
    if not folder.is_dir():
        raise ModelError(f"{folder}: there is no speech model here; choose another.")
    if not takes_grammar(folder):
        raise ModelError(
            f"{folder}: this model has one fixed grammar ({_FIXED}) and cannot be told what to "
            "listen for; choose another."
        )
    if lacking := _first_lacking(folder):
        raise ModelError(
            f"{folder}: the speech model is incomplete ({lacking} is missing); "
            "install it again, or choose another."
        )


def takes_grammar(folder: Path) -> bool:
    """Whether what is listened for can be changed while the model is in use."""
    return not (folder / _FIXED).exists()


def size_bytes(folder: Path) -> int:
    """Return what the folder's files take on disk."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def words(folder: Path) -> list[str]:
    """Return the words a model knows, in its own order."""
    entries = _words_within(folder)
    if not entries:
        lines = (folder / _WORDS).read_text(encoding="utf-8").splitlines()
        entries = [line.split()[0] for line in lines if line.strip()]
    return [entry for entry in entries if not entry.startswith(_NO_WORDS)]


def features(folder: Path) -> dict[str, str]:
    """Return the options of `conf/mfcc.conf`: "sample-frequency" is in Hz."""
    lines = (folder / "conf/mfcc.conf").read_text(encoding="utf-8").splitlines()
    options = (line.strip().removeprefix("--").partition("=") for line in lines)
    return {name: value for name, sign, value in options if sign}


def _first_lacking(folder: Path) -> str | None:
    for name in _NEEDED:
        if not (folder / name).is_file():
            return name
    has_words = (folder / _WORDS).is_file() or _words_within(folder, only_look=True)
    return None if has_words else _WORDS


def _words_within(folder: Path, *, only_look: bool = False) -> list[str]:
    """Return the symbol table within `Gr.fst`, or its first entry, which says that there is one.

    There are hundreds of thousands in a large model, so whoever need not read them only looks.
    Of two tables, for input and output, the first will do: they are the same.
    """
    path = folder / "graph/Gr.fst"
    try:
        with path.open("rb") as file:
            count = _symbols_that_follow(file)
            return [_symbol(file) for _ in range(min(count, 1) if only_look else count)]
    except (struct.error, ValueError) as error:
        raise ModelError(f"{path}: the speech model is broken; install it again.") from error


def _symbols_that_follow(file: BinaryIO) -> int:
    """Read an OpenFst header, and how many entries the symbol table has that follows it, if any."""
    if _number(file) != _MAGIC:
        raise ValueError("no OpenFst file")
    _text(file)  # kind of FST
    _text(file)  # kind of arc
    _number(file)  # version
    flags = _number(file)
    for _ in ("properties", "start", "states", "arcs"):
        _number(file, "q")
    if not flags & (_HAS_INPUT_SYMBOLS | _HAS_OUTPUT_SYMBOLS):
        return 0
    _number(file)  # magic of the table
    _text(file)  # its name
    _number(file, "q")  # the next free key
    return _number(file, "q")


def _symbol(file: BinaryIO) -> str:
    symbol = _text(file)
    _number(file, "q")  # its key
    return symbol


def _number(file: BinaryIO, kind: str = "i") -> int:
    (number,) = struct.unpack(f"<{kind}", file.read(struct.calcsize(f"<{kind}")))
    return int(number)


def _text(file: BinaryIO) -> str:
    length = _number(file)
    return file.read(max(length, 0)).decode()
