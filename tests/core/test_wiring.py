"""What the settings name is opened when it is needed, and as it was left."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import pytest

from core.errors import EmbedderError, EmbedderMismatchError, SettingsError
from core.ids import CollectionName
from core.models import Models
from core.records import CollectionRecord
from core.settings import Settings
from core.store.edge import EdgeStore
from core.types import Record, RecordKind
from core.wiring import Embedders, open_store
from tests.doubles.memory_records import MemoryRecords

if TYPE_CHECKING:
    from pathlib import Path


def _embedders(settings: Settings) -> Embedders:
    return Embedders(settings, Models(settings, MemoryRecords()))


BGE = "baai/bge-m3"
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


async def test_a_collection_is_not_served_by_the_same_model_on_another_server(
    data_dir: Path,
) -> None:
    at_a = _embedders(Settings(data_dir=data_dir, nvidia_base_url="http://a:8000"))
    at_b = _embedders(Settings(data_dir=data_dir, nvidia_base_url="http://b:8000"))
    hosted = _embedders(Settings(data_dir=data_dir, nvidia_base_url=""))
    made = {
        embedders: _collection((await embedders.get(f"nim:{BGE}")).name)
        for embedders in (at_a, at_b, hosted)
    }
    assert made[hosted].embedder == f"nim:{BGE}"
    for embedders, own in made.items():
        assert (await embedders.of(own)).name == own.embedder
        for other in made.values():
            if other is not own:
                with pytest.raises(EmbedderMismatchError) as caught:
                    await embedders.of(other)
                assert repr(other.embedder) in str(caught.value)
                assert repr(own.embedder) in str(caught.value)


@pytest.mark.parametrize("content", [None, ""], ids=["no file", "an empty file"])
def test_a_key_that_comes_later_into_its_file_is_sent_without_a_restart(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    file = data_dir / "key"
    if content is not None:
        file.write_text(content)
    monkeypatch.setenv("NVIDIA_API_KEY_FILE", str(file))
    models = Models(Settings(data_dir=data_dir, nvidia_base_url="http://a"), MemoryRecords())
    with pytest.raises(SettingsError, match="NVIDIA_API_KEY_FILE"):
        models.has("embed")
    file.write_text("nvapi-1")
    assert models.has("embed")
    assert models.writer is not None
    assert {card.endpoint.api_key_env for card in models.catalog.cards} == {"NVIDIA_API_KEY"}


async def test_an_embedder_that_is_named_with_its_server_is_not_taken_from_another(
    data_dir: Path,
) -> None:
    embedders = _embedders(Settings(data_dir=data_dir, nvidia_base_url="http://a:8000"))
    assert embedders.name(f"nim:{BGE}@http://a:8000/v1") == f"nim:{BGE}@http://a:8000/v1"
    with pytest.raises(SettingsError, match="is served at 'http://a:8000/v1'"):
        embedders.name(f"nim:{BGE}@http://b:8000/v1")


async def test_a_collection_of_another_kind_of_embedder_is_served_as_ever(data_dir: Path) -> None:
    embedders = _embedders(Settings(data_dir=data_dir))
    opened = await embedders.of(_collection("all-MiniLM-L6-v2-int8"))
    assert opened.name == "all-MiniLM-L6-v2-int8"


def _collection(embedder: str) -> CollectionRecord:
    return CollectionRecord(
        name=CollectionName("default"), index="i", embedder=embedder, dimensions=1, created_at=""
    )


async def test_an_embedder_that_could_not_be_opened_is_tried_again(data_dir: Path) -> None:
    embedders = _embedders(Settings(data_dir=data_dir / "file"))
    (data_dir / "file").write_text("in the way")
    with pytest.raises(EmbedderError, match="cannot write"):
        await embedders.get()

    (data_dir / "file").unlink()

    assert (await embedders.get()).dimensions == 384
