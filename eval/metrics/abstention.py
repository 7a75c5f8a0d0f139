"""Whether to abstain was right, and how the risk of an answer falls with its confidence."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from math import fsum
from typing import TYPE_CHECKING

from eval.metrics.scores import NO_RESULT, UNANSWERABLE, Unscored

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.answers import Answer
    from eval.metrics.scores import Score

ANSWERED = Unscored(reason="answered")
ANSWERABLE = Unscored(reason="the question has an answer")


def abstention_scores(answer: Answer | None, *, answerable: bool) -> dict[str, Score]:
    """Return what one question says of when to abstain; the means are what the names say.

    The mean of `abstention_precision` is the share of abstentions that are right, that of
    `abstention_recall` the share of questions without an answer that were declined, that of
    `answered_rate` the share of those with one that were not (as recall and precision of "no
    answer" in SQuAD 2.0, https://aclanthology.org/P18-2124). No result is neither an answer nor an
    abstention.
    """
    abstained = answer is not None and answer.abstained is not None
    answered = answer is not None and not abstained
    precision: Score = float(not answerable)
    if not abstained:
        precision = ANSWERED if answered else NO_RESULT
    return {
        "abstention_precision": precision,
        "abstention_recall": ANSWERABLE if answerable else float(abstained),
        "answered_rate": float(answered) if answerable else UNANSWERABLE,
    }


def confidence(answer: Answer) -> float | None:
    """Return how sure an answer is: as its least sure claim. `None` without one."""
    return min((claim.score for claim in answer.claims), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer by how sure and how wrong it is."""

    confidence: float
    loss: float
    """0: right; 1: wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskAt:
    """What is risked at a threshold of confidence."""

    coverage: float
    """The share of all questions that are answered."""
    risk: float
    """The mean loss of those."""
    threshold: float
    """Their least confidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskCoverage:
    """How the risk grows with the share of questions that are answered."""

    points: tuple[RiskAt, ...]
    """One for each confidence there is, surest first."""
    area: float
    """The mean risk over the coverages up to the last; lower is better."""
    ideal_area: float
    """What it would be were all right answers surer than all wrong ones."""


def risk_coverage(answered: Sequence[Answered], *, questions: int) -> RiskCoverage | Unscored:
    """Return the risk-coverage curve and the area under it.

    Geifman and El-Yaniv 2017 (https://arxiv.org/abs/1705.08500); the area (AURC) and the ideal
    one, whose difference is E-AURC, as Geifman et al. 2019 (https://arxiv.org/abs/1805.08206): the
    mean of the risks of the surest 1, 2, … answers. Answers of one confidence, which no threshold
    parts, count as in the mean of all their orders.

    Args:
        answered: what was not declined, in any order.
        questions: all there are; the curve ends where the rest was declined.

    Raises:
        ValueError: there are more answers than questions.
    """
    if len(answered) > questions:
        raise ValueError(f"{len(answered)!r} answers to {questions!r} questions; count all of them")
    if not answered:
        return Unscored(reason="nothing was answered")
    surest = sorted(answered, key=lambda each: -each.confidence)
    points: list[RiskAt] = []
    risks: list[float] = []
    lost = 0.0
    for sure, group in groupby(surest, key=lambda each: each.confidence):
        losses = [each.loss for each in group]
        risks += _risks(len(risks), lost, losses)
        lost = fsum((lost, *losses))
        at = len(risks)
        points.append(RiskAt(coverage=at / questions, risk=lost / at, threshold=sure))
    best = sorted(each.loss for each in answered)
    ideal = (fsum(best[:count]) / count for count in range(1, len(best) + 1))
    return RiskCoverage(
        points=tuple(points), area=fsum(risks) / len(risks), ideal_area=fsum(ideal) / len(best)
    )


def _risks(before: int, lost: float, losses: Sequence[float]) -> Iterator[float]:
    """Yield the mean risk with one more of `losses` after another, in the mean of all orders."""
    each = fsum(losses) / len(losses)
    for more in range(1, len(losses) + 1):
        yield (lost + more * each) / (before + more)
