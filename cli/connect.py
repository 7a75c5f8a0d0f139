"""Opens ibid: through the server that holds the store, or in this process."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from core.errors import ConflictError, NothingIngestedError, StoreBusyError
from serve.lease import read_lease

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from cli.remote import RemoteService
    from core.settings import Settings
    from serve.service import Service

_TRIES, _PAUSE_S = 20, 0.15
"""A server that is just starting holds the store before it has left its address."""


@asynccontextmanager
async def open_service(settings: Settings, *, create: bool = False) -> AsyncGenerator[Service]:
    """Give ibid for the data directory of `settings`, and close it.

    `create` makes a store where there is none.

    Raises:
        NothingIngestedError: there is no store.
        StoreBusyError: another process holds the store, and it is no server.
    """
    service = await _open(settings, create=create)
    try:
        yield service
    finally:
        await service.close()


async def find_server(settings: Settings) -> RemoteService | None:
    """Return the live server that holds the embedded store; `None`: there is none."""
    lease = None if settings.qdrant_url else read_lease(settings.data_dir)
    if lease is None:
        return None
    from cli.remote import RemoteService  # noqa: PLC0415 - imports httpx

    server = RemoteService(lease)
    if await server.is_alive():
        return server
    await server.close()
    return None


def expect_store(settings: Settings) -> None:
    """Raise `NothingIngestedError` where there is no embedded store that there should be."""
    from core.store.backup import finish_restore  # noqa: PLC0415 - imports the engine
    from core.store.edge import has_store  # noqa: PLC0415

    if settings.qdrant_url:
        return
    finish_restore(settings.data_dir)
    if not has_store(settings.data_dir):
        raise NothingIngestedError(repr(str(settings.data_dir)))


async def refuse_server(settings: Settings, deed: str) -> None:
    """Raise `ConflictError` where a server holds the store that `deed` needs to hold itself."""
    server = await find_server(settings)
    if server is not None:
        await server.close()
        raise ConflictError(
            f"the server at {server.lease.url} (process {server.lease.pid}) holds the store; "
            f"end it to {deed}"
        )


async def _open(settings: Settings, *, create: bool) -> Service:
    for left in reversed(range(_TRIES)):
        server = await find_server(settings)
        if server is not None:
            return server
        try:
            if not create:
                expect_store(settings)
            from serve.engine import open_engine  # noqa: PLC0415 - imports the store

            return await open_engine(settings)
        except StoreBusyError:
            if not left:
                raise
            await asyncio.sleep(_PAUSE_S)
    raise AssertionError
