"""One ingestion: sources → read → pipeline, told as `Job`s."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from typing import TYPE_CHECKING

from core.errors import SourceError
from core.records import JobState
from ingest.job import Tally
from ingest.read import Unchanged

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable

    from core.ids import CollectionName
    from core.records import Job
    from ingest.pipeline import IngestPipeline
    from ingest.read import ReadDocument, Reader
    from ingest.sources import Source

    Found = Source | SourceError


class Ingestion:
    """Reads sources into one collection; what fails is named, the rest goes on."""

    def __init__(
        self,
        *,
        reader: Reader,
        pipeline: IngestPipeline,
        collection: CollectionName,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reader = reader
        self._pipeline = pipeline
        self._tally = Tally(collection=collection, clock=clock)

    async def run(self, discover: Callable[[], Iterable[Found]]) -> AsyncGenerator[Job]:
        """Ingest what `discover` finds and yield how it stands; the last one yielded is final.

        `discover` is called twice: to count, then to read.
        """
        try:
            self._tally.expect(*await asyncio.to_thread(_measure, discover()))
            yield self._tally.job(JobState.RUNNING)
            documents = self._documents(discover())
            async with aclosing(self._pipeline.run(documents)) as batches:
                async for stored in batches:
                    self._tally.store(stored)
                    yield self._tally.job(JobState.RUNNING)
            yield self._tally.job(JobState.DONE)
        finally:
            self._reader.close()

    async def _documents(self, sources: Iterable[Found]) -> AsyncIterator[ReadDocument]:
        iterator = iter(sources)
        while (source := await asyncio.to_thread(next, iterator, None)) is not None:
            read = await self._read(source)
            match read:
                case SourceError():
                    self._tally.fail(read)
                case Unchanged():
                    self._tally.skip(read.bytes)
                case _:
                    yield read

    async def _read(self, source: Found) -> ReadDocument | Unchanged | SourceError:
        if isinstance(source, SourceError):
            return source
        try:
            return await self._reader.read(source)
        except SourceError as error:
            return error


def _measure(sources: Iterable[Found]) -> tuple[int, int]:
    """Return how many sources there are and how many bytes they have."""
    documents = size = 0
    for source in sources:
        documents += 1
        size += 0 if isinstance(source, SourceError) else source.size()
    return documents, size
