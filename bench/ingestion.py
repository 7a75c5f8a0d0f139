"""What ingesting filings costs beside embedding them: `python -m bench.ingestion --data DIR`."""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench.rows import Row, save
from core.ids import CollectionName
from core.settings import Settings
from core.wiring import open_clients
from serve.engine import Engine
from serve.service import IngestRequest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.protocols import Embedder
    from core.records import Job
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
        self.count_tokens = real.count_tokens
        self._vector = np.full(real.dimensions, real.dimensions**-0.5, dtype=np.float32)

    async def embed_query(self, question: str) -> Vector:  # noqa: ARG002 - the protocol's
        return self._vector

    async def embed_passages(self, texts: Sequence[str]) -> list[Vector]:
        self._batches.append(texts)
        return [self._vector for _ in texts]


class OneEmbedder:
    """Gives one embedder, whatever is asked for."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def name(self, choice: str | None = None) -> str:  # noqa: ARG002 - as `Embedders`
        return self._embedder.name

    async def get(self, choice: str | None = None) -> Embedder:  # noqa: ARG002 - as `Embedders`
        return self._embedder


class Resident:
    """Watches how much memory this process and those that it starts have resident, together."""

    def __init__(self) -> None:
        self.peak_bytes = 0
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Resident:
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._watch.join()

    def _run(self) -> None:
        while not self._ended.wait(0.2):
            self.peak_bytes = max(self.peak_bytes, sum(map(_resident_bytes, _family(os.getpid()))))


def _family(process: int) -> list[int]:
    """Return a process and all below it."""
    family = [process]
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):
            family += [pid for child in task.read_text().split() for pid in _family(int(child))]
    return family


def _resident_bytes(process: int) -> int:
    try:
        pages = Path(f"/proc/{process}/statm").read_text().split()[1]
    except OSError:  # it has ended
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


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


def measured(folder: Path) -> Iterator[Row]:
    """Measure the parts, each with the machine to itself, and then the whole."""
    batches: list[Sequence[str]] = []
    without = asyncio.run(ingest(folder, unembedded=batches))
    embedding = asyncio.run(embed(batches))
    batches.clear()
    with Resident() as resident:
        whole = asyncio.run(ingest(folder))
    counts = whole.job.progress
    print(
        f"documents {whole.job.documents}, {whole.seconds:.1f} s; "
        f"embedding alone {embedding:.1f} s, everything else alone {without.seconds:.1f} s"
    )
    yield Row(
        what="ingestion: everything but embedding, as a share of embedding (27 filings)",
        ours=f"{without.seconds / embedding:.0%}",
        goal="≤ 25 %",
    )
    yield Row(
        what="ingestion: what it takes longer than embedding alone, as a share of that",
        ours=f"{whole.seconds / embedding - 1:.0%}",
        goal="≤ 25 %",
    )
    yield Row(
        what="ingestion: peak resident, 27 filings, all processes together",
        ours=f"{resident.peak_bytes / 1e9:.2f} GB",
        goal="≤ 1 GB",
    )
    yield Row(
        what="ingestion: pages and chunks a second, two cores",
        ours=f"{counts.pages / whole.seconds:.0f} and {counts.chunks / whole.seconds:.0f}",
        goal="–",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    rows = list(measured(parser.parse_args().data / "financebench" / "pdfs"))
    save("ingestion", rows)
    for row in rows:
        print(f"{row.what}: {row.ours} (goal {row.goal})")


if __name__ == "__main__":
    main()
