"""What becomes of an answer's claims and citations, and whether they are where gold is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from eval.metrics.citations import (
    NO_CITATIONS,
    NO_CLAIMS,
    Cited,
    alce,
    cited_claims,
    weighted_support,
)
from eval.metrics.retrieval import (
    NO_GOLD,
    NO_GOLD_PAGES,
    NO_GOLD_SPANS,
    Located,
    pages_of,
    spans_of,
)
from eval.metrics.scores import ABSTAINED, NO_RESULT, NOT_JUDGED, Unscored, harmonic
from eval.metrics.spans import Overlap, overlap

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.answers import Answer, Citation
    from core.ids import DocumentId
    from core.types import Span
    from eval.metrics.citations import CitedClaim, Entails
    from eval.metrics.retrieval import GoldPlace
    from eval.metrics.scores import Score

    TextAt: TypeAlias = Callable[[DocumentId, Span], str | None]
    """Returns what a document has at a span, `None` where there is no such document."""

_NONE = Cited(recall=0.0, precision=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """What became of the claims of one answer, as shares of them that add up to 1."""

    supported: float
    """What they cite entails them."""
    misattributed: float
    """What they cite does not, other evidence of the answer does."""
    uncited: float
    """They cite nothing, though some evidence of the answer entails them."""
    unsupported: float
    """Nothing of it does."""


def citation_scores(
    answer: Answer | None,
    gold: Sequence[GoldPlace],
    *,
    entails: Entails,
    text_at: TextAt,
    evidence: Sequence[str],
    judge: Entails | None = None,
) -> dict[str, Score]:
    """Return how well an answer is cited.

    No result scores 0 for what is better high; of what may go wrong nothing can be said then, and
    of an abstention nothing at all.

    Args:
        answer: what was given; `None`: no result.
        gold: its documents are named by their ids.
        entails: our checker.
        text_at: reads the documents.
        evidence: the passages that the answer was made from.
        judge: a second opinion; `None`: there is none.
    """
    if answer is not None and answer.abstained is not None:
        return dict.fromkeys(_NAMES, ABSTAINED)
    claims = cited_claims(answer) if answer else []
    cited = list({each.n: each for claim in claims for each in claim.citations}.values())
    support = weighted_support(claims) if answer else _NONE
    return {
        **_by_alce(claims if answer else None, entails, judge),
        "support_recall": support.recall,
        "support_precision": support.precision,
        **_rates(attribution(claims, evidence, entails) if answer else NO_RESULT),
        "fabricated_quote_rate": fabricated_quotes(cited, text_at) if answer else NO_RESULT,
        **_against_gold(cited, gold),
    }


def attribution(
    claims: Sequence[CitedClaim], evidence: Sequence[str], entails: Entails
) -> Attribution | Unscored:
    """Return what became of `claims`, by `evidence`: the passages their answer was made from.

    A claim is supported as for ALCE's recall; of the evidence one passage alone has to entail it.
    """
    if not claims:
        return NO_CLAIMS
    became = Counter(_became(each, evidence, entails) for each in claims)
    return Attribution(
        supported=became["supported"] / len(claims),
        misattributed=became["misattributed"] / len(claims),
        uncited=became["uncited"] / len(claims),
        unsupported=became["unsupported"] / len(claims),
    )


def fabricated_quotes(citations: Sequence[Citation], text_at: TextAt) -> Score:
    """Return the share of citations whose quote is not, to the letter, at its span."""
    if not citations:
        return NO_CITATIONS
    false = [each for each in citations if text_at(each.document_id, each.span) != each.quote]
    return len(false) / len(citations)


def _by_alce(
    claims: Sequence[CitedClaim] | None, entails: Entails, judge: Entails | None
) -> dict[str, Score]:
    ours = judged = _NONE
    if claims is not None:
        ours = alce(claims, entails)
        judged = alce(claims, judge) if judge else _NONE
    return {
        "citation_recall": ours.recall,
        "citation_precision": ours.precision,
        "citation_f1": harmonic(ours.recall, ours.precision),
        "judged_citation_recall": judged.recall if judge else NOT_JUDGED,
        "judged_citation_precision": judged.precision if judge else NOT_JUDGED,
    }


def _became(claim: CitedClaim, evidence: Sequence[str], entails: Entails) -> str:
    if claim.citations and entails(claim.text, claim.quotes):
        return "supported"
    if any(entails(claim.text, (each,)) for each in evidence):
        return "misattributed" if claim.citations else "uncited"
    return "unsupported"


def _rates(shares: Attribution | Unscored) -> dict[str, Score]:
    if isinstance(shares, Unscored):
        return dict.fromkeys(("misattribution_rate", "uncited_rate", "unsupported_rate"), shares)
    return {
        "misattribution_rate": shares.misattributed,
        "uncited_rate": shares.uncited,
        "unsupported_rate": shares.unsupported,
    }


def _against_gold(citations: Sequence[Citation], gold: Sequence[GoldPlace]) -> dict[str, Score]:
    """Return how far the citations are where gold is; one that cites nothing is nowhere."""
    places = [
        Located(document=each.document_id, span=each.span, pages=each.pages) for each in citations
    ]
    pages = set(chain.from_iterable(map(pages_of, gold)))
    spans = spans_of(gold)
    right = [place for place in places if pages.intersection(pages_of(place))]
    common: Overlap | None = None
    if spans:
        common = overlap(((place.document, place.span) for place in places), spans)
    none = NO_GOLD_SPANS if gold else NO_GOLD
    no_page = NO_GOLD_PAGES if gold else NO_GOLD
    return {
        "cited_span_recall": common.recall if common else none,
        "cited_span_precision": common.precision if common else none,
        "cited_span_iou": common.iou if common else none,
        "cited_page_accuracy": len(right) / max(1, len(places)) if pages else no_page,
    }


_NAMES = (
    "citation_recall",
    "citation_precision",
    "citation_f1",
    "judged_citation_recall",
    "judged_citation_precision",
    "support_recall",
    "support_precision",
    "misattribution_rate",
    "uncited_rate",
    "unsupported_rate",
    "fabricated_quote_rate",
    "cited_span_recall",
    "cited_span_precision",
    "cited_span_iou",
    "cited_page_accuracy",
)
