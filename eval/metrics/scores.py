"""What a question scores: a row of named scores, some of which may be undefined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NewType, TypeAlias

CaseId = NewType("CaseId", str)
"""Names one question of a suite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unscored:
    """A score that is undefined; it is counted beside the mean, never dropped."""

    reason: str
    """Of a question one of a few, so that they can be counted."""


Score: TypeAlias = float | Unscored
Scores: TypeAlias = Mapping[str, Score]
"""The scores of one question by the names of `catalog.METRICS`, such as `recall@5`."""
Rows: TypeAlias = Mapping[CaseId, Scores]
"""One row for each question of a suite; all rows have the same scores."""

NO_RESULT = Unscored(reason="no result")
ABSTAINED = Unscored(reason="abstained")
UNANSWERABLE = Unscored(reason="the question has no answer")
NOT_JUDGED = Unscored(reason="not judged")


def column(rows: Rows, name: str) -> dict[CaseId, Score]:
    """Return one score of every question; raises `KeyError` where a row lacks it."""
    return {case: row[name] for case, row in rows.items()}


def harmonic(one: Score, other: Score) -> Score:
    """Return the harmonic mean (F1) of two scores: 0 if both are, unscored if one is."""
    if isinstance(one, Unscored):
        return one
    if isinstance(other, Unscored):
        return other
    return 2 * one * other / (one + other) if one + other else 0.0
