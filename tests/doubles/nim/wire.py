"""What goes back over the wire, step by step, and the ASGI response that plays it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

import orjson
from starlette.responses import Response

from core.clock import Clock
from tests.doubles.nim.log import Ending

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

JSON = "application/json"
PROBLEM = "application/problem+json"
EVENTS = "text/event-stream; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Wait:
    seconds: float
    """By the stand-in's clock."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The connection ends here."""

    reset: bool = False
    """With a reset instead of an orderly close."""


Step: TypeAlias = bytes | Wait | Cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    status: int | None = 200
    """`None`: the connection is cut before anything is sent."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """One that is empty is not sent, whatever there would be without it."""
    steps: tuple[Step, ...] = ()
    hold_s: float = 0.0
    """Passes before the status line."""
    work_s: float = 0.0
    """The same; but who does not hold on that long is told to poll."""
    said: int = 0
    """In a stream: how many steps there are up to and with the last piece of text. 0: no stream."""
    later: Reply | None = None
    """What polling gives in the end, where the status is 202."""
    polls: int = 0
    """How many polls are answered with 202 first."""

    @property
    def streamed(self) -> bool:
        return self.said > 0

    @property
    def body(self) -> bytes:
        return b"".join(step for step in self.steps if isinstance(step, bytes))


def json_reply(status: int, body: object, *, content_type: str = JSON) -> Reply:
    return bytes_reply(
        status, orjson.dumps(body, option=orjson.OPT_SERIALIZE_NUMPY), content_type=content_type
    )


def bytes_reply(status: int, body: bytes, *, content_type: str | None) -> Reply:
    headers = {"content-length": str(len(body))}
    if content_type:
        headers["content-type"] = content_type
    return Reply(status=status, headers=headers, steps=(body,) if body else ())


def event(body: object) -> bytes:
    return b"data: " + orjson.dumps(body) + b"\n\n"


class RefusedError(Exception):
    """A request that the service itself does not take."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.body.decode())
        self.reply = reply


class Played(Response):
    """Plays a reply; `finish` is told how it ended."""

    def __init__(
        self,
        reply: Reply,
        *,
        clock: Clock,
        cut: Callable[[Scope, Cut], None],
        finish: Callable[[Ending], None],
    ) -> None:
        super().__init__()
        self.reply, self.clock, self.cut, self.finish = reply, clock, cut, finish

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ending = Ending.CANCELLED
        try:
            ending = await self._begin(scope, receive, send)
        finally:
            if ending is not Ending.SENT:
                self.finish(ending)

    async def _begin(self, scope: Scope, receive: Receive, send: Send) -> Ending:
        if not await self._stays(receive, self.reply.hold_s):
            return Ending.CANCELLED
        if self.reply.status is None:
            return await self._end(scope, receive, Cut(reset=True))
        await send({"type": "http.response.start", "status": self.reply.status, **self._headers()})
        return await self._play(scope, receive, send)

    async def _play(self, scope: Scope, receive: Receive, send: Send) -> Ending:
        ready: bytes | None = None  # one step behind, as the last must be known to be the last
        for step in self.reply.steps:
            if ready is not None:
                await send({"type": "http.response.body", "body": ready, "more_body": True})
                ready = None
            if isinstance(step, Cut):
                return await self._end(scope, receive, step)
            if isinstance(step, Wait):
                if not await self._stays(receive, step.seconds):
                    return Ending.CANCELLED
            else:
                ready = step
        self.finish(Ending.SENT)  # first, so that it is in the log once the client has it all
        await send({"type": "http.response.body", "body": ready or b"", "more_body": False})
        return Ending.SENT

    def _headers(self) -> dict[str, object]:
        headers = self.reply.headers.items()
        pairs = ((k.encode("latin-1"), v.encode("latin-1")) for k, v in headers if v)
        return {"headers": list(pairs)}

    async def _end(self, scope: Scope, receive: Receive, cut: Cut) -> Ending:
        self.cut(scope, cut)
        await _gone(receive)
        return Ending.CUT

    async def _stays(self, receive: Receive, seconds: float) -> bool:
        """Wait; tell whether the client is still there."""
        if seconds <= 0:
            return True
        passed = asyncio.ensure_future(self.clock.sleep(seconds))
        gone = asyncio.ensure_future(_gone(receive))
        try:
            await asyncio.wait({passed, gone}, return_when=asyncio.FIRST_COMPLETED)
            return not gone.done()
        finally:
            passed.cancel()
            gone.cancel()


async def _gone(receive: Callable[[], Awaitable[Mapping[str, object]]]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def with_headers(reply: Reply, headers: Mapping[str, str]) -> Reply:
    return replace(reply, headers={**headers, **reply.headers})
