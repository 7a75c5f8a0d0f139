"""Documents that say the same speak for each other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from retrieval.found import best_first

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.ids import ChunkId
    from core.types import ChunkRef, Vector
    from retrieval.found import Ranked

COMPARED = 100
"""How many chunks are compared with each other."""
_BEST = 50
"""How widely the hits are spread shows in so many."""
_SPREAD = 0.6
_CENTRE = 3
"""How many of the best say what the question is about."""
_TOWARDS_CENTRE = 4.0
"""What it counts to be near to these, beside a passage's own score."""
_LAST = 20
"""The best weigh by what they have over the chunk of this rank."""
_AROUND = 0.5
"""The share of a score that comes from the nearest, the passage itself among them."""
_SHARPNESS = 6
"""The power of a cosine: only what is very near counts."""
_LEAST = 1e-9


def is_spread(ranked: Sequence[Ranked[ChunkRef]]) -> bool:
    """Tell whether the question is about a subject of many documents, not a place in a few."""
    best = ranked[:_BEST]
    return len({each.chunk.document_id for each in best}) >= max(2, _SPREAD * len(best))


def agree(
    ranked: Sequence[Ranked[ChunkRef]], vectors: Mapping[ChunkId, Vector]
) -> list[Ranked[ChunkRef]]:
    """Return those of `ranked` that have vectors, ranked also by what the best of them say.

    Pseudo-relevance feedback (Rocchio 1971) and then regularization (Diaz 2005,
    https://doi.org/10.1145/1099554.1099722). A passage counts among its own neighbours, so one
    that stands out keeps its place.
    """
    best = [each for each in ranked if each.chunk.chunk_id in vectors]
    if len(best) < 2:
        return best
    matrix = np.stack([vectors[each.chunk.chunk_id] for each in best])
    scores = np.array([each.score for each in best])
    ahead = np.maximum(scores[:_CENTRE] - scores[: _LAST + 1][-1], _LEAST)
    centre = np.einsum("i,ij->j", ahead / ahead.sum(), matrix[:_CENTRE])
    scores = scores + _TOWARDS_CENTRE * np.einsum("ij,j->i", matrix, centre)
    # A product this small is slower on several threads, which is what `@` would use.
    near = np.maximum(np.einsum("ij,kj->ik", matrix, matrix), 0.0) ** _SHARPNESS
    around = np.einsum("ij,j->i", near, scores) / near.sum(axis=1)
    drawn = ((1 - _AROUND) * scores + _AROUND * around).tolist()
    return best_first(replace(each, score=score) for each, score in zip(best, drawn, strict=True))
