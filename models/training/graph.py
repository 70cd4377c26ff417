"""The decoding graph: how units make words, and what `[unk]` soaks up.

A Kaldi *phone* here is a unit in a position of a word (`word_boundary.int` wants to know where
words begin and end), and all positions share the unit's output. Phone 1 is the blank between words;
inside a word it is a phone of its own. Between equal units of a word the blank has to be there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.training import fst, lexicon

POSITIONS = ("begin", "end", "internal", "singleton")
BLANK_PHONE, INNER_BLANK_PHONE = 1, 2
FIRST_PHONE = 3
SPECIAL_WORDS = ("#0", "<s>", "</s>")
FIRM_WORDS = ("stop", "yes", "no", "go", "left", "right")
NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
DEFAULT_WORD_COST = 3.0
"""Cost of a word in the grammar that is used when none is given at run time."""


@dataclass(frozen=True)
class GraphCosts:
    """What the graph charges, in nats, beside the grammar."""

    unknown: float = 0.0
    """`[unk]` itself."""
    unknown_phone: float = 1.0
    """Each phone of `[unk]`."""
    bypass: float = 0.5
    """Each phone that stands in for a place of an own word."""
    firm_bypass: float = 2.0
    """The same for the words of which there are recordings of many people."""
    words: tuple[tuple[str, float], ...] = tuple((word, -2.5) for word in NUMBERS)
    """Further costs of single words: short, fast numbers are lost without a bonus."""
    held_back: tuple[tuple[str, float], ...] = (("stop", 4.0),)
    """Charged at a word's first place and given back at its last: it shows later, but surer."""


@dataclass(frozen=True)
class Phones:
    """Kaldi's phones: two blanks, units in four positions, the phones that continue `[unk]`."""

    units: int
    plain: int
    """How many units are plain phones: those of `[unk]`."""

    def at(self, unit: int, position: str) -> int:
        """Return the phone of a unit in a position."""
        return FIRST_PHONE + 4 * (unit - 1) + POSITIONS.index(position)

    def continuing(self, unit: int) -> int:
        """Return the phone of a unit that continues `[unk]`."""
        return FIRST_PHONE + 4 * (self.units - 1) + unit - 1

    def table(self) -> list[tuple[int, str]]:
        """Output index and position of phones 1, 2, ..."""
        words = [(unit, name) for unit in range(1, self.units) for name in POSITIONS]
        rest = [(unit, "nonword") for unit in range(1, self.plain + 1)]
        return [(0, "nonword"), (0, "internal"), *words, *rest]


def phones() -> Phones:
    """Return the phones of the current lexicon."""
    return Phones(len(lexicon.units()), len(lexicon.phones()))


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


@dataclass(frozen=True)
class Place:
    """One place of a word: the units that may fill it, each at a cost."""

    units: tuple[tuple[int, float], ...]


def pronunciations(word: str, costs: GraphCosts) -> Iterator[list[Place]]:
    """Yield the ways of saying a word; places of an own word may be filled by its phones too."""
    units, own = lexicon.units(), lexicon.units().own(word)
    bypass = costs.firm_bypass if word in FIRM_WORDS else costs.bypass
    for at, said in enumerate(lexicon.dictionary()[word]):
        plain = units.phones(said)
        if own and at == 0:
            yield [Place(((o, 0.0), (p, bypass))) for o, p in zip(own, plain, strict=True)]
        else:
            yield [Place(((p, bypass if own else 0.0),)) for p in plain]


@dataclass
class Builder:
    """Puts the graph together around one state, `ready`, where words begin and end."""

    graph: fst.Fst
    phones: Phones
    costs: GraphCosts
    ready: int = 0

    def phone(self, sources: Sequence[int], phone: int, word: int = 0, cost: float = 0.0) -> int:
        """Add a phone after some states; return the state in which it lasts."""
        state = self.graph.state()
        for source in sources:
            self.graph.add(source, state, enter(phone), word, cost)
        self.graph.add(state, state, stay(phone))
        return state

    def blank(self) -> None:
        """Allow the blank between words."""
        self.graph.add(self.phone([self.ready], BLANK_PHONE), self.ready)

    def word(self, label: int, places: list[Place], held_back: float, cost: float) -> None:
        """Add one way of saying a word; the label lies on its first unit."""
        before: dict[int, int] = {}  # unit -> the state in which it lasts
        blank = self.ready
        for at, (place, position) in enumerate(zip(places, positions(len(places)), strict=True)):
            first, last = at == 0, at == len(places) - 1
            extra = (held_back + cost) * first - held_back * last
            now = {}
            for unit, unit_cost in place.units:
                sources = [blank, *(s for other, s in before.items() if other != unit)]
                phone = self.phones.at(unit, position)
                now[unit] = self.phone(sources, phone, label * first, unit_cost + extra)
            before = now
            if not last:
                blank = self.phone(list(now.values()), INNER_BLANK_PHONE)
        for state in before.values():
            self.graph.add(state, self.ready)

    def unknown(self, label: int) -> None:
        """Add `[unk]`: one phone or more, with blanks only between them.

        Were a blank allowed after the last phone, it could not be told from the blank between
        words, and as many paths of the same cost would fill the lattice as the blank has frames.
        """
        spoken, hub = self.graph.state(), self.graph.state()
        self.graph.add(spoken, self.ready)
        self.graph.add(spoken, hub)
        self.graph.add(self.phone([spoken], BLANK_PHONE), hub)
        for unit in range(1, self.phones.plain + 1):
            first_cost = self.costs.unknown + self.costs.unknown_phone
            first = self.phone([self.ready], self.phones.at(unit, "singleton"), label, first_cost)
            again = self.phone([hub], self.phones.continuing(unit), 0, self.costs.unknown_phone)
            self.graph.add(first, spoken)
            self.graph.add(again, spoken)


def word_table() -> list[str]:
    """Words by id."""
    return ["<eps>", *lexicon.words(), lexicon.UNKNOWN, *SPECIAL_WORDS]


def lexicon_graph(costs: GraphCosts) -> fst.Fst:
    """Phones in, words out."""
    build = Builder(fst.Fst(), phones(), costs)
    ids = {word: at for at, word in enumerate(word_table())}
    held_back, extra = dict(costs.held_back), dict(costs.words)
    build.graph.final[build.ready] = 0.0
    build.blank()
    for word in lexicon.words():
        for places in pronunciations(word, costs):
            build.word(ids[word], places, held_back.get(word, 0.0), extra.get(word, 0.0))
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
