"""The questions that went wrong, the worst first, and why."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from eval.metrics.catalog import metric_of
from eval.metrics.scores import Unscored
from eval.report.figures import label
from eval.report.values import WorstCase

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from eval.metrics.scores import Score, Scores
    from eval.report.table import Table, Taken

MOST = 10
RIGHT = 0.5
"""A score from which an answer counts as right."""
_SHORTFALLS = (
    "fabricated_quote_rate",
    "unsupported_rate",
    "misattribution_rate",
    "uncited_rate",
)
"""Rates of faults: any of them is one."""
_BOUNDED = frozenset(
    {"precision", "token_precision", "token_iou", "cited_span_precision", "cited_span_iou"}
)
"""With less gold than is found or cited they are low, however good that is."""
_NAMED = 4
"""Metrics that are named of one case."""


def can_fail(name: str) -> bool:
    """Tell whether a low score of a metric is a fault: not of those that no ranking could raise."""
    metric = metric_of(name)
    return metric.unit == "share" and metric.name not in _BOUNDED


def fails(name: str, score: Score) -> bool:
    """Tell whether a question fails a metric: a share below ½, or any of a fault."""
    if isinstance(score, Unscored) or not can_fail(name):
        return False
    return score < RIGHT if metric_of(name).better == "higher" else score > 0


def badness(each: Taken, scores: Scores, names: Sequence[str]) -> float:
    """Return how bad a question ended: 0, all is well, to 2.

    The mean shortfall in what `names` measure of it and in faults; 1 more where there is no result
    or where it was answered though nothing is, or declined though something is. Among equals the
    surer answer is worse.
    """
    known = [name for name in _known(scores, names) if metric_of(name).unit == "share"]
    return (
        float(bool(_misjudged(each)))
        + _shortfall((name, scores[name]) for name in known)
        + (each.confidence or 0.0) / 1000
    )


def worst_cases(table: Table, names: Sequence[str], most: int = MOST) -> tuple[WorstCase, ...]:
    """Return the worst questions, without those of which nothing is wrong."""
    bad = [badness(each, table.row(place), names) for place, each in enumerate(table.taken)]
    order = sorted(range(len(bad)), key=lambda place: (-bad[place], place))
    wrong = (
        WorstCase(id=table.taken[place].id, question=table.taken[place].question, why=why)
        for place in order
        if (why := _why(table.taken[place], table.row(place), names))
    )
    return tuple(islice(wrong, most))


def _misjudged(each: Taken) -> str:
    """Return what is wrong with how a question ended; empty if nothing is."""
    if each.outcome == "failed":
        return f"no result: {each.error}" if each.error else "no result"
    if each.outcome == "answered" and each.answerable is False:
        return "answered, though there is no answer"
    if each.outcome == "abstained" and each.answerable is True:
        return "declined, though there is an answer"
    return ""


def _shortfall(scores: Iterable[tuple[str, Score]]) -> float:
    lacking = [
        1.0 - score if metric_of(name).better == "higher" else score
        for name, score in scores
        if not isinstance(score, Unscored)
    ]
    return sum(lacking) / len(lacking) if lacking else 0.0


def _why(each: Taken, scores: Scores, names: Sequence[str]) -> str:
    said = _misjudged(each)
    if each.outcome == "failed":
        return said
    implied = {"abstention", "answers"} if said else {"abstention"}
    failing = [
        f"{label(name)} {100 * score:.0f} %"
        for name in _known(scores, names)
        if metric_of(name).family not in implied
        and not isinstance(score := scores[name], Unscored)
        and fails(name, score)
    ]
    return ", ".join([*([said] if said else []), *failing[:_NAMED]])


def _known(scores: Scores, names: Sequence[str]) -> list[str]:
    return [name for name in dict.fromkeys((*names, *_SHORTFALLS)) if name in scores]
