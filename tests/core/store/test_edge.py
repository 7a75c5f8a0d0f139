"""What only the embedded store promises: one process, nothing lost, no waiting for builds."""

from __future__ import annotations

import asyncio
import itertools
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from core.errors import StoreBusyError, StoreError
from core.store.edge import EdgeStore
from core.types import ChunkKind, RecordKind
from tests.doubles.points import DIMENSIONS, EVERYWHERE, document_points

if TYPE_CHECKING:
    from pathlib import Path

    from core.store.edge_index import EdgeIndex
    from core.types import Point

NAME = "default.test"
WRITER = """
import asyncio, itertools, sys
from pathlib import Path
from core.store.edge import EdgeStore
from core.types import Record, RecordKind
from tests.doubles.points import DIMENSIONS, document_points

async def main(data_dir):
    store = EdgeStore(data_dir)
    index = await store.create_index("default.test", dimensions=DIMENSIONS)
    for n in itertools.count():
        await index.upsert(document_points(f"document {n}", [f"chunk {i} " for i in range(40)]))
        await store.records.put([Record(kind=RecordKind.DOCUMENT, key=str(n), data={})])
        print(n, flush=True)

asyncio.run(main(Path(sys.argv[1])))
"""


def many_points(documents: int) -> list[Point]:
    return [
        point
        for n in range(documents)
        for point in document_points(
            f"document {n}",
            [f"chunk {n} {i} " for i in range(50)],
            vectors=[[1, n, i, n * i % 7] for i in range(50)],
        )
    ]


def write_until_killed(data_dir: Path, *, acknowledged: int) -> list[int]:
    """Return the documents that another process had acknowledged when it was killed."""
    command = [sys.executable, "-c", WRITER, str(data_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:  # noqa: S603
        assert writer.stdout is not None
        done = [int(line) for line in itertools.islice(writer.stdout, acknowledged)]
        writer.send_signal(signal.SIGKILL)
    return done


async def build_begun(index: EdgeIndex) -> asyncio.Task[None]:
    """Return a build that has its copy of the index and runs."""
    build = asyncio.create_task(index.optimize())
    while index.journal is None:  # noqa: ASYNC110 - nothing tells it, but to tests
        await asyncio.sleep(0)
    return build


async def dense_documents(index: EdgeIndex, point: Point) -> list[str]:
    hits = await index.search_dense(point.dense, EVERYWHERE, kind=ChunkKind.CHUNK, limit=10)
    return [hit.chunk.document_id for hit in hits]


async def test_a_store_that_is_held_is_refused_and_free_again_when_closed(data_dir: Path) -> None:
    store = EdgeStore(data_dir)
    with pytest.raises(StoreBusyError, match="held by another"):
        EdgeStore(data_dir)
    await store.close()
    await EdgeStore(data_dir).close()


async def test_a_directory_that_cannot_be_written_is_a_store_error(data_dir: Path) -> None:
    (data_dir / "store").write_text("a file")
    with pytest.raises(StoreError, match="cannot write"):
        EdgeStore(data_dir)


@pytest.mark.parametrize("acknowledged", [1, 7])
async def test_what_was_acknowledged_outlives_a_kill(data_dir: Path, acknowledged: int) -> None:
    done = write_until_killed(data_dir, acknowledged=acknowledged)
    store = EdgeStore(data_dir)
    index = await store.open_index(NAME)
    assert await index.count(ChunkKind.CHUNK) >= 40 * len(done)
    for n in done:
        points = document_points(f"document {n}", [f"chunk {i} " for i in range(40)])
        chunk, last = points[0].chunk, points[-1].chunk
        read = await index.read(chunk.document_id, chunk.version, last.span)
        assert read == [last]
    assert len(await store.records.get(RecordKind.DOCUMENT, [str(n) for n in done])) == len(done)
    await store.close()


async def test_writes_during_a_build_are_in_the_index_after_it(data_dir: Path) -> None:
    store = EdgeStore(data_dir, build_from=100)
    index = await store.create_index(NAME, dimensions=DIMENSIONS)
    points = many_points(20)
    await index.upsert(points[:900])
    build = await build_begun(index)
    await index.upsert(points[900:])
    await index.delete(points[0].chunk.document_id)
    await index.upsert(points[:1])
    await build
    assert index.generation.name == "000002"
    assert await index.count(ChunkKind.CHUNK) == 951
    assert (await dense_documents(index, points[-1]))[0] == points[-1].chunk.document_id
    await store.close()

    store = EdgeStore(data_dir)
    index = await store.open_index(NAME)
    assert index.generation.name == "000002"
    assert await index.count(ChunkKind.CHUNK) == 951
    await store.close()


async def test_a_build_happens_once_and_only_where_it_pays(data_dir: Path) -> None:
    store = EdgeStore(data_dir, build_from=100)
    index = await store.create_index(NAME, dimensions=DIMENSIONS)
    await index.upsert(many_points(1))
    await index.optimize()
    assert index.generation.name == "000001"
    await index.upsert(many_points(3))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(index.optimize())
        tasks.create_task(index.optimize())
    assert index.generation.name == "000002"
    await index.optimize()
    assert index.generation.name == "000002"
    await store.close()


async def test_questions_are_answered_while_a_graph_is_built(data_dir: Path) -> None:
    store = EdgeStore(data_dir, build_from=1000)
    index = await store.create_index(NAME, dimensions=DIMENSIONS)
    points = many_points(60)
    await index.upsert(points)
    begun = time.perf_counter()
    build = asyncio.create_task(index.optimize())
    gaps: list[float] = []
    while not build.done():
        before = time.perf_counter()
        assert len(await dense_documents(index, points[0])) == 10
        await asyncio.sleep(0.001)
        gaps.append(time.perf_counter() - before)
    await build
    took = time.perf_counter() - begun
    # Were the build in this process, one gap would be most of the whole.
    assert max(gaps) < took / 2
    assert len(gaps) > 20
    await store.close()


async def test_closing_stops_a_build_and_keeps_the_index(data_dir: Path) -> None:
    store = EdgeStore(data_dir, build_from=100)
    index = await store.create_index(NAME, dimensions=DIMENSIONS)
    await index.upsert(many_points(10))
    build = await build_begun(index)
    await store.close()
    await build
    store = EdgeStore(data_dir)
    index = await store.open_index(NAME)
    assert index.generation.name == "000001"
    assert await index.count(ChunkKind.CHUNK) == 500
    assert [path.name for path in index.generation.parent.iterdir() if path.is_dir()] == ["000001"]
    await store.close()


async def test_a_failed_build_leaves_the_index_as_it_was(data_dir: Path) -> None:
    store = EdgeStore(data_dir, build_from=100)
    index = await store.create_index(NAME, dimensions=DIMENSIONS)
    await index.upsert(many_points(3))
    build = await build_begun(index)
    successor = index.generation.with_name("000002")
    (successor / "edge_config.json").write_text("damaged")
    with pytest.raises(StoreError, match="could not be built"):
        await build
    assert await index.count(ChunkKind.CHUNK) == 150
    assert not successor.exists()
    await store.close()


async def test_what_a_crash_left_over_is_cleared_away(data_dir: Path) -> None:
    store = EdgeStore(data_dir)
    index = await store.create_index(NAME, dimensions=DIMENSIONS)
    await index.upsert(many_points(1))
    live = index.generation
    await store.close()
    (live.parent / "000002" / "segments").mkdir(parents=True)
    (data_dir / "store" / "indexes" / "unfinished" / "000001").mkdir(parents=True)
    store = EdgeStore(data_dir)
    index = await store.open_index(NAME)
    assert await index.count(ChunkKind.CHUNK) == 50
    assert not (live.parent / "000002").exists()
    unfinished = await store.create_index("unfinished", dimensions=DIMENSIONS)
    assert await unfinished.count(ChunkKind.CHUNK) == 0
    await store.close()


async def test_a_damaged_index_is_not_taken_for_an_absent_one(data_dir: Path) -> None:
    store = EdgeStore(data_dir)
    index = await store.create_index(NAME, dimensions=DIMENSIONS)
    live = index.generation
    await store.close()
    live.rename(live.with_name("elsewhere"))
    store = EdgeStore(data_dir)
    with pytest.raises(StoreError, match="damaged"):
        await store.create_index(NAME, dimensions=DIMENSIONS)
    await store.close()
