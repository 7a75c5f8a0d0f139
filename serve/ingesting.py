"""A request to ingest, on its way through the pipeline."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ingest.ingestion import Ingestion
from ingest.pipeline import IngestPipeline
from ingest.read import Reader
from serve.sources import sources

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from core.protocols import Embedder
    from core.records import CollectionRecord, Job
    from core.settings import Settings
    from core.wiring import Clients
    from serve.service import IngestRequest


async def jobs_of(
    request: IngestRequest,
    clients: Clients,
    settings: Settings,
    collection: CollectionRecord,
    *,
    embedder: Embedder,
) -> AsyncIterator[Job]:
    """Ingest into `collection`, which `embedder` made, and yield how it stands."""
    embedders = clients.embedders
    reader = Reader(
        library=clients.library,
        collection=collection.name,
        embedder=embedder,
        metadata=request.metadata,
        refresh=request.refresh,
        max_bytes=settings.max_file_bytes,
    )
    pipeline = IngestPipeline(
        library=clients.library,
        collection=collection.name,
        embedder=embedder,
        sparse=clients.sparse,
        forget=partial(embedders.forget, collection) if embedders.keeps(collection) else None,
    )
    ingestion = Ingestion(reader=reader, pipeline=pipeline, collection=collection.name)
    async for job in ingestion.run(partial(sources, request, settings.max_file_bytes)):
        yield job
