"""Finds the warning signs in what somebody says.

How a sentence is judged:

1. It is written in one way: lower case, no punctuation, contractions in full, dropped endings and
   letters of some long words put right, words that change nothing left out.
2. Idioms that only look like signs ("a pregnant pause") are blotted out; no pattern reaches
   across a blot.
3. For each rule, the gravest first, every place where one of its patterns fits is a sign.
4. A sign counts unless a circumstance clears it: it is denied, over, somebody else's, supposed, or
   talked about. Each is a set of patterns before, within, after or around the sign, so "no chest
   pain, but my calf is swollen" loses the first sign and keeps the second.

The first rule with a sign that counts is the answer. Nothing here knows any word: patterns, classes
and circumstances are flags.toml.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, product

from assistant.content.flags import Circumstance, FlagPatterns, FlagRule, Patterns
from assistant.errors import ContentError

BLOT = "~"
"""Stands where something harmless was said."""
ANSWERED_NO = "nope"
"""A "no" before a comma: it denies what was asked, not what is said next."""
A_YEAR = "ayear"
"""Stands for a year in figures."""

_WORD = re.compile(r"\[unk\]|[a-z]+(?:'[a-z]+)*|\d+")
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u00b4`\uff07", "'"))
_ANSWERED_NO = re.compile(r"\b(no|nope|nah|not really)\s*([,.;:!]|-\s)")
_YEAR = re.compile(r"(19|20)\d\d")
_GAP = re.compile(r"\.\.(\d+)(?:!(\w+))?")
_OPTIONAL = re.compile(r"(.+)(?:\?|\*(\d+))")
_EITHER_ORDER = re.compile(r" &(\d+) ")


class Flags:
    """All rules, ready to be asked.

    Raises:
        ContentError: a pattern names a class, or a sign a circumstance, that does not exist.
    """

    def __init__(self, patterns: FlagPatterns) -> None:
        compiler = _Compiler(patterns.classes)
        self._forms, self._endings = patterns.forms, patterns.endings
        self._misspelt = {slip: word for word in patterns.long_words for slip in _slips(word)}
        self._swapped = {slip: word for word in patterns.short_words for slip in _swaps(word)}
        self._ignored = compiler.anywhere(patterns.ignored)
        self._harmless = compiler.anywhere(patterns.harmless)
        self._breaks = compiler.anywhere(patterns.breaks)
        self._lead = re.compile(rf"(?<!\S)(?:{compiler.words('@lead')} )+$")
        circumstances = {one.name: _Clearing(one, compiler) for one in patterns.circumstances}
        self._rules = tuple(_Rule(rule, compiler, circumstances) for rule in patterns.rules)
        self._known = frozenset(compiler.known)

    def find(self, text: str) -> str | None:
        """Return the id of the gravest rule that `text` gives a sign of, or None."""
        written = self.written(text)
        words = frozenset(written.split())
        return next((rule.id for rule in self._rules if self._counts(rule, written, words)), None)

    def written(self, text: str) -> str:
        """Write `text` in the one way that the patterns expect, each word followed by a space."""
        plain = _ANSWERED_NO.sub(f"{ANSWERED_NO} ", text.lower().translate(_APOSTROPHES))
        words = " ".join(self._in_full(word) for word in _WORD.findall(plain)) + " "
        return self._harmless.sub(f"{BLOT} ", self._ignored.sub("", words))

    def _in_full(self, word: str) -> str:
        word = self._swapped.get(word, word)
        if word in self._forms:
            return self._forms[word]
        if _YEAR.fullmatch(word):
            return A_YEAR
        stem, apostrophe, _ = word.partition("'")
        for ending, meaning in self._endings.items() if apostrophe else ():
            if word.endswith(ending):
                return f"{self._spelt(word.removesuffix(ending))} {meaning}"
        return self._spelt(stem)

    def _spelt(self, word: str) -> str:
        """Put right what is no word of a pattern: a dropped "g", a slip in a long word."""
        if word in self._known:
            return word
        if word.endswith("in") and f"{word}g" in self._known:
            return f"{word}g"
        return next((self._misspelt[slip] for slip in _slips(word) if slip in self._misspelt), word)

    def _counts(self, rule: "_Rule", written: str, words: frozenset[str]) -> bool:
        return any(
            not any(clearing.clears(place) for clearing in clearings)
            for start, end, clearings in rule.signs_in(written, words)
            for place in [self._place(written, start, end)]
        )

    def _place(self, written: str, start: int, end: int) -> "_Place":
        """Cut `written` around a sign; the words that lead up to it ("my left ...") lie in it."""
        lead = self._lead.search(written, 0, start)
        edges = [match.span() for match in self._breaks.finditer(written)]
        clause_start = max((after for _, after in edges if after <= start), default=0)
        clause_end = min((before for before, _ in edges if before >= end), default=len(written))
        return _Place(
            before=written[:start],
            within=written[lead.start() if lead else start : end],
            after=written[end:],
            clause=written[clause_start:clause_end],
            everything=written,
        )


@dataclass(frozen=True)
class _Place:
    """A sign and what surrounds it."""

    before: str
    within: str
    after: str
    clause: str
    everything: str


class _Rule:
    """A rule's patterns, each with what clears it."""

    def __init__(
        self, rule: FlagRule, compiler: "_Compiler", circumstances: dict[str, "_Clearing"]
    ) -> None:
        self.id = rule.id
        self._by_word: defaultdict[str, list[tuple[_Pattern, list[_Clearing]]]] = defaultdict(list)
        for signs in rule.signs:
            if unknown := set(signs.despite) - set(circumstances):
                raise ContentError(f"{rule.id}: despite: found {min(unknown)!r}, no circumstance.")
            clears = [one for name, one in circumstances.items() if name not in signs.despite]
            for text in signs.say:
                pattern = _Pattern(text, compiler)
                for word in min(pattern.needed, key=len):  # to skip what cannot fit, at once
                    self._by_word[word].append((pattern, clears))

    def signs_in(
        self, written: str, words: frozenset[str]
    ) -> Iterator[tuple[int, int, list["_Clearing"]]]:
        """Yield where a pattern fits, and what might clear it."""
        for pattern, clears in chain.from_iterable(self._by_word.get(word, ()) for word in words):
            if not any(map(words.isdisjoint, pattern.needed)):
                for match in pattern.anywhere.finditer(written):
                    yield *match.span(1), clears


class _Pattern:
    """A pattern of a sign; compiled when it is first needed, for there are hundreds."""

    def __init__(self, text: str, compiler: "_Compiler") -> None:
        self.needed = compiler.needed(text)
        self._source = compiler.source(text)

    @cached_property
    def anywhere(self) -> re.Pattern[str]:
        """Finds the pattern wherever it begins, even within another fit of it."""
        return re.compile(rf"(?<!\S)(?=({self._source}))")


class _Clearing:
    """A circumstance, ready to be asked."""

    def __init__(self, circumstance: Circumstance, compiler: "_Compiler") -> None:
        self._before = compiler.anywhere([f"{text} $" for text in circumstance.before])
        self._within = compiler.anywhere(circumstance.within)
        self._after = compiler.anywhere([f"^ {text}" for text in circumstance.after])
        self._around = compiler.anywhere(circumstance.around)
        self._unless_within = compiler.anywhere(circumstance.unless_within)
        self._unless_around = compiler.anywhere(circumstance.unless_around)

    def clears(self, place: _Place) -> bool:
        """Whether the sign at `place` is harmless."""
        return bool(
            (
                self._before.search(place.before)
                or self._within.search(place.within)
                or self._after.search(place.after)
                or self._around.search(place.clause)
            )
            and not self._unless_within.search(place.within)
            and not self._unless_around.search(place.everything)
        )


class _Compiler:
    """Turns patterns into regular expressions over words that are each followed by a space."""

    def __init__(self, classes: dict[str, tuple[str, ...]]) -> None:
        self._classes = classes
        self.known: set[str] = set()
        """Every word of what has been compiled."""

    def anywhere(self, patterns: Patterns | list[str]) -> re.Pattern[str]:
        """Return what finds any of `patterns`; with none, it finds nothing."""
        sources = "|".join(self.source(text) for text in patterns) or "(?!)"
        return re.compile(rf"(?<!\S)(?:{sources})")

    def source(self, text: str) -> str:
        """Return the regular expression for one pattern."""
        if parts := _EITHER_ORDER.search(text):
            one, other = text[: parts.start()], text[parts.end() :]
            gap = f" ..{parts[1]} "
            return f"(?:{self.source(one + gap + other)}|{self.source(other + gap + one)})"
        return "".join(map(self._element, text.split()))

    def needed(self, text: str) -> tuple[frozenset[str], ...]:
        """Return sets of words; where one of them is wholly absent the pattern cannot fit."""
        return tuple(
            frozenset(phrase.split()[0] for phrase in self._alternatives(element))
            for element in text.split()
            if not element.startswith(("..", "&", "^", "$", ">"))
            and not _OPTIONAL.fullmatch(element)
        )

    def words(self, element: str) -> str:
        """Return the regular expression for any of the words that `element` stands for."""
        longest_first = sorted(self._alternatives(element), key=len, reverse=True)
        return f"(?:{'|'.join(map(re.escape, longest_first))})"

    def _element(self, element: str) -> str:
        if element in "^$":
            return r"\A" if element == "^" else r"\Z"
        if gap := _GAP.fullmatch(element):
            stops = self.words(f"@{gap[2] or 'stops'}")
            return rf"(?:(?!{stops} )\S+ ){{0,{gap[1]}}}?"
        if optional := _OPTIONAL.fullmatch(element):
            return f"(?:{self.words(optional[1])} ){{0,{optional[2] or 1}}}"
        if element.startswith(">"):
            return f"(?={self.words(element[1:])} )"
        if element.startswith("$|"):
            return rf"(?:\Z|{self.words(element[2:])} )"
        return f"{self.words(element)} "

    def _alternatives(self, element: str) -> Iterable[str]:
        for name in element.split("|"):
            if not name.startswith("@"):
                for phrase in _inflected(name):
                    self.known.update(phrase.split())
                    yield phrase
            elif name[1:] not in self._classes:
                raise ContentError(f"The pattern element {element!r} names no class {name!r}.")
            else:
                for member in self._classes[name[1:]]:
                    yield from self._alternatives(member.replace(" ", "_"))


def _inflected(phrase: str) -> Iterator[str]:
    """Yield `phrase` with each word that ends in "+" in all its regular forms."""
    words = phrase.split("_")
    choices = [_forms_of(word[:-1]) if word.endswith("+") else [word] for word in words]
    yield from map(" ".join, product(*choices))


def _forms_of(verb: str) -> list[str]:
    """Return the regular forms of `verb`, and some that no one uses, which do no harm."""
    if re.search("[^aeiou]y$", verb):
        return [verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"]
    stem = verb.removesuffix("e")
    doubled = stem + stem[-1]
    endings = [f"{stem}es", f"{stem}ed", f"{stem}ing", f"{doubled}ed", f"{doubled}ing"]
    return [verb, f"{verb}s", *endings]


def _slips(word: str) -> Iterator[str]:
    """Yield what is left of `word` when one letter after the first, or none, is left out.

    Two words that share one of these differ by a letter missing, added, changed or moved.
    """
    yield word
    yield from (word[:place] + word[place + 1 :] for place in range(1, len(word)))


def _swaps(word: str) -> Iterator[str]:
    """Yield `word` with two neighbouring letters swapped, or a letter doubled."""
    for place in range(len(word) - 1):
        yield word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    yield from (word[: place + 1] + word[place:] for place in range(len(word)))
