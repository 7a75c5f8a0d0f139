from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from core.errors import StoreError
from core.records import JobState
from core.types import RecordKind
from serve.jobs import Jobs
from tests.doubles.memory_records import MemoryRecords
from tests.doubles.running_jobs import LEFT, ended, request, running
from tests.doubles.scripted_service import ScriptedService

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.types import Record


class BrokenRecords(MemoryRecords):
    """Cannot be listed the first time."""

    broken = True

    async def list(
        self,
        kind: RecordKind,
        *,
        where: Mapping[str, str] | None = None,
        limit: int = 100,
        cursor: str | None = None,
    ) -> tuple[list[Record], str | None]:
        if self.broken:
            self.broken = False
            raise StoreError("the server cannot be reached")
        return await super().list(kind, where=where, limit=limit, cursor=cursor)


@pytest.mark.parametrize("exclusive", [True, False])
async def test_a_store_that_cannot_be_reached_for_a_moment_ends_no_job(*, exclusive: bool) -> None:
    records = BrokenRecords()
    await records.put([LEFT.to_record()])
    jobs = Jobs(ScriptedService(), records, exclusive=exclusive, beat_s=0)

    async with running(jobs):
        submitted = await jobs.submit(request())
        done = await ended(jobs, submitted.job_id)
        left = await ended(jobs, "job_left")

    assert (done.state, left.state) == (JobState.DONE, JobState.FAILED)


class RefusingRecords(MemoryRecords):
    """Takes no job that is in one of some states."""

    def __init__(self, *states: JobState) -> None:
        super().__init__()
        self.refused = set(states)
        self.done = asyncio.Event()
        """Set when the end of a job has been stored."""

    async def put(self, records: Sequence[Record]) -> None:
        if any(record.data["state"] in self.refused for record in records):
            raise StoreError("the disk is full")
        await super().put(records)
        if any(record.data["state"] == JobState.DONE for record in records):
            self.done.set()

    async def state(self, job_id: str) -> object:
        return (await self.get(RecordKind.JOB, [job_id]))[job_id].data["state"]


@pytest.mark.parametrize("state", [JobState.RUNNING, JobState.DONE])
async def test_a_job_whose_state_the_store_refuses_runs_and_so_does_the_next(
    state: JobState,
) -> None:
    records = RefusingRecords(state)
    jobs = Jobs(ScriptedService(), records)

    async with running(jobs):
        first = await ended(jobs, (await jobs.submit(request())).job_id)
        records.refused.clear()
        second = await ended(jobs, (await jobs.submit(request())).job_id)

    assert (first.state, second.state) == (JobState.DONE, JobState.DONE)


async def test_an_end_that_the_store_refused_is_stored_as_soon_as_it_takes_it() -> None:
    records = RefusingRecords(JobState.DONE)
    jobs = Jobs(ScriptedService(), records, beat_s=0)

    async with running(jobs):
        job = await ended(jobs, (await jobs.submit(request())).job_id)
        assert await records.state(job.job_id) == JobState.RUNNING
        records.refused.clear()
        async with asyncio.timeout(5):
            await records.done.wait()

    assert await records.state(job.job_id) == JobState.DONE


async def test_a_job_that_the_store_refuses_is_not_taken() -> None:
    records, service = RefusingRecords(JobState.QUEUED), ScriptedService()
    jobs = Jobs(service, records)

    async with running(jobs):
        with pytest.raises(StoreError, match="the disk is full"):
            await jobs.submit(request("never"))
        records.refused.clear()
        taken = await ended(jobs, (await jobs.submit(request("taken"))).job_id)

    assert [given.texts[0].text for given in service.ingested] == ["taken"]
    assert (await jobs.jobs(limit=9))[0] == [taken]


async def test_an_end_that_was_never_stored_is_not_taken_for_an_interruption() -> None:
    records = RefusingRecords(JobState.DONE)
    jobs = Jobs(ScriptedService(), records)

    async with running(jobs):
        job = await ended(jobs, (await jobs.submit(request())).job_id)
        records.refused.clear()

    assert await records.state(job.job_id) == JobState.DONE
