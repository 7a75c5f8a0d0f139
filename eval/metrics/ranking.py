"""How good a ranking is: the measures of trec_eval over keys of any kind, best first."""

from __future__ import annotations

import math
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence

K = TypeVar("K", bound="Hashable")


def recall_at(ranking: Sequence[K], gold: Collection[K], *, k: int) -> float:
    """Return the share of `gold` among the first `k` (trec_eval's `recall`).

    Raises `ValueError` without gold.
    """
    wanted = set(gold)
    if not wanted:
        raise ValueError("recall is undefined without gold")
    return len(wanted.intersection(ranking[:k])) / len(wanted)


def precision_at(ranking: Sequence[K], gold: Collection[K], *, k: int) -> float:
    """Return the share of gold among `k`, also where fewer were found (trec_eval's `P`).

    Raises `ValueError` if `k` is not above 0, or a key is ranked twice.
    """
    if k < 1:
        raise ValueError(f"precision at {k!r} is undefined; give a k of 1 or more")
    return len(set(gold).intersection(_distinct(ranking[:k]))) / k


def hit_at(ranking: Sequence[K], gold: Collection[K], *, k: int) -> float:
    """Return 1 if any of `gold` is among the first `k`, else 0 (trec_eval's `success`)."""
    return float(not set(gold).isdisjoint(ranking[:k]))


def reciprocal_rank(ranking: Sequence[K], gold: Collection[K]) -> float:
    """Return 1 / the rank of the first of `gold`, 0 if none is there (trec_eval's `recip_rank`)."""
    wanted = set(gold)
    return next((1 / rank for rank, key in enumerate(ranking, start=1) if key in wanted), 0.0)


def ndcg_at(ranking: Sequence[K], gains: Mapping[K, float], *, k: int) -> float:
    """Return the discounted gain of the first `k` over that of the ideal ranking.

    Järvelin and Kekäläinen 2002 (https://doi.org/10.1145/582415.582418), discounted as trec_eval's
    `ndcg_cut` does, by log2(rank + 1). Gains are taken as they are (give 2^g − 1 for grades); what
    has none gains nothing.

    Raises:
        ValueError: no gain is above 0, or a key is ranked twice.
    """
    ideal = _discounted(sorted(gains.values(), reverse=True)[:k])
    if ideal <= 0:
        raise ValueError("nDCG is undefined without a gain above 0")
    return _discounted([gains.get(key, 0.0) for key in _distinct(ranking[:k])]) / ideal


def first_distinct(ranking: Iterable[K], *, k: int) -> list[K]:
    """Return the first `k` different keys, in the order of the ranking."""
    return list(islice(dict.fromkeys(ranking), k))


def _discounted(gains: Sequence[float]) -> float:
    return math.fsum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def _distinct(ranking: Sequence[K]) -> Sequence[K]:
    if len(set(ranking)) < len(ranking):
        raise ValueError("a key is ranked twice; give `first_distinct` of the ranking")
    return ranking
