"""Answers from whole documents in one prompt: rebuild → number → read → check."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.answers import Consulted, Coverage, Dropped
from core.types import Span
from retrieval.whole import blocks, numbered
from serve.answer.assemble import nothing_found
from serve.answer.finding import Assignment, Whole
from serve.answer.strategies.passages import declined, read
from serve.answer.strategies.strategy import Outcome, consulted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.answers import Fallback, Route
    from core.ids import DocumentId
    from core.records import DocumentRecord
    from core.types import Passage
    from retrieval.pack import Evidence
    from serve.answer.finding import Reader
    from serve.answer.strategies.strategy import Retriever, Shelf, Turn

NEAR = 12
"""Passages that a search finds beside: claims are checked by them too."""
_GONE = "was changed or deleted while the question was answered"


class Documents:
    """Has whole documents read, and cites the blocks of them that answer the question."""

    def __init__(self, retriever: Retriever, reader: Reader, shelf: Shelf) -> None:
        self._retriever, self._reader, self._shelf = retriever, reader, shelf

    async def answer(self, turn: Turn) -> Outcome:
        """Return what the planned documents come to.

        Raises:
            DeadlineError: the embedder took too long.
        """
        planned = turn.planned.documents
        with turn.watch.stage("search"):
            found, fallbacks = await self._found(turn)
            evidence = weighed(await evidence_of(planned, self._shelf), found)
        route = without(turn.planned.route, planned, evidence)
        route = replace(route, fallbacks=(*fallbacks, *route.fallbacks))
        near = [each for each in evidence if each.passage.score]
        turn.tell.evidence(near)
        if not evidence:
            return Outcome(finding=declined(nothing_found(), route), found=found)
        assignment = Assignment(
            question=turn.question,
            text=turn.text,
            evidence=evidence,
            route=route,
            deadline=turn.limits.deadline,
            whole=Whole(
                count=turn.planned.count,
                near=frozenset(each.number for each in near),
            ),
        )
        finding = await read(self._reader, assignment, turn, self._shelf)
        consulted_whole = whole(evidence) if finding.generated else ()
        return Outcome(
            finding=finding,
            consulted=consulted_whole,
            coverage=Coverage(documents_read=len(consulted_whole)),
            found=found,
        )

    async def _found(self, turn: Turn) -> tuple[Sequence[Passage], tuple[Fallback, ...]]:
        if turn.found:
            return turn.found, ()
        found = await self._retriever.find(
            turn.text, turn.question.scope, top_k=NEAR, deadline=turn.limits.deadline
        )
        return found.passages, found.fallbacks


async def evidence_of(documents: Sequence[DocumentRecord], shelf: Shelf) -> list[Evidence]:
    """Return whole documents as numbered evidence, in their order."""
    passages: list[Passage] = []
    async for record, chunks in shelf.read(documents):
        passages += blocks(chunks, record)
    return numbered(passages, documents)


def without(
    route: Route, documents: Sequence[DocumentRecord], evidence: Sequence[Evidence]
) -> Route:
    """Return `route` with those of `documents` dropped of which there is no evidence."""
    there = {each.passage.document_id for each in evidence}
    gone = tuple(
        Dropped(document_id=each.document_id, tokens=each.tokens, why=_GONE)
        for each in documents
        if each.document_id not in there
    )
    return replace(route, dropped=(*route.dropped, *gone))


def weighed(evidence: Sequence[Evidence], found: Sequence[Passage]) -> list[Evidence]:
    """Return `evidence` with the scores of the passages that a search has found in it."""
    near: dict[str, list[Passage]] = {}
    for passage in found:
        near.setdefault(passage.version, []).append(passage)
    return [
        replace(each, passage=replace(each.passage, score=score))
        if (score := _score(each.passage, near.get(each.passage.version, ())))
        else each
        for each in evidence
    ]


def whole(evidence: Sequence[Evidence]) -> tuple[Consulted, ...]:
    """Return that all of each document was put before whoever answered."""
    read: dict[DocumentId, Consulted] = {}
    for each in evidence:
        passage = each.passage
        first = read.get(passage.document_id, consulted(passage))
        span = Span(first.span.start, passage.span.end)
        read[passage.document_id] = replace(first, span=span)
    return tuple(read.values())


def _score(block: Passage, found: Sequence[Passage]) -> float:
    within = (p for p in found if p.span.start < block.span.end and block.span.start < p.span.end)
    return max((max(each.score, 1e-9) for each in within), default=0.0)
