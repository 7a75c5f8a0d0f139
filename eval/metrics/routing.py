"""Whether questions took the right way: shares, accuracy, what it took, what escalating brought."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import fsum
from typing import TYPE_CHECKING

from eval.metrics.interval import ratio_interval
from eval.metrics.mean import mean_of
from eval.metrics.paired import paired
from eval.metrics.scores import Unscored
from eval.metrics.spending import spending_scores

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.answers import Answer
    from eval.metrics.mean import Mean
    from eval.metrics.paired import Paired
    from eval.metrics.scores import CaseId, Score

NO_ROUTE = "(no result)"
NOT_SHARED = Unscored(reason="it is known of no question in both runs")
NOTHING_SPENT = Unscored(reason="the other run took nothing")
_PASSAGES = "retrieval"


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """A question by the way it took."""

    route: str
    """The strategy that answered; `NO_ROUTE` without a result."""
    escalated: bool
    """Whether another strategy was tried before."""
    score: Score
    """How right the answer is."""
    tokens: Score
    cost_usd: Score

    @classmethod
    def of(cls, answer: Answer | None, score: Score) -> Routed:
        """Return how a question was routed whose answer scores so; `None`: no result."""
        spent = spending_scores(answer)
        return cls(
            route=answer.route.strategy if answer else NO_ROUTE,
            escalated=answer is not None and answer.route.escalated_from is not None,
            score=score,
            tokens=spent["total_tokens"],
            cost_usd=spent["cost_usd"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteMeans:
    """The questions that took one route."""

    share: Mean | Unscored
    """Of all questions."""
    score: Mean | Unscored
    tokens: Mean | Unscored
    cost_usd: Mean | Unscored


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """What was taken as a share of what another run took, over the questions known of both."""

    value: float
    low: float | None
    """The lower end of its 95 % bootstrap interval; `None` of one question, or if one took 0."""
    high: float | None
    n: int
    unscored: Mapping[str, int] = field(default_factory=dict[str, int])
    """Questions of which it is not known in one of the runs, by the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """Routing against answering every question one way."""

    score: Paired | Unscored
    """Positive: routing is better."""
    tokens: Ratio | Unscored
    """What routing took, as a share of what the other took."""
    cost_usd: Ratio | Unscored


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalations:
    """What became of the questions for which passages were not taken to be enough."""

    helped: int
    """Escalating scored higher than passages alone."""
    made_no_difference: int
    hurt: int
    missed: int
    """Not escalated, though long context scored higher."""
    unscored: Mapping[str, int] = field(default_factory=dict[str, int])
    """Escalated, but not to be compared, by the reason."""


def by_route(routed: Mapping[CaseId, Routed]) -> dict[str, RouteMeans]:
    """Return share, accuracy and spending of every route, by its name."""
    every = [routed[case] for case in sorted(routed)]
    return {
        route: RouteMeans(
            share=mean_of(float(each.route == route) for each in every),
            score=mean_of(each.score for each in every if each.route == route),
            tokens=mean_of((each.tokens for each in every if each.route == route), shares=False),
            cost_usd=mean_of(
                (each.cost_usd for each in every if each.route == route), shares=False
            ),
        )
        for route in sorted({each.route for each in every})
    }


def against(routed: Mapping[CaseId, Routed], always: Mapping[CaseId, Routed]) -> Against:
    """Return routing against a run of the same questions that `always` takes one way.

    As Self-Route is measured (Li et al. 2024, https://aclanthology.org/2024.emnlp-industry.66):
    its score, and its tokens as a share of always-long. Raises `ValueError` as `paired` does.
    """
    return Against(
        score=paired(
            {case: each.score for case, each in routed.items()},
            {case: each.score for case, each in always.items()},
        ),
        tokens=_ratio([(each.tokens, always[case].tokens) for case, each in routed.items()]),
        cost_usd=_ratio([(each.cost_usd, always[case].cost_usd) for case, each in routed.items()]),
    )


def escalations(
    routed: Mapping[CaseId, Routed],
    *,
    retrieval: Mapping[CaseId, Routed],
    long_context: Mapping[CaseId, Routed],
) -> Escalations:
    """Return what escalating brought, by runs of the same questions that always go one way.

    An escalation helped if its answer scores higher than that of `retrieval`; one was missed
    where a question was answered from passages and `long_context` scores higher.

    Raises:
        ValueError: the runs are not over the same questions.
    """
    apart = sorted((routed.keys() ^ retrieval.keys()) | (routed.keys() ^ long_context.keys()))
    if apart:
        raise ValueError(f"not in every run: {apart[:5]!r}; compare runs over the same questions")
    gains = [_gain(each, retrieval[c]) for c, each in routed.items() if each.escalated]
    stayed = [c for c, each in routed.items() if each.route == _PASSAGES and not each.escalated]
    counts = Counter(gain for gain in gains if not isinstance(gain, Unscored))
    return Escalations(
        helped=counts["better"],
        made_no_difference=counts["same"],
        hurt=counts["worse"],
        missed=sum(_gain(long_context[case], routed[case]) == "better" for case in stayed),
        unscored=dict(Counter(gain.reason for gain in gains if isinstance(gain, Unscored))),
    )


def _gain(one: Routed, other: Routed) -> str | Unscored:
    if isinstance(one.score, Unscored):
        return one.score
    if isinstance(other.score, Unscored):
        return other.score
    if one.score == other.score:
        return "same"
    return "better" if one.score > other.score else "worse"


def _ratio(pairs: Sequence[tuple[Score, Score]]) -> Ratio | Unscored:
    ones: list[float] = []
    others: list[float] = []
    reasons: Counter[str] = Counter()
    for one, other in pairs:
        if isinstance(one, Unscored):
            reasons[one.reason] += 1
        elif isinstance(other, Unscored):
            reasons[other.reason] += 1
        else:
            ones.append(one)
            others.append(other)
    if not fsum(others):
        return NOTHING_SPENT if others else NOT_SHARED
    known = len(others) > 1 and min(others) > 0
    low, high = ratio_interval(ones, others) if known else (None, None)
    value = fsum(ones) / fsum(others)
    return Ratio(value=value, low=low, high=high, n=len(ones), unscored=dict(reasons))
