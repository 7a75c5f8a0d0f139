"""Errors as RFC 9457 problems: https://www.rfc-editor.org/rfc/rfc9457."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus

from core.errors import (
    ConflictError,
    DeadlineError,
    EmbedderError,
    IbidError,
    NotFoundError,
    ProviderError,
    RequestError,
    ServerError,
    SettingsError,
    SourceError,
    StoreError,
)

_STATUSES: tuple[tuple[type[IbidError], HTTPStatus], ...] = (
    (NotFoundError, HTTPStatus.NOT_FOUND),
    (ConflictError, HTTPStatus.CONFLICT),
    (RequestError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (SourceError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (SettingsError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (StoreError, HTTPStatus.SERVICE_UNAVAILABLE),
    (EmbedderError, HTTPStatus.SERVICE_UNAVAILABLE),
    (DeadlineError, HTTPStatus.GATEWAY_TIMEOUT),
    (ProviderError, HTTPStatus.SERVICE_UNAVAILABLE),
)

_SETTINGS = "urn:ibid:problem:settings"
"""The type of a problem of the server's settings, which another request may not solve."""


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


def problem_of(error: IbidError, *, request_id: str | None = None) -> Problem:
    """Return the problem that says what `error` says."""
    found = problem(_status_of(error), str(error), request_id=request_id)
    if isinstance(error, SettingsError):
        return replace(found, type=_SETTINGS, title="A setting is wrong or missing")
    return found


def error_of(given: Problem) -> IbidError:
    """Return the error that a server's problem tells of, with its words."""
    if given.type == _SETTINGS:
        return SettingsError(given.detail)
    match given.status:
        case HTTPStatus.CONFLICT:
            return ConflictError(given.detail)
        case HTTPStatus.UNPROCESSABLE_ENTITY:
            return RequestError(given.detail)
        case _:
            return ServerError(given.detail, status=given.status)


def _status_of(error: IbidError) -> int:
    if isinstance(error, ServerError):
        return error.status
    return next((s for kind, s in _STATUSES if isinstance(error, kind)), 500)
