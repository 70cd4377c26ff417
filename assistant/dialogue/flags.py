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
and circumstances are in assistant/content/warning_signs.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from assistant.content.flags import Circumstance, FlagPatterns, FlagRule, Patterns
from assistant.dialogue.spelling import LongWords, ShortWords, straight
from assistant.errors import ContentError

BLOT = "~"
"""Stands where something harmless was said."""
ANSWERED_NO = "nope"
"""A "no" before a comma: it denies what was asked, not what is said next."""
TOLD_NO = "toldno"
"""A "no" after a question mark, or an emphatic one: it denies what was said before it."""
A_YEAR = "ayear"
"""Stands for a year in figures."""

_WORD = re.compile(r"\[unk\]|[a-z]+(?:'[a-z]+)*|\d+")
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
        self._long_words = LongWords(patterns.long_words, sure=1)
        self._short_words = ShortWords(patterns.short_words)
        self._told_no = patterns.told_no
        self._ignored = compiler.anywhere(patterns.ignored)
        self._harmless = compiler.any_of(patterns.harmless)
        self._harmless_near = _Index(self._harmless)
        self._breaks = compiler.anywhere(patterns.breaks)
        self._lead = re.compile(rf"(?<!\S)(?:{compiler.choice('@lead').source} )+$")
        circumstances = {one.name: _Clearing(one, compiler) for one in patterns.circumstances}
        self._signs = [
            sign for rule in patterns.rules for sign in _signs(rule, compiler, circumstances)
        ]
        self._signs_near = _Index([sign.pattern for sign in self._signs])
        self._known = frozenset(compiler.known)

    def find(self, text: str) -> str | None:
        """Return the id of the gravest rule that `text` gives a sign of, or None."""
        plain = self._plain(text)
        if not self._possible(plain):
            return None  # nearly always, and at once
        written = self._without_harmless(plain)
        signs = self._possible(written)
        return next((sign.rule for sign in signs if self._counts(sign, written)), None)

    def denies(self, text: str) -> bool:
        """Whether `text` speaks of signs, and says of each that there is none (any more)."""
        written = self._without_harmless(self._plain(text))
        cleared = [
            any(one.denies and one.clears(place) for one in sign.clears)
            for sign in self._possible(written)
            for place in self._places(sign, written)
        ]
        return bool(cleared) and all(cleared)

    def _without_harmless(self, plain: str) -> str:
        """Blot out in `plain` what only looks like a sign."""
        for place in self._harmless_near.may_fit(frozenset(plain.split())):
            plain = self._harmless[place].search.compiled.sub(f"{BLOT} ", plain)
        return plain

    def _plain(self, text: str) -> str:
        """Write `text` in the one way that the patterns expect, each word followed by a space."""
        plain = straight(text.lower())
        for denied in self._told_no.after:
            plain = denied.sub(rf"\1 {TOLD_NO} ", plain)
        for denial in self._told_no.before:
            plain = denial.sub(f" {TOLD_NO} ", plain)
        plain = self._told_no.asked.sub(f"{ANSWERED_NO} ", plain)
        found = _WORD.findall(plain)
        return self._ignored.compiled.sub("", " ".join(map(self._in_full, found)) + " ")

    def _possible(self, written: str) -> list["_Sign"]:
        """Return the signs all of whose words occur in `written`, the gravest first."""
        return [
            self._signs[place] for place in self._signs_near.may_fit(frozenset(written.split()))
        ]

    def _in_full(self, word: str) -> str:
        word = self._short_words.meant_by(word)
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
        return self._long_words.meant_by(word)

    def _counts(self, sign: "_Sign", written: str) -> bool:
        """Whether `sign` is in `written` anywhere that no circumstance clears."""
        places = self._places(sign, written)
        return any(not any(one.clears(place) for one in sign.clears) for place in places)

    def _places(self, sign: "_Sign", written: str) -> Iterator["_Place"]:
        """Yield where `sign` is in `written`."""
        for match in sign.pattern.search.compiled.finditer(written):
            yield self._place(written, *match.span(1))

    def _place(self, written: str, start: int, end: int) -> "_Place":
        """Cut `written` around a sign; the words that lead up to it ("my left ...") lie in it."""
        lead = self._lead.search(written, 0, start)
        edges = [match.span() for match in self._breaks.compiled.finditer(written)]
        clause_start = max((after for _, after in edges if after <= start), default=0)
        clause_end = min((before for before, _ in edges if before >= end), default=len(written))
        return _Place(
            before=written[:start],
            within=written[lead.start() if lead else start : end],
            after=written[end:],
            clause=written[clause_start:clause_end],
            everything=written,
            words=frozenset(written.split()),
        )


@dataclass(frozen=True)
class _Place:
    """A sign and what surrounds it."""

    before: str
    within: str
    after: str
    clause: str
    everything: str
    words: frozenset[str]
    """Of all that was said."""


@dataclass(frozen=True)
class _Sign:
    """A pattern of a rule, and what clears it."""

    rule: str
    """The rule's id."""
    pattern: "_Pattern"
    """Finds it wherever it begins, even within another fit of it."""
    clears: "list[_Clearing]"


def _signs(
    rule: FlagRule, compiler: "_Compiler", circumstances: dict[str, "_Clearing"]
) -> Iterator[_Sign]:
    for signs in rule.signs:
        if unknown := set(signs.despite) - set(circumstances):
            raise ContentError(f"{rule.id}: despite: found {min(unknown)!r}, no circumstance.")
        clears = [one for name, one in circumstances.items() if name not in signs.despite]
        for text in signs.say:
            search = _Search(rf"(?<!\S)(?=({compiler.source(text)}))")
            yield _Sign(rule.id, _Pattern(compiler.needed(text), search), clears)


class _Clearing:
    """A circumstance, ready to be asked."""

    def __init__(self, circumstance: Circumstance, compiler: "_Compiler") -> None:
        self.denies = circumstance.denies
        self._before = compiler.any_of([f"{text} $" for text in circumstance.before])
        self._within = compiler.any_of(circumstance.within)
        self._after = compiler.any_of([f"^ {text}" for text in circumstance.after])
        self._around = compiler.any_of(circumstance.around)
        self._across = [
            _Pattern(compiler.needed(text), _Search(rf"(?<!\S)(?=({compiler.source(text)}))"))
            for text in circumstance.across
        ]
        self._unless_within = compiler.any_of(circumstance.unless_within)
        self._unless_around = compiler.any_of(circumstance.unless_around)

    def clears(self, place: _Place) -> bool:
        """Whether the sign at `place` is harmless."""
        words = place.words
        return (
            _fits(self._before, place.before, words)
            or _fits(self._within, place.within, words)
            or _fits(self._after, place.after, words)
            or _fits(self._around, place.clause, words)
            or self._spans(place)
        ) and not (
            _fits(self._unless_within, place.within, words)
            or _fits(self._unless_around, place.everything, words)
        )

    def _spans(self, place: _Place) -> bool:
        """Whether a pattern begins before the end of the sign, and ends no earlier."""
        end = len(place.everything) - len(place.after)
        return any(
            match.start(1) < end <= match.end(1)
            for one in self._across
            if one.may_fit(place.words)
            for match in one.search.compiled.finditer(place.everything)
        )


@dataclass(frozen=True)
class _Pattern:
    """A pattern, tried only where its words occur."""

    needed: tuple[frozenset[str], ...]
    """It fits only where one word of each of these occurs."""
    search: "_Search"

    def may_fit(self, words: frozenset[str]) -> bool:
        """Whether it may fit among `words`."""
        return not any(map(words.isdisjoint, self.needed))


class _Index:
    """Tells which of some patterns may fit, without asking each."""

    def __init__(self, patterns: list[_Pattern]) -> None:
        self._patterns = patterns
        self._by_word: defaultdict[str, list[int]] = defaultdict(list)
        usual = Counter(word for one in patterns for words in one.needed for word in words)
        for place, pattern in enumerate(patterns):
            for word in min(pattern.needed, key=lambda words: sum(usual[one] for one in words)):
                self._by_word[word].append(place)

    def may_fit(self, words: frozenset[str]) -> list[int]:
        """Return the places, in order, of the patterns that may fit among `words`."""
        near = {place for word in words for place in self._by_word.get(word, ())}
        return sorted(place for place in near if self._patterns[place].may_fit(words))


def _fits(patterns: list[_Pattern], text: str, words: frozenset[str]) -> bool:
    """Whether one of `patterns` is in `text`; `words` are those of the text, and perhaps more."""
    return any(one.may_fit(words) and one.search.compiled.search(text) for one in patterns)


class _Compiler:
    """Turns patterns into regular expressions over words that are each followed by a space."""

    def __init__(self, classes: dict[str, tuple[str, ...]]) -> None:
        self._classes = classes
        self._choices: dict[str, _Choice] = {}
        """By element: many patterns share the same ones."""
        self.known: set[str] = set()
        """Every word of what has been compiled."""

    def anywhere(self, patterns: Patterns | list[str]) -> "_Search":
        """Return what finds any of `patterns`; with none, it finds nothing."""
        sources = "|".join(self.source(text) for text in patterns) or "(?!)"
        return _Search(rf"(?<!\S)(?:{sources})")

    def any_of(self, patterns: Patterns | list[str]) -> list[_Pattern]:
        """Return what finds one of `patterns`, each by itself."""
        return [_Pattern(self.needed(text), self.anywhere([text])) for text in patterns]

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
            self.choice(element).first_words
            for element in text.split()
            if not element.startswith(("..", "&", "^", "$", ">", "!"))
            and not _OPTIONAL.fullmatch(element)
        )

    def choice(self, element: str) -> "_Choice":
        """Return what `element` stands for."""
        if element not in self._choices:
            phrases = sorted(self._phrases(element), key=len, reverse=True)
            self.known.update(word for phrase in phrases for word in phrase.split())
            first_words = frozenset(phrase.split()[0] for phrase in phrases)
            self._choices[element] = _Choice(
                f"(?:{'|'.join(map(re.escape, phrases))})", first_words
            )
        return self._choices[element]

    def _element(self, element: str) -> str:
        if element in "^$":
            return r"\A" if element == "^" else r"\Z"
        if gap := _GAP.fullmatch(element):
            stops = self.choice(f"@{gap[2] or 'stops'}").source
            return rf"(?:(?!{stops} )\S+ ){{0,{gap[1]}}}?"
        if optional := _OPTIONAL.fullmatch(element):
            return f"(?:{self.choice(optional[1]).source} ){{0,{optional[2] or 1}}}"
        if element.startswith((">", "!")):
            return f"(?{'=' if element[0] == '>' else '!'}{self.choice(element[1:]).source} )"
        if element.startswith("$|"):
            return rf"(?:\Z|{self.choice(element[2:]).source} )"
        return f"{self.choice(element).source} "

    def _phrases(self, element: str) -> Iterator[str]:
        for name in element.split("|"):
            if not name.startswith("@"):
                yield from _inflected(name)
            elif name[1:] not in self._classes:
                raise ContentError(f"The pattern element {element!r} names no class {name!r}.")
            else:
                for member in self._classes[name[1:]]:
                    yield from self._phrases(member.replace(" ", "_"))


@dataclass(frozen=True)
class _Choice:
    """Any one of some phrases."""

    source: str
    """The regular expression for it."""
    first_words: frozenset[str]


class _Search:
    """A regular expression, compiled when it is first needed: there are hundreds, and long ones."""

    def __init__(self, source: str) -> None:
        self._source = source

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """What searches."""
        return re.compile(self._source)


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
