"""Every passage says something new."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.types import Chunk
    from retrieval.found import Ranked

_Runs: TypeAlias = "frozenset[tuple[str, ...]]"

_SAME = 0.8
"""The share of common runs of three words from which two chunks say the same."""
LOOKED_AT = 2
"""Chunks that are compared, for each that is wanted."""


def distinct(ranked: Sequence[Ranked[Chunk]], *, limit: int) -> list[Ranked[Chunk]]:
    """Return the first `limit` chunks, best first, without those that repeat another.

    Of two that say the same the better one stays; in one document, the first, in the better one's
    place.
    """
    kept: list[Ranked[Chunk]] = []
    seen: list[_Runs] = []
    for each in ranked[: LOOKED_AT * limit]:
        runs = _runs(each.chunk.text)
        same = next((i for i, other in enumerate(seen) if _alike(runs, other)), None)
        if same is not None:
            kept[same] = replace(kept[same], chunk=_first(kept[same].chunk, each.chunk))
        elif len(kept) < limit:
            kept.append(each)
            seen.append(runs)
    return kept


def _first(chunk: Chunk, other: Chunk) -> Chunk:
    return other if other.version == chunk.version and other.span < chunk.span else chunk


def _alike(one: _Runs, other: _Runs) -> bool:
    most, least = max(len(one), len(other)), min(len(one), len(other))
    if least < _SAME * most:
        return False
    common = len(one & other)
    return common >= _SAME * (most + least - common)


def _runs(text: str) -> _Runs:
    found = text.casefold().split()
    return frozenset(zip(found, found[1:], found[2:], strict=False)) or frozenset({tuple(found)})
