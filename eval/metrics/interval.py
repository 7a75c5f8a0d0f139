"""How far a mean over questions can be trusted."""

from __future__ import annotations

import random
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_SAMPLES = 1_000
_SEED = 20_240_229


def bootstrap_interval(scores: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % interval of the mean of `scores`, by resampling questions.

    The same scores give the same interval. Raises `ValueError` without scores.
    """
    if not scores:
        raise ValueError("a mean of nothing has no interval")
    chance = random.Random(_SEED)  # noqa: S311 - statistics, no secret
    means = sorted(fmean(chance.choices(scores, k=len(scores))) for _ in range(_SAMPLES))
    return means[round(0.025 * (_SAMPLES - 1))], means[round(0.975 * (_SAMPLES - 1))]
