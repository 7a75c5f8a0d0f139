"""Two rankings into one score, each weighing as much as it is sure of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.ids import ChunkId
    from retrieval.found import Rankings

COSINE = 2.0
"""What a cosine counts beside a share of the best BM25 score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fused:
    """The scores of what either ranking found."""

    scores: Mapping[ChunkId, float]
    unfound: float
    """The most that something can have that neither found."""

    def of(self, key: ChunkId) -> float:
        """Return the score of a span, found or not."""
        return self.scores.get(key, self.unfound)


def fuse(rankings: Rankings) -> Fused:
    """Return cosines and BM25 scores as one: `COSINE` × cosine + share of the best BM25 score.

    Neither is stretched to a common range. So the weights are the question's own: where the words
    single out a few passages their shares fall off steeply and decide, and where they do not, the
    cosines do. What a ranking left out is scored as the last that it has.
    """
    dense = {hit.chunk.chunk_id: COSINE * hit.score for hit in rankings.dense.hits}
    best = rankings.sparse.hits[0].score if rankings.sparse.hits else 1.0
    sparse = {hit.chunk.chunk_id: hit.score / best for hit in rankings.sparse.hits}
    no_dense, no_sparse = COSINE * rankings.dense.last, rankings.sparse.last / best
    return Fused(
        scores={
            key: dense.get(key, no_dense) + sparse.get(key, no_sparse)
            for key in dense.keys() | sparse.keys()
        },
        unfound=no_dense + no_sparse,
    )
