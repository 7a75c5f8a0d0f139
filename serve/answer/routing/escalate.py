"""Which documents to read whole after an answer from passages, if any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.answers import AbstainReason
from serve.answer.routing.attempt import Attempt
from serve.answer.routing.refusals import refuses

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from core.ids import DocumentId
    from core.records import DocumentRecord
    from core.types import Passage
    from serve.answer.finding import Finding
    from serve.answer.routing.escalation import Escalation
    from serve.answer.strategies.strategy import Outcome, Turn

_NEARLY = 0.8
"""Of a document."""
_NOT_READ = {AbstainReason.MODEL_UNAVAILABLE, AbstainReason.OVER_BUDGET}
"""Why there was no answer that reading more would not change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated:
    """Documents that are to be read whole, and why."""

    documents: Sequence[DocumentRecord]
    """Those first that the passages point at most."""
    why: str


class Escalating:
    """Weighs what whole documents may bring against what reading them takes."""

    def __init__(self, escalation: Escalation) -> None:
        self._escalation = escalation

    def decide(
        self, turn: Turn, outcome: Outcome, in_scope: Sequence[DocumentRecord]
    ) -> Escalated | None:
        """Return what to read after `outcome`; `None`: passages were enough, or more will not do.

        Documents are taken in the order in which the passages point at them. A document less is
        read less for, and may be the one with the answer: the gain counts as far as the scores of
        the passages in what is read are of all.
        """
        abstained = outcome.finding.abstained
        if abstained and abstained.reason in _NOT_READ:
            return None
        records = {each.document_id: each for each in in_scope if not _is_read(each, outcome)}
        best, chosen = 0.0, None
        for documents, share in _prefixes(outcome.found, records):
            tokens = sum(each.tokens for each in documents)
            if turn.question.max_context_tokens and tokens > turn.question.max_context_tokens:
                break
            attempt = attempt_of(turn, outcome, tokens=tokens)
            gain = share * self._escalation.gain(attempt)
            worth = gain - self._escalation.price(tokens)
            if worth > best:
                best, chosen = worth, Escalated(documents=documents, why=_why(gain, documents))
        return chosen


def _is_read(record: DocumentRecord, outcome: Outcome) -> bool:
    """Tell whether the passages had nearly all of a document: to read it again tells nothing."""
    read = sum(len(p.span) for p in outcome.found if p.document_id == record.document_id)
    return read >= _NEARLY * record.characters


def attempt_of(turn: Turn, outcome: Outcome, *, tokens: int) -> Attempt:
    """Return what is known of an answer from passages, beside so many tokens of documents."""
    answer = _said(outcome.finding)
    return Attempt(
        question=turn.text,
        answer=answer,
        refused=outcome.finding.text is None or answer is None or refuses(answer),
        passages=outcome.found,
        document_tokens=tokens,
        model=outcome.finding.route.model,
    )


def _said(finding: Finding) -> str | None:
    """Return what the model wrote last, with its markers; `None`: nothing."""
    said = [step.output for step in finding.steps if step.kind in {"answer", "repair"}]
    return said[-1] if said else finding.text


def _prefixes(
    found: Sequence[Passage], records: Mapping[DocumentId, DocumentRecord]
) -> Iterator[tuple[list[DocumentRecord], float]]:
    """Yield the first document, the first two, …, with their share of all scores."""
    scores: dict[DocumentId, float] = {}
    for passage in found:
        if passage.document_id in records:
            score = max(passage.score, 0.0)
            scores[passage.document_id] = scores.get(passage.document_id, 0.0) + score
    total = sum(scores.values()) or 1.0
    ranked = sorted(scores, key=lambda document: -scores[document])
    for count in range(1, len(ranked) + 1):
        first = ranked[:count]
        share = sum(scores[document] for document in first) / total
        yield [records[document] for document in first], share


def _why(gain: float, documents: Sequence[DocumentRecord]) -> str:
    tokens = sum(each.tokens for each in documents)
    named = "one document" if len(documents) == 1 else f"{len(documents)} documents"
    return (
        f"passages may not be enough: they point at {named} ({tokens:,} tokens), from which "
        f"a right answer is likelier by {gain:.2f}"
    )
