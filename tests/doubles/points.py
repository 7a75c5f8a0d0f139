"""Points as ingestion makes them, from a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.ids import CollectionName, chunk_id, document_id, version_id
from core.store.bm25 import Bm25Encoder
from core.types import Chunk, ChunkKind, Point, Scope, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.types import Metadata, Vector

COLLECTION = CollectionName("default")
EVERYWHERE = Scope(collection=COLLECTION)
DIMENSIONS = 4
_BM25 = Bm25Encoder()


def document_points(
    source: str,
    texts: Sequence[str],
    *,
    vectors: Sequence[Sequence[float]] | None = None,
    content: bytes = b"1",
    kind: ChunkKind = ChunkKind.CHUNK,
    metadata: Metadata | None = None,
) -> list[Point]:
    """Return points whose texts tile a document."""
    document = document_id(COLLECTION, source)
    version = version_id(document, content)
    points: list[Point] = []
    start = 0
    for ordinal, text in enumerate(texts):
        span = Span(start, start + len(text))
        chunk = Chunk(
            chunk_id=chunk_id(version, span.start, span.end, page=kind is ChunkKind.PAGE),
            document_id=document,
            version=version,
            kind=kind,
            span=span,
            text=text,
            pages=(1, 2),
            section=("Part", "Chapter"),
        )
        dense = unit(vectors[ordinal] if vectors else [1.0, ordinal, 0, 0])
        sparse = _BM25.encode_passage(text, language="en")
        points.append(Point(chunk=chunk, dense=dense, sparse=sparse, metadata=metadata or {}))
        start = span.end
    return points


def unit(values: Sequence[float]) -> Vector:
    """Return the vector of length one in a direction."""
    vector = np.asarray(values, dtype=np.float32)
    return (vector / np.linalg.norm(vector)).astype(np.float32)
