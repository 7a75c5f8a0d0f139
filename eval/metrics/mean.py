"""The mean of what questions score, with its interval and what could not be scored."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import fsum
from typing import TYPE_CHECKING

from eval.metrics.catalog import is_share
from eval.metrics.interval import bootstrap_interval, wilson_interval
from eval.metrics.scores import Unscored

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from eval.metrics.scores import CaseId, Rows, Score

_UNDEFINED = "no question has a score"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean:
    """A mean over questions, ready to be printed."""

    value: float
    low: float | None
    """The lower end of the 95 % interval: Wilson's of yes and no, else by bootstrap. `None`: of one
    score that is neither 0 nor 1 nothing can be said."""
    high: float | None
    n: int
    """Questions that have a score; those that failed are among them, with 0."""
    unscored: Mapping[str, int] = field(default_factory=dict[str, int])
    """How many have none, by the reason."""

    @property
    def questions(self) -> int:
        """How many questions there are, with a score or without."""
        return self.n + sum(self.unscored.values())


def mean_of(scores: Iterable[Score], *, shares: bool = True) -> Mean | Unscored:
    """Return the mean of what has a score; `Unscored`, with its reasons, if nothing has.

    Args:
        scores: of all questions.
        shares: whether a score is a share, so that 0 and 1 are no and yes.
    """
    values: list[float] = []
    reasons: Counter[str] = Counter()
    for score in scores:
        if isinstance(score, Unscored):
            reasons[score.reason] += 1
        else:
            values.append(score)
    if not values:
        told = "; ".join(f"{reason}: {count}" for reason, count in sorted(reasons.items()))
        return Unscored(reason=f"{_UNDEFINED} ({told})" if told else _UNDEFINED)
    low, high = _interval(values, shares=shares)
    mean = fsum(values) / len(values)
    return Mean(value=mean, low=low, high=high, n=len(values), unscored=dict(reasons))


def means(rows: Rows, cases: Collection[CaseId]) -> dict[str, Mean | Unscored]:
    """Return the mean of every score over `cases`, by the name of the score.

    Raises:
        ValueError: a case has no row, or a row lacks a score that another has. What failed is to
            have a row too: the functions that make rows take `None` for a result that is missing.
    """
    missing = sorted(case for case in cases if case not in rows)
    if missing:
        raise ValueError(f"no row for {missing[:5]!r}; score a question without a result as well")
    names = list(dict.fromkeys(name for case in cases for name in rows[case]))
    for case in cases:
        lacking = [name for name in names if name not in rows[case]]
        if lacking:
            raise ValueError(f"{case!r} has no {lacking[:5]!r}; give `Unscored` with the reason")
    return {
        name: mean_of((rows[case][name] for case in cases), shares=is_share(name)) for name in names
    }


def _interval(values: list[float], *, shares: bool) -> tuple[float, float] | tuple[None, None]:
    if shares and all(value in {0.0, 1.0} for value in values):
        return wilson_interval(int(fsum(values)), len(values))
    return bootstrap_interval(values) if len(values) > 1 else (None, None)
