from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from core.errors import ConflictError, NotFoundError, RequestError, ServerError, StoreError
from core.ids import CollectionName
from core.records import JobState
from serve.jobs import Jobs
from serve.service import IngestRequest
from tests.doubles.memory_records import MemoryRecords
from tests.doubles.running_jobs import DEFAULT, LEFT, ended, request, running
from tests.doubles.scripted_service import ScriptedService

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.types import Record, RecordKind


def is_there(folder: TemporaryDirectory[str]) -> bool:
    return Path(folder.name).exists()


async def test_a_job_is_queued_then_done_and_keeps_its_id() -> None:
    jobs = Jobs(ScriptedService(), MemoryRecords())
    submitted = await jobs.submit(request())
    assert (submitted.state, await jobs.job(submitted.job_id)) == (JobState.QUEUED, submitted)

    async with running(jobs):
        job = await ended(jobs, submitted.job_id)

    assert (job.state, job.documents.done) == (JobState.DONE, 1)
    assert job.created_at == submitted.created_at


async def test_jobs_run_in_the_order_they_came() -> None:
    service = ScriptedService()
    jobs = Jobs(service, MemoryRecords())
    submitted = [await jobs.submit(request(text)) for text in "abc"]

    async with running(jobs):
        await ended(jobs, submitted[-1].job_id)

    assert [given.texts[0].text for given in service.ingested] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("failure", "reason"),
    [(StoreError("the disk is full"), "the disk is full"), (ValueError("x"), "an error in ibid")],
    ids=["ours", "a bug"],
)
async def test_a_job_that_breaks_is_failed_and_the_next_one_runs(
    failure: Exception, reason: str
) -> None:
    service = ScriptedService()
    jobs = Jobs(service, MemoryRecords())
    service.failure = failure
    first = await jobs.submit(request())

    async with running(jobs):
        broken = await ended(jobs, first.job_id)
        service.failure = None
        second = await jobs.submit(request())
        fine = await ended(jobs, second.job_id)

    assert (broken.state, fine.state) == (JobState.FAILED, JobState.DONE)
    assert reason in broken.failures[0].reason


async def test_too_many_waiting_jobs_are_refused() -> None:
    jobs = Jobs(ScriptedService(), MemoryRecords(), waiting=1)
    await jobs.submit(request())

    with pytest.raises(ServerError, match="1 ingestions are waiting") as caught:
        await jobs.submit(request())
    assert caught.value.status == 503


async def test_of_jobs_that_arrive_together_none_waits_for_a_place() -> None:
    jobs = Jobs(ScriptedService(), MemoryRecords(), waiting=1)

    async def submit() -> bool:
        try:
            await jobs.submit(request())
        except ServerError:
            return False
        return True

    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        arriving = [group.create_task(submit()) for _ in range(4)]

    assert sum(each.result() for each in arriving) == 1


async def test_what_could_never_be_ingested_is_refused_at_once() -> None:
    service = ScriptedService()
    jobs = Jobs(service, MemoryRecords())
    await service.create_collection(DEFAULT)

    with pytest.raises(RequestError, match="collection name 'A B'"):
        await jobs.submit(IngestRequest(collection=CollectionName("A B")))
    with pytest.raises(ConflictError, match="made by another embedder"):
        await jobs.submit(IngestRequest(collection=DEFAULT, embedder="other"))


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING])
@pytest.mark.parametrize("exclusive", [True, False])
async def test_a_job_that_a_killed_server_left_open_is_failed(
    state: JobState, *, exclusive: bool
) -> None:
    records = MemoryRecords()
    await records.put([replace(LEFT, state=state).to_record()])
    jobs = Jobs(ScriptedService(), records, exclusive=exclusive, beat_s=0)

    async with running(jobs):
        job = await ended(jobs, "job_left")

    assert job.state is JobState.FAILED
    assert "the server ended before" in job.failures[0].reason


async def test_the_jobs_of_a_server_that_runs_are_left_alone_by_another() -> None:
    records, service = MemoryRecords(), ScriptedService()
    service.hold = asyncio.Event()
    first = Jobs(service, records, exclusive=False, beat_s=0)
    second = Jobs(ScriptedService(), records, exclusive=False, beat_s=0)
    started, waiting = await first.submit(request()), await first.submit(request())
    await records.put([LEFT.to_record()])

    async with running(first), running(second):
        await ended(second, "job_left")
        assert (await second.job(started.job_id)).state is JobState.RUNNING
        assert (await second.job(waiting.job_id)).state is JobState.QUEUED
        service.hold.set()
        assert (await ended(second, waiting.job_id)).state is JobState.DONE


async def test_a_job_is_not_failed_before_its_server_had_time_to_show_that_it_runs() -> None:
    records = CountingRecords()
    await records.put([LEFT.to_record()])
    jobs = Jobs(ScriptedService(), records, exclusive=False, beat_s=0)

    async with running(jobs):
        await ended(jobs, "job_left")

    assert records.looks > 6, "the first look only shows what is there"


class CountingRecords(MemoryRecords):
    """Counts how often somebody looked for running jobs."""

    def __init__(self) -> None:
        super().__init__()
        self.looks = 0

    async def list(
        self,
        kind: RecordKind,
        *,
        where: Mapping[str, str] | None = None,
        limit: int = 100,
        cursor: str | None = None,
    ) -> tuple[list[Record], str | None]:
        self.looks += where == {"state": "running"}
        return await super().list(kind, where=where, limit=limit, cursor=cursor)


class LateRecords(MemoryRecords):
    """Between a look at a job and the next write of it, its server stores it once more."""

    async def put_if(self, record: Record) -> bool:
        done = replace(LEFT, state=JobState.DONE).to_record()
        await self.put([replace(done, revision=record.revision + 5)])
        return await super().put_if(record)


async def test_a_job_that_ends_while_it_is_given_up_stays_as_it_ended() -> None:
    records = LateRecords()
    await records.put([LEFT.to_record()])
    jobs = Jobs(ScriptedService(), records)

    async with running(jobs):
        job = await ended(jobs, "job_left")

    assert job.state is JobState.DONE


async def test_what_is_unfinished_when_the_server_ends_is_failed_and_its_uploads_removed() -> None:
    service = ScriptedService()
    service.hold = asyncio.Event()
    jobs = Jobs(service, MemoryRecords())
    uploads = [TemporaryDirectory(), TemporaryDirectory()]
    started, waiting = [await jobs.submit(request(), uploads=folder) for folder in uploads]
    async with running(jobs):
        await asyncio.sleep(0.01)
        assert (await jobs.job(started.job_id)).state is JobState.RUNNING

    for job in (started, waiting):
        assert (await jobs.job(job.job_id)).state is JobState.FAILED
    assert not any(is_there(folder) for folder in uploads)


async def test_the_uploads_of_a_job_are_removed_when_it_has_ended() -> None:
    jobs = Jobs(ScriptedService(), MemoryRecords())
    uploads = TemporaryDirectory()
    job = await jobs.submit(request(), uploads=uploads)

    async with running(jobs):
        await ended(jobs, job.job_id)
        await asyncio.sleep(0)

    assert not is_there(uploads)


async def test_jobs_are_listed_page_by_page_newest_first() -> None:
    jobs = Jobs(ScriptedService(), MemoryRecords())
    submitted = [(await jobs.submit(request())).job_id for _ in range(3)]

    first, cursor = await jobs.jobs(limit=2)
    rest, end = await jobs.jobs(limit=2, cursor=cursor)

    assert submitted[::-1] == [job.job_id for job in (*first, *rest)]
    assert end is None


async def test_a_job_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFoundError, match="no job 'job_x'"):
        await Jobs(ScriptedService(), MemoryRecords()).job("job_x")
