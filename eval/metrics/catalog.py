"""What is measured of a question: names, what they mean, which way is better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Better: TypeAlias = Literal["higher", "lower"]
Unit: TypeAlias = Literal["share", "tokens", "calls", "usd", "ms"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A score that every question has, if only as `Unscored`."""

    name: str
    """Without the cutoff: `recall` of `recall@5`."""
    family: str
    """What the report puts together; the module whose docstrings define it."""
    what: str
    """What its mean over questions says."""
    better: Better = "higher"
    unit: Unit = "share"


def _higher(family: str, lines: str) -> tuple[Metric, ...]:
    """Return a metric for each line: its name and what it says, a colon between."""
    pairs = (line.split(": ", 1) for line in lines.strip().splitlines())
    return tuple(Metric(name=name, family=family, what=what) for name, what in pairs)


def _lower(family: str, lines: str, *, unit: Unit = "share") -> tuple[Metric, ...]:
    return tuple(
        Metric(name=each.name, family=family, what=each.what, better="lower", unit=unit)
        for each in _higher(family, lines)
    )


METRICS = (
    *_higher(
        "retrieval",
        """
recall: gold spans that one of the first k passages has
precision: passages among the first k that have a gold span
mrr: 1 / the rank of the first passage that has a gold span
ndcg: discounted gain of the first k passages over the ideal
document_recall: gold documents among the first k
page_recall: gold pages among the first k
token_recall: characters of the gold spans that were found
token_precision: characters found that are of gold spans
token_iou: characters found and gold, over those found or gold
""",
    ),
    *_higher(
        "answers",
        """
exact_match: answers that are gold, but for case, punctuation and articles
token_f1: words in common with gold, harmonic mean of both shares
containment: facts of gold that stand in the answer
numeric_match: answers that state the numbers of gold
judged_correct: what a judge grades correct, the half where partial
""",
    ),
    *_higher(
        "citations",
        """
citation_recall: claims that all they cite entails (ALCE)
citation_precision: citations that are needed or enough for their claim (ALCE)
citation_f1: harmonic mean of citation recall and precision
judged_citation_recall: citation recall by a judge
judged_citation_precision: citation precision by a judge
support_recall: support of claims by their best citation: 1, ½ or 0 (TREC RAG)
support_precision: support by citations: 1, ½ or 0 (TREC RAG)
""",
    ),
    *_lower(
        "attribution",
        """
misattribution_rate: claims that what they cite does not entail, but other evidence does
uncited_rate: claims that cite nothing, though evidence entails them
unsupported_rate: claims that no evidence entails
fabricated_quote_rate: citations whose quote does not stand where it says
""",
    ),
    *_higher(
        "attribution",
        """
cited_span_recall: characters of the gold spans that are cited
cited_span_precision: characters cited that are of gold spans
cited_span_iou: characters cited and gold, over those cited or gold
cited_page_accuracy: citations on a gold page
""",
    ),
    *_higher(
        "abstention",
        """
abstention_precision: abstentions from questions that have no answer
abstention_recall: questions without an answer that were declined
answered_rate: questions with an answer that were not declined
""",
    ),
    *_lower(
        "spending",
        """
prompt_tokens: tokens read by models
completion_tokens: tokens written by models
reasoning_tokens: tokens among these that are reasoning
total_tokens: tokens read or written by models
""",
        unit="tokens",
    ),
    *_lower("spending", "calls: calls of models", unit="calls"),
    *_lower("spending", "cost_usd: US dollars", unit="usd"),
    *_lower("spending", "latency_ms: milliseconds until the answer was whole", unit="ms"),
)

_BY_NAME = {metric.name: metric for metric in METRICS}


def metric_of(score: str) -> Metric:
    """Return what the score of a row is; raises `KeyError` of a name that is none."""
    return _BY_NAME[score.partition("@")[0]]


def is_share(score: str) -> bool:
    """Tell whether a score lies between 0 and 1; what nobody defined is taken for one."""
    known = _BY_NAME.get(score.partition("@")[0])
    return known is None or known.unit == "share"
