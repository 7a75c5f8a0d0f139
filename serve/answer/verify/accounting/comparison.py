"""Whether a claim compares the other way round than its quotes, or orders so; in English."""

from __future__ import annotations

import re
from bisect import bisect
from dataclasses import dataclass
from typing import TYPE_CHECKING

from serve.answer.verify.accounting.plain import folded
from serve.answer.verify.accounting.words import EMPTY, key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from serve.answer.verify.accounting.texts import Text

_LIMIT = (
    r"(?:(?:no|not|never) (?:more|greater|higher|longer|larger) than|(?:not|never|n't) "
    r"(?:to )?exceed(?:ing)?|not (?:over|above)|less than|fewer than|under|below|at most|up to"
    r"|a maximum of|maximum of|at the most)",
    r"(?:(?:no|not|never) (?:less|fewer|lower|smaller|shorter) than|not (?:under|below)"
    r"|(?:more|greater|higher|longer|larger) than|over|above|at least|at the least"
    r"|exceed(?:s|ed|ing)?|upwards? of|in excess of|a minimum of|minimum of)",
)
_TIME = (
    r"(?:no later than|not later than|not after|before|prior to|earlier than)",
    r"(?:no earlier than|not earlier than|no sooner than|not before|after|later than)",
)
_CHANGE = (
    r"(?:fell|fall(?:s|en|ing)?|decreas(?:e|es|ed|ing)|declin(?:e|es|ed|ing)|drop(?:s|ped|ping)?"
    r"|shrank|shrunk|shrink(?:s|ing)?|plung(?:es?|ed|ing)|plummet(?:s|ed|ing)?"
    r"|diminish(?:es|ed|ing)?|reduc(?:es?|ed|ing|tion))",
    r"(?:rose|risen|rises?|rising|increas(?:e|es|ed|ing)|grew|grow(?:s|n|th|ing)?"
    r"|climb(?:s|ed|ing)?|jump(?:s|ed|ing)?|surg(?:es?|ed|ing)|soar(?:s|ed|ing)?)",
)
_PAIRS = (
    "last first",
    "youngest oldest",
    "newest oldest",
    "lowest highest",
    "smallest largest",
    "smallest biggest",
    "shortest longest",
    "shortest tallest",
    "latest earliest",
    "worst best",
    "least most",
    "minimum maximum",
    "minority majority",
    "lower higher",
    "lower upper",
    "below above",
    "less more",
    "fewer more",
    "smaller larger",
    "younger older",
    "south north",
    "southern northern",
    "west east",
    "western eastern",
    "left right",
    "inside outside",
    "internal external",
)
_TIMES = {
    "halved": "0.5", "twice": "2", "double": "2", "doubled": "2", "doubles": "2", "twofold": "2",
    "thrice": "3", "triple": "3", "tripled": "3", "triples": "3", "threefold": "3", "trebled": "3",
    "quadruple": "4", "quadrupled": "4", "fourfold": "4", "fivefold": "5", "tenfold": "10",
}  # fmt: skip
_MANY_TIMES = re.compile(r"(?:-fold|[- ]times|x)\b")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_STOP = re.compile(r"[.!?;](?=\s|$)|\n")
_NEAR = 3
"""Characters between a limit and its number, at most: ` $`."""
_WITHIN = 5
"""Words between a change and what it is of, on either side."""
_ENOUGH = 0.5
_MOST = 0.75
"""The share of the most words that a sentence has in common with the claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Axis:
    name: str
    cues: re.Pattern[str]
    """Groups 1 and 2 are its ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """A word that says something, a number or a date."""

    key: str
    start: int
    end: int
    is_number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """A word that puts something at one end of an axis."""

    written: str
    axis: str
    end: int
    places: frozenset[str]
    """What it puts there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sentence:
    keys: frozenset[str]
    turns: tuple[_Turn, ...]
    times: tuple[tuple[str, str], ...]
    """What is a multiple of something else: the words and by how many."""


def _axis(name: str, one: str, other: str) -> _Axis:
    return _Axis(name=name, cues=re.compile(rf"\b(?:({one})|({other}))\b", re.IGNORECASE))


_AXES = (
    _axis("limit", *_LIMIT),
    _axis("time", *_TIME),
    _axis("change", *_CHANGE),
    *(_axis(pair, *pair.split()) for pair in _PAIRS),
)


def compared(claim: Text, quotes: Sequence[Text]) -> list[str]:
    """Return the words by which `claim` says the opposite of `quotes` of the same thing.

    Both are English. What the quotes say either way, or in another place, is no opposite.
    """
    said = list(_sentences(claim, _AXES))
    axes = {turn.axis for each in said for turn in each.turns}
    if not axes and not any(each.times for each in said):
        return []
    sought = [axis for axis in _AXES if axis.name in axes]
    stated = [sentence for quote in quotes for sentence in _sentences(quote, sought)]
    found: list[str] = []
    for sentence in said:
        carrying = _carrying(sentence, stated)
        found += [turn.written for turn in sentence.turns if _is_opposed(turn, sentence, carrying)]
        theirs = {value for each in carrying for _, value in each.times}
        found += [words for words, value in sentence.times if theirs and value not in theirs]
    return list(dict.fromkeys(found))


def _is_opposed(turn: _Turn, claim: _Sentence, carrying: Sequence[_Sentence]) -> bool:
    """Tell whether what says most of the same is all at the other end."""
    if any(_meets(turn, other) and other.end != turn.end for other in claim.turns):
        return False
    others = [other for each in carrying for other in each.turns if _meets(turn, other)]
    shared = [len(turn.places & other.places) for other in others]
    most = max(shared, default=0)
    nearest = [other for other, many in zip(others, shared, strict=True) if many == most]
    return bool(nearest) and all(other.end != turn.end for other in nearest)


def _meets(turn: _Turn, other: _Turn) -> bool:
    return turn.axis == other.axis and not turn.places.isdisjoint(other.places)


def _carrying(claim: _Sentence, stated: Sequence[_Sentence]) -> list[_Sentence]:
    """Return the sentences that have most of the words of `claim`."""
    shared = [len(each.keys & claim.keys) for each in stated]
    fewest = max(_MOST * max(shared, default=0), _ENOUGH * len(claim.keys))
    return [e for e, many in zip(stated, shared, strict=True) if many and many >= fewest]


def _sentences(text: Text, axes: Sequence[_Axis]) -> Iterator[_Sentence]:
    items = _items(text)
    cues = _turning(text, axes)
    inside = [span for _, _, span in cues]
    starts = [item.start for item in items]
    at = 0
    for end in (*(stop.start() for stop in _STOP.finditer(text.plain)), len(text.plain)):
        here = items[bisect(starts, at - 1) : bisect(starts, end - 1)]
        free = [e for e in here if not any(b < e.end and e.start < f for b, f in inside)]
        yield _Sentence(
            keys=frozenset(item.key for item in free),
            turns=tuple(
                _Turn(written=text.plain[b:f], axis=axis, end=side, places=places)
                for axis, side, (b, f) in cues
                if at <= b < end and (places := _places(axis, free, b, f))
            ),
            times=tuple(_times(text, here, at, end)),
        )
        at = end


def _turning(text: Text, axes: Sequence[_Axis]) -> list[tuple[str, int, tuple[int, int]]]:
    """Return the axis, the end and the place of all that turns; of two in one, the longer."""
    found = [
        (axis.name, match.lastindex or 0, match.span())
        for axis in axes
        for match in axis.cues.finditer(text.plain)
    ]
    return [each for each in found if not any(_is_inside(each[2], other) for _, _, other in found)]


def _is_inside(span: tuple[int, int], other: tuple[int, int]) -> bool:
    return span != other and other[0] <= span[0] and span[1] <= other[1]


def _items(text: Text) -> list[_Item]:
    figures = [
        _Item(
            key=f"#{amount.quantities[0].value.normalize()}",
            start=amount.start,
            end=amount.end,
            is_number=True,
        )
        for amount in text.amounts
    ]
    figures += [
        _Item(key=f"@{each.moments[0]}", start=each.start, end=each.end, is_number=True)
        for each in text.dated
    ]
    taken = [(each.start, each.end) for each in figures]
    words = [
        _Item(key=key(word), start=match.start(), end=match.end())
        for match in _WORD.finditer(text.plain)
        if (word := folded(match.group())) not in EMPTY
        and not any(start < match.end() and match.start() < end for start, end in taken)
    ]
    return sorted((*figures, *words), key=lambda item: item.start)


def _places(axis: str, items: Sequence[_Item], begin: int, end: int) -> frozenset[str]:
    """Return what a cue from `begin` to `end` is about."""
    behind = [item for item in items if item.start >= end]
    if axis == "limit":
        return frozenset(e.key for e in behind[:1] if e.is_number and e.start <= end + _NEAR)
    if axis != "change":
        return frozenset(item.key for item in behind[:1])
    before = [item for item in items if item.end <= begin]
    return frozenset(item.key for item in (*before[-2:], *behind[:2]))


def _times(text: Text, items: Sequence[_Item], start: int, end: int) -> Iterator[tuple[str, str]]:
    for match in _WORD.finditer(text.plain, start, end):
        if value := _TIMES.get(folded(match.group())):
            yield match.group(), value
    for item in items:
        if item.is_number and (many := _MANY_TIMES.match(text.plain, item.end)):
            yield text.plain[item.start : many.end()], item.key.removeprefix("#")
