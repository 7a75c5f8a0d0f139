"""ibid in process: retrieval, answers and ingestion over one open store."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from core.clock import Deadline, SystemClock
from core.errors import DeadlineError, EmbedderMismatchError, NotFoundError
from core.settings import config_hash
from core.tokens import count_tokens
from core.wiring import open_clients
from retrieval.search import Retriever
from serve.answer.answer import Answerer
from serve.answer.assemble import say_scope_is_empty
from serve.answer.events import FINAL, Event, Tell
from serve.answer.kept import KeptAnswers
from serve.answer.strategies.strategy import Limits
from serve.boxes import Boxes
from serve.checks import Lately, wrong
from serve.readers import Readers
from serve.service import SearchResult

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from core.answers import Answer, Plan
    from core.clock import Clock
    from core.ids import CollectionName, DocumentId
    from core.kept import KeptAnswer, Replay
    from core.protocols import Embedder, RecordStore
    from core.records import CollectionRecord, DocumentRecord, Job
    from core.settings import Settings
    from core.types import Span
    from core.wiring import Clients
    from serve.answer.question import Question
    from serve.service import IngestRequest


class Engine:
    """The `Service` of the process that holds the store."""

    def __init__(self, clients: Clients, settings: Settings, *, clock: Clock | None = None) -> None:
        """Serve what `clients` has open; by `clock` (`None`: the machine's) models are timed."""
        self._clients, self._clock = clients, clock or SystemClock()
        self._library = clients.library
        self._settings = settings
        self._readers = Readers(clients, settings, clock=self._clock)
        self._boxes = Boxes(clients.library)
        self._embedder_lately = Lately(clock=self._clock)
        self._kept = KeptAnswers(
            self.records,
            self._library,
            days=settings.answer_days,
            config_hash=config_hash(settings),
            clock=self._clock,
        )

    @property
    def records(self) -> RecordStore:
        """The control collection, for whoever keeps jobs in it."""
        return self._clients.store.records

    async def ask(self, question: Question) -> Answer:
        """Return an answer whose every claim cites verbatim quotes, or an abstention.

        Raises:
            DeadlineError: the embedder took too long.
        """
        return await self._answer(question, Tell())

    async def stream(self, question: Question) -> AsyncGenerator[Event]:
        """Yield how the answer comes about, and at the end, as `final`, what `ask` returns.

        Raises:
            DeadlineError: the embedder took too long.
        """
        events: asyncio.Queue[Event | None] = asyncio.Queue()
        answering = asyncio.create_task(self._answer(question, Tell(events.put_nowait)))
        answering.add_done_callback(lambda _: events.put_nowait(None))
        try:
            while (event := await events.get()) is not None:
                yield event
            yield Event(kind=FINAL, data=await answering)
        finally:
            answering.cancel()
            await asyncio.wait([answering])

    async def plan(self, question: Question) -> Plan:
        """Return how a question would be answered; spends nothing.

        Raises:
            DeadlineError: the embedder was not reached in time.
        """
        answerer = await self._answerer(question, await self._deadline())
        return await answerer.plan(question)

    async def _answer(self, question: Question, tell: Tell) -> Answer:
        deadline = await self._deadline()
        answerer = await self._answerer(question, deadline)
        limits = Limits(
            top_k=question.top_k or self._settings.top_k,
            max_tokens=question.max_context_tokens or self._settings.evidence_tokens,
            deadline=deadline,
        )
        answer = await answerer.answer(question, limits, tell=tell)
        answer = say_scope_is_empty(answer, question.scope)
        answer = await self._boxes.on(answer, question.scope.collection)
        await self._kept.keep(answer, question.scope.collection)
        return answer

    async def kept_answer(self, answer_id: str) -> KeptAnswer:
        """Return an answer as it was given, without what it says from deleted documents."""
        return await self._kept.answer(answer_id)

    async def replay(self, answer_id: str) -> Replay:
        """Check the citations of a kept answer against today's documents."""
        return await self._kept.replay(answer_id)

    async def search(self, question: Question) -> SearchResult:
        """Return passages, best first.

        Raises:
            DeadlineError: the embedder took too long.
        """
        started = time.perf_counter()
        deadline = await self._deadline()
        embedder = await self._embedder(question.scope.collection, deadline)
        retriever = await self._retriever(question.scope.collection, embedder)
        await self._library.expect(question.scope.collection, question.scope.document_ids)
        found = await retriever.find(
            question.text,
            question.scope,
            top_k=question.top_k or self._settings.top_k,
            deadline=deadline,
        )
        elapsed = round((time.perf_counter() - started) * 1_000, 3)
        return SearchResult(
            passages=found.passages,
            timings_ms={"search": elapsed, "total": elapsed},
            fallbacks=found.fallbacks,
        )

    async def ingest(self, request: IngestRequest) -> AsyncIterator[Job]:
        """Ingest and yield how it stands; the last one yielded is final."""
        from serve.ingesting import jobs_of  # noqa: PLC0415 - with the parsers, for who ingests

        embedder = await self._embedder_of(request)
        record = await self._library.create_collection(request.collection, embedder)
        async for job in jobs_of(request, self._clients, self._settings, record, embedder=embedder):
            yield job
        await (await self._library.index(record.name)).optimize()

    async def _deadline(self) -> Deadline:
        """Return until when a question may take; what is imported once does not count."""
        await self._clients.models.ready()
        return Deadline.after(self._settings.timeout_s, clock=self._clock)

    async def _embedder(self, collection: CollectionName, deadline: Deadline) -> Embedder:
        """Return what made a collection."""
        record = await self._library.collection(collection)
        late = DeadlineError("was not reached in the time for a question", model=record.embedder)
        async with deadline.enforced(late=late):
            return await self._clients.embedders.of(record)

    async def _retriever(self, collection: CollectionName, embedder: Embedder) -> Retriever:
        return Retriever(
            await self._library.index(collection),
            self._library,
            embedder=embedder,
            sparse=self._clients.sparse,
            reranker=self._clients.models.reranker,
        )

    async def _answerer(self, question: Question, deadline: Deadline) -> Answerer:
        scope = question.scope
        embedder = await self._embedder(scope.collection, deadline)
        await self._library.expect(scope.collection, scope.document_ids)
        retriever = await self._retriever(scope.collection, embedder)
        return Answerer(await self._readers.ways(retriever, embedder), self._library)

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
        return await embedders.of(record)

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
        """Delete a collection, all that is in it, and what was answered from it."""
        collection = await self._library.collection(name)
        await self._kept.forget_collection(name)
        await self._readers.windows.forget_collection(name)
        if self._clients.embedders.keeps(collection):
            async for document in self._library.all_documents(name):
                await self._forget_vectors(collection, document)
        await self._library.delete_collection(name)
        await self._kept.forget_collection(name)  # what was answered meanwhile
        await self._readers.windows.forget_collection(name)

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
        """Delete a document and everything that was made of it, in kept answers too."""
        record = await self._library.document(collection, document)
        await self._kept.forget(document)
        await self._readers.windows.forget(document)
        await self._forget_vectors(await self._library.collection(collection), record)
        await self._library.delete_document(collection, document)
        await self._kept.forget(document)  # what was answered meanwhile
        await self._readers.windows.forget(document)

    async def _forget_vectors(self, collection: CollectionRecord, document: DocumentRecord) -> None:
        if self._clients.embedders.keeps(collection):
            from ingest.embedded import embedded_texts  # noqa: PLC0415 - as the rest of `ingest`

            texts = await embedded_texts(self._library, document)
            await self._clients.embedders.forget(collection, texts)

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
        await self._boxes.ready()
        return {
            "store": await wrong(self._library.collections()),
            "embedder": await self._embedder_lately.wrong(self._clients.embedders.get),
        }

    async def close(self) -> None:
        """Release the store, when all answers that were given are in it."""
        await self._kept.drain()
        self._boxes.close()
        await self._clients.close()


async def open_engine(settings: Settings) -> Engine:
    """Open the store that the settings name.

    Raises:
        StoreBusyError: another process holds the embedded store.
        StoreError: the store cannot be opened or reached.
    """
    return Engine(await asyncio.to_thread(open_clients, settings), settings)
