import gzip
import socket
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager

import pytest
from pydantic import SecretStr
from requests import Response

from core.clock import SystemClock
from core.errors import ProviderError, ReplyError, UnavailableError
from core.nim.attempts import Request
from core.nim.session import Connections, NimSession
from tests.doubles.clock import ScaledClock
from tests.doubles.nim.faults import Accepted, HtmlPage, Respond
from tests.doubles.nim.standin import NimStandin

MODEL = "baai/bge-m3"


@pytest.fixture
def connections() -> Iterator[Connections]:
    opened = Connections(clock=SystemClock())
    yield opened
    opened.close()


def _request(timeout_s: float = 5) -> Request:
    return Request(model_id=MODEL, api_key=SecretStr("nvapi-k"), timeout_s=timeout_s)


def _ask(url: str) -> Callable[[NimSession], Response]:
    body = {"model": MODEL, "input": ["text"], "input_type": "query"}
    return lambda session: session.post(url, json=body)


async def test_an_answer_is_read_and_parsed(nim: NimStandin, connections: Connections) -> None:
    response = await connections.attempt(_request(), _ask(f"{nim.url}/embeddings"))
    assert response.status_code == 200
    assert response.json()["data"][0]["index"] == 0


async def test_the_endpoint_is_told_how_long_somebody_waits(
    nim: NimStandin, connections: Connections
) -> None:
    for timeout_s in (0.9, 42.5, 99_999):
        await connections.attempt(_request(timeout_s), _ask(f"{nim.url}/embeddings"))
    held = [asked.headers["nvcf-poll-seconds"] for asked in nim.log]
    assert held == ["1", "42", "3600"]


async def test_the_key_is_not_taken_elsewhere(nim: NimStandin, connections: Connections) -> None:
    nim.script(MODEL, Respond(status=307, headers={"location": f"{nim.origin}/v1/models"}))
    with pytest.raises(UnavailableError, match="307: sent elsewhere"):
        await connections.attempt(_request(), _ask(f"{nim.url}/embeddings"))
    assert len(nim.log) == 1


async def test_cookies_are_not_kept(nim: NimStandin, connections: Connections) -> None:
    cookie = {"set-cookie": "who=you", "content-type": "application/json"}
    nim.script(MODEL, Respond(status=200, body={}, headers=cookie))
    for _ in range(2):
        await connections.attempt(_request(), _ask(f"{nim.url}/embeddings"))
    assert "cookie" not in nim.log.requests[1].headers


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (HtmlPage(), ReplyError),
        (Respond(status=200, body=b"{"), ReplyError),
        (Respond(status=204), ProviderError),
        (Accepted(with_id=False), UnavailableError),
        (Respond(status=202, headers={"nvcf-reqid": "../../models?x="}), UnavailableError),
    ],
    ids=["html", "half", "nothing", "promise without an id", "promise with a path"],
)
async def test_what_is_no_answer_is_an_error(
    nim: NimStandin, connections: Connections, answer: Respond, error: type[ProviderError]
) -> None:
    nim.script(MODEL, answer)
    with pytest.raises(error):
        await connections.attempt(_request(), _ask(f"{nim.url}/embeddings"))
    assert len(nim.log) == 1


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
@pytest.mark.parametrize("status", [200, 500])
async def test_no_more_of_a_reply_is_read_than_a_model_may_have_to_say(
    nim: NimStandin,
    *,
    packed: bool,
    status: int,
) -> None:
    body = b'{"data": "%s"}' % (b"x" * 200_000)
    headers = {"content-type": "application/json"}
    if packed:
        body, headers = gzip.compress(body), {**headers, "content-encoding": "gzip"}
    connections = Connections(clock=SystemClock(), most_bytes=100_000)
    nim.script(MODEL, Respond(status, body, headers))
    with pytest.raises(ReplyError, match="more than 100,000 bytes"):
        await connections.attempt(_request(), _ask(f"{nim.url}/embeddings"))
    await connections.attempt(_request(), _ask(f"{nim.url}/embeddings"))
    connections.close()


@contextmanager
def _dripping() -> Generator[tuple[str, threading.Event]]:
    """Serve one answer a byte at a time, and tell when the client has gone."""
    gone = threading.Event()
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(65_536)
            head = (
                b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n"
            )
            try:
                connection.sendall(head)
                while True:
                    connection.sendall(b" ")
                    time.sleep(0.01)
            except OSError:
                gone.set()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/v1/embeddings", gone
    finally:
        thread.join()
        server.close()


async def test_an_answer_that_comes_byte_by_byte_is_cut_off_and_its_thread_freed(
    connections: Connections,
) -> None:
    with _dripping() as (url, gone), pytest.raises(UnavailableError, match=r"within 0.2 s"):
        await connections.attempt(_request(0.2), _ask(url))
    assert gone.is_set()


async def test_time_is_that_of_the_clock() -> None:
    with NimStandin() as nim:
        nim.script(MODEL, Respond(status=200, body={}), Respond(status=200, body={}))
        connections = Connections(clock=ScaledClock(1000))
        with pytest.raises(UnavailableError, match=r"within 30 s"):
            await connections.attempt(_request(30), lambda _: time.sleep(0.5))
        connections.close()


async def test_a_proxy_of_the_environment_is_used(
    nim: NimStandin, connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", nim.origin)
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(ProviderError):
        await connections.attempt(_request(), _ask("http://nim.example/v1/elsewhere"))
    assert nim.log.connections == 1
