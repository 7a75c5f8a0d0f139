"""A run read once: what became of every question, and its scores by the metric."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from eval.metrics.scores import CaseId, Score, Unscored

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.answers import Answer
    from eval.metrics.slices import Facets
    from eval.report.values import Outcome
    from eval.runner.cases import Run, ScoredCase


_COMMON = {0.0: 0.0, 0.5: 0.5, 1.0: 1.0}
"""Most scores are one of these: each is then kept once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of one question."""

    id: CaseId
    question: str
    outcome: Outcome
    route: str
    """The strategy; empty without a result."""
    escalated: bool
    confidence: float | None
    answerable: bool | None
    """`None`: the suite does not say."""
    error: str
    facets: Facets
    gold_words: int | None
    """How long the shortest answer is that would be right; `None`: the suite gives none."""


@dataclass(slots=True, kw_only=True)
class Table:
    """The questions of a run in its order, and a column for each metric in the same order."""

    taken: list[Taken] = field(default_factory=list[Taken])
    columns: dict[str, list[Score]] = field(default_factory=dict[str, list[Score]])
    _reasons: dict[str, Unscored] = field(default_factory=dict[str, Unscored])

    def add(self, case: ScoredCase, *, answer: Answer | None) -> None:
        """Put one question at the end; it has the scores that the others have."""
        self.taken.append(taken_of(case, answer))
        for name, score in case.scores.items():
            self.columns.setdefault(name, []).append(self._shared(score))

    def scores(self, name: str, rows: Iterable[int]) -> list[Score]:
        """Return one metric of some questions, by their places."""
        column = self.columns[name]
        return [column[row] for row in rows]

    def by_case(self, name: str, cases: Sequence[CaseId]) -> dict[CaseId, Score]:
        """Return one metric of some questions, by their names."""
        column = dict(zip((each.id for each in self.taken), self.columns[name], strict=True))
        return {case: column[case] for case in cases}

    def row(self, place: int) -> dict[str, Score]:
        """Return all scores of one question."""
        return {name: column[place] for name, column in self.columns.items()}

    def scored(self, name: str) -> int:
        """Return how many questions have a score of a metric; 0 if none is known of it."""
        return sum(not isinstance(each, Unscored) for each in self.columns.get(name, ()))

    def _shared(self, score: Score) -> Score:
        """Return `score`, the same object for the same reason and for a common number."""
        if isinstance(score, Unscored):
            return self._reasons.setdefault(score.reason, score)
        return _COMMON.get(score, score)


def read_table(run: Run) -> Table:
    """Return all questions of `run`; of the answers only what is counted is kept."""
    table = Table()
    for case in run.cases():
        table.add(case, answer=run.outcome(case.id).answer)
    return table


def outcome_of(answer: Answer | None) -> Outcome:
    """Return what a report counts an answer as."""
    if answer is None:
        return "failed"
    return "answered" if answer.abstained is None else "abstained"


def taken_of(case: ScoredCase, answer: Answer | None) -> Taken:
    """Return what became of a question."""
    return Taken(
        id=case.id,
        question=case.question,
        outcome=outcome_of(answer),
        route=case.route,
        escalated=answer is not None and answer.route.escalated_from is not None,
        confidence=case.confidence,
        answerable=case.expected.answerable,
        error=case.error,
        facets=case.facets,
        gold_words=min((len(each.split()) for each in case.expected.answers), default=None),
    )
