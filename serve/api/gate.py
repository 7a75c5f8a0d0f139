"""What every request passes: it gets an id, shows where it comes from, and is logged."""

from __future__ import annotations

import hmac
import logging
import re
from ipaddress import ip_address
from time import perf_counter
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException

from serve.api.access import OWNER
from serve.api.replies import REQUEST_ID, problem_reply
from serve.problems import problem

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_BODIES = ("application/json", "multipart/form-data")
"""What a page of another site cannot send without asking first (the second: see `Origin`)."""
_BODY_BYTES = 2**20
"""What a body may have beside documents."""
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_log = logging.getLogger("ibid.access")


class Gate:
    """Refuses what a web page of another site could send, and bearers of a wrong token.

    A name in `Host` that is not ours is how DNS rebinding shows; an address cannot be rebound.
    """

    def __init__(
        self, app: ASGIApp, *, token: str, hosts: Collection[str], max_file_bytes: int
    ) -> None:
        self._app = app
        self._token = token
        self._max_file_bytes = max_file_bytes
        self._hosts = frozenset(host.lower() for host in hosts) | {"localhost"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it with a problem."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        request_id = given if _ID.fullmatch(given) else f"req_{uuid4().hex[:24]}"
        scope[REQUEST_ID] = request_id
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        try:
            refusal = self._refusal(scope, headers)
            if refusal is None:
                limit = self._limit(scope["path"])
                await self._app(scope, _at_most(receive, limit), send_with_id)
            else:
                reply = problem_reply(problem(*refusal, request_id=request_id))
                await reply(scope, receive, send_with_id)
        finally:
            _log.log(
                logging.DEBUG if _is_watching(scope) else logging.INFO,
                "%s %s %s %.1fms %s",
                scope["method"],
                quote(scope["path"]),
                status or 500,
                (perf_counter() - started) * 1000,
                request_id,
            )

    def _limit(self, path: str) -> int:
        return _BODY_BYTES + (self._max_file_bytes if path.endswith("/documents") else 0)

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if not self._is_ours(host):
            return 400, f"host {host!r} is not this server; IBID_ALLOWED_HOSTS names more hosts"
        origin = headers.get("origin")
        if origin and scope["method"] not in _SAFE and urlsplit(origin).netloc != host:
            return 403, "a page of another site may not ask this"
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in _BODIES and (kind or headers.get("content-length", "0") != "0"):
            return 415, f"content type {kind!r}; allowed: {', '.join(_BODIES)}"
        authorization = headers.get("authorization")
        if authorization is not None and not self._is_token(authorization):
            return 401, "the token is not this server's"
        scope[OWNER] = authorization is not None
        return None

    def _is_token(self, authorization: str) -> bool:
        scheme, _, token = authorization.partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(
            token.encode(), self._token.encode()
        )

    def _is_ours(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
            return name in self._hosts or bool(ip_address(name))
        except ValueError:
            return False


def _is_watching(scope: Scope) -> bool:
    """Tell whether a request only looks on, as many do every second."""
    return scope["path"] in {"/healthz", "/readyz"} or scope["path"].startswith("/v1/jobs/")


def _at_most(receive: Receive, limit: int) -> Receive:
    received = 0

    async def receive_at_most() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise HTTPException(413, f"the body has more than {limit} bytes")
        return message

    return receive_at_most
