"""What the searches of one question found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.types import Chunk, Hit


@dataclass(frozen=True, slots=True, kw_only=True)
class Rankings:
    """One kind of span, searched by meaning and by words; each ranking is best first."""

    dense: Sequence[Hit]
    sparse: Sequence[Hit]
    limit: int
    """How many were asked for: a shorter ranking has left nothing out."""

    def spans(self) -> list[Chunk]:
        """Return what either ranking found, once, in a stable order."""
        found = {hit.chunk.chunk_id: hit.chunk for hit in (*self.dense, *self.sparse)}
        return [found[key] for key in sorted(found)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A chunk with what speaks for it."""

    chunk: Chunk
    score: float
    """Comparable only within one ranking."""


def best_first(ranked: Sequence[Ranked]) -> list[Ranked]:
    """Return `ranked` by score; equal ones in the order of their ids."""
    return sorted(ranked, key=lambda each: (-each.score, each.chunk.chunk_id))
