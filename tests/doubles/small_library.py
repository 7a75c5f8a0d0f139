"""Documents in memory, a chunk to each line: searched by the words they share with a query."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace

from core.clock import Deadline
from core.errors import DeadlineError
from core.ids import CollectionName, DocumentId
from core.records import DocumentRecord
from core.types import Chunk, Passage, Scope, Span, TokenCount
from retrieval.found import Retrieved
from serve.answer.events import Tell
from serve.answer.question import Question
from serve.answer.routing.planned import FREE, Planned, retrieval_route
from serve.answer.strategies.strategy import Limits, Turn
from serve.answer.watch import Watch
from tests.doubles.chunks import chunks
from tests.doubles.clock import in_good_time
from tests.doubles.nim.words import telling_words
from tests.doubles.passages import passage
from tests.doubles.records import document


class SmallLibrary:
    """A retriever and a shelf; its documents are called as their sources."""

    def __init__(self, **texts: str) -> None:
        self._chunks = {
            source: chunks(*text.splitlines(keepends=True), source=source)
            for source, text in texts.items()
        }
        self.records = {
            source: document(source, characters=len(text), title=source)
            for source, text in texts.items()
        }
        self.asked: list[tuple[str, Scope]] = []
        self.late: set[str] = set()
        """Queries that take too long."""
        self.changed: set[str] = set()
        """Sources of documents whose text is not there any more."""

    def id(self, source: str) -> DocumentId:
        return self.records[source].document_id

    async def find(
        self,
        question: str,
        scope: Scope,
        *,
        top_k: int,
        deadline: Deadline,  # noqa: ARG002 - it takes no time
    ) -> Retrieved:
        self.asked.append((question, scope))
        if question in self.late:
            raise DeadlineError("did not embed the question in time", model="x")
        wanted = telling_words(question)
        scored = [
            (len(wanted & telling_words(chunk.text)), source, chunk)
            for source, found in self._chunks.items()
            for chunk in found
            if not scope.document_ids or self.id(source) in scope.document_ids
        ]
        best = sorted((s for s in scored if s[0]), key=lambda s: (-s[0], s[1], s[2].span))
        return Retrieved(passages=[_passage(*each) for each in best[:top_k]])

    async def in_scope(self, scope: Scope) -> Sequence[DocumentRecord]:
        every = self.records.values()
        return [r for r in every if not scope.document_ids or r.document_id in scope.document_ids]

    async def count_documents(self, scope: Scope) -> int:
        return len(await self.in_scope(scope))

    async def documents(
        self,
        collection: CollectionName,  # noqa: ARG002 - it has one
        ids: Sequence[DocumentId],
    ) -> Mapping[DocumentId, DocumentRecord]:
        return {r.document_id: r for r in self.records.values() if r.document_id in ids}

    async def read(
        self, documents: Sequence[DocumentRecord]
    ) -> AsyncIterator[tuple[DocumentRecord, list[Chunk]]]:
        for each in documents:
            yield each, await self.part(each, Span(0, each.characters))

    async def part(self, document: DocumentRecord, span: Span) -> list[Chunk]:
        if document.source in self.changed:
            return []
        found = self._chunks[document.source]
        return [c for c in found if c.span.start < span.end and span.start < c.span.end]


def turn(question: Question, *, window: int = 100_000, deadline: Deadline | None = None) -> Turn:
    route = replace(retrieval_route("as was asked for"), strategy=question.strategy, window=window)
    return Turn(
        question=question,
        text=question.text,
        planned=Planned(route=route, estimate=FREE, count=TokenCount()),
        limits=Limits(
            top_k=question.top_k or 8, max_tokens=6_000, deadline=deadline or in_good_time()
        ),
        tell=Tell(),
        watch=Watch(),
    )


def _passage(score: int, source: str, chunk: Chunk) -> Passage:
    found = passage(chunk.text.rstrip("\n"), title=source, source=source, start=chunk.span.start)
    return replace(found, score=float(score), chunk_id=chunk.chunk_id)
