import asyncio
import gzip
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, suppress
from itertools import pairwise
from pathlib import Path

import orjson
import pytest
from pydantic import SecretStr

from core.errors import ModelGoneError, ProviderError, ReplyError, UnavailableError
from core.nim.attempts import Request
from core.nim.connections import SENT, Call, ChatConnections, Timeouts
from tests.doubles.clock import ScaledClock
from tests.doubles.nim.faults import Accepted, HtmlPage, JsonList, PageNotFound, Respond, Slow
from tests.doubles.nim.log import Ending
from tests.doubles.nim.standin import NimStandin

MODEL = "openai/gpt-oss-20b"
KEY = "nvapi-a-secret"
EVENTS = "text/event-stream"
EVENT = b'data: {"said": "%s"}\n\n' % (b"x" * 900)


@pytest.fixture
def clock() -> ScaledClock:
    return ScaledClock(100)


@pytest.fixture
def nim(clock: ScaledClock) -> Iterator[NimStandin]:
    with NimStandin(clock=clock) as running:
        yield running


@pytest.fixture
async def connections(clock: ScaledClock) -> AsyncIterator[ChatConnections]:
    opened = ChatConnections(clock=clock, timeouts=Timeouts())
    yield opened
    await opened.close()


class Counter:
    def __init__(self) -> None:
        self.counted = 0

    async def __call__(self) -> None:
        self.counted += 1


def _call(
    nim: NimStandin,
    *,
    key: str | None = KEY,
    timeout_s: float = 1000,
    count: Counter | None = None,
    url: str = "",
) -> Call:
    messages = [{"role": "user", "content": "[1] Paris is in France.\n\nWhere is Paris?"}]
    body = {"model": MODEL, "messages": messages, "stream": True, "max_tokens": 100}
    request = Request(
        model_id=MODEL,
        api_key=SecretStr(key) if key else None,
        timeout_s=timeout_s,
        count=count or Counter(),
    )
    url = url or f"{nim.url}/chat/completions"
    return Call(url=url, body=orjson.dumps(body), request=request)


TOO_LONG: dict[str, Respond] = {
    "stream": Respond(200, EVENT * 9, {"content-type": "text/event-stream"}),
    "one endless event": Respond(200, b"data: " + b"x" * 9_000, {"content-type": EVENTS}),
    "whole": Respond(200, {"choices": "x" * 9_000}),
    "refusal": Respond(500, b"x" * 9_000),
    "promise": Respond(202, b"x" * 9_000, {"nvcf-reqid": "a"}),
    "packed": Respond(
        200, gzip.compress(EVENT * 9), {"content-type": EVENTS, "content-encoding": "gzip"}
    ),
}


@pytest.mark.parametrize("reply", TOO_LONG.values(), ids=TOO_LONG)
async def test_no_more_of_a_reply_is_read_than_a_model_may_have_to_say(
    nim: NimStandin, clock: ScaledClock, reply: Respond
) -> None:
    connections = ChatConnections(clock=clock, timeouts=Timeouts(), most_bytes=8_000)
    nim.script(MODEL, reply)
    with pytest.raises(ReplyError, match="more than 8,000 bytes") as caught:
        await _events(connections, _call(nim))
    assert caught.value.model == MODEL
    assert await _events(connections, _call(nim))
    await connections.close()


async def test_a_packed_reply_is_unpacked(nim: NimStandin, connections: ChatConnections) -> None:
    packed = gzip.compress(EVENT * 2 + b"data: [DONE]\n\n")
    nim.script(MODEL, Respond(200, packed, {"content-type": EVENTS, "content-encoding": "gzip"}))
    assert await _events(connections, _call(nim)) == [{"said": "x" * 900}] * 2


async def _events(connections: ChatConnections, call: Call) -> list[object]:
    return [event async for event in connections.events(call)]


async def test_what_is_sent_is_the_body_as_it_was_made_and_no_more_headers_than_needed(
    nim: NimStandin, connections: ChatConnections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-another-vendors")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-another-vendors")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Gateway: another-vendors")
    call = _call(nim)
    await _events(connections, call)
    [asked] = nim.log
    assert asked.raw == call.body
    assert set(asked.headers) <= SENT
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert "another-vendors" not in str(asked.headers)


async def test_no_key_is_sent_where_none_is_taken(
    nim: NimStandin, connections: ChatConnections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-another-vendors")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "authorization: Bearer another-vendors")
    await _events(connections, _call(nim, key=None))
    [asked] = nim.log
    assert "authorization" not in asked.headers


@pytest.mark.parametrize(("timeout_s", "held_s"), [(0.2, "1"), (90.5, "90"), (9000, "3600")])
async def test_the_gateway_is_asked_to_hold_the_request(
    nim: NimStandin, connections: ChatConnections, timeout_s: float, held_s: str
) -> None:
    await _events(connections, _call(nim, timeout_s=timeout_s))
    [asked] = nim.log
    assert asked.headers["nvcf-poll-seconds"] == held_s


async def test_connections_are_kept_whatever_was_answered(
    nim: NimStandin, connections: ChatConnections
) -> None:
    for fault in (Accepted(), JsonList(), PageNotFound(), HtmlPage()):
        nim.script(MODEL, fault)
        with suppress(ProviderError):
            await _events(connections, _call(nim))
        await _events(connections, _call(nim))
    assert (nim.log.connections, len(nim.log)) == (1, 10)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="sockets are looked up in /proc")
async def test_a_silent_connection_is_kept_alive(
    nim: NimStandin, connections: ChatConnections
) -> None:
    await _events(connections, _call(nim))
    port = int(nim.origin.rpartition(":")[2])
    ours = [alive for peer, alive in _sockets() if peer == port]
    assert ours == [1]


async def test_a_whole_completion_is_one_event(
    nim: NimStandin, connections: ChatConnections
) -> None:
    body = {"choices": [{"message": {"content": "yes"}, "finish_reason": "stop"}]}
    nim.script(MODEL, Respond(200, body, {"content-type": "application/json; charset=utf-8"}))
    assert await _events(connections, _call(nim)) == [body]


@pytest.mark.parametrize(
    "response",
    [
        Respond(200, b"<html>Sign in</html>", {"content-type": "text/html"}),
        Respond(200, b"yes", {"content-type": "text/plain"}),
        Respond(200, b'{"choices": []}', {"content-type": "text/plain"}),
        Respond(200, b'{"choices": [', {"content-type": "application/json"}),
        Respond(200, ["choices"]),
        Respond(200),
        Respond(204),
    ],
)
async def test_a_200_that_is_no_completion_is_refused(
    nim: NimStandin, connections: ChatConnections, response: Respond
) -> None:
    nim.script(MODEL, response)
    with pytest.raises(ReplyError, match="no answer"):
        await _events(connections, _call(nim))


async def test_a_key_is_not_sent_on_to_where_a_redirect_points(
    nim: NimStandin, connections: ChatConnections
) -> None:
    nim.script(MODEL, Respond(307, headers={"location": f"{nim.origin}/elsewhere"}))
    with pytest.raises(UnavailableError, match="307"):
        await _events(connections, _call(nim))
    assert len(nim.log) == 1


async def test_what_was_accepted_is_polled_for_and_every_poll_is_counted(
    nim: NimStandin, connections: ChatConnections
) -> None:
    nim.script(MODEL, Accepted(polls=3))
    count = Counter()
    events = await _events(connections, _call(nim, count=count))
    assert len(events) > 1
    assert [asked.status for asked in nim.log] == [202, 202, 202, 202, 200]
    assert count.counted == 4
    assert {asked.key for asked in nim.log} == {KEY}


async def test_polls_are_a_second_apart_at_least(
    nim: NimStandin, connections: ChatConnections
) -> None:
    nim.script(MODEL, Accepted(polls=2))
    await _events(connections, _call(nim))
    polled = [asked.at for asked in nim.log]
    assert min(after - before for before, after in pairwise(polled)) >= 1


async def test_what_takes_long_is_held_and_not_polled_for(
    nim: NimStandin, connections: ChatConnections
) -> None:
    nim.script(MODEL, Slow(70))
    assert await _events(connections, _call(nim))
    assert nim.log.statuses == [200]


async def test_what_takes_longer_than_it_was_held_is_polled_for(
    nim: NimStandin, connections: ChatConnections
) -> None:
    nim.script(MODEL, Slow(70))
    assert await _events(connections, _call(nim, timeout_s=50))
    assert nim.log.statuses[0] == 202
    assert nim.log.statuses[-1] == 200


@pytest.mark.parametrize("request_id", ["", "../../v1/models", "a b"])
async def test_a_202_without_an_id_cannot_be_polled_for(
    nim: NimStandin, connections: ChatConnections, request_id: str
) -> None:
    nim.script(MODEL, Respond(202, headers={"nvcf-reqid": request_id}))
    with pytest.raises(UnavailableError, match="202"):
        await _events(connections, _call(nim))
    assert len(nim.log) == 1


async def test_an_endpoint_that_is_not_there_is_unavailable(
    nim: NimStandin, connections: ChatConnections
) -> None:
    with pytest.raises(UnavailableError, match="connection failed: ConnectError"):
        await _events(connections, _call(nim, url="http://127.0.0.1:9/v1/chat/completions"))


async def test_a_path_that_is_not_there_is_no_model(
    nim: NimStandin, connections: ChatConnections
) -> None:
    with pytest.raises(ModelGoneError, match="404 page not found"):
        await _events(connections, _call(nim, url=f"{nim.url}/typo"))


async def test_who_stops_listening_ends_the_request(
    nim: NimStandin, connections: ChatConnections
) -> None:
    nim.script(MODEL, Slow(1e6))
    call = _call(nim, timeout_s=10)
    async with aclosing(connections.events(call)) as events:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await anext(events)
    assert await asyncio.to_thread(nim.log.wait_until_quiet)
    assert {asked.ending for asked in nim.log} <= {Ending.SENT, Ending.CANCELLED}


async def test_a_proxy_of_the_environment_is_used(
    nim: NimStandin, connections: ChatConnections, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines.append(await reader.readline())
        writer.close()

    server = await asyncio.start_server(proxy, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
        url = "http://nim.example/v1/chat/completions"
        with pytest.raises(UnavailableError):
            await _events(connections, _call(nim, url=url))
    assert lines == [f"POST {url} HTTP/1.1\r\n".encode()]


def test_the_sdk_is_not_imported_before_it_is_needed() -> None:
    code = "import sys, core.nim.chat; print(sorted({'openai', 'httpx2'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "[]"


def _sockets() -> Iterator[tuple[int, int]]:
    """Yield the peer's port and `SO_KEEPALIVE` of every TCP connection of this process."""
    for entry in Path("/proc/self/fd").iterdir():
        with suppress(OSError), socket.socket(fileno=os.dup(int(entry.name))) as found:
            if found.family is socket.AF_INET and found.type is socket.SOCK_STREAM:
                alive = found.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
                yield found.getpeername()[1], alive
