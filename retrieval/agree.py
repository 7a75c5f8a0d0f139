"""Documents that say the same speak for each other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from retrieval.found import best_first

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.ids import ChunkId
    from core.types import Vector
    from retrieval.found import Ranked

BEST = 50
"""How widely the hits are spread shows in so many."""
COMPARED = 100
"""How many chunks are compared with each other."""
_SPREAD = 0.5
_TRUST = 0.9
_SHARPNESS = 10
"""The power of a cosine: only what is very near counts."""
_LEAST = 1e-12


def spread(ranked: Sequence[Ranked]) -> float:
    """Return how many documents the best chunks are from: 1 if each has a document of its own."""
    best = ranked[:BEST]
    return len({each.chunk.document_id for each in best}) / max(len(best), 1)


def is_spread(ranked: Sequence[Ranked]) -> bool:
    """Tell whether the question is about a subject of many documents, not a place in a few."""
    return spread(ranked) >= _SPREAD


def agree(ranked: Sequence[Ranked], vectors: Mapping[ChunkId, Vector]) -> list[Ranked]:
    """Return the best of `ranked` with scores drawn towards those of their nearest neighbours.

    The wider the hits are spread over documents, the more: on a subject, what is near to many good
    passages is good (score regularization, Diaz 2005, https://doi.org/10.1145/1099554.1099722).
    """
    best = [each for each in ranked[:COMPARED] if each.chunk.chunk_id in vectors]
    if len(best) < 2:
        return list(ranked)
    matrix = np.stack([vectors[each.chunk.chunk_id] for each in best])
    near = np.maximum(matrix @ matrix.T, 0.0) ** _SHARPNESS
    np.fill_diagonal(near, 0.0)
    scores = np.array([each.score for each in best])
    sums = near.sum(axis=1)
    around = np.where(sums > 0, near @ scores / np.maximum(sums, _LEAST), scores)
    share = _TRUST * spread(ranked) ** 2
    drawn = ((1 - share) * scores + share * around).tolist()
    return best_first(replace(each, score=score) for each, score in zip(best, drawn, strict=True))
