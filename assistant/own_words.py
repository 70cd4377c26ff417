"""The words that a user's own file wants listened for."""

from dataclasses import replace
from pathlib import Path

from assistant.app import own_routine
from assistant.content.loader import Content, load, read_toml
from assistant.content.phrases import Phrases
from assistant.dialogue.understanding import Phrasebook


def words_of(path: Path, content: Content) -> set[str]:
    """Return the words of a routine's names, or of a whole phrase file.

    Raises:
        ContentError: it is neither.
    """
    no_flags = replace(content.flags, rules=())
    if "phrases" in read_toml(path):
        book = Phrasebook(load(path, Phrases), (), no_flags)
    else:
        empty = replace(content.phrases, phrases=(), hot=(), decoys=())
        book = Phrasebook(empty, (own_routine(path, content),), no_flags)
    heard = (*book.grammar(), *book.hot_phrases(), *book.decoys())
    return {word for phrase in heard for word in phrase.split()}
