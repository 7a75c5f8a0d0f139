"""ibid through a running server: the `Service` of a process that does not hold the store."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import httpx

from core.answers import Answer, Plan
from core.errors import IbidError, ServerError
from core.kept import KeptAnswer, Replay
from core.records import CollectionRecord, DocumentRecord, Job, JobState
from core.types import Span
from serve.answer.events import FINAL, Event, Progress, Routed, Shown
from serve.jobs import INTERRUPTED
from serve.problems import Problem, error_of
from serve.service import SearchResult
from serve.wire import (
    ALIVE,
    Collections,
    DocumentPage,
    Passages,
    Readiness,
    TextSlice,
    filters_json,
    from_bytes,
    to_bytes,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Mapping

    from core.ids import CollectionName, DocumentId
    from serve.answer.question import Question
    from serve.lease import Lease
    from serve.service import IngestRequest

_LOOK_S = 2.0
"""How long to wait for a sign of life, which a server gives at once."""
_SHAPES: dict[str, type[object]] = {
    "progress": Progress,
    "route": Routed,
    "delta": Shown,
    FINAL: Answer,
}
"""Of the events that are shown."""
_POLL_S = (0.02, 0.25)
"""The first and the longest pause between two looks at a job."""


class RemoteService:
    """Asks the server that holds the store."""

    def __init__(self, lease: Lease) -> None:
        self.lease = lease
        self._http = httpx.AsyncClient(
            base_url=lease.url,
            headers={"Authorization": f"Bearer {lease.token}"},
            timeout=httpx.Timeout(None, connect=_LOOK_S),
            trust_env=False,  # a proxy would be sent the token
            verify=False,  # noqa: S501 - the URL is http; loading certificates takes 0.1 s
        )

    async def is_alive(self) -> bool:
        """Tell whether the server of the lease answers and takes its token."""
        try:
            response = await self._http.get("/healthz", timeout=_LOOK_S)
        except httpx.HTTPError:
            return False
        return response.is_success and response.content == to_bytes(ALIVE)

    async def ask(self, question: Question) -> Answer:
        """Return an answer whose every claim cites verbatim quotes, or an abstention."""
        return from_bytes(Answer, await self._send("POST", "/v1/query", _query_json(question)))

    async def stream(self, question: Question) -> AsyncGenerator[Event]:
        """Yield the text as it comes, and at the end, as `final`, what `ask` returns."""
        body = to_bytes({**_query_json(question), "stream": True})
        headers = {"Content-Type": "application/json"}
        try:
            async with self._http.stream(
                "POST", "/v1/query", content=body, headers=headers
            ) as response:
                if not response.is_success:
                    await response.aread()
                    raise _error(response)
                async for kind, data in _events(response.aiter_lines()):
                    if kind == "error":
                        raise error_of(from_bytes(Problem, data))
                    if kind in _SHAPES:
                        yield Event(kind=kind, data=from_bytes(_SHAPES[kind], data))
        except httpx.HTTPError as error:
            raise self._broken(error) from error

    async def plan(self, question: Question) -> Plan:
        """Return how a question would be answered; spends nothing."""
        return from_bytes(Plan, await self._send("POST", "/v1/query/plan", _query_json(question)))

    async def search(self, question: Question) -> SearchResult:
        """Return passages, best first."""
        found = from_bytes(Passages, await self._send("POST", "/v1/search", _search_json(question)))
        return SearchResult(
            passages=found.passages, timings_ms=found.timings_ms, fallbacks=found.fallbacks
        )

    async def kept_answer(self, answer_id: str) -> KeptAnswer:
        """Return an answer as it was given, without what it says from deleted documents."""
        path = f"/v1/answers/{_part(answer_id)}"
        return from_bytes(KeptAnswer, await self._send("GET", path))

    async def replay(self, answer_id: str) -> Replay:
        """Check the citations of a kept answer against today's documents."""
        path = f"/v1/answers/{_part(answer_id)}/replay"
        return from_bytes(Replay, await self._send("POST", path))

    async def ingest(self, request: IngestRequest) -> AsyncGenerator[Job]:
        """Let the server ingest paths and texts, and yield how it stands.

        Raises:
            ServerError: the job broke as a whole, or the server ended.
        """
        body = {
            "sources": list(request.paths),
            "texts": list(request.texts),
            "metadata": request.metadata,
            "refresh": request.refresh,
            "embedder": request.embedder,
        }
        path = f"/v1/collections/{_part(request.collection)}/documents"
        job = from_bytes(Job, await self._send("POST", path, body))
        pause, longest = _POLL_S
        while True:
            yield job
            if job.state not in {JobState.QUEUED, JobState.RUNNING}:
                break
            await asyncio.sleep(pause)
            pause = min(2 * pause, longest)
            job = await self._job(job.job_id)
        if job.state is JobState.FAILED:
            raise ServerError(job.failures[-1].reason, status=500)

    async def _job(self, job_id: str) -> Job:
        try:
            return from_bytes(Job, await self._send("GET", f"/v1/jobs/{job_id}"))
        except ServerError as error:
            if error.status != HTTPStatus.SERVICE_UNAVAILABLE:
                raise
            raise ServerError(INTERRUPTED, status=error.status) from error

    async def collections(self) -> list[CollectionRecord]:
        """Return every collection, by name."""
        return list(from_bytes(Collections, await self._send("GET", "/v1/collections")).collections)

    async def create_collection(
        self, name: CollectionName, *, embedder: str | None = None
    ) -> CollectionRecord:
        """Create a collection, or return the one that is there."""
        path = f"/v1/collections/{_part(name)}"
        return from_bytes(CollectionRecord, await self._send("PUT", path, {"embedder": embedder}))

    async def delete_collection(self, name: CollectionName) -> None:
        """Delete a collection, all that is in it, and what was answered from it."""
        await self._send("DELETE", f"/v1/collections/{_part(name)}")

    async def documents(
        self, collection: CollectionName, *, limit: int = 100, cursor: str | None = None
    ) -> tuple[list[DocumentRecord], str | None]:
        """Return a page of documents and the cursor of the next."""
        query = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        path = f"/v1/collections/{_part(collection)}/documents?{urlencode(query)}"
        page = from_bytes(DocumentPage, await self._send("GET", path))
        return list(page.documents), page.next_cursor

    async def document(self, collection: CollectionName, document: DocumentId) -> DocumentRecord:
        """Return one document."""
        return from_bytes(DocumentRecord, await self._send("GET", _path(collection, document)))

    async def delete_document(self, collection: CollectionName, document: DocumentId) -> None:
        """Delete a document and everything that was made of it."""
        await self._send("DELETE", _path(collection, document))

    async def text(
        self, collection: CollectionName, document: DocumentId, span: Span | None = None
    ) -> tuple[Span, str]:
        """Return a slice of a document's canonical text (`None`: the whole)."""
        query = "" if span is None else f"?start={span.start}&end={span.end}"
        path = f"{_path(collection, document)}/text{query}"
        found = from_bytes(TextSlice, await self._send("GET", path))
        return Span(found.start, found.end), found.text

    async def check(self) -> dict[str, str]:
        """Return what is wrong with the `store` and the `embedder`; empty text: nothing."""
        response = await self._request("GET", "/readyz")
        checks = from_bytes(Readiness, response.content).checks
        return {name: "" if found == "ok" else found for name, found in checks.items()}

    async def close(self) -> None:
        """Close the connection; the server goes on."""
        await self._http.aclose()

    async def _send(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> bytes:
        """Return the body of a response; raises the error that a problem tells of."""
        response = await self._request(method, path, body)
        if not response.is_success:
            raise _error(response)
        return response.content

    async def _request(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> httpx.Response:
        try:
            return await self._http.request(
                method,
                path,
                content=None if body is None else to_bytes(body),
                headers=None if body is None else {"Content-Type": "application/json"},
            )
        except httpx.HTTPError as error:
            raise self._broken(error) from error

    def _broken(self, error: httpx.HTTPError) -> ServerError:
        return ServerError(
            f"the server at {self.lease.url} broke off: {error or type(error).__name__}",
            status=503,
        )


async def _events(lines: AsyncIterator[str]) -> AsyncGenerator[tuple[str, bytes]]:
    """Yield the kind and the data of server-sent events, each of which has one line of data."""
    kind = ""
    async for line in lines:
        field, _, value = line.partition(": ")
        if field == "event":
            kind = value
        elif field == "data":
            yield kind, value.encode()


def _query_json(question: Question) -> dict[str, object]:
    sampling = question.sampling
    return {
        **_search_json(question),
        "strategy": question.strategy,
        "task": question.task,
        "language": question.language,
        "history": [{"role": said.role, "content": said.text} for said in question.history],
        "response_schema": question.schema,
        "reasoning": question.reasoning,
        "max_context_tokens": question.max_context_tokens,
        "max_cost_usd": question.max_cost_usd,
        "max_tokens": sampling.max_tokens,
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "stop": sampling.stop,
        "model": question.model,
    }


def _search_json(question: Question) -> dict[str, object]:
    return {
        "question": question.text,
        "collection": question.scope.collection,
        "document_ids": question.scope.document_ids,
        "filters": filters_json(question.scope.filters),
        "top_k": question.top_k,
    }


def _path(collection: CollectionName, document: DocumentId) -> str:
    return f"/v1/collections/{_part(collection)}/documents/{_part(document)}"


def _part(name: str) -> str:
    return quote(name, safe="")


def _error(response: httpx.Response) -> IbidError:
    try:
        return error_of(from_bytes(Problem, response.content))
    except ServerError:
        return ServerError(
            f"the server answered {response.status_code} {response.reason_phrase}",
            status=response.status_code,
        )
