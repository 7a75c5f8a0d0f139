"""A backup holds everything, and nothing else gets in."""

from __future__ import annotations

import asyncio
import tarfile
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from qdrant_client import AsyncQdrantClient

from core.errors import ConflictError, RequestError, StoreBusyError, StoreError
from core.store.backup import backup, restore
from core.store.edge import EdgeStore
from core.store.server import ServerStore
from core.types import ChunkKind, Record, RecordKind
from tests.doubles.disk import quick_directory
from tests.doubles.points import DIMENSIONS, document_points

if TYPE_CHECKING:
    from pathlib import Path

RECORD = Record(kind=RecordKind.DOCUMENT, key="a", data={"title": "A"}, revision=1)


async def filled(data_dir: Path) -> EdgeStore:
    store = EdgeStore(data_dir)
    index = await store.create_index("default", dimensions=DIMENSIONS)
    await index.upsert(document_points("a", [f"chunk {i} " for i in range(300)]))
    await store.records.put([RECORD])
    return store


@pytest.fixture(scope="module")
def archived() -> bytes:
    """Return a backup of a store with 300 chunks, a record and an upload."""

    async def make(home: Path) -> bytes:
        store = await filled(home)
        upload(home)
        await backup(store, home / "backup.tar.gz")
        await store.close()
        return (home / "backup.tar.gz").read_bytes()

    with quick_directory() as home:
        return asyncio.run(make(home))


@pytest.fixture
def archive(archived: bytes, data_dir: Path) -> Path:
    target = data_dir / "backup.tar.gz"
    target.write_bytes(archived)
    return target


def upload(data_dir: Path) -> None:
    (data_dir / "files").mkdir()
    (data_dir / "files" / "upload.txt").write_text("original")


def rewritten(archive: Path, *, name: str, content: bytes) -> Path:
    """Return a copy of `archive` in which one file is added, or has other bytes."""
    target = archive.with_name("rewritten.tar.gz")
    with tarfile.open(archive) as old, tarfile.open(target, "w:gz", compresslevel=1) as new:
        for member in old:
            if member.name != name:
                new.addfile(member, old.extractfile(member))
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        new.addfile(entry, BytesIO(content))
    return target


async def test_a_restored_store_has_everything(archive: Path, data_dir: Path) -> None:
    target = data_dir / "target"
    assert restore(archive, target).files > 10
    store = EdgeStore(target)
    index = await store.open_index("default")
    assert await index.count(ChunkKind.CHUNK) == 300
    assert await store.records.get(RecordKind.DOCUMENT, ["a"]) == {"a": RECORD}
    await store.close()
    assert (target / "files" / "upload.txt").read_text() == "original"
    assert not (target / "restore.new").exists()


async def test_writers_wait_for_a_backup_and_readers_do_not(data_dir: Path) -> None:
    store = await filled(data_dir)
    index = await store.open_index("default")
    async with store.unchanging():
        writing = asyncio.create_task(index.upsert(document_points("b", ["late"])))
        noting = asyncio.create_task(store.records.put([RECORD]))
        assert await index.count(ChunkKind.CHUNK) == 300
        await asyncio.sleep(0.01)
        assert not writing.done()
        assert not noting.done()
    await writing
    await noting
    assert await index.count(ChunkKind.CHUNK) == 301
    await store.close()


async def test_a_store_is_not_overwritten_unless_told(archive: Path, data_dir: Path) -> None:
    source = data_dir / "source"
    await (await filled(source)).close()
    with pytest.raises(ConflictError, match="holds a store"):
        restore(archive, source)
    store = EdgeStore(source)
    await store.records.put([Record(kind=RecordKind.JOB, key="later", data={})])
    with pytest.raises(StoreBusyError):
        restore(archive, source, replace=True)
    await store.close()
    restore(archive, source, replace=True)
    store = EdgeStore(source)
    assert await store.records.get(RecordKind.JOB, ["later"]) == {}
    await store.close()


async def test_a_backup_does_not_overwrite_a_file(archive: Path, data_dir: Path) -> None:
    store = await filled(data_dir / "another")
    with pytest.raises(ConflictError, match="there already"):
        await backup(store, archive)
    await store.close()


def test_a_damaged_archive_is_refused_and_changes_nothing(archive: Path, data_dir: Path) -> None:
    target = data_dir / "target"
    changed = rewritten(archive, name="files/upload.txt", content=b"0riginal")
    with pytest.raises(StoreError, match="damaged"):
        restore(changed, target)
    changed.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    with pytest.raises(StoreError, match="cannot be read"):
        restore(changed, target)
    changed.write_bytes(b"not an archive")
    with pytest.raises(StoreError, match="cannot be read"):
        restore(changed, target)
    assert not list(target.rglob("*"))


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "store/../../evil", "other/evil"])
def test_a_file_outside_the_store_is_refused(archive: Path, data_dir: Path, name: str) -> None:
    with pytest.raises(StoreError, match="no part of a store"):
        restore(rewritten(archive, name=name, content=b"x"), data_dir / "target")


def test_an_archive_of_another_format_is_refused(archive: Path, data_dir: Path) -> None:
    newer = rewritten(archive, name="manifest.json", content=b'{"format": 99}')
    with pytest.raises(StoreError, match="format"):
        restore(newer, data_dir / "target")


async def test_a_server_backs_itself_up(data_dir: Path) -> None:
    client = AsyncQdrantClient(":memory:")
    with pytest.raises(RequestError, match="snapshots"):
        await backup(ServerStore(client), data_dir / "backup.tar.gz")
    await client.close()
