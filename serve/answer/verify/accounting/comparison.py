"""Whether a claim compares the other way round than its quotes, or orders so; in English."""

from __future__ import annotations

import re
from bisect import bisect, bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from serve.answer.verify.accounting.axes import AXES
from serve.answer.verify.accounting.plain import folded
from serve.answer.verify.accounting.words import EMPTY, carrying, key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from serve.answer.verify.accounting.axes import Axis
    from serve.answer.verify.accounting.texts import Text

_TIMES = {
    "halved": "0.5", "twice": "2", "double": "2", "doubled": "2", "doubles": "2", "twofold": "2",
    "thrice": "3", "triple": "3", "tripled": "3", "triples": "3", "threefold": "3", "trebled": "3",
    "quadruple": "4", "quadrupled": "4", "fourfold": "4", "fivefold": "5", "tenfold": "10",
}  # fmt: skip
_MANY_TIMES = re.compile(r"(?:-fold|[- ]times|x)\b")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_STOP = re.compile(r"[.!?;](?=\s|$)|\n")
_QUALIFIED = re.compile(
    r"\b(?:no|not|never|none|neither|nor|nobody|without|hardly|unless|if|whether|until)\b(?:\W+\w+){0,4}"
    r"\W*\Z|n't\W*\Z",
    re.IGNORECASE,
)
"""In front of a verb it may make the opposite of it, or leave it open."""
_MAYBE = re.compile(
    r"\b(?:may|might|(?:plans?|planned|intends?|intended|propos(?:es?|ed)) to)\s"
    r"(?:(?:also|be|have|then)\s)*(?P<verb>[a-z]{3,})"
)
"""What somebody has not done yet."""
_OPEN = re.compile(r"\b(?:may|might|can|could|would|will|shall|should|must|if|when|to be)\b")
_NEAR = 3
"""Characters between a limit and its number, at most: ` $`."""
_ENOUGH = 0.5
"""The share of the words of the claim that a sentence must have to be about the same."""


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
    verb: str
    """Without what denies it; empty: it is none."""
    places: frozenset[str]
    """What it puts there."""
    is_weaker: bool
    """Whether it may be said of what is at the other end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sentence:
    keys: frozenset[str]
    turns: tuple[_Turn, ...]
    times: tuple[tuple[str, str], ...]
    """What is a multiple of something else: the words and by how many."""


def compared(claim: Text, quotes: Sequence[Text]) -> list[str]:
    """Return the words by which `claim` says the opposite of `quotes` of the same thing.

    Both are English. What the quotes say either way, or in another place, is no opposite.
    """
    said = list(_sentences(claim, AXES))
    axes = {turn.axis for each in said for turn in each.turns}
    if not axes and not any(each.times for each in said):
        return []
    sought = [axis for axis in AXES if axis.name in axes]
    stated = [sentence for quote in quotes for sentence in _sentences(quote, sought)]
    found: list[str] = []
    for sentence in said:
        bearing = carrying(sentence, stated, least=_ENOUGH)
        found += [
            turn.written
            for turn in sentence.turns
            if not turn.is_weaker and _is_opposed(turn, sentence, bearing)
        ]
        theirs = {value for each in bearing for _, value in each.times}
        found += [words for words, value in sentence.times if theirs and value not in theirs]
    return list(dict.fromkeys(found))


def _is_opposed(turn: _Turn, claim: _Sentence, bearing: Sequence[_Sentence]) -> bool:
    """Tell whether what says most of the same is all at the other end."""
    if any(_meets(turn, other) and other.end != turn.end for other in claim.turns):
        return False
    others = [other for each in bearing for other in each.turns if _meets(turn, other)]
    shared = [len(turn.places & other.places) for other in others]
    most = max(shared, default=0)
    nearest = [other for other, many in zip(others, shared, strict=True) if many == most]
    return bool(nearest) and all(other.end != turn.end for other in nearest)


def done(claim: Text, quotes: Sequence[Text]) -> list[str]:
    """Return the words by which `claim` says of something that may be done that it was done.

    Both are English. `The board approved it` is not what `The board may approve it` says.
    """
    if _OPEN.search(claim.plain):
        return []
    maybe = [match for quote in quotes for match in _MAYBE.finditer(quote.plain)]
    open_verbs = {form for match in maybe for form in _past(match["verb"])}
    past = [word for quote in quotes for word in _WORD.findall(_MAYBE.sub(" ", quote.plain))]
    return [word for word in _WORD.findall(claim.plain) if word in open_verbs - {*past}]


def _past(verb: str) -> tuple[str, ...]:
    return verb + "ed", verb + "d", verb[:-1] + "ied", *([verb] if verb.endswith("ed") else [])


def _meets(turn: _Turn, other: _Turn) -> bool:
    # `Approved` where a quote has `not approved` is for `turned` to say.
    is_same = turn.verb and turn.verb == other.verb and turn.end != other.end
    return turn.axis == other.axis and not turn.places.isdisjoint(other.places) and not is_same


def _sentences(text: Text, axes: Sequence[Axis]) -> Iterator[_Sentence]:
    items = _items(text)
    cues = _turning(text, axes)
    inside = sorted(span for _, _, span in cues)
    starts = [item.start for item in items]
    at = 0
    for end in (*(stop.start() for stop in _STOP.finditer(text.plain)), len(text.plain)):
        here = items[bisect(starts, at - 1) : bisect(starts, end - 1)]
        free = [item for item in here if not _overlaps(inside, item.start, item.end)]
        yield _Sentence(
            keys=frozenset(item.key for item in free),
            turns=tuple(
                _Turn(
                    written=text.plain[b:f],
                    axis=axis.name,
                    end=side,
                    verb=text.plain[b:f].split()[-1] if axis.is_verb else "",
                    places=places,
                    is_weaker=axis.is_one_way and side == 1,
                )
                for axis, side, (b, f) in cues
                if at <= b < end
                and (places := _places(axis, free, b, f))
                and not (axis.is_verb and _QUALIFIED.search(text.plain, at, b))
            ),
            times=tuple(_times(text, here, at, end)),
        )
        at = end


def _turning(text: Text, axes: Sequence[Axis]) -> list[tuple[Axis, int, tuple[int, int]]]:
    """Return the axis, the end and the place of all that turns; of two in one, the longer."""
    found = [
        (axis, match.lastindex or 0, match.span())
        for axis in axes
        for match in axis.cues.finditer(text.plain)
    ]
    longest: dict[tuple[int, int], None] = {}
    for _, _, span in sorted(found, key=lambda cue: (cue[2][0], -cue[2][1])):
        last = next(reversed(longest), (0, 0))
        if not _is_inside(span, last):
            longest[span] = None
    return [each for each in found if each[2] in longest]


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
    taken = sorted((each.start, each.end) for each in figures)
    words = [
        _Item(key=key(word), start=match.start(), end=match.end())
        for match in _WORD.finditer(text.plain)
        if (word := folded(match.group())) not in EMPTY
        and not _overlaps(taken, match.start(), match.end())
    ]
    return sorted((*figures, *words), key=lambda item: item.start)


def _overlaps(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Tell whether one of `spans`, which are in order and hardly overlap, has a part of another."""
    at = bisect_left(spans, (end,))
    return any(one < end and start < other for one, other in spans[max(0, at - 2) : at])


def _places(axis: Axis, items: Sequence[_Item], begin: int, end: int) -> frozenset[str]:
    """Return what a cue from `begin` to `end` is about."""
    behind = [item for item in items if item.start >= end]
    if axis.name == "limit":
        return frozenset(e.key for e in behind[:1] if e.is_number and e.start <= end + _NEAR)
    before = [item for item in items if item.end <= begin]
    if axis.is_verb:
        return frozenset(f"{one.key} {other.key}" for one in before[-1:] for other in behind[:1])
    if axis.name != "change":
        return frozenset(item.key for item in behind[:1])
    return frozenset(item.key for item in (*before[-2:], *behind[:2]))


def _times(text: Text, items: Sequence[_Item], start: int, end: int) -> Iterator[tuple[str, str]]:
    for match in _WORD.finditer(text.plain, start, end):
        if value := _TIMES.get(folded(match.group())):
            yield match.group(), value
    for item in items:
        if item.is_number and (many := _MANY_TIMES.match(text.plain, item.end)):
            yield text.plain[item.start : many.end()], item.key.removeprefix("#")
