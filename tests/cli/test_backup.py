from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from core.ids import CollectionName
from core.library import now
from core.records import CollectionRecord
from core.store.edge import EdgeStore

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Ibid


def create_collection(data_dir: Path) -> None:
    async def create() -> None:
        store = EdgeStore(data_dir)
        record = CollectionRecord(
            name=CollectionName("notes"),
            index="notes.x",
            embedder="x",
            dimensions=3,
            created_at=now(),
        )
        await store.create_index(record.index, dimensions=record.dimensions)
        await store.records.put([record.to_record()])
        await store.close()

    asyncio.run(create())


def test_what_was_backed_up_is_restored_elsewhere(
    ibid: Ibid, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_collection(data_dir)

    made = ibid("backup", "a.tar.gz", "--json")
    monkeypatch.setenv("IBID_DATA_DIR", str(tmp_path / "other"))
    restored = ibid("restore", "a.tar.gz", "--json")

    assert (made.exit_code, restored.exit_code) == (0, 0)
    assert json.loads(made.stdout) == json.loads(restored.stdout)
    assert [path.name for path in (tmp_path / "other" / "store").iterdir()]


def test_a_store_is_restored_over_another_only_when_that_is_said(
    ibid: Ibid, data_dir: Path
) -> None:
    create_collection(data_dir)
    ibid("backup", "a.tar.gz")

    refused = ibid("restore", "a.tar.gz")
    replaced = ibid("restore", "a.tar.gz", "--replace")

    assert (refused.exit_code, replaced.exit_code) == (1, 0)
    assert "put the backup in its place with `--replace`" in refused.stderr


def test_a_backup_is_restored_where_there_is_no_collection(
    ibid: Ibid, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_collection(data_dir)
    ibid("backup", "a.tar.gz")
    monkeypatch.setenv("IBID_DATA_DIR", str(tmp_path / "other"))
    asyncio.run(EdgeStore(tmp_path / "other").close())

    assert ibid("restore", "a.tar.gz").exit_code == 0
    assert "notes" in ibid("collections", "list").stdout


def test_a_failed_restore_leaves_no_store(ibid: Ibid, data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "a.tar.gz").write_bytes(b"not an archive")

    assert ibid("restore", "a.tar.gz").exit_code == 1
    assert not list(data_dir.iterdir())


@pytest.mark.parametrize("command", [["collections", "list"], ["doctor"], ["backup", "a.tar.gz"]])
def test_a_restore_that_was_killed_is_finished_by_the_next_command(
    ibid: Ibid, data_dir: Path, command: list[str]
) -> None:
    create_collection(data_dir)
    (data_dir / "restore.ready").mkdir()
    (data_dir / "store").rename(data_dir / "restore.ready" / "store")

    ibid(*command)

    assert not (data_dir / "restore.ready").exists()
    assert "notes" in ibid("collections", "list").stdout


def test_a_held_store_is_not_backed_up(ibid: Ibid, data_dir: Path) -> None:
    store = EdgeStore(data_dir)
    try:
        result = ibid("backup", "a.tar.gz")
    finally:
        asyncio.run(store.close())

    assert result.exit_code == 1
    assert "is held by another ibid process" in result.stderr
