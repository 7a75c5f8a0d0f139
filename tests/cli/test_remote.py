from __future__ import annotations

import os
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from cli.remote import RemoteService
from core.errors import ConflictError, RequestError, ServerError, UnavailableError
from core.ids import CollectionName
from core.types import Scope
from serve.answer.events import Shown
from serve.answer.question import Question
from serve.lease import Lease, read_lease
from serve.service import IngestRequest, TextSource

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Generator
    from pathlib import Path

    from tests.doubles.scripted_service import ScriptedService

HERE = CollectionName("default")


@contextmanager
def answering(status: int, body: bytes) -> Generator[Lease]:
    """Run a server that is not ours and answers everything alike."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield Lease(url=f"http://127.0.0.1:{server.server_port}", token="t", pid=os.getpid())
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("status", "body"), [(200, b"<html>"), (404, b""), (401, b'{"status":"ok"}')]
)
async def test_another_server_on_the_port_is_not_ours(status: int, body: bytes) -> None:
    with answering(status, body) as lease:
        remote = RemoteService(lease)
        assert not await remote.is_alive()
        await remote.close()


async def test_an_answer_that_is_no_problem_is_told_by_its_status() -> None:
    with answering(502, b"<html>") as lease:
        remote = RemoteService(lease)
        with pytest.raises(ServerError, match="the server answered 502 Bad Gateway") as caught:
            await remote.collections()
        await remote.close()
    assert caught.value.status == 502


async def test_an_answer_of_another_shape_is_refused() -> None:
    with answering(200, b'{"collections": 1}') as lease:
        remote = RemoteService(lease)
        with pytest.raises(ServerError, match="something else than Collections"):
            await remote.collections()
        await remote.close()


async def test_a_server_that_ended_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    remote = RemoteService(Lease(url=url, token="t", pid=os.getpid()))

    assert not await remote.is_alive()
    with pytest.raises(ServerError, match=f"the server at {url} broke off"):
        await remote.collections()
    await remote.close()


async def test_errors_are_those_that_the_service_raised(
    service: ScriptedService, data_dir: Path
) -> None:
    lease = read_lease(data_dir)
    assert lease is not None
    remote = RemoteService(lease)
    await remote.create_collection(CollectionName("notes"))

    with pytest.raises(ConflictError, match="was made by another embedder"):
        await remote.create_collection(CollectionName("notes"), embedder="other")
    with pytest.raises(RequestError, match="allowed: a–z"):
        await remote.create_collection(CollectionName("a b"))
    with pytest.raises(ServerError, match="no collection 'nope'") as caught:
        await remote.delete_collection(CollectionName("nope"))
    await remote.close()
    assert caught.value.status == 404


async def test_what_is_wrong_with_a_server_is_told(
    service: ScriptedService, data_dir: Path
) -> None:
    service.wrong = {"store": "the disk is full", "embedder": ""}
    lease = read_lease(data_dir)
    assert lease is not None
    remote = RemoteService(lease)

    assert await remote.check() == service.wrong
    await remote.close()


@pytest.fixture
async def remote(service: ScriptedService, data_dir: Path) -> AsyncIterator[RemoteService]:
    await service.create_collection(HERE)
    texts = [TextSource(title="Moon", text="The moon is small.")]
    async for _ in service.ingest(IngestRequest(collection=HERE, texts=texts)):
        pass
    lease = read_lease(data_dir)
    assert lease is not None
    remote = RemoteService(lease)
    yield remote
    await remote.close()


async def test_a_streamed_answer_is_the_one_that_is_asked_for(remote: RemoteService) -> None:
    question = Question(text="How is the moon?", scope=Scope(collection=HERE))
    events = [event async for event in remote.stream(question)]
    assert {event.kind for event in events} == {"delta", "final"}
    answer = await remote.ask(question)
    assert events[-1].data == answer
    shown = "".join(event.data.text for event in events if isinstance(event.data, Shown))
    assert shown.strip() == answer.answer


async def test_an_error_of_a_stream_is_the_one_that_the_service_raised(
    remote: RemoteService, service: ScriptedService
) -> None:
    question = Question(text="How is the moon?", scope=Scope(collection=HERE))
    service.failure_late = UnavailableError("503: down", model="x/1", status=503)
    with pytest.raises(ServerError, match="down") as late:
        [event async for event in remote.stream(question)]
    assert late.value.status == 503
    elsewhere = Question(text="How?", scope=Scope(collection=CollectionName("nope")))
    with pytest.raises(ServerError, match="no collection 'nope'"):
        [event async for event in remote.stream(elsewhere)]
