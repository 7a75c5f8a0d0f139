"""A chunk is the same when it comes back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.ids import ChunkId, DocumentId, VersionId, place_of
from core.store.payload import to_chunk, to_payload
from core.types import Chunk, ChunkKind, Point, Span, SparseVector

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
IDS = st.uuids().map(lambda u: ChunkId(str(u)))
CHUNKS = st.builds(
    Chunk,
    chunk_id=IDS,
    document_id=TEXTS.map(DocumentId),
    version=TEXTS.map(VersionId),
    kind=st.sampled_from(ChunkKind),
    span=st.builds(Span, st.integers(0, 2**40), st.integers(0, 2**40)),
    text=TEXTS,
    pages=st.lists(st.integers(1, 10**6)).map(tuple),
    section=st.lists(TEXTS).map(tuple),
)
VALUES = TEXTS | st.integers(-(2**53), 2**53) | st.floats() | st.booleans() | st.lists(TEXTS)
METADATA = st.dictionaries(TEXTS, VALUES)


@given(CHUNKS, METADATA)
def test_a_chunk_is_the_same_when_it_comes_back(
    chunk: Chunk, metadata: dict[str, str | int | float | bool | list[str]]
) -> None:
    chunk = replace(chunk, figures=place_of(chunk.chunk_id).figures)
    point = Point(
        chunk=chunk,
        dense=np.zeros(2, dtype=np.float32),
        sparse=SparseVector(indices=(), values=()),
        metadata=metadata,
    )
    assert to_chunk(chunk.chunk_id, to_payload(point)) == chunk
