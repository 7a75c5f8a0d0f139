"""The points of one collection on a Qdrant server."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from qdrant_client import models

from core.ids import ChunkId
from core.store.payload import (
    DENSE,
    INTEGERS,
    KEYWORDS,
    MOST_FIELDS,
    SPARSE,
    best_first,
    in_scope,
    metadata_fields,
    of_document,
    of_kind,
    overlapping,
    to_chunk,
    to_payload,
)
from core.store.server_door import FIELD_TYPES, to_filter, translated
from core.types import Hit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qdrant_client import AsyncQdrantClient

    from core.ids import DocumentId, VersionId
    from core.store.payload import Where
    from core.types import Chunk, ChunkKind, Point, Scope, Span, Vector
    from core.types import SparseVector as Terms

_UPSERT_BATCH = 128
"""Points in one call; servers in strict mode refuse large ones."""
_SCROLL_PAGE = 256


class ServerIndex:
    """A `VectorIndex` in one collection of the server."""

    def __init__(self, client: AsyncQdrantClient, collection: str) -> None:
        self._client = client
        self._collection = collection
        self._fields = set[str]()

    @classmethod
    async def create(
        cls, client: AsyncQdrantClient, collection: str, *, dimensions: int
    ) -> ServerIndex:
        """Create the collection, or what an interrupted creation left out of it."""
        with translated(f"cannot create the collection {collection!r}"):
            if not await client.collection_exists(collection):
                await client.create_collection(
                    collection,
                    vectors_config={
                        DENSE: models.VectorParams(size=dimensions, distance=models.Distance.COSINE)
                    },
                    sparse_vectors_config={
                        SPARSE: models.SparseVectorParams(modifier=models.Modifier.IDF)
                    },
                )
            for field in KEYWORDS:
                await client.create_payload_index(
                    collection, field, models.PayloadSchemaType.KEYWORD
                )
            for field in INTEGERS:
                await client.create_payload_index(
                    collection, field, models.PayloadSchemaType.INTEGER
                )
        return cls(client, collection)

    async def upsert(self, points: Sequence[Point]) -> None:
        """Store `points`; they are on disk when this returns."""
        await self._index_fields(points)
        for i in range(0, len(points), _UPSERT_BATCH):
            batch = [_to_struct(point) for point in points[i : i + _UPSERT_BATCH]]
            with translated(f"cannot store {len(batch)} points"):
                await self._client.upsert(self._collection, batch)

    async def search_dense(
        self,
        vector: Vector,
        scope: Scope,
        *,
        kind: ChunkKind,
        limit: int,
        with_vectors: bool = False,
    ) -> list[Hit]:
        """Return the nearest by cosine, best first."""
        with translated("cannot search"):
            found = await self._client.query_points(
                self._collection,
                query=cast("list[float]", vector.tolist()),
                using=DENSE,
                query_filter=to_filter(in_scope(scope, kind)),
                limit=limit,
                with_vectors=[DENSE] if with_vectors else False,
            )
        return best_first([_to_hit(point) for point in found.points])

    async def search_sparse(
        self, vector: Terms, scope: Scope, *, kind: ChunkKind, limit: int
    ) -> list[Hit]:
        """Return the best by BM25, best first; chunks that share no term are left out."""
        if not vector.indices:
            return []
        with translated("cannot search"):
            found = await self._client.query_points(
                self._collection,
                query=_to_sparse(vector),
                using=SPARSE,
                query_filter=to_filter(in_scope(scope, kind)),
                limit=limit,
            )
        return best_first([_to_hit(point) for point in found.points])

    async def vectors(self, chunks: Sequence[ChunkId]) -> dict[ChunkId, Vector]:
        """Return the dense vectors of the points that are there."""
        with translated(f"cannot read {len(chunks)} points"):
            records = await self._client.retrieve(
                self._collection, list(chunks), with_payload=False, with_vectors=[DENSE]
            )
        return {ChunkId(str(record.id)): _dense(record.vector) for record in records}

    async def read(self, document: DocumentId, version: VersionId, span: Span) -> list[Chunk]:
        """Return the chunks of kind `CHUNK` that overlap `span`, in the order of the text."""
        where = to_filter(overlapping(document, version, span))
        chunks: list[Chunk] = []
        start: str | None = None
        while True:
            with translated(f"cannot read document {document!r}"):
                records, following = await self._client.scroll(
                    self._collection, scroll_filter=where, limit=_SCROLL_PAGE, offset=start
                )
            chunks += [to_chunk(record.id, record.payload) for record in records]
            if following is None:
                return sorted(chunks, key=lambda chunk: chunk.ordinal)
            start = str(following)

    async def delete(self, document: DocumentId, *, keep: VersionId | None = None) -> None:
        """Delete the points of a document, but for those of the version to keep."""
        with translated(f"cannot delete document {document!r}"):
            await self._client.delete(self._collection, _selector(of_document(document, keep=keep)))

    async def count(self, kind: ChunkKind) -> int:
        """Return how many points of a kind are stored."""
        with translated("cannot count points"):
            found = await self._client.count(
                self._collection, count_filter=to_filter(of_kind(kind)), exact=True
            )
        return found.count

    async def optimize(self) -> None:
        """Do nothing: the server builds its graphs by itself, and answers all the while."""

    async def _index_fields(self, points: Sequence[Point]) -> None:
        fields = metadata_fields(point.metadata for point in points)
        for path in fields.keys() - self._fields:
            if len(self._fields) == MOST_FIELDS:
                return
            with translated(f"cannot index the field {path!r}"):
                await self._client.create_payload_index(
                    self._collection, path, FIELD_TYPES[fields[path]]
                )
            self._fields.add(path)


def _selector(where: Where) -> models.FilterSelector:
    return models.FilterSelector(filter=to_filter(where))


def _to_struct(point: Point) -> models.PointStruct:
    return models.PointStruct(
        id=point.chunk.chunk_id,
        vector={
            DENSE: cast("list[float]", point.dense.tolist()),
            SPARSE: _to_sparse(point.sparse),
        },
        payload=to_payload(point),
    )


def _to_sparse(terms: Terms) -> models.SparseVector:
    return models.SparseVector(indices=list(terms.indices), values=list(terms.values))


def _to_hit(point: models.ScoredPoint) -> Hit:
    dense = None if point.vector is None else _dense(point.vector)
    return Hit(chunk=to_chunk(point.id, point.payload), score=point.score, dense=dense)


def _dense(vectors: object) -> Vector:
    return np.asarray(cast("dict[str, list[float]]", vectors)[DENSE], dtype=np.float32)
