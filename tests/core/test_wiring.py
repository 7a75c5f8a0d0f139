"""What the settings name is opened when it is needed, and as it was left."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import pytest

from core.errors import EmbedderError
from core.settings import Settings
from core.store.edge import EdgeStore
from core.types import Record, RecordKind
from core.wiring import Embedders, Models, open_store
from tests.doubles.memory_records import MemoryRecords

if TYPE_CHECKING:
    from pathlib import Path


def _embedders(settings: Settings) -> Embedders:
    return Embedders(settings, Models(settings, MemoryRecords()))


JOB = Record(kind=RecordKind.JOB, key="a", data={"n": 1}, revision=1)


async def test_a_restore_that_was_killed_is_finished_before_the_store_is_opened(
    data_dir: Path,
) -> None:
    store = EdgeStore(data_dir)
    await store.records.put([JOB])
    await store.close()
    (data_dir / "restore.ready").mkdir()
    (data_dir / "store").rename(data_dir / "restore.ready" / "store")

    opened = open_store(Settings(data_dir=data_dir, qdrant_url=""))

    assert await opened.records.get(RecordKind.JOB, ["a"]) == {"a": JOB}
    assert not (data_dir / "restore.ready").exists()
    await opened.close()


async def test_an_embedder_is_opened_once(data_dir: Path) -> None:
    embedders = _embedders(Settings(data_dir=data_dir))
    async with asyncio.TaskGroup() as group:
        found = [group.create_task(embedders.get()) for _ in range(3)]
    assert len({id(each.result()) for each in found}) == 1
    assert await embedders.get("all-MiniLM-L6-v2-int8") is found[0].result()


async def test_an_embedder_that_does_not_answer_keeps_nobody_from_another(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        embedders = _embedders(Settings(data_dir=data_dir, embedder_base_url=url))
        waiting = asyncio.create_task(embedders.get("openai:silent"))
        await asyncio.sleep(0)

        opened = await embedders.get("all-MiniLM-L6-v2")

        assert opened.name == "all-MiniLM-L6-v2-int8"
        assert not waiting.done()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting


async def test_an_embedder_that_could_not_be_opened_is_tried_again(data_dir: Path) -> None:
    embedders = _embedders(Settings(data_dir=data_dir / "file"))
    (data_dir / "file").write_text("in the way")
    with pytest.raises(EmbedderError, match="cannot write"):
        await embedders.get()

    (data_dir / "file").unlink()

    assert (await embedders.get()).dimensions == 384
