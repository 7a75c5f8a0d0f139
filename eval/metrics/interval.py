"""How far a mean over questions can be trusted."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_SAMPLES = 2_000
_SEED = 20_240_229
_AT_ONCE = 200_000
"""Numbers that are drawn at once, at most: it bounds the memory, not what is drawn."""
_Z = NormalDist().inv_cdf(0.975)


def bootstrap_interval(scores: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % interval of the mean of `scores`, by resampling questions.

    The percentile method (Efron 1979, https://doi.org/10.1214/aos/1176344552). The same scores in
    the same order give the same interval. Raises `ValueError` without scores.
    """
    if not scores:
        raise ValueError("a mean of nothing has no interval; give at least one score")
    return _ends(_resampled(np.asarray(scores, dtype=np.float64)[:, None])[:, 0])


def ratio_interval(ones: Sequence[float], others: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % interval of the sum of `ones` over that of `others`, question by question.

    By bootstrap, as `bootstrap_interval`.

    Raises:
        ValueError: there are none, they are not as many, or one of `others` is not above 0.
    """
    if not ones or len(ones) != len(others) or min(others) <= 0:
        raise ValueError("a ratio needs as many scores of both, and those below it above 0")
    means = _resampled(np.column_stack((ones, others)).astype(np.float64))
    return _ends(means[:, 0] / means[:, 1])


def wilson_interval(successes: int, trials: int) -> tuple[float, float]:
    """Return the 95 % interval of a share of yes or no.

    Wilson's score interval (1927, https://doi.org/10.1080/01621459.1927.10502953): it stays within
    0 and 1, and is honest where all or none succeed. Raises `ValueError` without trials.
    """
    if not 0 <= successes <= trials or not trials:
        raise ValueError(
            f"{successes!r} of {trials!r} is no share; give 0 ≤ successes ≤ trials > 0"
        )
    share, spread = successes / trials, _Z**2 / trials
    middle = (share + spread / 2) / (1 + spread)
    half = math.sqrt(spread * (share * (1 - share) + spread / 4)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def _resampled(columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the means of the columns of one sample of the rows after another, a row each."""
    count = len(columns)
    chance = np.random.default_rng(_SEED)
    at_once = max(1, _AT_ONCE // count)
    drawn = (
        chance.integers(count, size=(min(at_once, _SAMPLES - done), count))
        for done in range(0, _SAMPLES, at_once)
    )
    return np.concatenate([columns[each].mean(axis=1) for each in drawn])


def _ends(means: NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)
