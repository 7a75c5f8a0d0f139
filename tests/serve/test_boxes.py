from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import pytest

from core.answers import Answer, Citation, Route, Verdict
from core.ids import CollectionName, DocumentId, chunk_id, document_id
from core.library import Library
from core.records import DocumentRecord
from core.store.bm25 import Bm25Encoder
from core.store.edge import EdgeStore
from core.types import Span
from ingest.load import discover
from ingest.parse.document import parse
from ingest.pipeline import IngestPipeline
from ingest.read import ReadDocument
from ingest.sources import Source
from serve.boxes import MOST_PAGES, Boxes
from tests.doubles.files import pdf
from tests.doubles.hash_embedder import HashEmbedder

HERE = CollectionName("default")
PAGES = ("The tower of Pisa\nis old.", "It has seven bells.", "It is 56 m high.")
MANY = tuple(f"Page {n} has bells." for n in range(MOST_PAGES + 2))


@dataclass
class Shelf:
    """A library over a folder, and answers that cite what is in it."""

    library: Library
    folder: Path
    boxes: Boxes

    async def ingest(self) -> None:
        pipeline = IngestPipeline(
            library=self.library, collection=HERE, embedder=HashEmbedder(), sparse=Bm25Encoder()
        )
        stored = [each async for each in pipeline.run(self._read())]
        assert not [each for batch in stored for each in batch.refused]

    async def _read(self) -> AsyncIterator[ReadDocument]:
        for source in discover([str(self.folder)]):
            assert isinstance(source, Source)
            content = source.read()
            key = document_id(HERE, source.name)
            yield ReadDocument(
                document=parse(source, content, collection=HERE),
                bytes=len(content),
                sha256=sha256(content).hexdigest(),
                replaces=(await self.library.documents(HERE, [key])).get(key),
            )

    async def record(self, name: str) -> DocumentRecord:
        return next(
            each
            for each in [each async for each in self.library.all_documents(HERE)]
            if each.source == str(self.folder / name)
        )

    async def asked(self, *quotes: str, name: str = "a.pdf") -> Answer:
        """Return an answer with these quotes of a document, boxed."""
        return await self.boxes.on(await self.answer(*quotes, name=name), HERE)

    async def answer(self, *quotes: str, name: str = "a.pdf") -> Answer:
        record = await self.record(name)
        _, text = await self.library.text(HERE, record.document_id)
        return answer([cite(record, text, quote, n=n) for n, quote in enumerate(quotes, start=1)])


def cite(record: DocumentRecord, text: str, quote: str, *, n: int) -> Citation:
    start = text.index(quote)
    span = Span(start, start + len(quote))
    return Citation(
        n=n,
        document_id=record.document_id,
        title=record.title,
        source=record.source,
        pages=record.pages_of(span),
        span=span,
        quote=quote,
        chunk_id=chunk_id(record.version, span.start, span.end),
        score=1.0,
        verdict=Verdict.SUPPORTED,
        checked_by=("quote",),
    )


def answer(citations: list[Citation]) -> Answer:
    route = Route(
        strategy="retrieval",
        tier="standard",
        model="extractive",
        context_tokens=0,
        reserve_tokens=0,
        window=0,
        reason="",
    )
    return Answer(
        id="ans_1",
        question="?",
        answer="It is.",
        generated=False,
        citations=tuple(citations),
        route=route,
    )


def pages(found: Answer) -> list[list[int]]:
    """Return the page of each box of each citation."""
    return [[box.page for box in citation.boxes] for citation in found.citations]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path.resolve() / "folder"
    folder.mkdir()
    return folder


@pytest.fixture
async def shelf(folder: Path, data_dir: Path) -> AsyncIterator[Shelf]:
    store = EdgeStore(data_dir)
    library = Library(store, exclusive=True)
    await library.create_collection(HERE, HashEmbedder())
    boxes = Boxes(library, timeout_s=60)
    shelf = Shelf(library, folder, boxes)
    (shelf.folder / "a.pdf").write_bytes(pdf(PAGES))
    (shelf.folder / "b.txt").write_text("The bells are new.", encoding="utf-8")
    (shelf.folder / "many.pdf").write_bytes(pdf(MANY))
    await shelf.ingest()
    yield shelf
    boxes.close()
    await store.close()


async def test_each_line_of_a_quote_has_a_box_on_its_page(shelf: Shelf) -> None:
    found = await shelf.asked("Pisa\nis old", "seven bells", "old.\fIt has")
    assert pages(found) == [[1, 1], [2], [1, 2]]
    seven = found.citations[1].boxes[0]
    assert 100 < seven.x0 < seven.x1 < 200
    assert 750 < seven.y0 < 760 < seven.y1 < 775
    assert [replace(each, boxes=()) for each in found.citations] == list(
        (await shelf.answer("Pisa\nis old", "seven bells", "old.\fIt has")).citations
    )


async def test_file_that_was_changed_has_no_boxes(shelf: Shelf) -> None:
    assert pages(await shelf.asked("seven bells")) == [[2]]
    (shelf.folder / "a.pdf").write_bytes(pdf([PAGES[0], PAGES[1], "It was moved."]))
    assert pages(await shelf.asked("seven bells")) == [[]]
    await shelf.ingest()
    assert pages(await shelf.asked("seven bells", "moved")) == [[2], [3]]


async def test_file_that_is_gone_has_no_boxes(shelf: Shelf) -> None:
    (shelf.folder / "a.pdf").unlink()
    assert pages(await shelf.asked("seven bells")) == [[]]


async def test_text_has_no_boxes(shelf: Shelf) -> None:
    assert pages(await shelf.asked("bells", name="b.txt")) == [[]]


async def test_quote_that_the_document_has_elsewhere_now_has_no_boxes(shelf: Shelf) -> None:
    found = await shelf.answer("seven bells", "high")
    moved = replace(found.citations[0], quote="seven bellz")
    found = replace(found, citations=(moved, *found.citations[1:]))
    assert pages(await shelf.boxes.on(found, HERE)) == [[], [3]]


async def test_document_that_was_deleted_has_no_boxes(shelf: Shelf) -> None:
    found = await shelf.answer("seven bells")
    await shelf.library.delete_document(HERE, found.citations[0].document_id)
    assert await shelf.boxes.on(found, HERE) == found


async def test_document_of_another_collection_has_no_boxes(shelf: Shelf) -> None:
    found = await shelf.answer("seven bells")
    stranger = replace(found.citations[0], document_id=DocumentId("doc_2"), n=2)
    found = replace(found, citations=(*found.citations, stranger))
    assert pages(await shelf.boxes.on(found, HERE)) == [[2], []]
    assert await shelf.boxes.on(found, CollectionName("other")) == found


async def test_no_more_pages_are_opened_than_may_be(shelf: Shelf) -> None:
    found = await shelf.asked(*(f"Page {n} has" for n in range(len(MANY))), name="many.pdf")
    assert [bool(each.boxes) for each in found.citations] == [True] * MOST_PAGES + [False] * 2


async def test_answer_that_no_time_is_left_for_is_whole_without_boxes(shelf: Shelf) -> None:
    hurried = Boxes(shelf.library, timeout_s=0)
    found = await shelf.answer("seven bells")
    assert await hurried.on(found, HERE) == found
    hurried.close()


async def test_answers_that_come_together_all_have_boxes(shelf: Shelf) -> None:
    await shelf.boxes.ready()
    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(shelf.asked(f"{word}")) for word in ("bells", "Pisa", "56 m")]
    assert [pages(task.result()) for task in asked] == [[[2]], [[1]], [[3]]]
