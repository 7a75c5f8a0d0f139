"""From chunks to passages: the sentences that matter, and what joins them."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from core.text import sentences, trimmed
from core.types import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.types import Chunk
    from retrieval.found import Ranked

    Finder = Callable[[str], frozenset[int]]
    """Tells which terms of the question a text has."""

TABLE = 0.2
"""From this share of figures on, a chunk is a table, which is not taken apart."""
_KEPT = 0.45
"""A sentence matters from this share of the best one's score on."""
_GAP = 2
"""So many sentences between two that matter are kept with them."""
_CHUNK, _RANK, _BEFORE, _AFTER = 0.8, 0.4, 0.35, 0.15
"""What counts beside a sentence's own words: its chunk's score and rank, and its neighbours."""
_STEEP = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A span that matters, in one chunk or across adjacent ones."""

    chunks: Sequence[Chunk]
    """In the order of the text, each behind the other."""
    best: Ranked[Chunk]
    span: Span
    score: float

    @property
    def text(self) -> str:
        """The verbatim text of the span."""
        first = self.chunks[0].span.start
        whole = "".join(chunk.text for chunk in self.chunks)
        return whole[self.span.start - first : self.span.end - first]


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence, or what is not taken apart."""

    ranked: Ranked[Chunk]
    rank: int
    span: Span
    asked: frozenset[int]
    """The terms of the question in it."""

    @property
    def chunk(self) -> Chunk:
        """Where it is."""
        return self.ranked.chunk

    def leads_to(self, other: _Unit) -> bool:
        """Tell whether `other` comes next in the document."""
        here, there = self.chunk, other.chunk
        follows = there.span in (here.span, Span(here.span.end, there.span.end))
        return here.version == there.version and follows


def cut(
    ranked: Sequence[Ranked[Chunk]],
    finder: Finder,
    *,
    whole: Callable[[Chunk], bool],
) -> list[Cut]:
    """Return the parts of the chunks that matter, best first.

    A sentence matters for the words of the question in it, weighed by their rarity in what was
    found, for its chunk, and for its neighbours; one more is kept on either side.

    Args:
        ranked: distinct chunks, best first.
        finder: tells which terms of the question a text has.
        whole: tells which chunks are not taken apart.
    """
    units = _units(ranked, finder, whole)
    scores = _scores(units, _shares(ranked))
    least = _KEPT * max(scores, default=0.0)
    runs = _runs(units, [score >= least for score in scores])
    cuts = [_cut(units[start:end], scores[start:end]) for start, end in runs]
    return sorted(cuts, key=lambda each: (-each.score, each.best.chunk.chunk_id, each.span))


def _units(
    ranked: Sequence[Ranked[Chunk]],
    finder: Finder,
    whole: Callable[[Chunk], bool],
) -> list[_Unit]:
    """Return the units of the chunks in the order of documents and text."""
    units: list[_Unit] = []
    placed = sorted(enumerate(ranked), key=lambda e: (e[1].chunk.version, e[1].chunk.span))
    for rank, each in placed:
        chunk, text = each.chunk, each.chunk.text
        parts = [Span(0, len(text))] if whole(chunk) else sentences(text)
        for part in (trimmed(part, text) for part in parts):
            if len(part):
                span = Span(part.start + chunk.span.start, part.end + chunk.span.start)
                found = finder(part.slice(text))
                units.append(_Unit(each, rank, span, found))
    return units


def _shares(ranked: Sequence[Ranked[Chunk]]) -> list[float]:
    """Return where each score stands between the last one and the best."""
    low, high = (ranked[-1].score, ranked[0].score) if ranked else (0.0, 0.0)
    return [(each.score - low) / (high - low) if high > low else 1.0 for each in ranked]


def _scores(units: Sequence[_Unit], shares: Sequence[float]) -> list[float]:
    counts = Counter(term for unit in units for term in unit.asked)
    weights = {
        term: math.log(1 + (len(units) - count + 0.5) / (count + 0.5))
        for term, count in counts.items()
    }
    said = [math.fsum(weights[term] for term in sorted(unit.asked)) for unit in units]
    best = max(said, default=0.0) or 1.0
    said = [each / best for each in said]
    scores = [
        own + _CHUNK * shares[unit.rank] + _RANK * math.exp(-unit.rank / _STEEP)
        for unit, own in zip(units, said, strict=True)
    ]
    for i, (here, following) in enumerate(pairwise(units)):
        if here.leads_to(following):
            scores[i] += _AFTER * said[i + 1]
            scores[i + 1] += _BEFORE * said[i]
    return scores


def _runs(units: Sequence[_Unit], matters: Sequence[bool]) -> list[tuple[int, int]]:
    """Return the ranges of units that are kept, each without a break in the text."""
    runs: list[tuple[int, int]] = []
    for start, end in _stretches(units):
        kept = [i for i in range(start, end) if any(matters[max(start, i - 1) : min(end, i + 2)])]
        for i in kept:
            if runs and runs[-1][0] >= start and i - runs[-1][1] <= _GAP:
                runs[-1] = (runs[-1][0], i + 1)
            else:
                runs.append((i, i + 1))
    return runs


def _stretches(units: Sequence[_Unit]) -> list[tuple[int, int]]:
    """Return the ranges of units that follow each other without a break."""
    breaks = [i for i, (a, b) in enumerate(pairwise(units), start=1) if not a.leads_to(b)]
    return list(pairwise([0, *breaks, len(units)])) if units else []


def _cut(units: Sequence[_Unit], scores: Sequence[float]) -> Cut:
    chunks = list({unit.chunk.chunk_id: unit.chunk for unit in units}.values())
    best = max(range(len(units)), key=lambda i: scores[i])
    return Cut(
        chunks=chunks,
        best=units[best].ranked,
        span=Span(units[0].span.start, units[-1].span.end),
        score=scores[best],
    )
