"""How fast the embedded store is with 100,000 chunks: `python -m bench.store`."""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.rows import Row, save
from core.ids import CollectionName, chunk_id, document_id, version_id
from core.store.bm25 import Bm25Encoder
from core.store.edge import EdgeStore
from core.types import Chunk, ChunkKind, FieldCondition, Point, Scope, Span

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from numpy.random import Generator

    from core.protocols import VectorIndex
    from core.types import SparseVector, Vector

DIMENSIONS = 384
CHUNKS_PER_DOCUMENT = 50
WORDS_PER_CHUNK = 120
VOCABULARY = 40_000
STOPWORDS = 150  # the commonest words of a language never reach the index
TOPICS = 500
BEATS_PER_QUERY = 10
COLLECTION = CollectionName("bench")
BM25 = Bm25Encoder()


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    dense: Vector
    sparse: SparseVector


class Corpus:
    """Chunks of made-up words (Zipf's law) whose vectors lie around topics, as real ones do."""

    def __init__(self, seed: int) -> None:
        self.rng: Generator = np.random.default_rng(seed)
        self.topics = self.rng.standard_normal((TOPICS, DIMENSIONS)).astype(np.float32)
        weights = 1 / (STOPWORDS + np.arange(1, VOCABULARY + 1))
        self.weights = weights / weights.sum()

    def points(self, first: int, count: int) -> list[Point]:
        words = self.rng.choice(VOCABULARY, size=(count, WORDS_PER_CHUNK), p=self.weights)
        vectors = self.vectors(count)
        return [self._point(first + i, words[i], vectors[i]) for i in range(count)]

    def queries(self, count: int) -> list[Query]:
        words = self.rng.choice(VOCABULARY, size=(count, 8), p=self.weights)
        vectors = self.vectors(count)
        return [
            Query(
                dense=vectors[i],
                sparse=BM25.encode_query(_text(words[i]), languages=["en"]),
            )
            for i in range(count)
        ]

    def vectors(self, count: int) -> Vector:
        noise = self.rng.standard_normal((count, DIMENSIONS)).astype(np.float32)
        found = self.topics[self.rng.integers(0, TOPICS, count)] + noise
        return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)

    def _point(self, number: int, words: np.ndarray, vector: Vector) -> Point:
        source, ordinal = divmod(number, CHUNKS_PER_DOCUMENT)
        document = document_id(COLLECTION, str(source))
        version = version_id(document, b"")
        text = _text(words)
        span = Span(ordinal * 1000, ordinal * 1000 + len(text))
        chunk = Chunk(
            chunk_id=chunk_id(version, span.start, span.end),
            document_id=document,
            version=version,
            span=span,
            text=text,
            section=("Section",),
        )
        return Point(
            chunk=chunk,
            dense=vector,
            sparse=BM25.encode_passage(text, language="en"),
            metadata={"year": 2000 + source % 25, "type": f"type {source % 100}"},
        )


def _text(words: np.ndarray) -> str:
    return " ".join(f"word{int(word)}" for word in words)


async def fill(index: VectorIndex, corpus: Corpus, count: int) -> float:
    """Store points as ingestion does; return points per second of storing alone."""
    spent = 0.0
    for first in range(0, count, 256):
        points = corpus.points(first, min(256, count - first))
        begun = time.perf_counter()
        await index.upsert(points)
        spent += time.perf_counter() - begun
    return count / spent


async def latencies(index: VectorIndex, queries: list[Query]) -> dict[str, dict[str, float]]:
    everywhere = Scope(collection=COLLECTION)
    hundredth = Scope(
        collection=COLLECTION, filters=(FieldCondition(field="type", any=("type 7",)),)
    )

    async def dense(query: Query, scope: Scope = everywhere) -> None:
        await index.search_dense(query.dense, scope, kind=ChunkKind.CHUNK, limit=50)

    async def sparse(query: Query) -> None:
        await index.search_sparse(query.sparse, everywhere, kind=ChunkKind.CHUNK, limit=50)

    async def hybrid(query: Query) -> None:
        await dense(query)
        await sparse(query)

    return {
        "dense": await _timed(dense, queries),
        "dense, 1 % filter": await _timed(lambda q: dense(q, hundredth), queries),
        "sparse": await _timed(sparse, queries),
        "hybrid": await _timed(hybrid, queries),
    }


async def _timed(
    search: Callable[[Query], Awaitable[None]], queries: list[Query]
) -> dict[str, float]:
    spent: list[float] = []
    for query in queries:
        begun = time.perf_counter()
        await search(query)
        spent.append((time.perf_counter() - begun) * 1000)
    percentiles = statistics.quantiles(spent, n=100)
    return {"p50_ms": round(percentiles[49], 2), "p99_ms": round(percentiles[98], 2)}


async def heartbeat_during_build(index: VectorIndex, queries: list[Query]) -> dict[str, float]:
    """Build, and meanwhile ask and measure how late a beat every 5 ms is."""
    gaps: list[float] = []
    answered: list[float] = []
    begun = time.perf_counter()
    build = asyncio.create_task(index.optimize())
    while not build.done():
        before = time.perf_counter()
        await asyncio.sleep(0.005)
        gaps.append((time.perf_counter() - before) * 1000 - 5)
        if len(gaps) % BEATS_PER_QUERY:
            continue
        query = queries[len(answered) % len(queries)]
        before = time.perf_counter()
        await index.search_dense(
            query.dense, Scope(collection=COLLECTION), kind=ChunkKind.CHUNK, limit=10
        )
        answered.append((time.perf_counter() - before) * 1000)
    await build
    gaps.sort()
    return {
        "build_s": round(time.perf_counter() - begun, 1),
        "beats": len(gaps),
        "late_p50_ms": round(gaps[len(gaps) // 2], 2),
        "late_p99_ms": round(gaps[len(gaps) * 99 // 100], 2),
        "late_max_ms": round(gaps[-1], 1),
        "query_p50_ms": round(statistics.median(answered), 2),
        "query_max_ms": round(max(answered), 1),
    }


async def recall(index: VectorIndex, queries: list[Query], exact: list[set[str]]) -> float:
    approximate = await nearest(index, queries)
    return statistics.fmean(len(a & e) / len(e) for a, e in zip(approximate, exact, strict=True))


async def nearest(index: VectorIndex, queries: list[Query]) -> list[set[str]]:
    scope = Scope(collection=COLLECTION)
    return [
        {
            hit.chunk.chunk_id
            for hit in await index.search_dense(q.dense, scope, kind=ChunkKind.CHUNK, limit=10)
        }
        for q in queries
    ]


def resident_mb() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 // 2**20


def disk_mb(directory: Path) -> int:
    return sum(file.stat().st_blocks for file in directory.rglob("*")) * 512 // 2**20


async def measure(directory: Path, count: int) -> dict[str, object]:
    corpus = Corpus(seed=1)
    queries = corpus.queries(200)
    store = EdgeStore(directory)
    index = await store.create_index("bench", dimensions=DIMENSIONS)
    report: dict[str, object] = {"points": count}
    report["upserts_per_s"] = round(await fill(index, corpus, count))
    report["resident_mb_before_build"] = resident_mb()
    report["before_build"] = await latencies(index, queries)
    exact = await nearest(index, queries)
    report["build"] = await heartbeat_during_build(index, queries)
    report["after_build"] = await latencies(index, queries)
    report["recall_at_10"] = round(await recall(index, queries, exact), 4)
    report["resident_mb_after_build"] = resident_mb()
    await store.close()
    begun = time.perf_counter()
    store = EdgeStore(directory)
    await store.open_index("bench")
    report["reopen_s"] = round(time.perf_counter() - begun, 2)
    await store.close()
    report["disk_mb"] = disk_mb(directory)
    return report


def rows(report: dict[str, Any]) -> list[Row]:
    """Return what the README shows of a report."""
    late = ("p50", "p99", "max")
    points, build, after = report["points"], report["build"], report["after_build"]["hybrid"]
    return [
        Row(
            what=f"store: dense + BM25 query, {points:,} points, p50, p99",
            ours=f"{after['p50_ms']:.1f}, {after['p99_ms']:.1f} ms",
            goal="–",
            others="the client's local mode: 1,670 ms",
        ),
        Row(
            what=f"store: heartbeat beside an HNSW build of {points:,}, late by p50, p99, max",
            ours=", ".join(f"{build[f'late_{which}_ms']:.1f}" for which in late) + " ms",
            goal="never waits",
            others=f"162 s in process; the build took {build['build_s']:.0f} s",
        ),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=100_000)
    parser.add_argument("--data", type=Path, help="not needed: the points are made up")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        report = asyncio.run(measure(Path(directory), arguments.points))
    print(json.dumps(report, indent=2))
    save("store", rows(report))


if __name__ == "__main__":
    main()
