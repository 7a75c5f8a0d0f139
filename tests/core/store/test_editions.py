from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from qdrant_client import AsyncQdrantClient, models

from core.store.editions import EDITION_FIELDS, Editions
from core.store.server_index import ServerIndex
from core.types import ChunkKind, Scope
from tests.doubles.points import COLLECTION, DIMENSIONS, document_points, unit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from core.ids import ChunkId
    from core.protocols import VectorIndex
    from core.types import Chunk

QUERY = unit([1, 0, 0, 0])
POINTS = [document_points(source, [f"{source} says so. "])[0] for source in "abcde"]
CHUNKS = [point.chunk for point in POINTS]


def _learn(editions: Editions, chunk: Chunk) -> None:
    payload = {"document_id": chunk.document_id, "version": chunk.version}
    editions.of([chunk.chunk_id]).learn(chunk.chunk_id, payload)


def _kept(editions: Editions) -> list[Chunk]:
    return [chunk for chunk in CHUNKS if not editions.of([chunk.chunk_id]).unknown]


def test_a_chunk_is_told_from_its_id_once_its_version_is_known() -> None:
    editions, chunk = Editions(), CHUNKS[0]
    known = editions.of([chunk.chunk_id])
    assert (known.unknown, known.ref(chunk.chunk_id)) == ([chunk.chunk_id], None)
    known.learn(chunk.chunk_id, {name: getattr(chunk, name) for name in EDITION_FIELDS})
    for each in (known, editions.of([chunk.chunk_id])):
        ref = each.ref(chunk.chunk_id)
        assert ref
        assert (ref.document_id, ref.version) == (chunk.document_id, chunk.version)
        assert (ref.kind, ref.span) == (chunk.kind, chunk.span)


def test_one_chunk_of_each_version_is_to_be_read() -> None:
    points = document_points("two chunks", ["The first. ", "The second. "])
    unknown = Editions().of([*(point.chunk.chunk_id for point in points), CHUNKS[0].chunk_id])
    assert len(unknown.unknown) == 2


def test_of_too_many_versions_the_oldest_is_let_go() -> None:
    editions = Editions(most=3)
    for count, chunk in enumerate(CHUNKS, 1):
        _learn(editions, chunk)
        assert _kept(editions) == CHUNKS[max(0, count - 3) : count]


def test_what_is_learned_again_takes_no_place_of_another() -> None:
    editions = Editions(most=3)
    for chunk in [*CHUNKS[:3], CHUNKS[0], CHUNKS[2]]:
        _learn(editions, chunk)
    assert _kept(editions) == CHUNKS[:3]


def test_what_was_found_stays_known_while_others_are_learned() -> None:
    editions = Editions(most=1)
    _learn(editions, CHUNKS[0])
    known = editions.of([CHUNKS[0].chunk_id])
    _learn(editions, CHUNKS[1])
    assert _kept(editions) == [CHUNKS[1]]
    hits = known.hits([(CHUNKS[0].chunk_id, 0.5)])
    assert [hit.chunk.chunk_id for hit in hits] == [CHUNKS[0].chunk_id]


def test_threads_that_learn_at_one_time_keep_no_more_than_there_is_room_for() -> None:
    editions = Editions(most=2)
    with ThreadPoolExecutor(8) as pool:
        for learned in [pool.submit(_learn, editions, chunk) for chunk in CHUNKS * 200]:
            learned.result()
    assert len(_kept(editions)) == 2


class SlowIndex(ServerIndex):
    """Reads points when `gate` is open; `waiting` says that somebody waits for it."""

    def __init__(self, client: AsyncQdrantClient, collection: str) -> None:
        super().__init__(client, collection)
        self.gate, self.waiting = asyncio.Event(), asyncio.Event()
        self._editions = self.editions = Editions(most=1)

    async def _retrieve(
        self,
        ids: Sequence[ChunkId],
        *,
        with_payload: bool | list[str] = True,
        with_vectors: bool | list[str] = False,
    ) -> list[models.Record]:
        self.waiting.set()
        await self.gate.wait()
        return await super()._retrieve(ids, with_payload=with_payload, with_vectors=with_vectors)


@pytest.fixture
async def slow() -> AsyncIterator[SlowIndex]:
    client = AsyncQdrantClient(":memory:")
    index = await SlowIndex.create(client, "test", dimensions=DIMENSIONS)
    assert isinstance(index, SlowIndex)
    await index.upsert(POINTS)
    yield index
    await client.close()


async def _found(index: VectorIndex, *chunks: Chunk) -> set[ChunkId]:
    scope = Scope(collection=COLLECTION, document_ids=tuple(chunk.document_id for chunk in chunks))
    hits = await index.search_dense(QUERY, scope, kind=ChunkKind.CHUNK, limit=10)
    return {hit.chunk.chunk_id for hit in hits}


def _ids(chunks: Sequence[Chunk]) -> set[ChunkId]:
    return {chunk.chunk_id for chunk in chunks}


async def test_a_search_loses_no_hit_to_what_others_learn_meanwhile(slow: SlowIndex) -> None:
    slow.gate.set()
    assert await _found(slow, CHUNKS[0]) == _ids(CHUNKS[:1])
    slow.gate.clear()
    slow.waiting.clear()
    searching = asyncio.create_task(_found(slow, *CHUNKS[:2]))
    await slow.waiting.wait()
    _learn(slow.editions, CHUNKS[2])
    slow.gate.set()
    assert await searching == _ids(CHUNKS[:2])


async def test_a_search_finds_more_versions_than_are_kept(slow: SlowIndex) -> None:
    slow.gate.set()
    for _ in range(2):
        assert await _found(slow) == _ids(CHUNKS)
