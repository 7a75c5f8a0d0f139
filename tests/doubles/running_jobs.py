"""Jobs that run, and when they have ended."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from core.ids import CollectionName
from core.records import Job, JobState
from serve.service import IngestRequest, TextSource
from tests.doubles.scripted_service import MOMENT

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from serve.jobs import Jobs

DEFAULT = CollectionName("default")
LEFT = Job(
    job_id="job_left",
    state=JobState.RUNNING,
    collection=DEFAULT,
    created_at=MOMENT,
    updated_at=MOMENT,
)
"""What a killed server left open."""


def request(text: str = "The moon is small.") -> IngestRequest:
    return IngestRequest(collection=DEFAULT, texts=[TextSource(title="moon", text=text)])


@asynccontextmanager
async def running(jobs: Jobs) -> AsyncGenerator[None]:
    task = asyncio.create_task(jobs.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def ended(jobs: Jobs, job_id: str) -> Job:
    async with asyncio.timeout(5):
        while True:
            job = await jobs.job(job_id)
            if job.state not in {JobState.QUEUED, JobState.RUNNING}:
                return job
            await asyncio.sleep(0)
