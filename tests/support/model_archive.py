"""A general model as its publisher packs one, made from the model that ships."""

import hashlib
import shutil
import struct
import zipfile
from pathlib import Path

from assistant.hearing.recogniser import default_model_folder

HEADER = struct.Struct("<i i6s i8s i i q q q q")
"""OpenFst's, of a vector FST with standard arcs."""
FLAGS = 6
"""Which of its fields says that symbol tables follow."""


def general_model(folder: Path) -> Path:
    """Copy the shipped model to `folder`, its words within `Gr.fst` and no words.txt."""
    shutil.copytree(default_model_folder(), folder)
    graph = folder / "graph"
    put_words_within(graph / "Gr.fst", (graph / "words.txt").read_text().splitlines())
    (graph / "words.txt").unlink()
    return folder


def put_words_within(path: Path, lines: list[str]) -> None:
    data = path.read_bytes()
    header = list(HEADER.unpack_from(data))
    header[FLAGS] = 3  # an input and an output table
    table = _symbol_table(lines)
    path.write_bytes(HEADER.pack(*header) + table + table + data[HEADER.size :])


def zipped(model: Path, archive: Path, **more: bytes) -> str:
    """Zip a model, in a folder of its name as the publisher does, and return the checksum."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as opened:
        for path in sorted(model.rglob("*")):
            opened.write(path, path.relative_to(model.parent))
        for name, content in more.items():
            opened.writestr(f"{model.name}/{name}", content, zipfile.ZIP_STORED)
    return hashlib.sha256(archive.read_bytes()).hexdigest()


def _symbol_table(lines: list[str]) -> bytes:
    entries = [line.split() for line in lines]
    packed = [_text(word) + struct.pack("<q", int(key)) for word, key in entries]
    head = struct.pack("<i", 2125658996) + _text("words.txt")
    return head + struct.pack("<qq", len(entries), len(entries)) + b"".join(packed)


def _text(text: str) -> bytes:
    return struct.pack("<i", len(text.encode())) + text.encode()
