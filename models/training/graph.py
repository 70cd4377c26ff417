"""The decoding graph: how units make words, and what `[unk]` soaks up.

A Kaldi *phone* here is a unit in a position of a word (`word_boundary.int` wants to know where
words begin and end), and all positions share the unit's output. Silence is phone 1. `[unk]` is one
unit that lasts; what continues it is marked as outside any word, so it may be of any length.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from models.training import fst, lexicon

POSITIONS = ("begin", "end", "internal", "singleton")
SILENCE_PHONE = 1
SPECIAL_WORDS = ("#0", "<s>", "</s>")
DEFAULT_WORD_COST = 3.0
"""Cost of a word in the grammar that is used when none is given at run time."""


@dataclass(frozen=True)
class GraphCosts:
    """What the graph charges, in nats, beside the grammar."""

    unknown: float = 0.0
    """`[unk]` itself."""
    unknown_outputs: int = 2
    """Least length of `[unk]`, in outputs of 30 ms."""
    held_back: tuple[tuple[str, float], ...] = (("stop", 4.0),)
    """Charged at a word's first phone and given back at its last: it shows later, but surer."""


@dataclass(frozen=True)
class Phones:
    """Kaldi's phones: silence, every unit in four positions, and one that continues `[unk]`."""

    units: int
    """The last unit is other speech."""

    def at(self, unit: int, position: str) -> int:
        """Return the phone of a unit in a position."""
        return 2 + 4 * (unit - 1) + POSITIONS.index(position)

    def other(self, position: str) -> int:
        """Return the phone of other speech, in a word or outside any."""
        last = self.units - 1
        return 2 + 4 * last if position == "nonword" else self.at(last, position)

    def table(self) -> list[tuple[int, str]]:
        """Output index and position of phones 1, 2, ..."""
        words = [(unit, name) for unit in range(1, self.units) for name in POSITIONS]
        return [(0, "nonword"), *words, (self.units - 1, "nonword")]


def phones() -> Phones:
    """Return the phones of the current lexicon."""
    return Phones(len(lexicon.units()))


def enter(phone: int) -> int:
    """Transition id for entering a phone."""
    return 2 * phone


def stay(phone: int) -> int:
    """Transition id for staying in a phone."""
    return 2 * phone - 1


def positions(length: int) -> list[str]:
    """Positions of the phones of a word."""
    if length == 1:
        return ["singleton"]
    return ["begin", *["internal"] * (length - 2), "end"]


@dataclass
class Builder:
    """Puts the graph together around one state, `ready`, where words begin and end."""

    graph: fst.Fst
    phones: Phones
    costs: GraphCosts
    ready: int = 0

    def phone(self, source: int, phone: int, word: int = 0, cost: float = 0.0) -> int:
        """Add a phone after a state; return the state in which it lasts."""
        state = self.graph.state()
        self.graph.add(source, state, enter(phone), word, cost)
        self.graph.add(state, state, stay(phone))
        return state

    def silence(self) -> None:
        """Allow silence between words."""
        self.graph.add(self.phone(self.ready, SILENCE_PHONE), self.ready)

    def word(self, label: int, units: tuple[int, ...], held_back: float) -> None:
        """Add one way of saying a word; the label lies on its first phone."""
        state = self.ready
        for at, (unit, position) in enumerate(zip(units, positions(len(units)), strict=True)):
            first, last = at == 0, at == len(units) - 1
            cost = held_back * (first - last)
            state = self.phone(state, self.phones.at(unit, position), label * first, cost)
        self.graph.add(state, self.ready)

    def unknown(self, label: int) -> None:
        """Add `[unk]`: other speech of any length, at least some outputs long."""
        cost, state = self.costs.unknown, self.ready
        for at in range(self.costs.unknown_outputs):
            phone = self.phones.other("singleton" if at == 0 else "nonword")
            state = self.phone(state, phone, label * (at == 0), cost * (at == 0))
        self.graph.add(state, self.ready)


def word_table() -> list[str]:
    """Words by id."""
    return ["<eps>", *lexicon.words(), lexicon.UNKNOWN, *SPECIAL_WORDS]


def lexicon_graph(costs: GraphCosts) -> fst.Fst:
    """Phones in, words out."""
    build = Builder(fst.Fst(), phones(), costs)
    ids = {word: at for at, word in enumerate(word_table())}
    held_back = dict(costs.held_back)
    build.graph.final[build.ready] = 0.0
    build.silence()
    for word in lexicon.words():
        for said in lexicon.dictionary()[word]:
            build.word(ids[word], lexicon.units().of(word, said), held_back.get(word, 0.0))
    build.unknown(ids[lexicon.UNKNOWN])
    return build.graph


def default_grammar() -> fst.Fst:
    """Any words in any order: only used when no grammar is given at run time."""
    grammar = fst.Fst()
    grammar.final[0] = 0.0
    for label, _ in list(enumerate(word_table()))[1 : -len(SPECIAL_WORDS)]:
        grammar.add(0, 0, label, label, DEFAULT_WORD_COST)
    return grammar


def write(folder: Path, costs: GraphCosts) -> None:
    """Write `graph/` of a Vosk model."""
    (folder / "phones").mkdir(parents=True, exist_ok=True)
    lexicon_graph(costs).write(folder / "HCLr.fst", fst.Order.OUTPUT)
    default_grammar().write(folder / "Gr.fst", fst.Order.INPUT)
    words = "".join(f"{word} {at}\n" for at, word in enumerate(word_table()))
    (folder / "words.txt").write_text(words, "utf-8")
    (folder / "disambig_tid.int").write_text("")
    table = phones().table()
    boundaries = "".join(f"{at} {name}\n" for at, (_, name) in enumerate(table, 1))
    (folder / "phones" / "word_boundary.int").write_text(boundaries)
