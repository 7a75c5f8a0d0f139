"""The paths of the service, and the way of a request through it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from core.clock import Clock
from tests.doubles.nim.connections import Connections
from tests.doubles.nim.desk import Desk, body_of
from tests.doubles.nim.log import Asked, Ending
from tests.doubles.nim.model import Kind
from tests.doubles.nim.wire import Played, Reply

POSTS = {
    "/v1/chat/completions": Kind.CHAT,
    "/v1/embeddings": Kind.EMBEDDING,
    "/v1/ranking": Kind.RERANKING,
    "/v1/retrieval/nvidia/{name}/reranking": Kind.RERANKING,
}
Decide = Callable[[Asked, Request], Reply]


class Service:
    def __init__(self, desk: Desk, clock: Clock, connections: Connections) -> None:
        self._desk, self._clock, self._connections = desk, clock, connections
        self.errors: list[Exception] = []
        """What went wrong here, not by a script."""

    def app(self) -> Starlette:
        """Return the application."""
        desk = self._desk
        return Starlette(
            routes=[
                *(
                    Route(path, self._plays(_for(desk, kind)), methods=["POST"])
                    for path, kind in POSTS.items()
                ),
                Route("/v1/models", self._plays(lambda asked, _: desk.listing(asked))),
                Route(
                    "/v2/nvcf/pexec/status/{request_id}",
                    self._plays(lambda asked, to: desk.poll(asked, to.path_params["request_id"])),
                ),
                Route(
                    "/{path:path}",
                    self._plays(lambda asked, _: desk.nowhere(asked)),
                    methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
                ),
            ]
        )

    def _plays(self, decide: Decide) -> Callable[[Request], Awaitable[Response]]:
        async def play(request: Request) -> Response:
            try:
                asked = self._asked(request, await request.body())
            except ClientDisconnect:
                return Response()
            return self._played(asked, request, decide)

        return play

    def _asked(self, request: Request, raw: bytes) -> Asked:
        return Asked(
            number=self._desk.next_number(),
            at=self._clock.monotonic(),
            method=request.method,
            path=request.url.path,
            headers=dict(request.headers),
            raw=raw,
            body=body_of(raw),
        )

    def _played(self, asked: Asked, request: Request, decide: Decide) -> Response:
        log = self._desk.log
        log.opened(asked)
        try:
            reply = decide(asked, request)
        except Exception as error:
            self.errors.append(error)
            log.closed(asked, Ending.CUT)
            raise
        asked.status = reply.status
        finish = partial(log.closed, asked)
        return Played(reply, clock=self._clock, cut=self._connections.cut, finish=finish)


def _for(desk: Desk, kind: Kind) -> Decide:
    return lambda asked, _: desk.reply(asked, kind)
