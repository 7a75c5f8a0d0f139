"""A question to the passages that may answer it: search → fuse → rerank → merge and trim."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from core.answers import Fallback
from core.errors import DeadlineError, ProviderError
from core.types import ChunkKind, Passage
from retrieval.agree import COMPARED, agree, is_spread
from retrieval.distinct import LOOKED_AT, distinct
from retrieval.found import Ranked, Ranking, Rankings, Retrieved, best_first
from retrieval.rank import best_pages, rank
from retrieval.trim import TABLE, cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from core.clock import Deadline
    from core.ids import CollectionName, DocumentId
    from core.protocols import Embedder, Reranker, SparseEncoder, VectorIndex
    from core.records import DocumentRecord
    from core.types import Chunk, ChunkRef, Hit, Scope, SparseVector, Vector
    from retrieval.trim import Cut

_log = logging.getLogger(__name__)

CHUNKS = 60
"""Chunks that each search finds."""
PAGES = 30
BESIDE = 3
"""Pages whose chunks are looked at, whether a search found these or not."""
RERANKED = 50
SPARE = 5
"""Chunks that are read beyond the passages wanted: some are merged, some have nothing."""
RERANKER = "the reranking model"
"""What it is called where it said nothing in time."""


class Shelf(Protocol):
    """The records of documents."""

    async def documents(
        self, collection: CollectionName, ids: Sequence[DocumentId]
    ) -> Mapping[DocumentId, DocumentRecord]:
        """Return the documents that are there, by id."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Query:
    """A question on its way through the searches."""

    text: str
    vector: Vector
    scope: Scope


class Retriever:
    """Finds passages in one collection."""

    def __init__(
        self,
        index: VectorIndex,
        shelf: Shelf,
        *,
        embedder: Embedder,
        sparse: SparseEncoder,
        reranker: Reranker | None = None,
    ) -> None:
        self._index = index
        self._shelf = shelf
        self._embedder = embedder
        self._sparse = sparse
        self._reranker = reranker

    async def find(
        self, question: str, scope: Scope, *, top_k: int, deadline: Deadline
    ) -> Retrieved:
        """Return at most `top_k` passages, best first.

        A passage is one verbatim span: the sentences of a chunk, or of adjacent chunks, that
        matter for the question; tables and code are not taken apart. None repeats another. What
        cannot be reranked by the deadline stays as it was found.

        Raises:
            DeadlineError: the embedder took too long.
        """
        ranked = await self.rank(question, scope, deadline=deadline)
        wanted = top_k + SPARE
        best = await self._read(ranked[: RERANKED if self._reranker else LOOKED_AT * wanted])
        reranked, fallbacks = await self._reranked(question, best, deadline)
        chosen = distinct(reranked, limit=wanted)
        records = await self._records(scope, (each.chunk for each in chosen))
        passages = self._passages(question, chosen, records)[:top_k]
        return Retrieved(passages=passages, fallbacks=fallbacks)

    async def rank(
        self, question: str, scope: Scope, *, deadline: Deadline
    ) -> list[Ranked[ChunkRef]]:
        """Return the chunks of current versions that were found, best first.

        Raises:
            DeadlineError: the embedder took too long.
        """
        query = _Query(text=question, vector=await self._vector(question, deadline), scope=scope)
        chunks, pages, records = await self._search(query)
        beside = await self._beside(pages)
        titles = {document: record.title for document, record in records.items()}
        ranked = rank(question, chunks, pages, beside=beside, titles=titles)
        if is_spread(ranked):
            best = [each.chunk.chunk_id for each in ranked[:COMPARED]]
            ranked = agree(ranked, await self._index.vectors(best))
        return ranked

    async def _vector(self, question: str, deadline: Deadline) -> Vector:
        late = DeadlineError(
            "did not embed the question in the time for it", model=self._embedder.name
        )
        async with deadline.enforced(late=late):
            return await self._embedder.embed_query(question)

    async def _search(
        self, query: _Query
    ) -> tuple[Rankings, Rankings, Mapping[DocumentId, DocumentRecord]]:
        """Return the chunks and the pages that were found, and the records of their documents."""
        async with asyncio.TaskGroup() as group:
            dense_chunks = group.create_task(self._dense(query, ChunkKind.CHUNK, CHUNKS))
            dense_pages = group.create_task(self._dense(query, ChunkKind.PAGE, PAGES))
        near = [hit.chunk for hit in (*dense_chunks.result().hits, *dense_pages.result().hits)]
        # The words of the question are stemmed in the languages of what its meaning found.
        known = await self._records(query.scope, near)
        languages = sorted({record.language for record in known.values()})
        terms = self._sparse.encode_query(query.text, languages=languages)
        async with asyncio.TaskGroup() as group:
            chunks = group.create_task(self._words(query, terms, ChunkKind.CHUNK, CHUNKS))
            pages = group.create_task(self._words(query, terms, ChunkKind.PAGE, PAGES))
        said = [hit.chunk for hit in (*chunks.result().hits, *pages.result().hits)]
        records = await self._records(query.scope, [*near, *said])

        def visible(chunk: ChunkRef) -> bool:
            record = records.get(chunk.document_id)
            return record is not None and record.version == chunk.version

        return (
            Rankings(dense=dense_chunks.result(), sparse=chunks.result()).only(visible),
            Rankings(dense=dense_pages.result(), sparse=pages.result()).only(visible),
            records,
        )

    async def _dense(self, query: _Query, kind: ChunkKind, limit: int) -> Ranking:
        hits = await self._index.search_dense(query.vector, query.scope, kind=kind, limit=limit)
        return _ranking(hits, limit)

    async def _words(
        self, query: _Query, terms: SparseVector, kind: ChunkKind, limit: int
    ) -> Ranking:
        hits = await self._index.search_sparse(terms, query.scope, kind=kind, limit=limit)
        return _ranking(hits, limit)

    async def _beside(self, pages: Rankings) -> list[ChunkRef]:
        """Return the chunks of the best pages."""
        async with asyncio.TaskGroup() as group:
            found = [
                group.create_task(
                    self._index.overlapping(page.document_id, page.version, page.span)
                )
                for page in best_pages(pages, limit=BESIDE)
            ]
        return [chunk for each in found for chunk in each.result()]

    async def _read(self, ranked: Sequence[Ranked[ChunkRef]]) -> list[Ranked[Chunk]]:
        """Return the chunks with their texts, those of them that are still there."""
        chunks = await self._index.chunks([each.chunk.chunk_id for each in ranked])
        return [
            Ranked(chunk=chunk, score=each.score, similarity=each.similarity)
            for each in ranked
            if (chunk := chunks.get(each.chunk.chunk_id))
        ]

    async def _reranked(
        self, question: str, ranked: Sequence[Ranked[Chunk]], deadline: Deadline
    ) -> tuple[Sequence[Ranked[Chunk]], tuple[Fallback, ...]]:
        """Return `ranked` in the order of the reranker, or as it is and who did not answer."""
        if self._reranker is None:
            return ranked, ()
        late = DeadlineError("gave no scores in the time for the question", model=RERANKER)
        try:
            async with deadline.enforced(late=late):
                scores = await self._reranker.score(question, [each.chunk.text for each in ranked])
        except ProviderError as error:
            _log.info("what was found is not reranked: %s", error)
            return ranked, Fallback.all_of(error)
        return best_first(
            replace(each, score=score) for each, score in zip(ranked, scores, strict=True)
        ), ()

    async def _records(
        self, scope: Scope, chunks: Iterable[ChunkRef]
    ) -> Mapping[DocumentId, DocumentRecord]:
        ids = sorted({chunk.document_id for chunk in chunks})
        return await self._shelf.documents(scope.collection, ids)

    def _passages(
        self,
        question: str,
        chosen: Sequence[Ranked[Chunk]],
        records: Mapping[DocumentId, DocumentRecord],
    ) -> list[Passage]:
        languages = sorted({record.language for record in records.values()})

        def whole(chunk: Chunk) -> bool:
            return chunk.figures >= TABLE or records[chunk.document_id].format == "code"

        cuts = cut(chosen, self._sparse.finder(question, languages=languages), whole=whole)
        return [_passage(each, records[each.best.chunk.document_id]) for each in cuts]


def _ranking(hits: Sequence[Hit], limit: int) -> Ranking:
    return Ranking(hits=hits, cut=len(hits) == limit)


def _passage(found: Cut, record: DocumentRecord) -> Passage:
    return Passage(
        chunk_id=found.best.chunk.chunk_id,
        document_id=record.document_id,
        version=record.version,
        title=record.title,
        source=record.source,
        span=found.span,
        text=found.text,
        pages=record.pages_of(found.span),
        section=found.best.chunk.section,
        score=found.score,
        similarity=found.best.similarity,
        language=record.language,
    )
