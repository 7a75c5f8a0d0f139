"""A backup holds everything, and nothing else gets in."""

from __future__ import annotations

import asyncio
import gzip
import subprocess
import sys
import tarfile
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qdrant_client import AsyncQdrantClient

from core.errors import ConflictError, RequestError, StoreBusyError, StoreError
from core.store.backup import backup, finish_restore, restore
from core.store.edge import EdgeStore, lock_store
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
    """Return a backup of a store with 300 chunks and a record."""

    async def make(home: Path) -> bytes:
        store = await filled(home)
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


def rewritten(
    archive: Path, *, name: str, content: bytes = b"", kind: bytes = tarfile.REGTYPE
) -> Path:
    """Return a copy of `archive` in which one member is added, or has other bytes."""
    target = archive.with_name("rewritten.tar.gz")
    with tarfile.open(archive) as old, tarfile.open(target, "w:gz", compresslevel=1) as new:
        for member in old:
            if member.name != name:
                new.addfile(member, old.extractfile(member))
        entry = tarfile.TarInfo(name)
        entry.type, entry.linkname, entry.size = kind, "/etc/passwd", len(content)
        new.addfile(entry, BytesIO(content))
    return target


def pack(archive: Path, data_dir: Path) -> None:
    """Write a backup of the files of a store, whatever they are."""
    files = {
        path.relative_to(data_dir).as_posix(): path.read_bytes()
        for path in data_dir.rglob("*")
        if path.is_file()
    }
    held = {name: (sha256(content).hexdigest(), len(content)) for name, content in files.items()}
    files["manifest.json"] = orjson.dumps({"format": 1, "files": held})
    with tarfile.open(archive, "w:gz") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, BytesIO(content))


async def test_a_restored_store_has_everything(archive: Path, data_dir: Path) -> None:
    target = data_dir / "target"
    assert restore(archive, target).files > 10
    store = EdgeStore(target)
    index = await store.open_index("default")
    assert await index.count(ChunkKind.CHUNK) == 300
    assert await store.records.get(RecordKind.DOCUMENT, ["a"]) == {"a": RECORD}
    await store.close()
    assert [path.name for path in target.iterdir()] == ["store"]


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
    with tarfile.open(archive) as tar:
        largest = max(tar, key=lambda member: member.size).name
    changed = rewritten(archive, name=largest, content=b"changed")
    with pytest.raises(StoreError, match="damaged"):
        restore(changed, target)
    changed.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    with pytest.raises(StoreError, match="cannot be read"):
        restore(changed, target)
    changed.write_bytes(b"not an archive")
    with pytest.raises(StoreError, match="cannot be read"):
        restore(changed, target)
    assert not list(target.rglob("*"))


@pytest.mark.parametrize(
    "name",
    [
        *["../evil", "/etc/evil", "store/../../evil", "store/control/../../../evil", "other/evil"],
        *["store", "store/lock", "store/control", "store/other/evil", "files/evil", "./evil"],
    ],
)
def test_a_file_outside_the_store_is_refused(archive: Path, data_dir: Path, name: str) -> None:
    before = set(data_dir.rglob("*"))
    changed = rewritten(archive, name=name, content=b"x")
    with pytest.raises(StoreError, match="no part of a store"):
        restore(changed, data_dir / "target")
    assert set(data_dir.rglob("*")) - before == {changed, data_dir / "target"}


@pytest.mark.parametrize(
    "kind",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE],
    ids=["symbolic link", "link", "character device", "block device", "pipe"],
)
def test_what_is_no_plain_file_is_refused(archive: Path, data_dir: Path, kind: bytes) -> None:
    changed = rewritten(archive, name="store/control/evil", kind=kind)
    with pytest.raises(StoreError, match="'store/control/evil', which is no plain file"):
        restore(changed, data_dir / "target")
    assert not list((data_dir / "target").iterdir())


def test_an_archive_of_another_format_is_refused(archive: Path, data_dir: Path) -> None:
    newer = rewritten(archive, name="manifest.json", content=b'{"format": 99}')
    with pytest.raises(StoreError, match="is a backup of format 99, not 1"):
        restore(newer, data_dir / "target")


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        (b"", "malformed manifest"),
        (b"[1]", "malformed manifest"),
        (b"{}", "malformed manifest: format"),
        (b'{"format": 1, "files": ["a"]}', "malformed manifest: files"),
        (b'{"format": 1, "files": {"a": 1}}', "malformed manifest: files.a"),
        (b'{"format": 1, "files": {"a": ["x", -1]}}', "malformed manifest: files.a.1"),
        (b'{"format": 1, "files": {"a": ["x", 1]}}', "its checksums differ"),
        (b'{"format": 1}', "holds no store"),
        (b"\xff", "malformed manifest"),
    ],
)
def test_a_malformed_manifest_is_refused(
    archive: Path, data_dir: Path, manifest: bytes, message: str
) -> None:
    with pytest.raises(StoreError, match=message):
        restore(rewritten(archive, name="manifest.json", content=manifest), data_dir / "target")
    assert not list((data_dir / "target").iterdir())


def test_a_size_that_no_file_can_have_is_refused(archive: Path, data_dir: Path) -> None:
    with tarfile.open(archive) as tar:
        file = tar.extractfile("manifest.json")
        assert file is not None
        manifest = orjson.loads(file.read())
    for held in manifest["files"].values():
        held[1] = 2**63
    changed = rewritten(archive, name="manifest.json", content=orjson.dumps(manifest))
    with pytest.raises(StoreError, match="cannot be read"):
        restore(changed, data_dir / "target")


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_whatever_is_in_an_archive_there_is_no_error_but_ours(
    archived: bytes, data: st.DataObject
) -> None:
    plain = bytearray(gzip.decompress(archived)[: 1 << 16])
    for _ in range(data.draw(st.integers(1, 4))):
        plain[data.draw(st.integers(0, 4_000))] = data.draw(st.integers(0, 255))
    with quick_directory() as home:
        (home / "a.tar.gz").write_bytes(gzip.compress(plain, 1))
        with pytest.raises(StoreError):
            restore(home / "a.tar.gz", home / "target")
        assert not list((home / "target").iterdir())


KILLED = """
import os, shutil, sys
from pathlib import Path
from core.store.backup import restore

archive, source, targets = map(Path, sys.argv[1:])

def kill_after(steps):
    def count(event, arguments):
        nonlocal steps
        if event in {"os.rename", "os.rmdir", "os.remove"}:
            steps -= 1
            if steps < 0:
                os._exit(9)
    sys.addaudithook(count)

for steps in range(1000):
    shutil.copytree(source, targets / str(steps))
    if not (child := os.fork()):
        kill_after(steps)
        restore(archive, targets / str(steps), replace=True)
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        break
"""
"""Restores over copies of a store; each is killed when it has renamed or removed one thing more."""


def write_store(data_dir: Path, content: str) -> None:
    """Write what looks like a store as far as a backup looks into it."""
    for name in ("control/a", "control/b", "indexes/x/1/a", "indexes/x/current"):
        path = data_dir / "store" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def contents(data_dir: Path) -> list[str]:
    paths = (data_dir / "store").rglob("*")
    return [path.read_text() for path in paths if path.is_file() and path.name != "lock"]


def test_a_restore_that_is_killed_leaves_the_old_store_or_the_new_one(data_dir: Path) -> None:
    archive, source, targets = (data_dir / name for name in ("a.tar.gz", "source", "targets"))
    write_store(data_dir / "new", "new")
    pack(archive, data_dir / "new")
    write_store(source, "old")
    command = [sys.executable, "-c", KILLED, str(archive), str(source), str(targets)]
    subprocess.run(command, check=True)  # noqa: S603 - ours

    found: list[list[str]] = []
    for target in sorted(targets.iterdir(), key=lambda target: int(target.name)):
        finish_restore(target)
        found.append(contents(target))
        assert {path.name for path in target.iterdir()} <= {"store", "restore.new"}

    killed_early = found.count(["old"] * 4)
    assert found == [["old"] * 4] * killed_early + [["new"] * 4] * (len(found) - killed_early)
    assert 0 < killed_early < len(found) - 5


def test_a_restore_is_not_finished_in_a_store_that_is_held(data_dir: Path) -> None:
    write_store(data_dir / "restore.ready", "new")
    with lock_store(data_dir), pytest.raises(StoreBusyError):
        finish_restore(data_dir)
    assert contents(data_dir) == []


async def test_a_server_backs_itself_up(data_dir: Path) -> None:
    client = AsyncQdrantClient(":memory:")
    with pytest.raises(RequestError, match="snapshots"):
        await backup(ServerStore(client), data_dir / "backup.tar.gz")
    await client.close()
