"""ibid in process: retrieval, answers and ingestion over one open store."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from core.answers import AbstainReason, Abstention
from core.clock import SystemClock
from core.errors import EmbedderMismatchError, IbidError, NotFoundError
from core.tokens import count_tokens
from core.wiring import open_clients
from ingest.ingestion import Ingestion
from ingest.pipeline import IngestPipeline
from ingest.read import Reader
from retrieval.search import Retriever
from serve.answer.answer import Answerer
from serve.answer.extract import Extracting
from serve.answer.generate import Generating
from serve.answer.read import ExtractiveReader
from serve.answer.terms import Lexicon
from serve.service import SearchResult
from serve.sources import sources

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable

    from core.answers import Answer
    from core.clock import Clock
    from core.ids import CollectionName, DocumentId
    from core.protocols import Embedder, RecordStore
    from core.records import CollectionRecord, DocumentRecord, Job
    from core.settings import Settings
    from core.types import Scope, Span
    from core.wiring import Clients
    from serve.answer.finding import Reader as AnswerReader
    from serve.service import IngestRequest, Question


class Engine:
    """The `Service` of the process that holds the store."""

    def __init__(self, clients: Clients, settings: Settings, *, clock: Clock | None = None) -> None:
        """Serve what `clients` has open; by `clock` (`None`: the machine's) models are timed."""
        self._clients, self._clock = clients, clock or SystemClock()
        self._library = clients.library
        self._settings = settings
        self._readers: dict[str, Extracting] = {}
        """By embedder: each remembers the sentences that it read."""

    @property
    def records(self) -> RecordStore:
        """The control collection, for whoever keeps jobs in it."""
        return self._clients.store.records

    async def ask(self, question: Question) -> Answer:
        """Return an answer whose every claim cites verbatim quotes, or an abstention."""
        answerer = await self._answerer(question.scope.collection)
        await self._library.expect(question.scope.collection, question.scope.document_ids)
        answer = await answerer.answer(
            question.text,
            question.scope,
            top_k=question.top_k or self._settings.top_k,
            max_tokens=question.max_context_tokens or self._settings.evidence_tokens,
        )
        return _say_scope_is_empty(answer, question.scope)

    async def search(self, question: Question) -> SearchResult:
        """Return passages, best first."""
        started = time.perf_counter()
        retriever = await self._retriever(question.scope.collection)
        await self._library.expect(question.scope.collection, question.scope.document_ids)
        passages = await retriever.find(
            question.text, question.scope, top_k=question.top_k or self._settings.top_k
        )
        elapsed = round((time.perf_counter() - started) * 1_000, 3)
        return SearchResult(passages=passages, timings_ms={"search": elapsed, "total": elapsed})

    async def ingest(self, request: IngestRequest) -> AsyncIterator[Job]:
        """Ingest and yield how it stands; the last one yielded is final."""
        embedder = await self._embedder_of(request)
        collection = (await self._library.create_collection(request.collection, embedder)).name
        reader = Reader(
            library=self._library,
            collection=collection,
            metadata=request.metadata,
            refresh=request.refresh,
            max_bytes=self._settings.max_file_bytes,
        )
        pipeline = IngestPipeline(
            library=self._library,
            collection=collection,
            embedder=embedder,
            sparse=self._clients.sparse,
        )
        ingestion = Ingestion(reader=reader, pipeline=pipeline, collection=collection)
        async for job in ingestion.run(partial(sources, request, self._settings.max_file_bytes)):
            yield job
        await (await self._library.index(collection)).optimize()

    async def _retriever(self, collection: CollectionName) -> Retriever:
        await self._clients.models.ready()
        record = await self._library.collection(collection)
        return Retriever(
            await self._library.index(collection),
            self._library,
            embedder=await self._clients.embedders.get(record.embedder),
            sparse=self._clients.sparse,
            reranker=self._clients.models.reranker,
        )

    async def _answerer(self, collection: CollectionName) -> Answerer:
        return Answerer(
            await self._retriever(collection),
            await self._reader(collection),
            self._library,
            count_tokens=count_tokens,
            count_documents=self._library.count_documents,
        )

    async def _reader(self, collection: CollectionName) -> AnswerReader:
        await self._clients.models.ready()
        writer = self._clients.models.writer
        if writer is not None:
            return Generating(
                writer,
                Lexicon(self._clients.sparse),
                clock=self._clock,
                timeout_s=self._settings.timeout_s,
            )
        record = await self._library.collection(collection)
        embedder = await self._clients.embedders.get(record.embedder)
        if embedder.name not in self._readers:
            reader = ExtractiveReader(embedder, self._clients.sparse)
            self._readers[embedder.name] = Extracting(reader)
        return self._readers[embedder.name]

    async def _embedder_of(self, request: IngestRequest) -> Embedder:
        """Return what made the collection, or what is to make it."""
        embedders = self._clients.embedders
        try:
            record = await self._library.collection(request.collection)
        except NotFoundError:
            return await embedders.get(request.embedder)
        if request.embedder and embedders.name(request.embedder) != record.embedder:
            raise EmbedderMismatchError(
                collection=record.name, made_by=record.embedder, asked=request.embedder
            )
        return await embedders.get(record.embedder)

    async def collections(self) -> list[CollectionRecord]:
        """Return every collection, by name."""
        return await self._library.collections()

    async def create_collection(
        self, name: CollectionName, *, embedder: str | None = None
    ) -> CollectionRecord:
        """Create a collection, or return the one that is there."""
        return await self._library.create_collection(
            name, await self._clients.embedders.get(embedder)
        )

    async def delete_collection(self, name: CollectionName) -> None:
        """Delete a collection and all that is in it."""
        await self._library.delete_collection(name)

    async def documents(
        self, collection: CollectionName, *, limit: int = 100, cursor: str | None = None
    ) -> tuple[list[DocumentRecord], str | None]:
        """Return a page of documents and the cursor of the next."""
        await self._library.collection(collection)
        return await self._library.list_documents(collection, limit=limit, cursor=cursor)

    async def document(self, collection: CollectionName, document: DocumentId) -> DocumentRecord:
        """Return one document."""
        return await self._library.document(collection, document)

    async def delete_document(self, collection: CollectionName, document: DocumentId) -> None:
        """Delete a document and everything that was made of it."""
        await self._library.delete_document(collection, document)

    async def text(
        self, collection: CollectionName, document: DocumentId, span: Span | None = None
    ) -> tuple[Span, str]:
        """Return a slice of a document's canonical text (`None`: the whole)."""
        return await self._library.text(collection, document, span)

    async def check(self) -> dict[str, str]:
        """Return what is wrong with the `store` and the `embedder`; empty text: nothing.

        Whoever asks next finds the default embedder open.
        """
        await asyncio.to_thread(count_tokens, "a")  # the first count reads the vocabulary
        return {
            "store": await _wrong(self._library.collections()),
            "embedder": await _wrong(self._clients.embedders.get()),
        }

    async def close(self) -> None:
        """Release the store."""
        await self._clients.close()


async def open_engine(settings: Settings) -> Engine:
    """Open the store that the settings name.

    Raises:
        StoreBusyError: another process holds the embedded store.
        StoreError: the store cannot be opened or reached.
    """
    return Engine(await asyncio.to_thread(open_clients, settings), settings)


def _say_scope_is_empty(answer: Answer, scope: Scope) -> Answer:
    """Return `answer`; where there was no document to answer from, saying that."""
    if answer.coverage.documents_in_scope or answer.answer is not None:
        return answer
    detail = (
        "no document of the collection meets the filters"
        if scope.filters
        else "the collection has no documents"
    )
    return replace(answer, abstained=Abstention(reason=AbstainReason.NO_EVIDENCE, detail=detail))


async def _wrong(attempt: Awaitable[object]) -> str:
    try:
        await attempt
    except IbidError as error:
        return str(error)
    return ""
