"""How small a difference a suite of a given size can show."""

from __future__ import annotations

import math
from statistics import NormalDist, stdev
from typing import TYPE_CHECKING

from eval.metrics.scores import Unscored

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eval.metrics.scores import Score

POWER = 0.8
ALPHA = 0.05
NO_SPREAD = Unscored(reason="the scores have no spread")
TOO_FEW = Unscored(reason="fewer than two questions")


def detectable_paired(
    differences: Sequence[float], *, power: float = POWER, alpha: float = ALPHA
) -> Score:
    """Return the least mean difference that two runs over the same questions are likely to show.

    (z(1−α/2) + z(power)) · s / √n, with s the standard deviation of the differences that were
    seen (Cohen 1988; Card et al. 2020 for evaluations,
    https://aclanthology.org/2020.emnlp-main.745). Two-sided. Without spread nothing is known.
    """
    return _detectable(differences, 1 / max(1, len(differences)), power=power, alpha=alpha)


def detectable_unpaired(
    scores: Sequence[float], *, others: int, power: float = POWER, alpha: float = ALPHA
) -> Score:
    """Return the same for a second run over `others` different questions of the same spread.

    (z(1−α/2) + z(power)) · s · √(1/n + 1/m). Raises `ValueError` if `others` is below 1.
    """
    if others < 1:
        raise ValueError(f"{others!r} other questions show nothing; give 1 or more")
    share = 1 / max(1, len(scores)) + 1 / others
    return _detectable(scores, share, power=power, alpha=alpha)


def questions_needed(
    difference: float, spread: float, *, power: float = POWER, alpha: float = ALPHA
) -> int:
    """Return how many questions show a mean `difference` of two runs over them.

    Args:
        difference: what is to be shown, in the unit of the scores.
        spread: the standard deviation of the differences.
        power: how likely it is shown if it is real.
        alpha: how likely it is shown if it is not.

    Raises:
        ValueError: `difference` or `spread` is not above 0.
    """
    if difference <= 0 or spread <= 0:
        raise ValueError(f"no suite shows {difference!r} of a spread of {spread!r}; give both > 0")
    return math.ceil((_factor(power, alpha) * spread / difference) ** 2)


def _detectable(scores: Sequence[float], share: float, *, power: float, alpha: float) -> Score:
    if len(scores) < 2:
        return TOO_FEW
    spread = stdev(scores)
    return _factor(power, alpha) * spread * math.sqrt(share) if spread else NO_SPREAD


def _factor(power: float, alpha: float) -> float:
    normal = NormalDist()
    return normal.inv_cdf(1 - alpha / 2) + normal.inv_cdf(power)
