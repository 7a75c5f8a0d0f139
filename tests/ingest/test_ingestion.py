from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from core.errors import EmbedderError
from core.ids import CollectionName
from core.library import Library
from core.records import Job, JobState
from core.store.bm25 import Bm25Encoder
from core.store.edge import EdgeStore
from core.store.edge_index import EdgeIndex
from core.tokens import measure
from core.types import ChunkKind, Scope, Span
from ingest.embedded import embedded_texts
from ingest.ingestion import Ingestion
from ingest.load import discover
from ingest.parse.document import parse
from ingest.pipeline import IngestPipeline
from ingest.read import ReadDocument, Reader
from ingest.sources import Source
from tests.doubles.hash_embedder import HashEmbedder

if TYPE_CHECKING:
    from core.types import Vector

HERE = CollectionName("default")
LONG = "".join(f"Sentence {n} is here.\n\n" for n in range(3_000))
"""Many batches of chunks."""
DEADLOCK_S = 60


class House:
    """A library with an embedder, and the folder that is ingested into it."""

    def __init__(self, library: Library, folder: Path) -> None:
        self.library = library
        self.folder = folder
        self.embedder = HashEmbedder()

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def jobs(
        self, *, refresh: bool = False, metadata: Mapping[str, str] = {}
    ) -> AsyncGenerator[Job]:
        reader = Reader(
            library=self.library,
            collection=HERE,
            embedder=self.embedder,
            metadata=metadata,
            refresh=refresh,
            max_bytes=1_000_000,
        )
        return Ingestion(reader=reader, pipeline=self.pipeline(), collection=HERE).run(
            lambda: discover([str(self.folder)])
        )

    def pipeline(self) -> IngestPipeline:
        return IngestPipeline(
            library=self.library,
            collection=HERE,
            embedder=self.embedder,
            sparse=Bm25Encoder(),
        )

    async def ingest(self, *, refresh: bool = False, metadata: Mapping[str, str] = {}) -> Job:
        seen = [job async for job in self.jobs(refresh=refresh, metadata=metadata)]
        assert {job.state for job in seen[:-1]} <= {JobState.RUNNING}
        return seen[-1]

    async def texts(self) -> dict[str, str]:
        return {
            Path(d.source).name: (await self.library.text(HERE, d.document_id))[1]
            async for d in self.library.all_documents(HERE)
        }


@pytest.fixture
async def house(tmp_path: Path, data_dir: Path) -> AsyncIterator[House]:
    store = EdgeStore(data_dir)
    house = House(Library(store, exclusive=True), tmp_path / "folder")
    await house.library.create_collection(HERE, house.embedder)
    yield house
    await store.close()


async def test_what_is_ingested_can_be_read_back_whole(house: House) -> None:
    long = "".join(f"Paragraph {n} says something new.\r\n\r\n" for n in range(3_000))
    house.write("a/long.txt", long)
    house.write("b.md", "# Title\n\nA short text.\n")

    job = await house.ingest()

    assert (job.state, job.documents.done, job.documents.total) == (JobState.DONE, 2, 2)
    assert await house.texts() == {"long.txt": long, "b.md": "# Title\n\nA short text.\n"}
    assert job.progress.chunks == len(house.embedder.embedded) > 64


async def test_a_document_is_counted_for_every_kind_of_tokenizer(house: House) -> None:
    house.write("figures.csv", "year,revenue\r\n2023,123456\r\n2024,654321\r\n")

    await house.ingest()

    [document] = [document async for document in house.library.all_documents(HERE)]
    _, text = await house.library.text(HERE, document.document_id)
    assert document.token_count == measure(text)
    assert (document.digit_tokens, document.run_tokens) == (12, 5)


async def test_a_bad_file_is_named_and_the_rest_goes_on(house: House) -> None:
    house.write("bad.pdf", b"%PDF-1.7 and then nothing")
    house.write("empty.txt", "")
    house.write("good.txt", "All is well.")

    job = await house.ingest()

    assert (job.state, job.documents.done, job.documents.failed) == (JobState.DONE, 1, 2)
    assert {Path(f.source).name: f.stage for f in job.failures} == {
        "bad.pdf": "parse",
        "empty.txt": "load",
    }
    assert list(await house.texts()) == ["good.txt"]


async def test_an_unchanged_file_costs_no_embedding(house: House) -> None:
    house.write("a.txt", "The same as ever.")
    await house.ingest()
    house.embedder.embedded.clear()

    job = await house.ingest()

    assert (job.documents.skipped, job.documents.done) == (1, 0)
    assert house.embedder.embedded == []


async def test_a_changed_file_replaces_its_version(house: House) -> None:
    path = house.write("a.txt", "The first version.")
    await house.ingest()
    path.write_text("The second version.")

    job = await house.ingest()

    assert job.documents.done == 1
    assert await house.texts() == {"a.txt": "The second version."}
    index = await house.library.index(HERE)
    assert await index.count(ChunkKind.CHUNK) == 1


async def test_the_same_name_in_two_folders_is_two_documents(house: House) -> None:
    house.write("a/report.txt", "Of the north.")
    house.write("b/report.txt", "Of the south.")

    assert (await house.ingest()).documents.done == 2
    documents, _ = await house.library.list_documents(HERE)
    assert len({d.document_id for d in documents}) == 2


async def test_new_metadata_of_an_unchanged_file_is_stored(house: House) -> None:
    house.write("a.txt", "The same as ever.")
    await house.ingest()

    assert (await house.ingest(metadata={"team": "north"})).documents.done == 1
    assert (await house.ingest(metadata={"team": "north"})).documents.skipped == 1
    documents, _ = await house.library.list_documents(HERE)
    assert documents[0].metadata["team"] == "north"


async def test_a_refresh_reads_unchanged_files_again(house: House) -> None:
    house.write("a.txt", "The same as ever.")
    await house.ingest()

    assert (await house.ingest(refresh=True)).documents.done == 1
    assert await (await house.library.index(HERE)).count(ChunkKind.CHUNK) == 1


@pytest.mark.parametrize("setting", ["takes", "counts"])
async def test_a_refresh_cuts_anew_for_an_embedder_that_takes_less(
    house: House, setting: str
) -> None:
    house.write("a.md", "".join(f"# Part {n}\n\n{'word ' * 70}\n\n" for n in range(4)))
    await house.ingest()
    before = house.embedder.embedded
    house.embedder = HashEmbedder() if setting == "takes" else _Counting()
    house.embedder.max_tokens = 50 if setting == "takes" else house.embedder.max_tokens

    assert (await house.ingest()).documents.skipped == 1
    assert (await house.ingest(refresh=True)).documents.done == 1

    after = house.embedder.embedded
    assert len(after) > len(before)
    index = await house.library.index(HERE)
    assert await index.count(ChunkKind.CHUNK) == len(after)
    [document] = [each async for each in house.library.all_documents(HERE)]
    assert await embedded_texts(house.library, document) == after


async def test_what_was_embedded_is_told_again_from_the_store(house: House) -> None:
    house.write("a/long.md", "# Report\n\n" + LONG + "## Outlook\n\nGood.\n")
    house.write("b.txt", "   \n")
    house.write("c.html", "<title>Tea</title><h1>Leaves</h1><p>Green.</p><h2>Black</h2><p>Too.")
    await house.ingest()

    told = [
        text
        async for document in house.library.all_documents(HERE)
        for text in await embedded_texts(house.library, document)
    ]

    assert len(told) > 64
    assert sorted(told) == sorted(house.embedder.embedded)


@pytest.mark.parametrize("at_once", [64, 256])
async def test_an_embedder_is_handed_as_many_chunks_as_it_wants(house: House, at_once: int) -> None:
    house.write("long.txt", 5 * LONG)
    embedder = house.embedder = _Handed()
    embedder.passages_at_once = at_once

    await house.ingest()

    assert max(embedder.handed) <= at_once
    assert embedder.handed[0] == at_once
    assert sum(embedder.handed) == len(embedder.embedded)


class _Handed(HashEmbedder):
    """An embedder that notes how many passages it gets together."""

    def __init__(self) -> None:
        super().__init__()
        self.handed: list[int] = []

    async def embed_passages(self, texts: Sequence[str]) -> list[Vector]:
        self.handed.append(len(texts))
        return await super().embed_passages(texts)


class _Counting(HashEmbedder):
    """An embedder whose words have many tokens."""

    def count_tokens(self, text: str) -> int:
        return 5 * super().count_tokens(text)


async def test_a_short_document_shares_its_batch_with_others(house: House) -> None:
    for number in range(70):
        house.write(f"{number}.txt", f"Document number {number}.")

    job = await house.ingest()

    assert job.documents.done == 70
    document, *_ = (await house.library.list_documents(HERE))[0]
    chunks = await (await house.library.index(HERE)).read(
        document.document_id, document.version, Span(0, document.characters)
    )
    assert "".join(c.text for c in chunks).startswith("Document number")


async def test_a_page_lies_in_the_direction_of_its_chunks(house: House) -> None:
    house.write("a.txt", "".join(f"Paragraph {n} says something new.\n\n" for n in range(300)))
    await house.ingest()
    index = await house.library.index(HERE)
    scope = Scope(collection=HERE)
    asked = await house.embedder.embed_query("Paragraph")

    (page,) = await index.search_dense(asked, scope, kind=ChunkKind.PAGE, limit=1)
    key = page.chunk.chunk_id

    parts = await index.read(page.chunk.document_id, page.chunk.version, page.chunk.span)
    vectors = (await index.vectors([part.chunk_id for part in parts])).values()
    mean = np.mean(list(vectors), axis=0)
    dense = (await index.vectors([key]))[key]
    assert dense == pytest.approx(mean / np.linalg.norm(mean), abs=1e-6)
    assert (await index.chunks([key]))[key].text == ""


async def test_a_document_deleted_while_it_is_read_again_stays_deleted(house: House) -> None:
    path = house.write("a.txt", LONG)
    await house.ingest()
    path.write_text(path.read_text() + "And one more.")
    document = (await house.library.list_documents(HERE))[0][0].document_id

    async def delete() -> None:
        await house.library.delete_document(HERE, document)

    house.embedder.before_next = delete
    job = await house.ingest()

    assert (job.documents.done, job.documents.failed) == (0, 1)
    assert job.failures[0].stage == "store"
    assert await house.texts() == {}
    assert await (await house.library.index(HERE)).count(ChunkKind.CHUNK) == 0


async def test_what_an_ingestion_that_was_cut_short_left_is_deleted(house: House) -> None:
    path = house.write("a.txt", LONG)

    async def stop() -> None:
        house.embedder.before_next = stop
        if house.embedder.embedded:
            raise EmbedderError

    house.embedder.before_next = stop
    with pytest.raises(EmbedderError):
        await house.ingest()
    house.embedder.before_next = None
    path.write_text("Short now.")
    await house.ingest()

    assert await (await house.library.index(HERE)).count(ChunkKind.CHUNK) == 1


async def test_the_next_document_is_read_while_one_is_embedded(house: House) -> None:
    next_is_read = asyncio.Event()

    async def documents() -> AsyncIterator[ReadDocument]:
        yield read("a.txt", LONG * 3)  # more than is cut ahead
        next_is_read.set()
        yield read("b.txt", "Short.")

    async def wait() -> None:
        await next_is_read.wait()

    house.embedder.before_next = wait
    async with asyncio.timeout(DEADLOCK_S):
        stored = [each async for each in house.pipeline().run(documents())]

    assert [d.source for each in stored for d in each.documents] == ["a.txt", "b.txt"]


async def test_a_batch_is_embedded_while_the_one_before_it_is_stored(house: House) -> None:
    house.write("a.txt", LONG)
    index = await house.library.index(HERE)
    assert isinstance(index, EdgeIndex)
    second_is_embedded = asyncio.Event()

    async def first() -> None:
        house.embedder.before_next = second

    async def second() -> None:
        second_is_embedded.set()

    house.embedder.before_next = first
    async with asyncio.TaskGroup() as group, index.writing, asyncio.timeout(DEADLOCK_S):
        ingestion = group.create_task(house.ingest())
        await second_is_embedded.wait()

    assert ingestion.result().documents.done == 1


async def test_an_ingestion_that_is_closed_early_leaves_nothing_running(house: House) -> None:
    house.write("a.txt", LONG)
    house.write("b.txt", LONG)
    before = asyncio.all_tasks()

    jobs = house.jobs()
    async for job in jobs:
        if job.progress.chunks:
            break
    await jobs.aclose()

    assert asyncio.all_tasks() == before


def read(name: str, text: str) -> ReadDocument:
    source = Source(name=name, content=text.encode())
    document = parse(source, source.content, collection=HERE)
    return ReadDocument(document=document, bytes=len(text), sha256="", replaces=None)
