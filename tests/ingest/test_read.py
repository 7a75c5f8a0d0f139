from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.errors import SourceError
from core.ids import CollectionName
from core.library import Library
from core.records import JobState
from core.store.bm25 import Bm25Encoder
from core.store.edge import EdgeStore
from ingest.ingestion import Ingestion
from ingest.pipeline import IngestPipeline
from ingest.read import ReadDocument, Reader
from ingest.sources import Source
from tests.doubles.hash_embedder import HashEmbedder
from tests.doubles.odd_format import OddFormat

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

HERE = CollectionName("default")
ODD = Source(name="odd", content=b"Text.", format=OddFormat("odd"))


@pytest.fixture
async def library(data_dir: Path) -> AsyncIterator[Library]:
    store = EdgeStore(data_dir)
    library = Library(store, exclusive=True)
    await library.create_collection(HERE, HashEmbedder())
    yield library
    await store.close()


@pytest.fixture
def reader(library: Library) -> Reader:
    return Reader(
        library=library,
        collection=HERE,
        embedder=HashEmbedder(),
        metadata={},
        refresh=False,
        max_bytes=1_000_000,
    )


async def test_a_bug_in_a_parser_fails_its_document_and_the_next_one_is_read(
    reader: Reader,
) -> None:
    with pytest.raises(SourceError, match=r"broke the parser \(ZeroDivisionError\)") as raised:
        await reader.read(ODD)
    read = await reader.read(Source(name="a.txt", content=b"Fine."))
    reader.close()

    assert (raised.value.source, raised.value.stage) == ("odd", "parse")
    assert isinstance(read, ReadDocument)
    assert read.document.text == "Fine."


async def test_an_ingestion_goes_on_behind_a_bug_in_a_parser(
    library: Library, reader: Reader
) -> None:
    pipeline = IngestPipeline(
        library=library, collection=HERE, embedder=HashEmbedder(), sparse=Bm25Encoder()
    )
    sources = [
        Source(name="a.txt", content=b"First."),
        ODD,
        Source(name="b.txt", content=b"Second."),
    ]

    ingestion = Ingestion(reader=reader, pipeline=pipeline, collection=HERE)
    last = [job async for job in ingestion.run(lambda: sources)][-1]

    assert (last.state, last.documents.done, last.documents.failed) == (JobState.DONE, 2, 1)
    assert [failure.source for failure in last.failures] == ["odd"]
