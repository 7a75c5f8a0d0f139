"""The cheapest tiling of a text: near the target in size, cut where cuts are cheap."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from core.text import trimmed
from core.types import Document, Span
from ingest.blocks import AT_HEADING, halves, pieces
from ingest.place import front, longest_front

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_ACROSS_SECTIONS = 0.5
"""What it costs that a chunk has text of two sections."""
_ACROSS_HEADING = 0.3
"""The same for a heading that the reader of the document did not take for one."""
_HORIZON = 12
"""How many chunks are planned together."""
_MOST_PIECES = 256
"""Of a tile; keeps the planning of lists of single letters fast."""
_CHARACTERS_PER_TOKEN = 16
"""So many characters weigh as much as a token, so that no chunk is a mile of white space."""
_NEAR = 0.85
"""From this share of the limit on, a sum of counts is not trusted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How long the tiles of a text are to be."""

    count: Callable[[str], int]
    """Exact; may be slow."""
    most: int
    target: int

    @property
    def weigh(self) -> Callable[[str], int]:
        """About what `count` gives, and never nothing."""
        return len if self.count is len else partial(_weight, self.count, _remembered(self.count))


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece on the scales."""

    span: Span
    weight: int
    room: int
    """What its section's prefix leaves."""
    cut: float
    """What it costs to end a tile behind it."""
    join: float
    """What it costs not to."""


def tile(document: Document, sizes: Sizes) -> Iterator[Span]:
    """Yield spans that tile the text; `sizes` holds for each with its prefix in front of it.

    Pages are never crossed. Only what the horizon needs is held, never the whole.
    """
    waiting: list[_Part] = []
    weight = 0
    for part in _parts(document, sizes):
        waiting.append(part)
        weight += part.weight
        if part.join == math.inf:
            yield from _bounded(document, _grouped(waiting, sizes.target), sizes)
            waiting, weight = [], 0
        elif weight > _HORIZON * sizes.target:
            groups = _grouped(waiting, sizes.target)
            # The end of the plan would change with what follows.
            yield from _bounded(document, groups[:-2], sizes)
            waiting = [part for group in groups[-2:] for part in group]
            weight = sum(part.weight for part in waiting)


def _parts(document: Document, sizes: Sizes) -> Iterator[_Part]:
    text, weigh, code = document.text, sizes.weigh, document.format == "code"
    for region, crossing in _regions(document):
        room = max(1, sizes.most - sizes.count(longest_front(document, region)))
        for piece in pieces(text, region, code=code):
            for span, weight, cut in _fitted(text, piece.span, piece.cut, weigh=weigh, room=room):
                inside = _ACROSS_HEADING if cut == AT_HEADING else 0.0
                join = crossing if span.end == region.end else inside
                yield _Part(span, weight, room, cut, join)


def _regions(document: Document) -> Iterator[tuple[Span, float]]:
    """Yield what lies between borders of sections and pages, and what crossing its end costs."""
    borders = {section.span.start: _ACROSS_SECTIONS for section in document.sections}
    borders |= {page.span.start: math.inf for page in document.pages}
    text, start, end = document.text, 0, len(document.text)
    visible = trimmed(Span(0, end), text)
    held: tuple[Span, float] | None = None
    for border in sorted(each for each in borders if each < visible.end):
        # What has no visible text belongs to what comes before it, or else after it.
        if len(trimmed(Span(start, max(start, border)), text)):
            if held:
                yield held
            held, start = (Span(start, border), borders[border]), border
        elif held:
            held = held[0], max(held[1], borders[border])
    if held:
        yield held
    if start < end:
        yield Span(start, end), math.inf


def _fitted(
    text: str, span: Span, cut: float, *, weigh: Callable[[str], int], room: int
) -> Iterator[tuple[Span, int, float]]:
    """Yield `span` with its weight and the cost of a cut behind it, in parts if it is too long."""
    if len(span) <= room * _CHARACTERS_PER_TOKEN:
        weight = weigh(text[span.start : span.end])
        if weight <= room or len(span) == 1:
            yield span, weight, cut
            return
    left, right, between = halves(text, span)
    yield from _fitted(text, left, between, weigh=weigh, room=room)
    yield from _fitted(text, right, cut, weigh=weigh, room=room)


def _grouped(parts: Sequence[_Part], target: int) -> list[Sequence[_Part]]:
    """Return the division of `parts` with the lowest sum of costs."""
    room = min(part.room for part in parts)
    misfit = _misfits(room, min(target, room))
    lowest, begins = [0.0], [0]
    for end in range(1, len(parts) + 1):
        begin = end - 1
        weight, joins = parts[begin].weight, 0.0
        cheapest = lowest[begin] + misfit[min(weight, room)]
        for start in range(end - 2, max(end - _MOST_PIECES, 0) - 1, -1):
            part = parts[start]
            weight += part.weight
            if weight > room:
                break
            joins += part.join
            cost = lowest[start] + misfit[weight] + joins
            if cost < cheapest:
                cheapest, begin = cost, start
        lowest.append(cheapest + parts[end - 1].cut)
        begins.append(begin)
    groups: list[Sequence[_Part]] = []
    end = len(parts)
    while end:
        groups.append(parts[begins[end] : end])
        end = begins[end]
    return groups[::-1]


@lru_cache(maxsize=256)
def _misfits(room: int, target: int) -> Sequence[float]:
    """Return by weight what it costs to be off the target: 1 for nothing and 1 at the limit."""
    below = [((target - weight) / target) ** 2 for weight in range(target)]
    # Steep from the start, or small targets would be passed to save the cost of a cut.
    slack = max(1.0, min(room - target, target / 2))
    above = [(weight - target) / slack for weight in range(target, room + 1)]
    return below + above


def _bounded(document: Document, groups: Sequence[Sequence[_Part]], sizes: Sizes) -> Iterator[Span]:
    """Yield the spans of `groups`; what the sums let through wrongly is divided again."""
    for group in groups:
        span = Span(group[0].span.start, group[-1].span.end)
        used = sizes.most - min(part.room for part in group)
        if used + sum(part.weight for part in group) < _NEAR * sizes.most:
            yield span
        else:
            yield from _checked(document, span, sizes)


def _checked(document: Document, span: Span, sizes: Sizes) -> Iterator[Span]:
    whole = front(document, span) + span.slice(document.text)
    if len(span) == 1 or sizes.count(whole) <= sizes.most:
        yield span
        return
    left, right, _ = halves(document.text, span)
    yield from _checked(document, left, sizes)
    yield from _checked(document, right, sizes)


@lru_cache(maxsize=2)
def _remembered(count: Callable[[str], int]) -> Callable[[str], int]:
    """Return `count` with a memory: tokenizers are slow, and documents repeat their words."""
    return lru_cache(maxsize=1 << 16)(count)


def _weight(count: Callable[[str], int], count_word: Callable[[str], int], text: str) -> int:
    """Return the sum over the words of `text`, which is exact for most tokenizers."""
    words = text.split()
    if len(text) > _CHARACTERS_PER_TOKEN * len(words):
        return max(1, count(text), len(text) // _CHARACTERS_PER_TOKEN)
    return sum(map(count_word, words))
