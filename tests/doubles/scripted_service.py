"""A `Service` over texts in memory; it answers with the first sentence that shares a word."""

from __future__ import annotations

import asyncio
import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from core.answers import (
    AbstainReason,
    Abstention,
    Answer,
    Citation,
    Claim,
    Estimate,
    Plan,
    Route,
    Verdict,
)
from core.clock import SystemClock
from core.errors import ConflictError, NotFoundError, RequestError
from core.ids import ChunkId, CollectionName, DocumentId, VersionId, document_id
from core.records import (
    CollectionRecord,
    DocumentCounts,
    DocumentRecord,
    Failure,
    Job,
    JobProgress,
    JobState,
)
from core.types import Passage, Span
from serve.answer.events import FINAL, Event, Shown
from serve.answer.kept import KeptAnswers
from serve.service import SearchResult
from tests.doubles.memory_records import MemoryRecords

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Sequence

    from core.kept import KeptAnswer, Replay
    from serve.answer.question import Question
    from serve.service import IngestRequest

MOMENT = "2026-01-02T03:04:05+00:00"


class ScriptedService:
    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.names: dict[CollectionName, CollectionRecord] = {}
        self.texts: dict[DocumentId, str] = {}
        self.records: dict[DocumentId, DocumentRecord] = {}
        self.asked: list[Question] = []
        self.ingested: list[IngestRequest] = []
        self.failure: Exception | None = None
        """Raised by every question and ingestion, where set."""
        self.failure_late: Exception | None = None
        """Raised by every answer once it has begun, where set."""
        self.hold: asyncio.Event | None = None
        """Ingestions wait for it, where there is one."""
        self.wrong = {"store": "", "embedder": ""}
        self.checked = 0
        self.hold_check: asyncio.Event | None = None
        """Checks wait for it, where there is one."""
        self.closed = False
        self.kept = KeptAnswers(
            MemoryRecords(), _Shelf(self), days=30, config_hash="scripted", clock=SystemClock()
        )

    async def ask(self, question: Question) -> Answer:
        answer = await self._answer(question)
        await self.kept.keep(answer, question.scope.collection)
        return answer

    async def stream(self, question: Question) -> AsyncGenerator[Event]:
        answer = await self.ask(question)
        for piece in (answer.answer or "").split(" "):
            yield Event(kind="delta", data=Shown(text=piece + " "))
            if self.failure_late is not None:
                raise self.failure_late
        yield Event(kind=FINAL, data=answer)

    async def kept_answer(self, answer_id: str) -> KeptAnswer:
        return await self.kept.answer(answer_id)

    async def replay(self, answer_id: str) -> Replay:
        return await self.kept.replay(answer_id)

    async def _answer(self, question: Question) -> Answer:
        passages = (await self.search(question)).passages
        route = Route(
            strategy="retrieval",
            tier="standard",
            model="extractive",
            context_tokens=9,
            reserve_tokens=0,
            window=131_072,
            reason="passages were enough",
        )
        if not passages:
            none = Abstention(reason=AbstainReason.NO_EVIDENCE, detail="nothing speaks of it")
            return Answer(
                id="ans_none",
                question=question.text,
                answer=None,
                abstained=none,
                generated=False,
                route=route,
            )
        best = passages[0]
        citation = Citation(
            n=1,
            document_id=best.document_id,
            title=best.title,
            source=best.source,
            pages=best.pages,
            span=best.span,
            quote=best.text,
            chunk_id=best.chunk_id,
            score=best.score,
            verdict=Verdict.SUPPORTED,
            checked_by=("quote",),
        )
        claim = Claim(
            text=best.text,
            start=0,
            end=len(best.text),
            citations=(1,),
            verdict=Verdict.SUPPORTED,
            score=1.0,
        )
        return Answer(
            id="ans_one",
            question=question.text,
            answer=f"{best.text} [1]",
            generated=False,
            claims=(claim,),
            citations=(citation,),
            route=route,
        )

    async def plan(self, question: Question) -> Plan:
        answer = await self.ask(question)
        estimate = Estimate(prompt_tokens=10, completion_tokens=5, cost_usd=None, calls=1)
        return Plan(route=answer.route, estimate=estimate)

    async def search(self, question: Question) -> SearchResult:
        self.asked.append(question)
        if self.failure:
            raise self.failure
        self.collection(question.scope.collection)
        for document in question.scope.document_ids:
            await self.document(question.scope.collection, document)
        words = set(re.findall(r"\w{4,}", question.text.lower()))
        found = [
            self._passage(record, Span(*match.span()))
            for record in self.records.values()
            if record.collection == question.scope.collection
            for match in re.finditer(r"[^.\s][^.]*\.", self.texts[record.document_id])
            if words & set(re.findall(r"\w+", match[0].lower()))
        ]
        return SearchResult(passages=found[: question.top_k or 10], timings_ms={"total": 0.1})

    async def ingest(self, request: IngestRequest) -> AsyncIterator[Job]:
        self.ingested.append(request)
        if self.failure:
            raise self.failure
        await self.create_collection(request.collection, embedder=request.embedder)
        given = [(t.title, t.text) for t in request.texts]
        given += [(u.name, u.content.decode()) for u in request.uploads]
        given += [(p, await asyncio.to_thread(Path(p).read_text)) for p in request.paths]
        failures = tuple(
            Failure(source=source, stage="load", reason="empty")
            for source, text in given
            if not text
        )
        job = Job(
            job_id="job_scripted",
            state=JobState.RUNNING,
            collection=request.collection,
            documents=DocumentCounts(total=len(given), failed=len(failures)),
            failures=failures,
            created_at=MOMENT,
            updated_at=MOMENT,
        )
        yield job
        if self.hold:
            await self.hold.wait()
        for source, text in given:
            if text:
                self._add(request.collection, source, text)
        done = len(given) - len(failures)
        yield replace(
            job,
            state=JobState.DONE,
            documents=replace(job.documents, done=done),
            progress=JobProgress(pages=0, chunks=done, chunks_per_s=100.0, pages_per_s=0.0),
        )

    async def collections(self) -> list[CollectionRecord]:
        return sorted(self.names.values(), key=lambda c: c.name)

    async def create_collection(
        self, name: CollectionName, *, embedder: str | None = None
    ) -> CollectionRecord:
        if " " in name:
            raise RequestError(f"collection name {name!r}; allowed: a–z")
        there = self.names.get(name)
        if there and embedder not in {None, there.embedder}:
            raise ConflictError(f"collection {name!r} was made by another embedder")
        self.names[name] = there or CollectionRecord(
            name=name,
            index=f"{name}.scripted",
            embedder=embedder or "scripted",
            dimensions=3,
            created_at=MOMENT,
        )
        return self.names[name]

    async def delete_collection(self, name: CollectionName) -> None:
        self.collection(name)
        del self.names[name]

    async def documents(
        self, collection: CollectionName, *, limit: int = 100, cursor: str | None = None
    ) -> tuple[list[DocumentRecord], str | None]:
        self.collection(collection)
        ids = sorted(i for i, r in self.records.items() if r.collection == collection)
        ids = [i for i in ids if i >= (cursor or "")]
        following = ids[limit] if len(ids) > limit else None
        return [self.records[i] for i in ids[:limit]], following

    async def document(self, collection: CollectionName, document: DocumentId) -> DocumentRecord:
        found = self.records.get(document)
        if found is None or found.collection != collection:
            raise NotFoundError("document", document)
        return found

    async def delete_document(self, collection: CollectionName, document: DocumentId) -> None:
        await self.document(collection, document)
        await self.kept.forget(document)
        del self.records[document], self.texts[document]

    async def text(
        self, collection: CollectionName, document: DocumentId, span: Span | None = None
    ) -> tuple[Span, str]:
        record = await self.document(collection, document)
        wanted = Span(0, record.characters) if span is None else span
        if not 0 <= wanted.start <= wanted.end <= record.characters:
            raise RequestError(f"span {wanted.start}–{wanted.end} is not in the document")
        return wanted, wanted.slice(self.texts[document])

    async def check(self) -> dict[str, str]:
        self.checked += 1
        if self.hold_check:
            await self.hold_check.wait()
        return self.wrong

    async def close(self) -> None:
        self.closed = True

    def collection(self, name: CollectionName) -> CollectionRecord:
        if name not in self.names:
            raise NotFoundError("collection", name)
        return self.names[name]

    def _add(self, collection: CollectionName, source: str, text: str) -> None:
        document = document_id(collection, source)
        self.texts[document] = text
        self.records[document] = DocumentRecord(
            document_id=document,
            collection=collection,
            version=VersionId("ver_1"),
            source=source,
            title=Path(source).name,
            format="text",
            language="en",
            encoding="utf-8",
            bytes=len(text.encode()),
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            characters=len(text),
            tokens=len(text.split()),
            chunks=1,
            page_spans=((0, len(text)),),
            metadata={"year": 2024, "draft": False, "tags": ["a", "b"]},
            embedder="scripted",
            parser=1,
            chunker=1,
            created_at=MOMENT,
            updated_at=MOMENT,
        )

    def _passage(self, record: DocumentRecord, span: Span) -> Passage:
        return Passage(
            chunk_id=ChunkId("c"),
            document_id=record.document_id,
            version=record.version,
            title=record.title,
            source=record.source,
            span=span,
            text=span.slice(self.texts[record.document_id]),
            pages=record.pages_of(span),
            section=("One", "Two"),
            score=0.5,
        )


class _Shelf:
    """The documents of the service, as its kept answers are compared with them."""

    def __init__(self, service: ScriptedService) -> None:
        self._service = service

    async def collection(self, name: CollectionName) -> CollectionRecord:
        return self._service.collection(name)

    async def documents(
        self, collection: CollectionName, ids: Sequence[DocumentId]
    ) -> dict[DocumentId, DocumentRecord]:
        known = {i: self._service.records[i] for i in ids if i in self._service.records}
        return {i: record for i, record in known.items() if record.collection == collection}

    async def text(
        self, collection: CollectionName, document: DocumentId, span: Span | None = None
    ) -> tuple[Span, str]:
        return await self._service.text(collection, document, span)
