"""The points of one collection in an Edge shard."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING, cast

import numpy as np
from qdrant_edge import (
    Distance,
    EdgeConfig,
    EdgeOptimizersConfig,
    EdgeSparseVectorParams,
    EdgeVectorParams,
    IntegerIndexParams,
    KeywordIndexParams,
    Modifier,
    Query,
    SparseVector,
)
from qdrant_edge import Point as EdgePoint

from core.errors import StoreError
from core.ids import ChunkId
from core.store.build import FIELD_INDEXES, build
from core.store.edge_shard import UPSERT_BATCH, Shard
from core.store.editions import EDITION_FIELDS, Editions
from core.store.files import read_ahead
from core.store.journal import Journal
from core.store.payload import (
    DENSE,
    INTEGERS,
    KEYWORDS,
    MOST_FIELDS,
    SPARSE,
    in_scope,
    metadata_fields,
    of_document,
    of_kind,
    overlapping,
    to_chunk,
    to_payload,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence
    from pathlib import Path

    from qdrant_edge import NamedVector, Record, ScoredPoint

    from core.ids import DocumentId, VersionId
    from core.store.editions import Known
    from core.store.generations import Generations
    from core.store.payload import FieldKind, Where
    from core.types import Chunk, ChunkKind, ChunkRef, Hit, Point, Scope, Span, Vector
    from core.types import SparseVector as Terms

BUILD_FROM = 25_000
"""Points without a graph from which building one pays; up to here exact search takes 2 ms."""
_INDEX_FIELDS_TO = 10_000
"""Indexing a field takes 20 µs a point; in a larger index it is left to the next build."""


class EdgeIndex:
    """A `VectorIndex` in one shard, replaced as a whole when its graph has been built."""

    def __init__(
        self, shard: Shard, generations: Generations, *, build_from: int = BUILD_FROM
    ) -> None:
        self._shard = shard
        self._generations = generations
        self._build_from = build_from
        self._editions = Editions()
        self._fields = set[str]()
        self._unindexed: dict[str, FieldKind] = {}
        self.writing = asyncio.Lock()
        """Whoever holds it is the only one that writes."""
        self._building = asyncio.Lock()
        self._build: asyncio.Task[str | None] | None = None
        self.journal: Journal | None = None
        """What is written during a build; `None`: there is none."""
        self._closed = False

    @classmethod
    def create(
        cls, generations: Generations, *, dimensions: int, build_from: int = BUILD_FROM
    ) -> EdgeIndex:
        """Create an empty index."""
        config = EdgeConfig(
            vectors={DENSE: EdgeVectorParams(dimensions, Distance.Cosine)},
            sparse_vectors={SPARSE: EdgeSparseVectorParams(modifier=Modifier.Idf)},
            optimizers=EdgeOptimizersConfig(indexing_threshold=1),
        )
        matched = dict.fromkeys(KEYWORDS, FIELD_INDEXES["keyword"])
        compared = dict.fromkeys(
            INTEGERS,
            IntegerIndexParams(lookup=False, range=True, enable_hnsw=False, on_disk=True),
        )
        # Every search looks at the kind of what it passes by.
        matched["kind"] = KeywordIndexParams()
        shard = Shard.create(generations.following(), config, fields=matched | compared)
        generations.publish(shard.path)
        return cls(shard, generations, build_from=build_from)

    @property
    def generation(self) -> Path:
        """The directory of the live shard."""
        return self._shard.path

    async def upsert(self, points: Sequence[Point]) -> None:
        """Store `points`; they are on disk when this returns."""
        async with self.writing:
            self._index_fields(points)
            for i in range(0, len(points), UPSERT_BATCH):
                batch = points[i : i + UPSERT_BATCH]
                self._shard.upsert([_to_edge(point) for point in batch])
                if self.journal is not None:
                    self.journal.stored([point.chunk.chunk_id for point in batch])
                await asyncio.sleep(0)
            await self._shard.persist()

    async def search_dense(
        self, vector: Vector, scope: Scope, *, kind: ChunkKind, limit: int
    ) -> list[Hit]:
        """Return the nearest by cosine, best first."""
        query = Query.Nearest(vector.tolist(), using=DENSE)
        return self._hits(self._shard.query(query, in_scope(scope, kind), limit=limit))

    async def search_sparse(
        self, vector: Terms, scope: Scope, *, kind: ChunkKind, limit: int
    ) -> list[Hit]:
        """Return the best by BM25, best first; chunks that share no term are left out."""
        if not vector.indices:
            return []
        terms = SparseVector(list(vector.indices), list(vector.values))
        query = Query.Nearest(terms, using=SPARSE)
        return self._hits(self._shard.query(query, in_scope(scope, kind), limit=limit))

    async def chunks(self, ids: Sequence[ChunkId]) -> dict[ChunkId, Chunk]:
        """Return the chunks that are there, whole."""
        found = [to_chunk(each.id, each.payload) for each in self._shard.retrieve(ids)]
        return {chunk.chunk_id: chunk for chunk in found}

    async def vectors(self, chunks: Sequence[ChunkId]) -> dict[ChunkId, Vector]:
        """Return the dense vectors of the points that are there."""
        found = self._shard.retrieve(chunks, with_payload=False, with_vectors=[DENSE])
        return {ChunkId(str(record.id)): _dense(record.vector) for record in found}

    async def overlapping(
        self, document: DocumentId, version: VersionId, span: Span
    ) -> list[ChunkRef]:
        """Return the chunks of kind `CHUNK` that overlap `span`, in the order of the text."""
        where = overlapping(document, version, span)
        found = [ChunkId(str(each.id)) async for each in self._every(where, with_payload=False)]
        known = self._known(found)
        refs = (known.ref(each) for each in sorted(found))
        return [ref for ref in refs if ref is not None]

    async def read(self, document: DocumentId, version: VersionId, span: Span) -> list[Chunk]:
        """Return what `overlapping` does, whole."""
        where = overlapping(document, version, span)
        found = [to_chunk(each.id, each.payload) async for each in self._every(where)]
        return sorted(found, key=lambda chunk: chunk.span)

    async def delete(self, document: DocumentId, *, keep: VersionId | None = None) -> None:
        """Delete the points of a document, but for those of the version to keep."""
        async with self.writing:
            where = of_document(document, keep=keep)
            self._shard.delete(where)
            if self.journal is not None:
                self.journal.deleted(where)
            await self._shard.persist()

    async def count(self, kind: ChunkKind) -> int:
        """Return how many points of a kind are stored."""
        return self._shard.count(of_kind(kind))

    async def optimize(self) -> None:
        """Build the graph where it pays, in another process; the index answers all the while.

        Raises:
            StoreError: the build failed; the index is as it was.
        """
        async with self._building:
            if self._closed or not self._pays():
                return
            successor = self._generations.following()
            try:
                await self._copy_to(successor)
                if not self._closed and await self._build_in(successor):
                    await self._replace_by(successor)
            finally:
                self.journal = None
                await asyncio.to_thread(self._generations.clear)

    async def close(self) -> None:
        """Stop a build, flush and release the files."""
        self._closed = True
        if self._build is not None:
            self._build.cancel()
        async with self._building, self.writing:
            self._shard.close()

    async def _every(self, where: Where, *, with_payload: bool = True) -> AsyncIterator[Record]:
        start: str | None = None
        while True:
            records, start = self._shard.scroll(where, start=start, with_payload=with_payload)
            for record in records:
                yield record
            if start is None:
                return
            await asyncio.sleep(0)

    def _hits(self, found: Sequence[ScoredPoint]) -> list[Hit]:
        scored = [(ChunkId(str(point.id)), point.score) for point in found]
        return self._known(chunk for chunk, _ in scored).hits(scored)

    def _known(self, found: Iterable[ChunkId]) -> Known:
        known = self._editions.of(found)
        if known.unknown:
            for record in self._shard.retrieve(known.unknown, with_payload=EDITION_FIELDS):
                known.learn(ChunkId(str(record.id)), record.payload)
        return known

    def _pays(self) -> bool:
        info = self._shard.info()
        # The engine counts the sparse vector of every point as indexed, and the dense one if it is.
        without_graph = 2 * info.points_count - info.indexed_vectors_count
        return without_graph >= self._build_from

    def _index_fields(self, points: Sequence[Point]) -> None:
        fields = metadata_fields(point.metadata for point in points)
        for path in fields.keys() - self._fields:
            if len(self._fields) == MOST_FIELDS:
                return
            self._fields.add(path)
            if self._shard.info().points_count <= _INDEX_FIELDS_TO:
                self._shard.index_field(path, FIELD_INDEXES[fields[path]])
            else:
                self._unindexed[path] = fields[path]

    async def _copy_to(self, successor: Path) -> None:
        async with self.writing:
            await asyncio.to_thread(shutil.copytree, self._shard.path, successor)
            self.journal = Journal()

    async def _build_in(self, successor: Path) -> bool:
        """Return whether it was built; `False`: the index is being closed."""
        fields, self._unindexed = self._unindexed, {}
        task = asyncio.create_task(build(successor, fields))
        self._build = task
        try:
            await asyncio.wait([task])
        finally:
            self._build = None
            task.cancel()
            await asyncio.wait([task])
        if task.cancelled():
            return False
        if failed := task.result():
            raise StoreError(f"the search graph could not be built: {failed}")
        return True

    async def _replace_by(self, successor: Path) -> None:
        await asyncio.to_thread(read_ahead, successor)
        fresh = Shard.load(successor)
        async with self.writing:
            while self.journal:
                self.journal.replay_one(self._shard, fresh)
                await asyncio.sleep(0)
            await fresh.persist()
            self._generations.publish(successor)
            # The former shard is let go, not closed: closing would flush what is then deleted.
            self._shard = fresh
            self.journal = None


def _to_edge(point: Point) -> EdgePoint:
    vectors: dict[str, NamedVector] = {
        DENSE: point.dense.tolist(),
        SPARSE: SparseVector(list(point.sparse.indices), list(point.sparse.values)),
    }
    return EdgePoint(point.chunk.chunk_id, vectors, to_payload(point))


def _dense(vectors: object) -> Vector:
    return np.asarray(cast("dict[str, list[float]]", vectors)[DENSE], dtype=np.float32)
