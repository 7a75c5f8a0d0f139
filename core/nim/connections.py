"""The HTTP of chat: one request, and the events of its reply, through the openai SDK.

The SDK's retries are off and its own parameters are not used: the body comes ready made, and the
reply is seen as it is, because the SDK would take a page of HTML for an answer.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Final, cast
from urllib.request import getproxies

import orjson

from core.errors import ReplyError, UnavailableError
from core.nim.addresses import status_address
from core.nim.promises import ACCEPTED, held_for, promised_id
from core.nim.replies import MOST_BYTES, Reply, refusal, stream_error, too_long

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    import httpx2
    from openai import AsyncOpenAI, RequestOptions

    from core.clock import Clock
    from core.nim.attempts import Request

BETWEEN_POLLS_S = (1.0, 10.0)
"""The first and the longest pause; the gateway also holds each poll."""
SENT: Final = frozenset(
    {
        "accept",
        "accept-encoding",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "host",
        "nvcf-poll-seconds",
        "user-agent",
    }
)
"""What the SDK adds from the machine and its environment (OPENAI_ORG_ID, …) stays here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """How long each step may take; the deadline bounds them all."""

    turn_s: float = inf
    """Longer than for another model, until our own limits leave room; else that one is asked."""
    connect_s: float = 10
    write_s: float = 120
    """For one piece of the request's body."""
    first_event_s: float = 600
    """From sending on; a long prompt is read for minutes."""
    between_events_s: float = 120
    after_finish_s: float = 10
    """For the usage behind the last piece of the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One HTTP request for a completion."""

    url: str
    body: bytes
    request: Request


class ChatConnections:
    """Connections to every endpoint, kept open between requests."""

    def __init__(self, *, clock: Clock, timeouts: Timeouts, most_bytes: int = MOST_BYTES) -> None:
        """Open nothing yet; of a reply `most_bytes` are read, and then it is none."""
        self._clock, self._timeouts, self._most_bytes = clock, timeouts, most_bytes
        self._client: AsyncOpenAI | None = None
        self._opening = asyncio.Lock()

    async def events(self, call: Call) -> AsyncGenerator[object]:
        """Yield what comes back, parsed: the chunks of a stream, or a whole completion.

        Waits as long as it takes: who asks sets the limits.

        Raises:
            ProviderError: it was refused, or broke off, or is not what a model says.
        """
        model = call.request.model_id
        client = await self.open()
        from core.nim.bounded import TooLongError  # noqa: PLC0415 - with the client

        try:
            async with aclosing(self._replied(client, call)) as events:
                async for event in events:
                    yield event
        except TooLongError as error:
            raise too_long(self._most_bytes, model=model) from error

    async def _replied(self, client: AsyncOpenAI, call: Call) -> AsyncGenerator[object]:
        model = call.request.model_id
        with _translated(model):
            response = await self._accepted(client, call)
        try:
            kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind == "text/event-stream":
                async with aclosing(_streamed(client, response, model=model)) as events:
                    async for event in events:
                        yield event
            else:
                with _translated(model):
                    body = await response.aread()
                yield _whole(response, body, kind=kind, model=model)
        finally:
            await response.aclose()

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.close()

    async def open(self) -> AsyncOpenAI:
        """Return the client; the first time takes seconds, in which the SDK is imported."""
        async with self._opening:
            if self._client is None:
                self._client = await asyncio.to_thread(
                    _open_client, self._timeouts, self._most_bytes
                )
            return self._client

    async def _accepted(self, client: AsyncOpenAI, call: Call) -> httpx2.Response:
        """Return the reply once it is not a promise, its body unread."""
        pause_s, longest_s = BETWEEN_POLLS_S
        options = _options(call.request)
        response = await _send(client, "post", call.url, options, content=call.body)
        url = call.url
        while response.status_code == ACCEPTED:
            await response.aread()  # to its end, or the connection is lost
            url = _status_url(response, call, before=url)
            await self._clock.sleep(pause_s)
            pause_s = min(2 * pause_s, longest_s)
            await call.request.count()
            response = await _send(client, "get", url, options)
        return response


def _open_client(timeouts: Timeouts, most_bytes: int) -> AsyncOpenAI:
    from httpx2 import AsyncClient, AsyncHTTPTransport, Limits, Timeout  # noqa: PLC0415
    from openai import AsyncOpenAI  # noqa: PLC0415 - with it 2 s, for who chats

    from core.nim.bounded import bounded  # noqa: PLC0415 - as late as they

    limits = Limits(max_connections=None, max_keepalive_connections=20, keepalive_expiry=60)
    transport = AsyncHTTPTransport(limits=limits, socket_options=_keepalive())
    http = AsyncClient(
        # Mounted last of all, and not as `transport`, with which proxies would be passed by:
        # https://www.python-httpx.org/advanced/transports/#mounting-transports
        mounts={} if "all" in getproxies() else {"all://": transport},
        limits=limits,
        timeout=Timeout(None, connect=timeouts.connect_s, write=timeouts.write_s),
        event_hooks={"request": [_strip], "response": [bounded(most_bytes)]},
    )
    # Every request has an address and a key of its own.
    return AsyncOpenAI(api_key="none", base_url="http://localhost", max_retries=0, http_client=http)


def _keepalive() -> list[tuple[int, int, int]]:
    """Return socket options by which a connection that says nothing for minutes is kept."""
    options = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)]
    for name, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 30), ("TCP_KEEPCNT", 5)):
        if hasattr(socket, name):  # not every platform has them
            options.append((socket.IPPROTO_TCP, getattr(socket, name), value))
    return options


async def _strip(request: httpx2.Request) -> None:
    for name in set(request.headers) - SENT:
        del request.headers[name]


def _options(request: Request) -> RequestOptions:
    from openai import Omit  # noqa: PLC0415 - loaded by now

    key = request.api_key
    return {
        "headers": {
            "Accept": "text/event-stream",
            "Authorization": f"Bearer {key.get_secret_value()}" if key else Omit(),
            **held_for(request.timeout_s),
        }
    }


async def _send(
    client: AsyncOpenAI, method: str, url: str, options: RequestOptions, *, content: bytes = b""
) -> httpx2.Response:
    """Return the response, its body unread; the SDK raises for other statuses than 2xx."""
    from httpx2 import Response  # noqa: PLC0415 - loaded by now
    from openai import AsyncStream  # noqa: PLC0415 - loaded by now

    # The SDK says that it returns a stream; asked for a response, it returns that.
    # https://github.com/openai/openai-python#undocumented-endpoints
    if method == "get":
        response = await client.get(
            url, cast_to=Response, options=options, stream=True, stream_cls=AsyncStream[object]
        )
    else:
        response = await client.post(
            url,
            cast_to=Response,
            content=content,
            options=options,
            stream=True,
            stream_cls=AsyncStream[object],
        )
    return cast("httpx2.Response", response)


def _status_url(response: httpx2.Response, call: Call, *, before: str) -> str:
    """Return where to ask for the answer; a poll that names no id leaves it at the one before."""
    if request_id := promised_id(response.headers):
        return status_address(call.url, request_id)
    if before == call.url:
        raise refusal(Reply(status=ACCEPTED), model=call.request.model_id)
    return before


async def _streamed(
    client: AsyncOpenAI, response: httpx2.Response, *, model: str
) -> AsyncGenerator[object]:
    from openai import AsyncStream  # noqa: PLC0415 - loaded by now

    stream = AsyncStream[object](cast_to=object, response=response, client=client)
    while True:
        with _translated(model):
            try:
                event = await anext(stream)
            except StopAsyncIteration:
                return
            except ValueError as error:
                raise ReplyError("an event of its stream is not JSON", model=model) from error
        yield event


def _whole(response: httpx2.Response, body: bytes, *, kind: str, model: str) -> object:
    try:
        content: object = orjson.loads(body) if kind == "application/json" else None
    except orjson.JSONDecodeError:
        content = None
    if isinstance(content, dict):
        return cast("object", content)
    reply = Reply(status=response.status_code, headers=dict(response.headers), body=body)
    raise refusal(reply, model=model)


@contextmanager
def _translated(model: str) -> Generator[None]:
    """Raise what the SDK and its HTTP raise as what it means; never with a key in it."""
    from httpx2 import HTTPError  # noqa: PLC0415 - loaded by now
    from openai import APIConnectionError, APIError, APIStatusError  # noqa: PLC0415 - as above

    try:
        yield
    except APIStatusError as error:
        response = error.response
        body = response.content if response.is_stream_consumed else b""
        reply = Reply(status=response.status_code, headers=dict(response.headers), body=body)
        raise refusal(reply, model=model) from error
    except (APIConnectionError, HTTPError) as error:
        cause = error.__cause__ or error
        reason = f"the connection failed: {type(cause).__name__}: {cause}"
        raise UnavailableError(reason, model=model) from error
    except APIError as error:  # an event of the stream
        meant = stream_error({"error": error.body}, model=model)
        raise meant or ReplyError(f"its stream has an error: {error}", model=model) from error
