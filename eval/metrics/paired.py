"""Whether one run is better than another over the same questions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import product
from math import comb, fsum
from typing import TYPE_CHECKING, Literal

import numpy as np

from eval.metrics.interval import bootstrap_interval
from eval.metrics.scores import Unscored

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from eval.metrics.scores import CaseId, Score

_SEED = 20_240_229
_SHUFFLES = 10_000
_AT_ONCE = 200_000
"""Numbers that are drawn at once, at most: it bounds the memory, not what is drawn."""
_ENUMERABLE = 12
"""Differences up to which all their signs are tried."""
_CLOSE = 1e-12
"""Sums are equal, but for rounding, that differ by this share of what was summed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """How two runs differ over the questions that both have a score for."""

    difference: float
    """Mean of ours minus theirs."""
    low: float | None
    """The lower end of its 95 % bootstrap interval; `None` of one question."""
    high: float | None
    p: float
    """How likely a difference this large is by chance alone, either way."""
    test: Literal["mcnemar", "randomisation"]
    wins: int
    """Questions that ours scores higher."""
    losses: int
    n: int
    unscored: Mapping[str, int] = field(default_factory=dict[str, int])
    """Questions that either has no score for, by the reason."""


def paired(ours: Mapping[CaseId, Score], theirs: Mapping[CaseId, Score]) -> Paired | Unscored:
    """Return how `ours` differs from `theirs`; `Unscored` if no question has both scores.

    Yes and no are tested with `mcnemar`, other scores with `randomised`.

    Raises:
        ValueError: the runs are not over the same questions.
    """
    apart = sorted(ours.keys() ^ theirs.keys())
    if apart:
        raise ValueError(f"only one run has {apart[:5]!r}; compare runs over the same questions")
    reasons: Counter[str] = Counter()
    pairs: list[tuple[float, float]] = []
    for case in sorted(ours):
        mine, other = ours[case], theirs[case]
        if isinstance(mine, Unscored) or isinstance(other, Unscored):
            reasons[next(e.reason for e in (mine, other) if isinstance(e, Unscored))] += 1
        else:
            pairs.append((mine, other))
    if not pairs:
        return Unscored(reason="no question has a score in both runs")
    return _compared(pairs, dict(reasons))


def mcnemar(wins: int, losses: int) -> float:
    """Return the exact two-sided p of `wins` against `losses` among questions that differ.

    McNemar 1947 (https://doi.org/10.1007/BF02295996), by the binomial distribution; 1 if none do.
    """
    differ = wins + losses
    tail = sum(comb(differ, at) for at in range(min(wins, losses) + 1))
    return min(1.0, 2 * tail / 2**differ)


def randomised(differences: Sequence[float]) -> float:
    """Return the two-sided p of a mean difference, by turning the signs of differences.

    Fisher's randomisation test, as Smucker et al. 2007 (https://doi.org/10.1145/1321440.1321528)
    have it for information retrieval: exact for up to 12 differences other than 0, else of
    10,000 draws that are the same every time, the one that was seen counted among them.
    """
    values = np.array([each for each in differences if each], dtype=np.float64)
    seen = abs(values.sum()) - _CLOSE * np.abs(values).sum()
    if len(values) <= _ENUMERABLE:
        every = [*product((-1.0, 1.0), repeat=len(values))]
        signs = np.array(every, dtype=np.float64).reshape(len(every), len(values))
        return int(np.count_nonzero(np.abs(signs @ values) >= seen)) / len(signs)
    chance = np.random.default_rng(_SEED)
    rows = max(1, _AT_ONCE // len(values))
    extreme = 0
    for done in range(0, _SHUFFLES, rows):
        size = (min(rows, _SHUFFLES - done), len(values))
        sums = (2.0 * chance.integers(2, size=size) - 1) @ values
        extreme += int(np.count_nonzero(np.abs(sums) >= seen))
    return (extreme + 1) / (_SHUFFLES + 1)


def holm(p: Mapping[str, float]) -> dict[str, float]:
    """Return the p of several tests, by their names, adjusted for how many there are.

    Holm 1979 (https://www.jstor.org/stable/4615733): where those below .05 are taken for real, the
    chance that any of them is not stays below .05.
    """
    adjusted: dict[str, float] = {}
    least = 0.0
    for rank, name in enumerate(sorted(p, key=lambda name: (p[name], name))):
        least = max(least, min(1.0, (len(p) - rank) * p[name]))
        adjusted[name] = least
    return {name: adjusted[name] for name in p}


def _compared(pairs: Sequence[tuple[float, float]], reasons: Mapping[str, int]) -> Paired:
    differences = [mine - other for mine, other in pairs]
    wins, losses = sum(each > 0 for each in differences), sum(each < 0 for each in differences)
    binary = {score for pair in pairs for score in pair} <= {0.0, 1.0}
    low, high = bootstrap_interval(differences) if len(pairs) > 1 else (None, None)
    return Paired(
        difference=fsum(differences) / len(pairs),
        low=low,
        high=high,
        p=mcnemar(wins, losses) if binary else randomised(differences),
        test="mcnemar" if binary else "randomisation",
        wins=wins,
        losses=losses,
        n=len(pairs),
        unscored=reasons,
    )
