"""How well spans cover other spans, by characters."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from core.types import Span

K = TypeVar("K", bound="Hashable")


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """What found and gold spans have in common."""

    recall: float
    """The share of the gold characters that were found."""
    precision: float
    """The share of the found characters that are gold; 0 where nothing was found."""
    iou: float
    """Intersection over union."""


def overlap(found: Iterable[tuple[K, Span]], gold: Iterable[tuple[K, Span]]) -> Overlap:
    """Return how well `found` covers `gold`; spans are paired with their document.

    The token measures of Chroma's "Evaluating Chunking Strategies for Retrieval" (Smith and
    Troynikov 2024, https://research.trychroma.com/evaluating-chunking), which are counted by
    characters there too. Unlike there, a character counts once, however many spans have it.

    Raises:
        ValueError: the gold spans are empty.
    """
    left, right = _merged(found), _merged(gold)
    had, wanted = _length(left), _length(right)
    if not wanted:
        raise ValueError("recall is undefined without gold")
    common = sum(
        max(0, min(a_end, b_end) - max(a_start, b_start))
        for document in left.keys() & right.keys()
        for a_start, a_end in left[document]
        for b_start, b_end in right[document]
    )
    return Overlap(
        recall=common / wanted,
        precision=common / had if had else 0.0,
        iou=common / (had + wanted - common),
    )


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
