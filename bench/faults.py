"""Faults planted in the claims of right answers; each changes what the claim says."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence, Set

SEED = 20260704
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_COUNTS = [
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]
_DATE = re.compile(
    rf"\b(?P<month>{'|'.join(_MONTHS)})\b(?: (?P<day>\d{{1,2}})\b)?(?:,? (?P<year>[12]\d{{3}})\b)?"
    r"|(?<![\d,.$€£-])(?P<alone>1[0-9]\d\d|20[0-2]\d)(?![\d,]\d|[\d%s-])"
)
_NUMBER = re.compile(
    rf"(?<![\w.,/:-])(?P<figures>\d{{1,3}}(?:,\d{{3}})+|\d+(?:\.\d+)?)(?=[ %.,;)\-]|$)"
    r"(?!,\d|[.:/]\d)"
    rf"|\b(?P<word>{'|'.join(_COUNTS)})\b"
)
_NAME = re.compile(r"[A-Z][a-zà-ÿ]{2,}(?: [A-Z][a-zà-ÿ]{2,})*")
_VERB = re.compile(
    r"\b(?P<verb>is|are|was|were|can|could|will|would|has|have|had|may|must|should|does|did|do)\b"
    r"(?! (?:not|no|never|n't)\b)"
)
_DENIAL = re.compile(
    r"\b(?:(?P<can>can)(?:not|'t| not)|(?P<verb>\w+)(?:n't| not| never))\b(?! only)"
)
_ENDS = re.compile(r"[.!?:\"]\s*$|^\W*$")
_ALIKE = 5
"""`American` is no other name than `America`."""
_FEWEST_QUOTED = 5
"""Words of a quotation; fewer may be a title."""


class Fault(StrEnum):
    """What is wrong with a claim."""

    MARKER = "wrong marker"
    """It cites another passage."""
    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    NEGATION = "negation"
    SENTENCE = "sentence of another passage"
    QUOTE = "fabricated quote"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A passage that claims are cited to."""

    key: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """A claim of a right answer."""

    claim: str
    source: Source
    evidence: tuple[str, ...]
    """The sentences of `source` that the answer rests on."""
    is_human: bool
    """Whether a person wrote it in their own words, or it is the evidence, lightly reworded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A claim that is not what its evidence says."""

    sound: Sound
    fault: Fault
    claim: str
    cited: Source
    """What it cites: for a wrong marker, another passage."""
    evidence: tuple[str, ...]
    """The sentences of `cited` that are nearest."""
    quote: str = ""
    """What it quotes, of a fabricated quote; not in the document."""
    near: bool = False
    """Whether what was put in stands elsewhere in the passage."""


class Planter:
    """Plants faults, the same ones for the same seed."""

    def __init__(self, found: Sequence[Sound], *, seed: int = SEED) -> None:
        self._sound = found
        self._seed = seed
        words = Counter(word for each in found for word in each.source.text.split())
        self._common = {*_MONTHS, *_WEEKDAYS, *(word.title() for word in words if word.islower())}
        self._names = {
            name: each.source.key for each in found for name in names(each.claim, self._common)
        }

    def planted(self) -> Iterator[Planted]:
        """Yield every fault that each claim has a place for."""
        plants: Sequence[Callable[[Sound, random.Random], Planted | None]] = (
            self._marker, self._number, self._date, self._name, self._near_name, self._negation,
            self._sentence, self._quote,
        )  # fmt: skip
        for place, each in enumerate(self._sound):
            for plant in plants:
                # A seed for each: a fault that is added leaves the others as they were.
                chance = random.Random(f"{self._seed}-{place}-{plant.__name__}")  # noqa: S311
                if made := plant(each, chance):
                    yield made

    def _marker(self, each: Sound, chance: random.Random) -> Planted:
        other = self._elsewhere(each, chance)
        return Planted(
            sound=each, fault=Fault.MARKER, claim=each.claim, cited=other.source,
            evidence=other.evidence,
        )  # fmt: skip

    def _number(self, each: Sound, chance: random.Random) -> Planted | None:
        dated = [match.span() for match in _DATE.finditer(each.claim)]
        places = [
            match
            for match in _NUMBER.finditer(each.claim)
            if not any(start <= match.start() < end for start, end in dated)
        ]
        if not places:
            return None
        match = chance.choice(places)
        return _changed(each, Fault.NUMBER, match.span(), _other_number(match, each, chance))

    def _date(self, each: Sound, chance: random.Random) -> Planted | None:
        places = [match for match in _DATE.finditer(each.claim) if match.group() != "May"]
        if not places:
            return None
        match = chance.choice(places)
        return _changed(each, Fault.DATE, match.span(), _other_date(match, each, chance))

    def _name(self, each: Sound, chance: random.Random) -> Planted | None:
        own = names(each.claim, self._common)
        if not own:
            return None
        name = chance.choice(sorted(own))
        others = [
            other
            for other, source in self._names.items()
            if source != each.source.key
            and len(other.split()) == len(name.split())
            and not any(
                word[:_ALIKE] in each.source.text + each.source.title for word in other.split()
            )
        ]
        start = own[name]
        other = chance.choice(sorted(others)) if others else ""
        return _changed(each, Fault.NAME, (start, start + len(name)), other)

    def _near_name(self, each: Sound, chance: random.Random) -> Planted | None:
        own = names(each.claim, self._common)
        known = " ".join((each.claim, *each.evidence, each.source.title))
        others = [
            other
            for other in names(each.source.text, self._common)
            if not any(word[:_ALIKE] in known for word in other.split())
        ]
        if not own or not others:
            return None
        name = chance.choice(sorted(own))
        span = (own[name], own[name] + len(name))
        return _changed(each, Fault.NAME, span, chance.choice(sorted(others)), near=True)

    def _negation(self, each: Sound, chance: random.Random) -> Planted | None:
        if denials := list(_DENIAL.finditer(each.claim)):
            match = chance.choice(denials)
            return _changed(each, Fault.NEGATION, match.span(), match["can"] or match["verb"])
        match = _VERB.search(each.claim)
        if match is None:
            return None
        return _changed(each, Fault.NEGATION, match.span(), f"{match.group()} not")

    def _sentence(self, each: Sound, chance: random.Random) -> Planted:
        return _with(each, Fault.SENTENCE, self._elsewhere(each, chance).claim)

    def _quote(self, each: Sound, chance: random.Random) -> Planted | None:
        words = chance.choice(each.evidence).split()
        places = [place for place, word in enumerate(words) if word.isalnum()]
        taken = chance.choice(self._elsewhere(each, chance).evidence).split()
        others = [
            word
            for word in taken
            if word.isalnum() and word.lower() not in each.source.text.lower()
        ]
        if len(words) < _FEWEST_QUOTED or not places or not others:
            return None
        place = chance.choice(places)
        quote = " ".join((*words[:place], chance.choice(others), *words[place + 1 :]))
        return _with(each, Fault.QUOTE, each.claim, quote=quote)

    def _elsewhere(self, each: Sound, chance: random.Random) -> Sound:
        others = [o for o in self._sound if o.source.title != each.source.title]
        return chance.choice(others)


def names(text: str, common: Set[str]) -> dict[str, int]:
    """Return the names in `text` with their places; one word at the start of a sentence is none.

    Args:
        text: of a claim or passage.
        common: words that name no one, with a capital.
    """
    found: dict[str, int] = {}
    for match in _NAME.finditer(text):
        words = match.group().split()
        opens = _ENDS.search(text, 0, match.start()) is not None
        if (opens and len(words) == 1) or any(word in common for word in words):
            continue
        found.setdefault(match.group(), match.start())
    return found


def _changed(
    each: Sound, fault: Fault, span: tuple[int, int], instead: str, *, near: bool = False
) -> Planted | None:
    claim = each.claim[: span[0]] + instead + each.claim[span[1] :]
    return _with(each, fault, claim, near=near) if instead and claim != each.claim else None


def _with(each: Sound, fault: Fault, claim: str, *, quote: str = "", near: bool = False) -> Planted:
    return Planted(
        sound=each, fault=fault, claim=claim, cited=each.source, evidence=each.evidence,
        quote=quote, near=near,
    )  # fmt: skip


def _other_number(match: re.Match[str], each: Sound, chance: random.Random) -> str:
    """Return a number of the same form that the passage does not have."""
    if word := match["word"]:
        others = [other for other in _COUNTS if other not in each.source.text and other != word]
        return chance.choice(others) if others else ""
    return _redrawn(match["figures"], each, chance)


def _redrawn(figures: str, each: Sound, chance: random.Random) -> str:
    for _ in range(20):
        digits = [chance.choice("123456789") if c.isdigit() else c for c in figures]
        kept = chance.randrange(len(figures))
        drawn = "".join(
            d if place >= kept else c
            for place, (c, d) in enumerate(zip(figures, digits, strict=True))
        )
        if drawn not in each.source.text and drawn != figures:
            return drawn
    return ""


def _other_date(match: re.Match[str], each: Sound, chance: random.Random) -> str:
    """Return the date with another year, month or day, which the passage does not have."""
    part = chance.choice([name for name, found in match.groupdict().items() if found])
    given = match[part]
    other = {
        "month": lambda: chance.choice([m for m in _MONTHS if m not in each.source.text] or [""]),
        "day": lambda: str(chance.choice([d for d in range(1, 29) if d != int(given)])),
    }.get(part, lambda: str(int(given) + chance.choice([-20, -10, -3, -2, -1, 1, 2, 3, 10, 20])))()
    if not other or (part in {"year", "alone"} and other in each.source.text):
        return ""
    start, end = match.start(part) - match.start(), match.end(part) - match.start()
    return match.group()[:start] + other + match.group()[end:]
