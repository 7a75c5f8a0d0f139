"""Every passage says something new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.text import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.found import Ranked

_SAME = 0.8
"""The share of common runs of three words from which two chunks say the same."""


def distinct(ranked: Sequence[Ranked], *, limit: int) -> list[Ranked]:
    """Return the first `limit` chunks, without those that repeat one before them."""
    kept: list[Ranked] = []
    seen: list[frozenset[tuple[str, ...]]] = []
    for each in ranked:
        if len(kept) == limit:
            break
        runs = _runs(each.chunk.text)
        if not any(_alike(runs, other) for other in seen):
            kept.append(each)
            seen.append(runs)
    return kept


def _alike(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> bool:
    shorter, longer = sorted((len(one), len(other)))
    return shorter >= _SAME * longer and len(one & other) >= _SAME * len(one | other)


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    found = words(text)
    return frozenset(zip(found, found[1:], found[2:], strict=False)) or frozenset({tuple(found)})
