"""Means with their intervals, as a report shows them."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from eval.metrics.catalog import METRICS, metric_of
from eval.metrics.mean import mean_of
from eval.metrics.power import detectable_unpaired
from eval.metrics.scores import Unscored
from eval.metrics.spending import percentiles_of
from eval.report.numbers import Figure, Spread
from eval.report.values import MetricRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from eval.metrics.catalog import Metric
    from eval.metrics.mean import Mean
    from eval.metrics.scores import CaseId, Score
    from eval.report.table import Table
    from eval.report.values import Change
    from eval.runner.cases import JudgeInfo

_ORDER = {metric.name: place for place, metric in enumerate(METRICS)}
_RIGHT = ("judged_correct", "containment", "token_f1", "exact_match", "numeric_match")
_AT_LENGTH = ("judged_correct", "token_f1", "containment", "exact_match", "numeric_match")
"""Where right answers are whole sentences, which another wording of the same never contains."""
_SENTENCE = 8
"""Words of a right answer above which it is one."""
_SUPPORTED = ("judged_citation_recall", "citation_recall", "support_recall")
_NEARLY_ALL = 0.9
_KEY = (
    ("recall",),
    ("page_recall", "document_recall"),
    ("judged_citation_recall", "citation_recall", "support_recall"),
    ("judged_citation_precision", "citation_precision", "support_precision"),
    ("cited_page_accuracy", "cited_span_recall"),
    ("answered_rate",),
    ("abstention_recall",),
    ("latency_ms",),
)
"""What slices are shown for, beside what says that an answer is right: of each the first known."""
_CUTOFF = 5
"""Of a metric at several cutoffs the one nearest to it stands for all."""


def figure_of(scores: Iterable[Score], *, shares: bool = True) -> Figure:
    """Return the mean of `scores`, as `mean_of` has it."""
    return figure(mean_of(scores, shares=shares))


def figure(mean: Mean | Unscored) -> Figure:
    """Return a mean as a report shows it."""
    if isinstance(mean, Unscored):
        return Figure(why=mean.reason)
    return Figure(
        value=mean.value, low=mean.low, high=mean.high, n=mean.n, unscored=dict(mean.unscored)
    )


def spread_of(scores: Iterable[Score]) -> Spread | None:
    """Return the percentiles of what has a score; `None` if nothing has."""
    found = percentiles_of(scores)
    if isinstance(found, Unscored):
        return None
    return Spread(
        p50=found.p50, p90=found.p90, p95=found.p95, p99=found.p99, most=found.most, n=found.n
    )


def metric_rows(
    table: Table, judges: Iterable[JudgeInfo], changes: Mapping[str, Change]
) -> tuple[MetricRow, ...]:
    """Return every metric of a run in the order of the catalogue, and how it has changed."""
    judged = {metric: judge for judge in judges for metric in judge.metrics}
    names = sorted(table.columns, key=_place)
    return tuple(
        _row(metric_of(name), name, table, judge=judged.get(name), change=changes.get(name))
        for name in names
    )


def headline_of(table: Table) -> str:
    """Return the metric that says whether an answer is right; empty if none does.

    A judge's if it has graded nearly all that can be graded; else by the words, where most right
    answers are sentences by those in common. Where a suite says nothing of what is right: whether
    claims are supported.
    """
    known = {name: table.scored(name) for name in _RIGHT}
    enough = _NEARLY_ALL * max(known.values())
    if enough:
        lengths = [each.gold_words for each in table.taken if each.gold_words is not None]
        order = _AT_LENGTH if lengths and median(lengths) > _SENTENCE else _RIGHT
        return next(name for name in order if known[name] >= enough)
    return next((name for name in _SUPPORTED if table.scored(name)), "")


def right_in_both(ours: Table, theirs: Table, cases: Sequence[CaseId]) -> str:
    """Return the metric that tells right from wrong in both runs; empty if none does.

    The headline of ours or of theirs if both have nearly all its scores that any metric has.
    """
    preferred = (headline_of(ours), headline_of(theirs), *_RIGHT)
    for group in (preferred, _SUPPORTED):
        names = [name for name in group if name in ours.columns and name in theirs.columns]
        known = {name: _shared_scores(name, ours, theirs, cases) for name in names}
        enough = _NEARLY_ALL * max(known.values(), default=0)
        if enough:
            return next(name for name in names if known[name] >= enough)
    return ""


def key_metrics_of(table: Table, headline: str) -> tuple[str, ...]:
    """Return the metrics that slices are shown for, the headline first."""
    found = [headline] if headline else []
    for group in _KEY:
        names = (_at_cutoff(table, base) for base in group)
        first = next((name for name in names if name and table.scored(name)), None)
        if first and first not in found:
            found.append(first)
    return tuple(found)


def label(name: str) -> str:
    """Return the name of a score as it is read: `citation recall`."""
    base, at, cutoff = name.partition("@")
    return _SPELT.get(base, base.replace("_", " ")) + at + cutoff


_SPELT = {
    "mrr": "MRR",
    "ndcg": "nDCG",
    "token_iou": "token IoU",
    "token_f1": "token F1",
    "citation_f1": "citation F1",
    "cited_span_iou": "cited span IoU",
    "cost_usd": "cost",
    "latency_ms": "latency",
}


def _shared_scores(name: str, ours: Table, theirs: Table, cases: Sequence[CaseId]) -> int:
    pairs = zip(
        ours.by_case(name, cases).values(), theirs.by_case(name, cases).values(), strict=True
    )
    return sum(not any(isinstance(each, Unscored) for each in pair) for pair in pairs)


def _at_cutoff(table: Table, base: str) -> str | None:
    names = [name for name in table.columns if name.partition("@")[0] == base]
    return min(names, key=lambda name: (abs(_cutoff(name) - _CUTOFF), name), default=None)


def _cutoff(name: str) -> int:
    return int(name.partition("@")[2] or 0)


def _place(name: str) -> tuple[int, int]:
    return _ORDER[name.partition("@")[0]], _cutoff(name)


def _row(
    metric: Metric, name: str, table: Table, *, judge: JudgeInfo | None, change: Change | None
) -> MetricRow:
    column = table.columns[name]
    values = [each for each in column if not isinstance(each, Unscored)]
    least = detectable_unpaired(values, others=max(1, len(values)))
    return MetricRow(
        name=name,
        family=metric.family,
        what=metric.what,
        better=metric.better,
        unit=metric.unit,
        figure=figure_of(column, shares=metric.unit == "share"),
        detectable=None if isinstance(least, Unscored) else _possible(least, metric),
        judge=judge.name if judge else "",
        calibrated=judge is None or bool(judge.calibrations),
        change=change,
    )


def _possible(difference: float, metric: Metric) -> float:
    return min(1.0, difference) if metric.unit == "share" else difference
