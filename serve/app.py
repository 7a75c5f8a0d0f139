"""The REST service over a `Service`."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import FastAPI

from serve.api import answers, collections, documents, health, jobs, query, reference
from serve.api.access import Access
from serve.api.gate import Gate
from serve.api.replies import answer_with_problems
from serve.jobs import Jobs
from serve.lease import remove_lease, write_lease

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence
    from pathlib import Path

    from core.protocols import RecordStore
    from serve.lease import Lease
    from serve.service import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """How a service is offered."""

    lease: Lease
    data_dir: Path | None
    """Where the lease is left, beside the store that no other server works with; `None`: there may
    be others."""
    hosts: Sequence[str] = ()
    """Names, beside `localhost` and addresses, that requests may call this server by."""
    max_file_bytes: int
    when_ready: Callable[[], None] | None = None
    """Called when the lease is left and requests are about to be answered."""
    opening_s: float = 2.0
    """How long to wait before that for an embedder, which may not be reachable."""


def create_app(service: Service, records: RecordStore, serving: Serving) -> FastAPI:
    """Return the application that answers with `service`, keeps jobs in `records`, closes both."""
    work = Jobs(service, records, exclusive=serving.data_dir is not None)
    app = FastAPI(
        title="ibid",
        summary="Answers over your documents in which every sentence cites a verbatim quote.",
        lifespan=lambda _: _running(service, work, serving),
        docs_url=None,
        redoc_url=None,
    )
    app.state.access = Access(
        service=service,
        jobs=work,
        token=serving.lease.token,
        max_file_bytes=serving.max_file_bytes,
    )
    for module in (query, answers, collections, documents, jobs, health, reference):
        app.include_router(module.router)
    answer_with_problems(app)
    app.add_middleware(
        Gate,
        token=serving.lease.token,
        hosts=serving.hosts,
        max_file_bytes=serving.max_file_bytes,
    )
    return app


@asynccontextmanager
async def _running(service: Service, work: Jobs, serving: Serving) -> AsyncGenerator[None]:
    # The check opens the default embedder: nobody who asks has to wait for that.
    tasks = [asyncio.create_task(service.check()), asyncio.create_task(work.run())]
    try:
        if serving.data_dir is not None:
            write_lease(serving.data_dir, serving.lease)
        await asyncio.wait(tasks[:1], timeout=serving.opening_s)
        if serving.when_ready is not None:
            serving.when_ready()
        yield
    finally:
        if serving.data_dir is not None:
            remove_lease(serving.data_dir, serving.lease)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await service.close()
