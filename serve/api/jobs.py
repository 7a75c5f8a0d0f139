"""Ingestion jobs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from core.records import Job
from serve.api.access import Through
from serve.api.replies import json_reply
from serve.wire import JobPage

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])


@router.get("", responses={200: {"model": JobPage}})
async def list_jobs(
    through: Through,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: str | None = None,
) -> Response:
    """Return a page of jobs, newest first."""
    jobs, following = await through.jobs.jobs(limit=limit, cursor=cursor)
    return json_reply(JobPage(jobs=tuple(jobs), next_cursor=following))


@router.get("/{job_id}", responses={200: {"model": Job}})
async def show_job(job_id: str, through: Through) -> Response:
    """Return how a job stands."""
    return json_reply(await through.jobs.job(job_id))
