"""The open connections, which the stand-in can cut."""

from __future__ import annotations

import asyncio

from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

from tests.doubles.nim.log import Log
from tests.doubles.nim.wire import Cut


class Connections:
    def __init__(self, log: Log) -> None:
        self._log = log
        self._open: dict[tuple[str, int], asyncio.Transport] = {}

    def protocol(self) -> type[H11Protocol]:
        """Return uvicorn's protocol, which tells of its connections here."""
        connections = self

        class Watched(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:
                super().connection_made(transport)
                assert self.client
                connections.made(self.client, transport)

            def connection_lost(self, exc: Exception | None) -> None:
                super().connection_lost(exc)
                assert self.client
                connections.lost(self.client)

        return Watched

    def made(self, client: tuple[str, int], transport: asyncio.Transport) -> None:
        self._open[client] = transport
        self._log.connections += 1

    def lost(self, client: tuple[str, int]) -> None:
        self._open.pop(client, None)

    def cut(self, scope: Scope, cut: Cut) -> None:
        """End the connection of a request: once what was sent is out, or with a reset."""
        host, port = scope["client"]
        transport = self._open.get((host, port))
        if transport is None:
            return
        if cut.reset:
            transport.abort()
        else:
            transport.close()

    def cut_all(self) -> None:
        for transport in list(self._open.values()):
            transport.abort()
