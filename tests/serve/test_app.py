from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx
import pytest

from core.errors import StoreError
from core.ids import CollectionName
from core.records import Job, JobState
from core.types import RecordKind
from serve.app import Serving, create_app
from serve.lease import Lease, read_lease
from tests.doubles.memory_records import MemoryRecords
from tests.doubles.scripted_service import MOMENT, ScriptedService

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi import FastAPI

LEASE = Lease(url="http://127.0.0.1:1", token="token", pid=1)


def client(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:1")


def serving(data_dir: Path | None = None, *, opening_s: float = 9.0) -> Serving:
    return Serving(lease=LEASE, data_dir=data_dir, max_file_bytes=1000, opening_s=opening_s)


async def test_the_embedder_is_open_when_a_server_begins_to_answer() -> None:
    service = ScriptedService()
    service.hold_check = asyncio.Event()
    app = create_app(service, MemoryRecords(), serving())
    asyncio.get_running_loop().call_later(0.01, service.hold_check.set)

    async with app.router.lifespan_context(app):
        assert (service.checked, service.hold_check.is_set()) == (1, True)


async def test_a_server_does_not_wait_for_ever_for_its_embedder() -> None:
    service = ScriptedService()
    service.hold_check = asyncio.Event()
    app = create_app(service, MemoryRecords(), serving(opening_s=0))

    async with app.router.lifespan_context(app), client(app) as asking:
        assert (await asking.get("/healthz")).status_code == 200


async def test_a_server_that_ends_while_it_opens_its_embedder_closes_the_service() -> None:
    service = ScriptedService()
    service.hold_check = asyncio.Event()
    app = create_app(service, MemoryRecords(), serving(opening_s=0))

    async with app.router.lifespan_context(app):
        pass

    assert service.closed


async def test_the_lease_lies_in_the_data_directory_while_the_server_runs(data_dir: Path) -> None:
    app = create_app(ScriptedService(), MemoryRecords(), serving(data_dir))

    async with app.router.lifespan_context(app):
        assert read_lease(data_dir) == LEASE

    assert not (data_dir / "server.json").exists()


async def test_a_server_that_cannot_leave_its_lease_closes_the_service(data_dir: Path) -> None:
    service = ScriptedService()
    app = create_app(service, MemoryRecords(), serving(data_dir / "absent"))

    with pytest.raises(StoreError, match="cannot write"):
        async with app.router.lifespan_context(app):
            pytest.fail("it started")

    assert service.closed


@pytest.mark.parametrize("alone", [True, False])
async def test_only_where_no_other_server_can_be_an_open_job_is_failed_at_once(
    data_dir: Path, *, alone: bool
) -> None:
    records = MemoryRecords()
    left = Job(
        job_id="job_left",
        state=JobState.RUNNING,
        collection=CollectionName("default"),
        created_at=MOMENT,
        updated_at=MOMENT,
    )
    await records.put([left.to_record()])
    app = create_app(ScriptedService(), records, serving(data_dir if alone else None))

    async with app.router.lifespan_context(app), client(app) as asking:
        for _ in range(3):
            await asking.get("/readyz")
            await asyncio.sleep(0)
        [stored] = (await records.get(RecordKind.JOB, ["job_left"])).values()

    assert stored.data["state"] == ("failed" if alone else "running")
