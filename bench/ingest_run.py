"""Ingesting a folder with and without embedding, and embedding alone."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.ids import CollectionName
from core.settings import Settings
from core.wiring import open_clients
from serve.engine import Engine
from serve.service import IngestRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.protocols import Embedder
    from core.records import CollectionRecord, Job
    from core.types import Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One ingestion."""

    seconds: float
    job: Job


class NoEmbedder:
    """Counts tokens as the real one does, gives every text the same vector, and keeps the texts."""

    def __init__(self, real: Embedder, batches: list[Sequence[str]]) -> None:
        self._batches = batches
        self.name, self.dimensions, self.max_tokens = real.name, real.dimensions, real.max_tokens
        self.passages_at_once = real.passages_at_once
        self.count_tokens = real.count_tokens
        self._vector = np.full(real.dimensions, real.dimensions**-0.5, dtype=np.float32)

    async def embed_query(self, question: str) -> Vector:  # noqa: ARG002 - the protocol's
        return self._vector

    async def embed_passages(self, texts: Sequence[str]) -> list[Vector]:
        self._batches.append(texts)
        return [self._vector for _ in texts]


class OneEmbedder:
    """Gives one embedder, whatever is asked for, and keeps no vectors."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def name(self, choice: str | None = None) -> str:  # noqa: ARG002 - as `Embedders`
        return self._embedder.name

    async def get(self, choice: str | None = None) -> Embedder:  # noqa: ARG002 - as `Embedders`
        return self._embedder

    async def of(self, collection: CollectionRecord) -> Embedder:  # noqa: ARG002
        return self._embedder

    def keeps(self, collection: CollectionRecord) -> bool:  # noqa: ARG002
        return False


async def ingest(folder: Path, *, unembedded: list[Sequence[str]] | None = None) -> Run:
    """Ingest `folder` into a store of its own.

    Args:
        folder: the documents.
        unembedded: given, nothing is embedded, and what would have been is put here, by batch.
    """
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(data_dir=Path(scratch))
        clients = open_clients(settings)
        real = await clients.embedders.get()
        embedder = real if unembedded is None else NoEmbedder(real, unembedded)
        engine = Engine(replace(clients, embedders=OneEmbedder(embedder)), settings)
        request = IngestRequest(collection=CollectionName("bench"), paths=[str(folder)])
        began = time.perf_counter()
        *_, job = [job async for job in engine.ingest(request)]
        seconds = time.perf_counter() - began
        await engine.close()
    return Run(seconds=seconds, job=job)


async def embed(batches: Sequence[Sequence[str]]) -> float:
    """Return how many seconds it takes to embed `batches`, and nothing else."""
    with tempfile.TemporaryDirectory() as scratch:
        clients = open_clients(Settings(data_dir=Path(scratch)))
        embedder = await clients.embedders.get()
        began = time.perf_counter()
        for texts in batches:
            await embedder.embed_passages(texts)
        seconds = time.perf_counter() - began
        await clients.store.close()
    return seconds
