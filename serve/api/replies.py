"""Responses, and the problems that take their place."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from typing import TYPE_CHECKING, cast

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event
from starlette.exceptions import HTTPException

from core.errors import IbidError
from serve.problems import problem, problem_of
from serve.wire import to_bytes

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence

    from fastapi import FastAPI

    from serve.answer.events import Event
    from serve.problems import Problem

_ALIVE_S = 15.0
"""How long a connection may be silent before a proxy takes it for dead."""
_OURS = "an error in ibid; the server's log has it under this request id"
_log = logging.getLogger(__name__)
REQUEST_ID = "ibid.request_id"
"""In the scope of every request."""


def json_reply(value: object, *, status: int = 200) -> Response:
    """Return dataclasses and JSON values as a response, serialised once."""
    return Response(to_bytes(value), status_code=status, media_type="application/json")


async def event_reply(events: AsyncGenerator[Event], *, request_id: str) -> Response:
    """Return events as a response that lasts as long as they come; a late error is one of them.

    Raises:
        IbidError: there is not even a first event.
    """
    first = await anext(events)
    return EventSourceResponse(
        _written(first, events, request_id),
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )


def problem_reply(found: Problem, *, headers: Mapping[str, str] | None = None) -> Response:
    """Return a problem as a response that carries its request's id."""
    return Response(
        to_bytes(found),
        status_code=found.status,
        media_type="application/problem+json",
        headers={**(headers or {}), "X-Request-ID": found.request_id or ""},
    )


def answer_with_problems(app: FastAPI) -> None:
    """Make every error of `app` a problem."""

    @app.exception_handler(IbidError)
    async def of_ibid(request: Request, error: IbidError) -> Response:  # pyright: ignore[reportUnusedFunction] - registered
        return problem_reply(problem_of(error, request_id=request_id(request)))

    @app.exception_handler(RequestValidationError)
    async def of_shape(request: Request, error: RequestValidationError) -> Response:  # pyright: ignore[reportUnusedFunction] - registered
        return _reply(
            request, 422, say_wrong(cast("Sequence[Mapping[str, object]]", error.errors()))
        )

    @app.exception_handler(HTTPException)
    async def of_http(request: Request, error: HTTPException) -> Response:  # pyright: ignore[reportUnusedFunction] - registered
        return _reply(request, error.status_code, error.detail, error.headers)

    @app.exception_handler(Exception)
    async def of_ours(request: Request, _: Exception) -> Response:  # pyright: ignore[reportUnusedFunction] - registered
        return _reply(request, 500, _OURS)


async def _written(
    first: Event, events: AsyncGenerator[Event], request_id: str
) -> AsyncGenerator[bytes]:
    """Yield the events, and a sign of life where nothing happens for long."""
    async with aclosing(events):
        following = asyncio.create_task(_next(events))
        try:
            yield _event(first.kind, first.data)
            while True:
                done, _ = await asyncio.wait([following], timeout=_ALIVE_S)
                if not done:
                    yield KEEPALIVE_COMMENT
                    continue
                event = following.result()
                if event is None:
                    return
                yield _event(event.kind, event.data)
                following = asyncio.create_task(_next(events))
        except IbidError as error:
            yield _event("error", problem_of(error, request_id=request_id))
        except Exception:  # noqa: BLE001 - the status is sent: nobody else can tell the client
            _log.exception("%s: an error in ibid", request_id)
            yield _event("error", problem(500, _OURS, request_id=request_id))
        finally:
            following.cancel()
            await asyncio.wait([following])


async def _next(events: AsyncGenerator[Event]) -> Event | None:
    return await anext(events, None)


def _event(kind: str, data: object) -> bytes:
    return format_sse_event(event=kind, data_str=to_bytes(data).decode())


def say_wrong(errors: Sequence[Mapping[str, object]]) -> str:
    """Return what Pydantic found wrong, one line, without what was sent."""
    return "; ".join(f"{_place(error)}: {_said(error)}" for error in errors)


def _place(error: Mapping[str, object]) -> str:
    return ".".join(str(part) for part in cast("Sequence[object]", error["loc"])) or "body"


def _said(error: Mapping[str, object]) -> str:
    return str(error["msg"]).removeprefix("Value error, ")


def _reply(
    request: Request, status: int, detail: str, headers: Mapping[str, str] | None = None
) -> Response:
    found = problem(status, detail, request_id=request_id(request))
    return problem_reply(found, headers=headers)


def request_id(request: Request) -> str:
    """Return the id that a request goes by."""
    return str(request.scope.get(REQUEST_ID, ""))
