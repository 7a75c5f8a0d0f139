"""Errors as RFC 9457 problems: https://www.rfc-editor.org/rfc/rfc9457."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from core.errors import (
    ConflictError,
    EmbedderError,
    IbidError,
    NotFoundError,
    RequestError,
    ServerError,
    SourceError,
    StoreError,
)

_STATUSES: tuple[tuple[type[IbidError], HTTPStatus], ...] = (
    (NotFoundError, HTTPStatus.NOT_FOUND),
    (ConflictError, HTTPStatus.CONFLICT),
    (RequestError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (SourceError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (StoreError, HTTPStatus.SERVICE_UNAVAILABLE),
    (EmbedderError, HTTPStatus.SERVICE_UNAVAILABLE),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What went wrong, told to a client; `status` says of which kind it is."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    request_id: str | None = None


def problem(status: int, detail: str, *, request_id: str | None = None) -> Problem:
    """Return the problem of an HTTP status; lone surrogates in `detail` become `?`."""
    return Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail.encode("utf-8", "replace").decode(),
        request_id=request_id,
    )


def status_of(error: IbidError) -> int:
    """Return the HTTP status that says what `error` says."""
    if isinstance(error, ServerError):
        return error.status
    return next((s for kind, s in _STATUSES if isinstance(error, kind)), 500)


def error_of(given: Problem) -> IbidError:
    """Return the error that a server's problem tells of, with its words."""
    match given.status:
        case HTTPStatus.CONFLICT:
            return ConflictError(given.detail)
        case HTTPStatus.UNPROCESSABLE_ENTITY:
            return RequestError(given.detail)
        case _:
            return ServerError(given.detail, status=given.status)
