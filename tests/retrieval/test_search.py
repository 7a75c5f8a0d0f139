from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING

import pytest

from core.answers import Fallback
from core.clock import Deadline
from core.errors import DeadlineError, UnavailableError
from core.ids import CollectionName, document_id, version_id
from core.library import Library
from core.store.bm25 import Bm25Encoder
from core.store.edge import EdgeStore
from core.types import Document, FieldCondition, Page, Scope, Span
from ingest.pipeline import IngestPipeline
from ingest.read import ReadDocument
from retrieval.search import RERANKER, Retriever
from tests.doubles.clock import VirtualClock, in_good_time
from tests.doubles.hash_embedder import HashEmbedder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from core.ids import DocumentId
    from core.protocols import Reranker
    from core.records import DocumentRecord
    from core.types import Passage, Vector
    from retrieval.found import Retrieved

HERE = CollectionName("default")
EVERYWHERE = Scope(collection=HERE)


class House:
    """A store with documents in it."""

    def __init__(self, store: EdgeStore) -> None:
        self.store = store
        self.library = Library(store, exclusive=True)
        self.embedder = HashEmbedder()
        self.sparse = Bm25Encoder()

    async def add(self, *documents: Document) -> None:
        pipeline = IngestPipeline(
            library=self.library, collection=HERE, embedder=self.embedder, sparse=self.sparse
        )

        async def read() -> AsyncIterator[ReadDocument]:
            for document in documents:
                content = document.text.encode()
                stored = await self.library.documents(HERE, [document.document_id])
                yield ReadDocument(
                    document=document,
                    bytes=len(content),
                    sha256=hashlib.sha256(content).hexdigest(),
                    replaces=stored.get(document.document_id),
                )

        async for _ in pipeline.run(read()):
            pass

    async def retriever(self, reranker: Reranker | None = None) -> Retriever:
        return Retriever(
            await self.library.index(HERE),
            self.library,
            embedder=self.embedder,
            sparse=self.sparse,
            reranker=reranker,
        )

    async def find(
        self, question: str, scope: Scope = EVERYWHERE, top_k: int = 5
    ) -> Sequence[Passage]:
        retriever = await self.retriever()
        found = await retriever.find(question, scope, top_k=top_k, deadline=in_good_time())
        return found.passages


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = House(EdgeStore(tmp_path))
    await house.library.create_collection(HERE, house.embedder)
    yield house
    await house.store.close()


def _document(
    source: str, *pages: str, title: str = "", language: str = "en", **more: str
) -> Document:
    identity = document_id(HERE, source)
    text = "\f".join(pages)
    numbered: list[Page] = []
    start = 0
    for number, page in enumerate(pages, start=1):
        numbered.append(Page(number=number, span=Span(start, start + len(page))))
        start += len(page) + 1
    return Document(
        document_id=identity,
        version=version_id(identity, text.encode()),
        source=source,
        title=title or source,
        text=text,
        format=more.get("format", "text"),
        pages=tuple(numbered),
        metadata={"kind": more.get("kind", "plain")},
        language=language,
    )


TEA = "Tea is made of leaves. The leaves of tea grow on hills in Assam."
WHERE = "Where does tea grow?"
SHIPS = "A ship has a keel and a mast. Sailors climb the mast to look for land."


async def test_the_passage_that_answers_comes_first(house: House) -> None:
    await house.add(_document("tea", TEA), _document("ships", "About the sea.", SHIPS))

    found = await house.find("Who climbs the mast of a ship?")

    best = found[0]
    assert (best.title, best.source) == ("ships", "ships")
    assert 2 in best.pages
    assert "Sailors climb the mast" in best.text
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)


async def test_a_passage_is_a_verbatim_span(house: House) -> None:
    await house.add(_document("tea", TEA, SHIPS), _document("ships", SHIPS + "\n\n" + TEA))

    for passage in await house.find("Where do leaves of tea grow?"):
        _, text = await house.library.text(HERE, passage.document_id, passage.span)
        assert text == passage.text


async def test_no_more_passages_than_asked_for(house: House) -> None:
    await house.add(*(_document(f"d{n}", f"Tea number {n} is of kind {n * 7}.") for n in range(9)))

    assert len(await house.find("Which tea?", top_k=3)) == 3


async def test_an_empty_collection_has_no_passages(house: House) -> None:
    assert await house.find("Where is everything?") == []


async def test_only_documents_in_scope_are_found(house: House) -> None:
    await house.add(
        _document("tea", TEA, kind="drink"), _document("other", TEA + " Really.", kind="copy")
    )
    by_id = Scope(collection=HERE, document_ids=(document_id(HERE, "other"),))
    by_kind = Scope(collection=HERE, filters=(FieldCondition(field="kind", any=("drink",)),))

    assert {p.title for p in await house.find("Where does tea grow?", by_id)} == {"other"}
    assert {p.title for p in await house.find("Where does tea grow?", by_kind)} == {"tea"}


async def test_a_version_that_is_not_current_is_never_found(house: House) -> None:
    await house.add(_document("tea", TEA))
    await house.add(_document("tea", "Tea has been withdrawn."))

    found = await house.find("Where do the leaves of tea grow?")

    assert [p.text for p in found] == ["Tea has been withdrawn."]


async def test_a_document_without_a_record_is_never_found(house: House) -> None:
    await house.add(_document("tea", TEA), _document("ships", SHIPS))
    shelf = _Shelf(house.library, hidden="tea")
    retriever = Retriever(
        await house.library.index(HERE), shelf, embedder=house.embedder, sparse=house.sparse
    )

    found = await found_by(retriever, top_k=5)

    assert {p.title for p in found.passages} == {"ships"}


async def test_a_question_in_another_language_is_stemmed_as_the_documents(house: House) -> None:
    await house.add(
        _document("a", "Die Häuser stehen am Fluss.", language="de"),
        _document("b", "Der Baum steht im Wald.", language="de"),
    )

    found = await house.find("Welche Hauses?")

    assert (found[0].title, found[0].language) == ("a", "de")


async def test_code_is_not_taken_apart(house: House) -> None:
    code = "def tea():\n    return 1\n\n\ndef milk():\n    return 2\n"
    await house.add(_document("code", code, format="code"))

    assert [p.text for p in await house.find("What does tea return?")] == [code.strip()]


async def test_a_subject_of_many_documents_is_found_by_its_neighbours(house: House) -> None:
    await house.add(
        *(_document(f"t{n}", f"Leaves of tea, sort {n}, grow on hills.") for n in range(6)),
        *(_document(f"s{n}", f"Ship {n} has sails.") for n in range(6)),
    )

    found = await house.find("leaves on hills", top_k=6)

    assert all("tea" in each.text for each in found)


async def test_a_reranker_has_the_last_word(house: House) -> None:
    await house.add(_document("tea", TEA), _document("ships", SHIPS))

    found = await found_by(await house.retriever(_Shortest()))

    assert found.fallbacks == ()
    assert found.passages[0].source == ("tea" if len(TEA) < len(SHIPS) else "ships")


async def test_what_is_found_does_not_depend_on_a_reranker_that_is_out(house: House) -> None:
    await house.add(_document("tea", TEA), _document("ships", SHIPS))

    found = await found_by(await house.retriever(_Out()))

    assert found.passages == await house.find(WHERE)
    assert found.fallbacks == (Fallback(model="x/rerank", error="x/rerank: 503: down"),)


async def test_what_is_not_reranked_in_time_stays_as_it_was_found(house: House) -> None:
    await house.add(_document("tea", TEA), _document("ships", SHIPS))
    clock = VirtualClock()

    retriever = await house.retriever(_Hangs())
    found = await retriever.find(
        WHERE, EVERYWHERE, top_k=2, deadline=Deadline.after(9, clock=clock)
    )

    assert found.passages == await house.find(WHERE)
    assert [each.model for each in found.fallbacks] == [RERANKER]
    assert "no scores in the time" in found.fallbacks[0].error
    assert clock.monotonic() == 9


async def test_who_did_not_embed_the_question_in_time_is_named(house: House) -> None:
    await house.add(_document("tea", TEA))
    house.embedder = _Silent()
    deadline = Deadline.after(9, clock=VirtualClock())
    retriever = await house.retriever()
    with pytest.raises(DeadlineError, match="hash-64: did not embed the question in the time"):
        await retriever.find(WHERE, EVERYWHERE, top_k=2, deadline=deadline)


async def test_the_same_question_finds_the_same(house: House) -> None:
    await house.add(*(_document(f"d{n}", TEA + f" {n}") for n in range(4)))

    assert await house.find("Where does tea grow?") == await house.find("Where does tea grow?")


async def found_by(retriever: Retriever, top_k: int = 2) -> Retrieved:
    return await retriever.find(WHERE, EVERYWHERE, top_k=top_k, deadline=in_good_time())


class _Silent(HashEmbedder):
    """An embedder that has no vector for a question."""

    async def embed_query(self, question: str) -> Vector:  # noqa: ARG002
        await asyncio.Event().wait()
        raise AssertionError


class _Hangs:
    """A reranker that says nothing."""

    async def score(self, question: str, texts: Sequence[str]) -> list[float]:  # noqa: ARG002
        await asyncio.Event().wait()
        raise AssertionError


class _Shortest:
    """A reranker that likes short texts."""

    async def score(self, question: str, texts: Sequence[str]) -> list[float]:  # noqa: ARG002
        return [-float(len(text)) for text in texts]


class _Out:
    """A reranker that does not answer."""

    async def score(self, question: str, texts: Sequence[str]) -> list[float]:  # noqa: ARG002
        raise UnavailableError("503: down", model="x/rerank", status=503)


class _Shelf:
    """A library that has lost a record."""

    def __init__(self, library: Library, *, hidden: str) -> None:
        self._library = library
        self._hidden = document_id(HERE, hidden)

    async def documents(
        self, collection: CollectionName, ids: Sequence[DocumentId]
    ) -> dict[DocumentId, DocumentRecord]:
        found = await self._library.documents(collection, ids)
        return {i: record for i, record in found.items() if i != self._hidden}
