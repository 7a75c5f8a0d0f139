"""The passages of several searches as one ranking, in which none repeats another."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from core.types import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.types import Passage


def joint(rankings: Sequence[Sequence[Passage]]) -> list[Passage]:
    """Return what the searches found: the best of each first, then the second of each, and so on.

    Passages of one document that overlap become one that has the text of both, in the place of
    the first, with the higher score of the two.
    """
    found: list[Passage] = []
    for passage in filter(None, chain.from_iterable(zip_longest(*rankings))):
        same = [i for i, other in enumerate(found) if _overlap(other, passage)]
        if not same:
            found.append(passage)
            continue
        whole = passage
        for i in reversed(same):
            whole = _united(found.pop(i), whole)
        found.insert(same[0], whole)
    return found


def _overlap(one: Passage, other: Passage) -> bool:
    return (
        one.version == other.version
        and one.span.start < other.span.end
        and other.span.start < one.span.end
    )


def _united(one: Passage, other: Passage) -> Passage:
    """Return the text of two passages that overlap, as what was found better."""
    first, second = sorted((one, other), key=lambda each: each.span)
    better = max(one, other, key=lambda each: each.score)
    known = first.span.end - second.span.start
    return replace(
        better,
        span=Span(first.span.start, max(first.span.end, second.span.end)),
        text=first.text + second.text[known:],
        pages=tuple(sorted({*first.pages, *second.pages})),
        similarity=max((one.similarity, other.similarity), key=lambda each: each or -1.0),
    )
