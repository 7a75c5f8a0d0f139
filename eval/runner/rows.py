"""What one question scores, from all that is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.language import DEFAULT
from eval.metrics.abstention import abstention_scores, confidence
from eval.metrics.answers import GoldAnswer, answer_scores
from eval.metrics.attribution import citation_scores
from eval.metrics.numbers import Tolerance
from eval.metrics.retrieval import KS, retrieval_scores
from eval.metrics.scores import Unscored
from eval.metrics.spending import spending_scores
from eval.runner.cases import ScoredCase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from core.answers import Answer
    from core.ids import DocumentId
    from core.types import Span
    from eval.metrics.answers import Grade
    from eval.metrics.retrieval import GoldPlace, Located
    from eval.metrics.scores import Score
    from eval.metrics.slices import Facets
    from eval.runner.cases import Case, Outcome
    from eval.runner.reading import Quoted, Said

RECORDED = "recorded"
"""The tier of an answer that another system gave: what it took is not known."""
NOT_SAID = Unscored(reason="the suite does not say whether there is an answer")
NOT_RECORDED = Unscored(reason="not recorded")
NOT_AT_HAND = Unscored(reason="the documents are not at hand")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A question with its answer, and where gold, citations and findings stand."""

    case: Case
    outcome: Outcome
    gold: Sequence[GoldPlace]
    found: Sequence[Located] | Unscored | None
    """Best first; `None`: there is no result."""
    texts: Mapping[tuple[DocumentId, Span], str | None]
    """What stands where the answer's citations say."""
    readable: bool
    """Whether all of their documents could be looked at."""
    quoted: Quoted
    facets: Facets
    tolerance: Decimal

    @property
    def answer(self) -> Answer | None:
        """What was given."""
        return self.outcome.answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinions:
    """What judges say of one answer."""

    ours: Said
    second: Said | None = None
    """`None`: there is no other judge."""
    grade: Grade | Unscored | None = None
    """`None`: nobody grades."""


def scored(known: Known, said: Opinions) -> ScoredCase:
    """Return the question with all its scores."""
    answer = known.answer
    is_foreign = answer is not None and answer.route.tier == RECORDED
    spent = spending_scores(answer)
    scores: dict[str, Score] = {
        **_retrieval(known),
        **answer_scores(answer, _gold_answer(known), judged=said.grade),
        **_citations(known, said),
        **_abstention(known),
        **(dict.fromkeys(spent, NOT_RECORDED) if is_foreign else spent),
    }
    return ScoredCase(
        id=known.case.id,
        question=known.case.question,
        expected=known.case.gold,
        scores=scores,
        facets=known.facets,
        confidence=None if answer is None or is_foreign else confidence(answer),
        route=answer.route.strategy if answer else "",
        error=known.outcome.error or ("" if answer else "there is no answer to it"),
    )


def _retrieval(known: Known) -> dict[str, Score]:
    found = known.found
    if isinstance(found, Unscored):
        return dict.fromkeys(retrieval_scores(None, ()), found)
    scores = retrieval_scores(found, known.gold)
    if found is None:
        return scores
    # Characters count by all that is found: by as much as the other measures look at, at most.
    first = retrieval_scores(found[: max(KS)], known.gold)
    return scores | {name: score for name, score in first.items() if name.startswith("token_")}


def _gold_answer(known: Known) -> GoldAnswer:
    gold = known.case.gold
    return GoldAnswer(
        answerable=gold.answerable is not False,
        accepted=gold.answers,
        facts=gold.facts,
        tolerance=Tolerance(relative=known.tolerance),
        language=known.quoted.language or DEFAULT,
    )


def _citations(known: Known, said: Opinions) -> dict[str, Score]:
    scores = citation_scores(
        known.answer,
        known.gold,
        entails=said.ours,
        text_at=lambda document, span: known.texts[document, span],
        evidence=known.quoted.evidence,
        judge=said.second,
    )
    if not known.readable and not isinstance(scores["fabricated_quote_rate"], Unscored):
        scores["fabricated_quote_rate"] = NOT_AT_HAND
    missing = said.second.missing if said.second else None
    judged = ("judged_citation_recall", "judged_citation_precision")
    if missing and not isinstance(scores[judged[0]], Unscored):
        scores |= dict.fromkeys(judged, missing)
    return scores


def _abstention(known: Known) -> dict[str, Score]:
    answerable = known.case.gold.answerable
    scores = abstention_scores(known.answer, answerable=bool(answerable))
    return dict.fromkeys(scores, NOT_SAID) if answerable is None else scores
