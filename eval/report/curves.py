"""What the plots of a report show, as numbers."""

from __future__ import annotations

import math
from collections import Counter
from math import fsum
from typing import TYPE_CHECKING

from eval.metrics.abstention import Answered, risk_coverage
from eval.metrics.scores import Unscored
from eval.report.figures import figure_of, spread_of
from eval.report.numbers import (
    Bar,
    CalibrationBin,
    CalibrationCurve,
    LatencyCurve,
    RiskCurve,
    RiskPoint,
)
from eval.report.values import RouteRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eval.metrics.scores import Score
    from eval.report.table import Table

_BINS = 10
_POINTS = 200
_PER_DECADE = 8
"""Bars of a histogram from 1 to 10."""
_NO_ROUTE = "(no result)"


def calibration_of(table: Table, headline: str) -> CalibrationCurve | None:
    """Return how right answers are by how sure they are; `None` if no answer has both."""
    answered = _graded(table, headline)
    if not answered:
        return None
    binned: dict[int, list[Answered]] = {}
    for each in answered:
        place = min(_BINS - 1, max(0, int(each.confidence * _BINS)))
        binned.setdefault(place, []).append(each)
    bins = tuple(_bin(place, binned[place]) for place in sorted(binned))
    gaps = [(each.confidence - (each.score.value or 0.0), each.score.n) for each in bins]
    return CalibrationCurve(
        bins=bins,
        error=fsum(abs(gap) * n for gap, n in gaps) / len(answered),
        bias=fsum(gap * n for gap, n in gaps) / len(answered),
        n=len(answered),
    )


def risk_of(table: Table, headline: str) -> RiskCurve | None:
    """Return the risk-coverage curve; `None` if no answer has a confidence and a score.

    Questions without a score of the headline are left out of both risk and coverage.
    """
    graded = _graded(table, headline)
    questions = max(table.scored(headline), len(graded)) if graded else 0
    curve = risk_coverage(graded, questions=questions)
    if isinstance(curve, Unscored):
        return None
    points = curve.points
    every = range(len(points))
    if len(points) > _POINTS:
        every = sorted({round(i * (len(points) - 1) / (_POINTS - 1)) for i in range(_POINTS)})
    return RiskCurve(
        points=tuple(
            RiskPoint(
                coverage=points[at].coverage, risk=points[at].risk, threshold=points[at].threshold
            )
            for at in every
        ),
        area=curve.area,
        ideal_area=curve.ideal_area,
    )


def latency_of(table: Table) -> LatencyCurve | None:
    """Return how long questions took; `None` if it is known of none."""
    scores = table.columns.get("latency_ms", [])
    spread = spread_of(scores)
    if spread is None:
        return None
    counts = Counter(_decade(s) for s in scores if not isinstance(s, Unscored))
    return LatencyCurve(
        bars=tuple(
            Bar(low=_edge(place), high=_edge(place + 1), count=counts[place])
            for place in range(min(counts), max(counts) + 1)
        ),
        spread=spread,
    )


def route_rows(table: Table, headline: str) -> tuple[RouteRow, ...]:
    """Return share, rightness and spending of every route, the most used first."""
    routes = [each.route or _NO_ROUTE for each in table.taken]
    order = sorted(Counter(routes).items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(_route(table, route, routes, headline) for route, _ in order)


def _route(table: Table, route: str, routes: Sequence[str], headline: str) -> RouteRow:
    within = [row for row, each in enumerate(routes) if each == route]

    def scores(name: str) -> list[Score]:
        return table.scores(name, within) if name in table.columns else []

    return RouteRow(
        route=route,
        escalated=sum(table.taken[row].escalated for row in within),
        share=figure_of(float(each == route) for each in routes),
        score=figure_of(scores(headline)),
        tokens=figure_of(scores("total_tokens"), shares=False),
        cost_usd=figure_of(scores("cost_usd"), shares=False),
        latency_ms=figure_of(scores("latency_ms"), shares=False),
        latencies=spread_of(scores("latency_ms")),
    )


def _graded(table: Table, headline: str) -> list[Answered]:
    """Return the answers of which both is known, how sure and how right they are."""
    scores = table.columns.get(headline, [])
    return [
        Answered(confidence=each.confidence, loss=1.0 - score)
        for each, score in zip(table.taken, scores, strict=bool(scores))
        if each.outcome == "answered"
        and each.confidence is not None
        and not isinstance(score, Unscored)
    ]


def _bin(place: int, answered: Sequence[Answered]) -> CalibrationBin:
    return CalibrationBin(
        low=place / _BINS,
        high=(place + 1) / _BINS,
        confidence=fsum(each.confidence for each in answered) / len(answered),
        score=figure_of(1.0 - each.loss for each in answered),
    )


def _decade(value: float) -> int:
    return math.floor(math.log10(max(value, 1.0)) * _PER_DECADE)


def _edge(place: int) -> float:
    return 10 ** (place / _PER_DECADE)
