"""What an answer took: tokens, money, time."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from eval.metrics.scores import NO_RESULT, Unscored

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from core.answers import Answer
    from eval.metrics.scores import Score

NO_PRICE = Unscored(reason="a price is unknown")
_NAMES = (
    "prompt_tokens",
    "completion_tokens",
    "reasoning_tokens",
    "total_tokens",
    "calls",
    "cost_usd",
    "latency_ms",
)


def spending_scores(answer: Answer | None) -> dict[str, Score]:
    """Return what an answer took, in tokens, calls, US dollars and milliseconds.

    Reasoning tokens are among the completion tokens. What a question without a result took is not
    known.
    """
    if answer is None:
        return dict.fromkeys(_NAMES, NO_RESULT)
    used = answer.usage
    return {
        "prompt_tokens": float(used.prompt_tokens),
        "completion_tokens": float(used.completion_tokens),
        "reasoning_tokens": float(used.reasoning_tokens),
        "total_tokens": float(used.prompt_tokens + used.completion_tokens),
        "calls": float(used.calls),
        "cost_usd": NO_PRICE if used.cost_usd is None else used.cost_usd,
        "latency_ms": answer.timings_ms.total,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Percentiles:
    """How scores are spread, in their unit."""

    p50: float
    p90: float
    p95: float
    p99: float
    most: float
    n: int
    unscored: Mapping[str, int] = field(default_factory=dict[str, int])
    """How many have no score, by the reason."""


def percentiles_of(scores: Iterable[Score]) -> Percentiles | Unscored:
    """Return the percentiles of what has a score; `Unscored` if nothing has."""
    values: list[float] = []
    reasons: dict[str, int] = {}
    for score in scores:
        if isinstance(score, Unscored):
            reasons[score.reason] = reasons.get(score.reason, 0) + 1
        else:
            values.append(score)
    if not values:
        return Unscored(reason="no question has a score")
    values.sort()
    return Percentiles(
        p50=percentile(values, 0.50),
        p90=percentile(values, 0.90),
        p95=percentile(values, 0.95),
        p99=percentile(values, 0.99),
        most=values[-1],
        n=len(values),
        unscored=reasons,
    )


def percentile(ascending: Sequence[float], share: float) -> float:
    """Return what `share` of the values are at or below, between two of them in proportion.

    Hyndman and Fan's 7th definition (1996, https://doi.org/10.1080/00031305.1996.10473566),
    numpy's default.

    Raises:
        ValueError: there are no values, or `share` is not within 0 and 1.
    """
    if not ascending or not 0 <= share <= 1:
        raise ValueError(f"no percentile {share!r} of {len(ascending)!r} values; give some, 0 to 1")
    at = share * (len(ascending) - 1)
    low, high = math.floor(at), math.ceil(at)
    return ascending[low] + (at - low) * (ascending[high] - ascending[low])
