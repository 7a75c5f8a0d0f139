"""The points of one collection on a Qdrant server."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from qdrant_client import models

from core.ids import ChunkId
from core.store.editions import EDITION_FIELDS, Editions
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
from core.store.server_door import FIELD_TYPES, to_filter, translated

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence

    from qdrant_client import AsyncQdrantClient

    from core.ids import DocumentId, VersionId
    from core.store.editions import Known
    from core.store.payload import Where
    from core.types import Chunk, ChunkKind, ChunkRef, Hit, Point, Scope, Span, Vector
    from core.types import SparseVector as Terms

_UPSERT_BATCH = 128
"""Points in one call; servers in strict mode refuse large ones."""
_SCROLL_PAGE = 256


class ServerIndex:
    """A `VectorIndex` in one collection of the server."""

    def __init__(self, client: AsyncQdrantClient, collection: str) -> None:
        self._client = client
        self._collection = collection
        self._editions = Editions()
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
        self, vector: Vector, scope: Scope, *, kind: ChunkKind, limit: int
    ) -> list[Hit]:
        """Return the nearest by cosine, best first."""
        query = cast("list[float]", vector.tolist())
        return await self._search(query, DENSE, in_scope(scope, kind), limit)

    async def search_sparse(
        self, vector: Terms, scope: Scope, *, kind: ChunkKind, limit: int
    ) -> list[Hit]:
        """Return the best by BM25, best first; chunks that share no term are left out."""
        if not vector.indices:
            return []
        return await self._search(_to_sparse(vector), SPARSE, in_scope(scope, kind), limit)

    async def chunks(self, ids: Sequence[ChunkId]) -> dict[ChunkId, Chunk]:
        """Return the chunks that are there, whole."""
        found = [to_chunk(each.id, each.payload) for each in await self._retrieve(ids)]
        return {chunk.chunk_id: chunk for chunk in found}

    async def vectors(self, chunks: Sequence[ChunkId]) -> dict[ChunkId, Vector]:
        """Return the dense vectors of the points that are there."""
        found = await self._retrieve(chunks, with_payload=False, with_vectors=[DENSE])
        return {ChunkId(str(record.id)): _dense(record.vector) for record in found}

    async def overlapping(
        self, document: DocumentId, version: VersionId, span: Span
    ) -> list[ChunkRef]:
        """Return the chunks of kind `CHUNK` that overlap `span`, in the order of the text."""
        where = overlapping(document, version, span)
        found = [ChunkId(str(each.id)) async for each in self._every(where, with_payload=False)]
        known = await self._known(found)
        refs = (known.ref(each) for each in sorted(found))
        return [ref for ref in refs if ref is not None]

    async def read(self, document: DocumentId, version: VersionId, span: Span) -> list[Chunk]:
        """Return what `overlapping` does, whole."""
        where = overlapping(document, version, span)
        found = [to_chunk(each.id, each.payload) async for each in self._every(where)]
        return sorted(found, key=lambda chunk: chunk.span)

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

    async def _search(
        self, query: list[float] | models.SparseVector, using: str, where: Where, limit: int
    ) -> list[Hit]:
        with translated("cannot search"):
            found = await self._client.query_points(
                self._collection,
                query=query,
                using=using,
                query_filter=to_filter(where),
                limit=limit,
                with_payload=False,
            )
        scored = [(ChunkId(str(point.id)), point.score) for point in found.points]
        known = await self._known(chunk for chunk, _ in scored)
        return known.hits(scored)

    async def _every(
        self, where: Where, *, with_payload: bool = True
    ) -> AsyncIterator[models.Record]:
        start: str | None = None
        while True:
            with translated("cannot read points"):
                records, following = await self._client.scroll(
                    self._collection,
                    scroll_filter=to_filter(where),
                    limit=_SCROLL_PAGE,
                    offset=start,
                    with_payload=with_payload,
                )
            for record in records:
                yield record
            if following is None:
                return
            start = str(following)

    async def _retrieve(
        self,
        ids: Sequence[ChunkId],
        *,
        with_payload: bool | list[str] = True,
        with_vectors: bool | list[str] = False,
    ) -> list[models.Record]:
        with translated(f"cannot read {len(ids)} points"):
            return await self._client.retrieve(
                self._collection, list(ids), with_payload=with_payload, with_vectors=with_vectors
            )

    async def _known(self, found: Iterable[ChunkId]) -> Known:
        known = self._editions.of(found)
        if known.unknown:
            for record in await self._retrieve(known.unknown, with_payload=EDITION_FIELDS):
                known.learn(ChunkId(str(record.id)), record.payload)
        return known

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


def _dense(vectors: object) -> Vector:
    return np.asarray(cast("dict[str, list[float]]", vectors)[DENSE], dtype=np.float32)
