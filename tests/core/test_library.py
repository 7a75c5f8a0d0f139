from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import (
    ConflictError,
    EmbedderMismatchError,
    NotFoundError,
    RequestError,
    StoreError,
)
from core.filters import parse_filters
from core.ids import CollectionName, DocumentId, VersionId, chunk_id, document_id
from core.library import Library
from core.protocols import Store
from core.records import DocumentRecord
from core.store.bm25 import Bm25Encoder
from core.store.edge import EdgeStore
from core.types import Chunk, FieldCondition, Point, Scope, Span
from tests.doubles.hash_embedder import HashEmbedder

FIRST, SECOND, THIRD = (VersionId("ver_" + 24 * digit) for digit in "123")
HERE = CollectionName("default")
TEXTS = ("First, the beginning. ", "Then, the middle. ", "Last, the end.")


@pytest.fixture
async def store(data_dir: Path) -> AsyncIterator[Store]:
    store = EdgeStore(data_dir)
    yield store
    await store.close()


@pytest.fixture
async def library(store: Store) -> Library:
    library = Library(store, exclusive=True)
    await library.create_collection(HERE, HashEmbedder())
    return library


def record(source: str, *, version: VersionId = FIRST, collection: str = HERE) -> DocumentRecord:
    text = "".join(TEXTS)
    return DocumentRecord(
        document_id=document_id(CollectionName(collection), source),
        collection=CollectionName(collection),
        version=version,
        source=source,
        title=source.strip("/"),
        format="text",
        language="en",
        encoding="utf-8",
        bytes=len(text),
        sha256="0" * 64,
        characters=len(text),
        tokens=12,
        chunks=len(TEXTS),
        page_spans=((0, 22), (23, 40)),
        metadata={"year": 2024, "tags": ["a", "b"]},
        embedder="hash-64",
        parser=1,
        chunker=1,
        created_at="2026-01-01T00:00:00+00:00",
        updated_at="2026-01-01T00:00:00+00:00",
    )


async def store_text(library: Library, document: DocumentRecord) -> None:
    embedder, start, points = HashEmbedder(), 0, list[Point]()
    for text in TEXTS:
        span = Span(start, start + len(text))
        start = span.end
        chunk = Chunk(
            chunk_id=chunk_id(document.version, span.start, span.end),
            document_id=document.document_id,
            version=document.version,
            span=span,
            text=text,
        )
        dense = await embedder.embed_query(text)
        sparse = Bm25Encoder().encode_passage(text, language="en")
        points.append(Point(chunk=chunk, dense=dense, sparse=sparse, metadata={}))
    await (await library.index(document.collection)).upsert(points)
    await library.publish(document, replaces=None)


async def test_a_published_document_comes_back_as_it_was(library: Library) -> None:
    await library.publish(record("/a.md"), replaces=None)

    assert await library.document(HERE, record("/a.md").document_id) == record("/a.md")


async def test_a_document_of_another_collection_is_not_found(library: Library) -> None:
    await library.create_collection(CollectionName("other"), HashEmbedder())
    await library.publish(record("/a.md", collection="other"), replaces=None)

    with pytest.raises(NotFoundError, match="no document"):
        await library.document(HERE, record("/a.md", collection="other").document_id)


async def test_publishing_again_replaces_the_version_at_once(library: Library) -> None:
    await library.publish(record("/a.md"), replaces=None)
    await library.document(HERE, record("/a.md").document_id)
    await library.publish(record("/a.md", version=SECOND), replaces=FIRST)

    found = await library.document(HERE, record("/a.md").document_id)
    assert found.version == SECOND


async def test_a_library_that_shares_its_store_reads_what_others_wrote(store: Store) -> None:
    shared, other = Library(store, exclusive=False), Library(store, exclusive=False)
    await shared.create_collection(HERE, HashEmbedder())
    await shared.publish(record("/a.md"), replaces=None)
    await shared.document(HERE, record("/a.md").document_id)
    await other.publish(record("/a.md", version=SECOND), replaces=FIRST)

    found = await shared.document(HERE, record("/a.md").document_id)
    assert found.version == SECOND


async def test_documents_are_listed_page_by_page(library: Library) -> None:
    for number in range(5):
        await library.publish(record(f"/{number}.md"), replaces=None)
    await library.create_collection(CollectionName("other"), HashEmbedder())
    await library.publish(record("/elsewhere.md", collection="other"), replaces=None)

    first, cursor = await library.list_documents(HERE, limit=3)
    rest, end = await library.list_documents(HERE, limit=3, cursor=cursor)

    assert (len(first), len(rest), end) == (3, 2, None)
    assert {d.source for d in [*first, *rest]} == {f"/{number}.md" for number in range(5)}


async def test_every_slice_of_the_text_is_that_of_the_document(library: Library) -> None:
    await store_text(library, record("/a.md"))
    text = "".join(TEXTS)

    assert await library.text(HERE, record("/a.md").document_id) == (Span(0, len(text)), text)
    for start, end in [(0, 1), (20, 24), (22, 40), (len(text), len(text)), (5, 5)]:
        found = await library.text(HERE, record("/a.md").document_id, Span(start, end))
        assert found == (Span(start, end), text[start:end])


@pytest.mark.parametrize("span", [Span(-1, 3), Span(3, 2), Span(0, 10_000)], ids=str)
async def test_a_span_outside_the_text_is_refused(library: Library, span: Span) -> None:
    await store_text(library, record("/a.md"))

    with pytest.raises(RequestError, match="offsets 0 to"):
        await library.text(HERE, record("/a.md").document_id, span)


async def test_a_deleted_document_leaves_no_text(library: Library) -> None:
    await store_text(library, record("/a.md"))
    await library.delete_document(HERE, record("/a.md").document_id)

    with pytest.raises(NotFoundError):
        await library.text(HERE, record("/a.md").document_id)
    index = await library.index(HERE)
    whole = Span(0, 1_000)
    assert await index.read(record("/a.md").document_id, FIRST, whole) == []


async def test_a_deleted_collection_takes_its_documents_along(library: Library) -> None:
    await store_text(library, record("/a.md"))
    await library.delete_collection(HERE)

    with pytest.raises(NotFoundError, match="nothing has been ingested yet in the store"):
        await library.index(HERE)
    await library.create_collection(HERE, HashEmbedder())
    assert await library.list_documents(HERE) == ([], None)


class BrittleStore(EdgeStore):
    """Fails to drop an index, as if the process had ended there."""

    async def drop_index(self, name: str) -> None:
        raise StoreError(f"{name} stays")


async def test_a_deletion_that_was_cut_short_can_be_asked_for_again(data_dir: Path) -> None:
    brittle = BrittleStore(data_dir)
    library = Library(brittle, exclusive=True)
    await library.create_collection(HERE, HashEmbedder())
    await store_text(library, record("/a.md"))
    with pytest.raises(StoreError, match="stays"):
        await library.delete_collection(HERE)
    await brittle.close()

    store = EdgeStore(data_dir)
    library = Library(store, exclusive=True)
    assert [each.name for each in await library.collections()] == [HERE]
    assert await library.list_documents(HERE) == ([], None), "what is half deleted is not shown"
    await library.delete_collection(HERE)
    assert await library.collections() == []
    with pytest.raises(NotFoundError):
        await store.open_index(f"{HERE}.hash-64")
    await store.close()


async def test_another_embedder_is_refused_with_the_way_out(library: Library) -> None:
    other = HashEmbedder()
    other.name = "other-64"

    with pytest.raises(EmbedderMismatchError, match=r"hash-64.*other-64.*to migrate"):
        await library.create_collection(HERE, other)


async def test_creating_a_collection_twice_changes_nothing(library: Library) -> None:
    first = await library.collection(HERE)

    assert await library.create_collection(HERE, HashEmbedder()) == first
    assert await library.collections() == [first]


async def test_a_version_of_a_document_that_was_deleted_meanwhile_is_refused(
    library: Library,
) -> None:
    await store_text(library, record("/a.md"))
    await library.delete_document(HERE, record("/a.md").document_id)

    with pytest.raises(ConflictError, match="deleted meanwhile"):
        await library.publish(record("/a.md", version=SECOND), replaces=FIRST)
    assert await library.list_documents(HERE) == ([], None)


async def test_of_two_readings_of_one_version_the_second_is_refused(library: Library) -> None:
    await library.publish(record("/a.md"), replaces=None)
    await library.publish(record("/a.md", version=SECOND), replaces=FIRST)

    with pytest.raises(ConflictError):
        await library.publish(record("/a.md", version=THIRD), replaces=FIRST)


async def test_nothing_is_published_into_a_collection_that_was_deleted(library: Library) -> None:
    await library.delete_collection(HERE)

    with pytest.raises(ConflictError):
        await library.publish(record("/a.md"), replaces=None)


async def test_a_text_with_a_chunk_missing_is_an_error_not_a_shorter_text(
    library: Library,
) -> None:
    await store_text(library, record("/a.md"))
    longer = replace(record("/a.md", version=FIRST), characters=10_000)
    await library.publish(longer, replaces=FIRST)

    with pytest.raises(StoreError, match="not whole"):
        await library.text(HERE, longer.document_id)


async def test_documents_are_counted_by_scope(library: Library) -> None:
    await library.publish(record("/a.md"), replaces=None)
    await library.publish(replace(record("/b.md"), metadata={"year": 2023}), replaces=None)
    await library.create_collection(CollectionName("other"), HashEmbedder())
    await library.publish(record("/elsewhere.md", collection="other"), replaces=None)

    async def count(*ids: DocumentId, filters: tuple[FieldCondition, ...] = ()) -> int:
        scope = Scope(collection=HERE, document_ids=ids, filters=filters)
        return await library.count_documents(scope)

    of_2023 = parse_filters({"year": 2023})
    first = record("/a.md").document_id
    assert await count() == 2
    assert await count(filters=of_2023) == 1
    assert await count(first, record("/elsewhere.md").document_id) == 1
    assert await count(first, filters=of_2023) == 0


@pytest.mark.parametrize("name", ["", "Upper", "-x", "a b", "a/b", "x" * 64, "../up"])
async def test_a_name_that_cannot_be_a_collection_is_refused(library: Library, name: str) -> None:
    with pytest.raises(RequestError, match="allowed"):
        await library.create_collection(CollectionName(name), HashEmbedder())


def test_a_span_is_on_every_page_that_it_touches() -> None:
    document = record("/a.md")

    assert document.pages == 2
    assert document.pages_of(Span(0, 22)) == (1,)
    assert document.pages_of(Span(21, 24)) == (1, 2)
    assert document.pages_of(Span(22, 23)) == ()
    assert replace(document, page_spans=()).pages_of(Span(0, 5)) == ()
