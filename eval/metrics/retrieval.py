"""How good a ranking is, and how well passages cover what they should."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence

    from core.types import Span

K = TypeVar("K", bound="Hashable")


def recall_at(ranking: Sequence[K], gold: Collection[K], *, k: int) -> float:
    """Return the share of `gold` among the first `k`; raises `ValueError` without gold."""
    wanted = set(gold)
    if not wanted:
        raise ValueError("recall is undefined without gold")
    return len(wanted.intersection(ranking[:k])) / len(wanted)


def hit_at(ranking: Sequence[K], gold: Collection[K], *, k: int) -> float:
    """Return 1 if any of `gold` is among the first `k`, else 0."""
    return float(not set(gold).isdisjoint(ranking[:k]))


def reciprocal_rank(ranking: Sequence[K], gold: Collection[K]) -> float:
    """Return 1 / the rank of the first of `gold`; 0 if none is there."""
    wanted = set(gold)
    return next((1 / rank for rank, key in enumerate(ranking, start=1) if key in wanted), 0.0)


def ndcg_at(ranking: Sequence[K], gains: Mapping[K, float], *, k: int) -> float:
    """Return the discounted gain of the first `k` over that of the ideal ranking.

    Gains are taken as they are (give 2^g − 1 for grades); what has none gains nothing.

    Raises:
        ValueError: no gain is above 0.
    """
    ideal = _discounted(sorted(gains.values(), reverse=True)[:k])
    if ideal <= 0:
        raise ValueError("nDCG is undefined without a gain above 0")
    return _discounted([gains.get(key, 0.0) for key in ranking[:k]]) / ideal


def span_recall_and_iou(
    found: Iterable[tuple[K, Span]], gold: Iterable[tuple[K, Span]]
) -> tuple[float, float]:
    """Return the share of the gold characters that were found, and intersection over union.

    The measures of Chroma's "Evaluating Chunking Strategies for Retrieval", by characters: a
    character counts once, however many spans have it. Spans are paired with their document.

    Raises:
        ValueError: the gold spans are empty.
    """
    left, right = _merged(found), _merged(gold)
    wanted = _length(right)
    if not wanted:
        raise ValueError("recall is undefined without gold")
    common = sum(
        max(0, min(a_end, b_end) - max(a_start, b_start))
        for document in left.keys() & right.keys()
        for a_start, a_end in left[document]
        for b_start, b_end in right[document]
    )
    return common / wanted, common / (_length(left) + wanted - common)


def first_distinct(ranking: Iterable[K], *, k: int) -> list[K]:
    """Return the first `k` different keys, in the order of the ranking."""
    return list(islice(dict.fromkeys(ranking), k))


def _discounted(gains: Sequence[float]) -> float:
    return math.fsum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def _merged(spans: Iterable[tuple[K, Span]]) -> dict[K, list[tuple[int, int]]]:
    """Return the disjoint ranges of each document."""
    given: defaultdict[K, list[Span]] = defaultdict(list)
    for document, span in spans:
        given[document].append(span)
    merged: dict[K, list[tuple[int, int]]] = {}
    for document, each in given.items():
        ranges: list[tuple[int, int]] = []
        for span in sorted(each):
            if ranges and span.start <= ranges[-1][1]:
                ranges[-1] = (ranges[-1][0], max(ranges[-1][1], span.end))
            else:
                ranges.append((span.start, span.end))
        merged[document] = ranges
    return merged


def _length(ranges: Mapping[K, Sequence[tuple[int, int]]]) -> int:
    return sum(end - start for each in ranges.values() for start, end in each)
