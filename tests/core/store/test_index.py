"""What an index promises, behind both doors."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from core.errors import NotFoundError, StoreError
from core.ids import chunk_id
from core.store.bm25 import Bm25Encoder
from core.types import ChunkKind, ChunkRef, FieldCondition, Scope, Span, SparseVector
from tests.doubles.points import COLLECTION, DIMENSIONS, EVERYWHERE, document_points, unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.protocols import Store, VectorIndex
    from core.types import Chunk, Hit, Metadata
    from tests.core.store.conftest import Door

BM25 = Bm25Encoder()


@pytest.fixture
async def index(store: Store) -> VectorIndex:
    return await store.create_index("default.test", dimensions=DIMENSIONS)


async def found_texts(index: VectorIndex, question: str, scope: Scope = EVERYWHERE) -> list[str]:
    query = BM25.encode_query(question, languages=["en"])
    hits = await index.search_sparse(query, scope, kind=ChunkKind.CHUNK, limit=10)
    return await texts_of(index, hits)


async def texts_of(index: VectorIndex, hits: Sequence[Hit]) -> list[str]:
    chunks = await index.chunks([hit.chunk.chunk_id for hit in hits])
    return [chunks[hit.chunk.chunk_id].text for hit in hits]


def ref(chunk: Chunk) -> ChunkRef:
    return ChunkRef(**{field.name: getattr(chunk, field.name) for field in fields(ChunkRef)})


async def test_a_hit_is_the_chunk_that_was_stored(index: VectorIndex) -> None:
    points = document_points("a", ["one ", "two\0 ", "三 "])
    await index.upsert(points)
    hits = await index.search_dense(points[1].dense, EVERYWHERE, kind=ChunkKind.CHUNK, limit=3)
    found = points[1].chunk
    assert hits[0].chunk == ref(found)
    assert await index.chunks([found.chunk_id]) == {found.chunk_id: found}
    assert hits[0].score == pytest.approx(1.0)


async def test_vectors_are_given_by_chunk(index: VectorIndex) -> None:
    one, two = document_points("a", ["one", "two"])
    await index.upsert([one, two])

    found = await index.vectors([two.chunk.chunk_id, chunk_id(two.chunk.version, 0, 0)])

    assert list(found) == [two.chunk.chunk_id]
    assert found[two.chunk.chunk_id] == pytest.approx(two.dense)


async def test_dense_hits_are_ordered_by_cosine(index: VectorIndex) -> None:
    vectors = [[1, 0, 0, 0], [1, 1, 0, 0], [0, 1, 0, 0], [-1, 0, 0, 0]]
    await index.upsert(document_points("a", ["a", "b", "c", "d"], vectors=vectors))
    hits = await index.search_dense(
        unit([0.9, 0.1, 0, 0]), EVERYWHERE, kind=ChunkKind.CHUNK, limit=3
    )
    assert await texts_of(index, hits) == ["a", "b", "c"]


async def test_a_rare_term_weighs_more_than_a_common_one(index: VectorIndex) -> None:
    texts = ["common words here", "common words there", "common words elsewhere", "rare thing"]
    await index.upsert(document_points("a", texts))
    assert (await found_texts(index, "common rare"))[0] == "rare thing"


async def test_chunks_that_share_no_term_are_not_found(index: VectorIndex) -> None:
    await index.upsert(document_points("a", ["apples and pears", "stones"]))
    assert await found_texts(index, "pear") == ["apples and pears"]
    empty = SparseVector(indices=(), values=())
    assert await index.search_sparse(empty, EVERYWHERE, kind=ChunkKind.CHUNK, limit=9) == []


async def test_storing_twice_changes_nothing(index: VectorIndex) -> None:
    points = document_points("a", ["one", "two"])
    await index.upsert(points)
    await index.upsert(points)
    assert await index.count(ChunkKind.CHUNK) == 2


async def test_nothing_can_be_stored_and_searched(index: VectorIndex) -> None:
    await index.upsert([])
    assert await found_texts(index, "anything") == []
    assert await index.count(ChunkKind.PAGE) == 0


async def test_kinds_do_not_see_each_other(index: VectorIndex) -> None:
    await index.upsert(document_points("a", ["chunk text"]))
    await index.upsert(document_points("a", ["page text"], kind=ChunkKind.PAGE))
    assert await found_texts(index, "text") == ["chunk text"]
    assert await index.count(ChunkKind.CHUNK) == 1
    assert await index.count(ChunkKind.PAGE) == 1


async def test_a_scope_of_documents_holds(index: VectorIndex) -> None:
    first, second = document_points("a", ["word"]), document_points("b", ["word too"])
    await index.upsert(first + second)
    scope = Scope(collection=COLLECTION, document_ids=(second[0].chunk.document_id,))
    assert await found_texts(index, "word", scope) == ["word too"]


METADATA: Metadata = {
    "year": 2024,
    "ratio": 1.5,
    "type": "10-K",
    "draft": True,
    "tags": ["red", "blue"],
    "weird. [key] 'ü\"\\": "odd",
}


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (FieldCondition(field="type", any=("10-K",)), True),
        (FieldCondition(field="type", any=("10-k",)), False),
        (FieldCondition(field="type", any=("10-Q", "10-K")), True),
        (FieldCondition(field="type", any=()), False),
        (FieldCondition(field="year", any=(2024,)), True),
        (FieldCondition(field="year", any=(2023, "2024")), False),
        (FieldCondition(field="year", any=("x", 2024)), True),
        (FieldCondition(field="year", gte=2024, lt=2025), True),
        (FieldCondition(field="year", gt=2024), False),
        (FieldCondition(field="year", lte=2024, gt=2023.5), True),
        (FieldCondition(field="ratio", gte=1.5, lte=1.5), True),
        (FieldCondition(field="ratio", lt=1.5), False),
        (FieldCondition(field="draft", any=(True,)), True),
        (FieldCondition(field="draft", any=(False,)), False),
        (FieldCondition(field="tags", any=("blue",)), True),
        (FieldCondition(field="tags", any=("green",)), False),
        (FieldCondition(field="weird. [key] 'ü\"\\", any=("odd",)), True),
        (FieldCondition(field="absent", any=("odd",)), False),
    ],
    ids=str,
)
async def test_a_filter_holds(
    index: VectorIndex, condition: FieldCondition, *, holds: bool
) -> None:
    await index.upsert(document_points("a", ["word"], metadata=METADATA))
    await index.upsert(document_points("b", ["other word"], metadata={"year": "n/a"}))
    scope = Scope(collection=COLLECTION, filters=(condition,))
    assert await found_texts(index, "word", scope) == (["word"] if holds else [])


async def test_all_filters_hold_together(index: VectorIndex) -> None:
    await index.upsert(document_points("a", ["word a"], metadata={"year": 2024, "type": "x"}))
    await index.upsert(document_points("b", ["word b"], metadata={"year": 2024, "type": "y"}))
    filters = (FieldCondition(field="year", any=(2024,)), FieldCondition(field="type", any=("y",)))
    assert await found_texts(index, "word", Scope(collection=COLLECTION, filters=filters)) == [
        "word b"
    ]


async def test_whole_documents_are_read_in_the_order_of_the_text(index: VectorIndex) -> None:
    points = document_points("a", [f"{i:03} " for i in range(600)])
    await index.upsert(points[::-1] + document_points("b", ["another"]))
    await index.upsert(document_points("a", ["000 001 "], kind=ChunkKind.PAGE))
    chunk = points[0].chunk
    chunks = await index.read(chunk.document_id, chunk.version, Span(0, 2400))
    assert chunks == [point.chunk for point in points]


async def test_a_span_is_read_with_the_chunks_it_touches(index: VectorIndex) -> None:
    points = document_points("a", ["0123", "4567", "89ab", "cdef"])
    await index.upsert(points)
    chunk = points[0].chunk
    read = await index.read(chunk.document_id, chunk.version, Span(4, 9))
    assert [c.text for c in read] == ["4567", "89ab"]
    found = await index.overlapping(chunk.document_id, chunk.version, Span(4, 9))
    assert found == [ref(c) for c in read]


async def test_deleting_a_document_can_keep_a_version(index: VectorIndex) -> None:
    old = document_points("a", ["old"], content=b"1")
    new = document_points("a", ["new"], content=b"2")
    await index.upsert(old + new + document_points("b", ["bystander"]))
    document = new[0].chunk.document_id
    await index.delete(document, keep=new[0].chunk.version)
    assert await index.count(ChunkKind.CHUNK) == 2
    assert await found_texts(index, "old") == []
    await index.delete(document)
    assert await found_texts(index, "new bystander") == ["bystander"]


async def test_equal_scores_are_ordered_by_document_and_text(index: VectorIndex) -> None:
    points = document_points("a", ["same"] * 5, vectors=[[1, 0, 0, 0]] * 5)
    await index.upsert(points[::-1])
    hits = await index.search_dense(points[0].dense, EVERYWHERE, kind=ChunkKind.CHUNK, limit=5)
    assert [hit.chunk.span for hit in hits] == [point.chunk.span for point in points]


async def test_a_lone_surrogate_is_refused_and_nothing_of_the_batch_is_stored(
    index: VectorIndex,
) -> None:
    good, bad = document_points("a", ["good", "bad"])
    broken = replace(bad, chunk=replace(bad.chunk, text="\ud800"))
    with pytest.raises(StoreError, match="surrogate"):
        await index.upsert([good, broken])
    assert await index.count(ChunkKind.CHUNK) == 0


async def test_a_vector_of_another_length_is_a_store_error(index: VectorIndex) -> None:
    vector = np.ones(DIMENSIONS + 1, dtype=np.float32)
    await index.upsert(document_points("a", ["one"]))
    with pytest.raises(StoreError):
        await index.search_dense(vector, EVERYWHERE, kind=ChunkKind.CHUNK, limit=1)


async def test_an_index_is_there_after_reopening(door: Door) -> None:
    store = door.open()
    index = await store.create_index("default.test", dimensions=DIMENSIONS)
    points = document_points("a", ["one", "two"], metadata={"year": 2024})
    await index.upsert(points)
    if type(store).__name__ == "EdgeStore":
        await store.close()
    store = door.open()
    index = await store.create_index("default.test", dimensions=DIMENSIONS)
    await index.upsert(document_points("b", ["three"], metadata={"year": 2025}))
    assert await (await store.open_index("default.test")).count(ChunkKind.CHUNK) == 3
    await store.close()


async def test_indexes_are_apart_and_can_be_dropped(store: Store) -> None:
    first = await store.create_index("first", dimensions=DIMENSIONS)
    second = await store.create_index("second", dimensions=DIMENSIONS)
    await first.upsert(document_points("a", ["word"]))
    assert await second.count(ChunkKind.CHUNK) == 0
    await store.drop_index("first")
    await store.drop_index("never-there")
    with pytest.raises(NotFoundError):
        await store.open_index("first")
    assert (
        await (await store.create_index("first", dimensions=DIMENSIONS)).count(ChunkKind.CHUNK) == 0
    )


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "x" * 300])
async def test_a_name_that_cannot_be_a_path_is_refused(store: Store, name: str) -> None:
    with pytest.raises(StoreError, match="index name"):
        await store.create_index(name, dimensions=DIMENSIONS)
    with pytest.raises(StoreError, match="index name"):
        await store.drop_index(name)


async def test_building_changes_no_answer(index: VectorIndex) -> None:
    points = document_points("a", ["one", "two"])
    await index.upsert(points)
    await index.optimize()
    assert await found_texts(index, "two") == ["two"]
