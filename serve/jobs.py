"""Ingestions that run behind the REST service, one after the other."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.errors import IbidError, NotFoundError, RequestError, ServerError, StoreError
from core.library import check_name, now
from core.records import Failure, Job, JobState, read_record
from core.types import RecordKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from tempfile import TemporaryDirectory

    from core.protocols import RecordStore
    from core.types import Record
    from serve.service import IngestRequest, Service

_log = logging.getLogger(__name__)
_OPEN = (JobState.QUEUED, JobState.RUNNING)
INTERRUPTED = "the server ended before the job did; ingest again, what is done is not repeated"
_BEAT_S = 10.0
_PATIENCE = 6
"""Beats that a job of another server may miss."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    job_id: str
    request: IngestRequest
    uploads: TemporaryDirectory[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sign:
    """What was last seen of a job that another server runs."""

    revision: int
    missed: int = 0
    """How many beats ago it changed."""


class Jobs:
    """Takes ingestions, runs them in the order they came, and knows how each stands.

    What changes the state of a job is stored at once, or, where the store refuses, with the next
    beat. With every beat all open jobs are stored: this is how other servers know that they are
    run, for a clock of one need not be that of another.
    """

    def __init__(
        self,
        service: Service,
        records: RecordStore,
        *,
        exclusive: bool = True,
        waiting: int = 100,
        beat_s: float = _BEAT_S,
    ) -> None:
        """Take over the jobs in `records`.

        Args:
            service: what ingests.
            records: where the jobs are kept.
            exclusive: no other server keeps jobs there.
            waiting: the most jobs that may wait.
            beat_s: how long to wait between two beats.
        """
        self._service = service
        self._records = records
        self._exclusive = exclusive
        self._beat_s = beat_s
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue(waiting)
        self._open: dict[str, Job] = {}
        """Those that are not over, and those whose end is not stored yet."""
        self._writing = asyncio.Lock()
        """Of two writes of a job the later one stays."""
        self._revision = 0
        self._arriving = 0
        """Jobs that have a place in the queue and are being stored."""

    async def submit(
        self, request: IngestRequest, *, uploads: TemporaryDirectory[str] | None = None
    ) -> Job:
        """Queue an ingestion and return it; `uploads` is removed when it has ended.

        Raises:
            RequestError: the collection cannot be called so.
            ConflictError: the collection is there, made by another embedder.
            ServerError: too many are waiting.
            StoreError: the job cannot be stored, and will not run.
        """
        check_name(request.collection)
        if request.embedder is not None:
            await self._service.create_collection(request.collection, embedder=request.embedder)
        if self._arriving + self._queue.qsize() >= self._queue.maxsize:
            raise ServerError(
                f"{self._queue.maxsize} ingestions are waiting; try again when some are done",
                status=503,
            )
        moment = now()
        job = Job(
            job_id=_job_id(),
            state=JobState.QUEUED,
            collection=request.collection,
            created_at=moment,
            updated_at=moment,
        )
        self._arriving += 1
        try:
            await self._keep(job)
        except BaseException:
            self._open.pop(job.job_id, None)
            raise
        finally:
            self._arriving -= 1
        self._queue.put_nowait(_Waiting(job_id=job.job_id, request=request, uploads=uploads))
        return job

    async def job(self, job_id: str) -> Job:
        """Return how a job stands; raises `NotFoundError`."""
        if job_id in self._open:
            return self._open[job_id]
        stored = await self._records.get(RecordKind.JOB, [job_id])
        if job_id not in stored:
            raise NotFoundError("job", job_id)
        return read_record(Job, stored[job_id])

    async def jobs(self, *, limit: int, cursor: str | None = None) -> tuple[list[Job], str | None]:
        """Return a page of jobs, newest first, and the cursor of the next.

        Raises:
            RequestError: `cursor` is of no page.
        """
        stored = [read_record(Job, record) for record in await self._stored()]
        jobs = sorted(stored, key=_age, reverse=True)
        if cursor is not None:
            places = [place for place, job in enumerate(jobs) if job.job_id == cursor]
            if not places:
                raise RequestError(
                    f"cursor {cursor!r} is none; use the `next_cursor` of the page before"
                )
            jobs = jobs[places[0] + 1 :]
        page = jobs[:limit]
        following = page[-1].job_id if len(jobs) > limit else None
        return [self._open.get(job.job_id, job) for job in page], following

    async def run(self) -> None:
        """Run what is submitted until cancelled; what is then unfinished is kept as failed."""
        watching = asyncio.create_task(self._watch())
        try:
            while True:
                waiting = await self._queue.get()
                await self._run(waiting)
        finally:
            watching.cancel()
            await asyncio.wait([watching])
            while not self._queue.empty():
                _remove(self._queue.get_nowait().uploads)
            for job in list(self._open.values()):
                await self._try_to_keep(_failed(job, INTERRUPTED) if job.state in _OPEN else job)

    async def _run(self, waiting: _Waiting) -> None:
        queued = self._open[waiting.job_id]
        job = replace(queued, state=JobState.RUNNING, updated_at=now())
        await self._try_to_keep(job)
        try:
            async for seen in self._service.ingest(waiting.request):
                job = replace(seen, job_id=queued.job_id, created_at=queued.created_at)
                self._open[job.job_id] = job
        except IbidError as error:
            job = _failed(job, str(error))
        except Exception:  # noqa: BLE001 - the edge of a job: the ones behind it still run
            _log.exception("job %s broke", job.job_id)
            job = _failed(job, "an error in ibid; the server's log has it")
        finally:
            _remove(waiting.uploads)
        await self._try_to_keep(job)

    async def _watch(self) -> None:
        """Show that our jobs are run, and fail those that nobody runs any more."""
        signs: Mapping[str, _Sign] = {}
        looking = True
        while True:
            try:
                await self._keep_all()
                if looking:
                    signs = await self._fail_abandoned(signs)
                    looking = not self._exclusive
            except StoreError:
                _log.exception("cannot look after the jobs")
            await asyncio.sleep(self._beat_s)

    async def _fail_abandoned(self, signs: Mapping[str, _Sign]) -> dict[str, _Sign]:
        """Close what a server that was killed left open; return what was seen of the others."""
        seen: dict[str, _Sign] = {}
        for state in _OPEN:
            for record in await self._stored(state):
                sign = signs.get(record.key)
                if sign is None or sign.revision != record.revision:
                    sign = _Sign(revision=record.revision)
                if record.key in self._open:
                    continue
                if self._exclusive or sign.missed == _PATIENCE:
                    failed = _failed(read_record(Job, record), INTERRUPTED).to_record()
                    await self._records.put_if(replace(failed, revision=record.revision))
                else:
                    seen[record.key] = replace(sign, missed=sign.missed + 1)
        return seen

    async def _try_to_keep(self, job: Job) -> None:
        """Keep a job; where the store refuses, the next beat tries again."""
        try:
            await self._keep(job)
        except StoreError:
            _log.exception("cannot store yet that job %s is %s", job.job_id, job.state)

    async def _keep(self, job: Job) -> None:
        async with self._writing:
            self._open[job.job_id] = job
            await self._store([job])

    async def _keep_all(self) -> None:
        async with self._writing:
            if self._open:
                await self._store(list(self._open.values()))

    async def _store(self, jobs: Sequence[Job]) -> None:
        """Store jobs, and let go of those that are over."""
        self._revision += 1
        rows = [replace(job.to_record(), revision=self._revision) for job in jobs]
        await self._records.put(rows)
        for job in jobs:
            if job.state not in _OPEN:
                del self._open[job.job_id]

    async def _stored(self, state: JobState | None = None) -> list[Record]:
        where = None if state is None else {"state": state.value}
        found: list[Record] = []
        cursor: str | None = None
        while True:
            records, cursor = await self._records.list(
                RecordKind.JOB, where=where, limit=500, cursor=cursor
            )
            found += records
            if cursor is None:
                return found


def _job_id() -> str:
    """Return an id that no other job has; later ones are greater."""
    return f"job_{time.time_ns():016x}{secrets.token_hex(4)}"


def _age(job: Job) -> tuple[str, str]:
    return job.created_at, job.job_id


def _remove(uploads: TemporaryDirectory[str] | None) -> None:
    if uploads is not None:
        with suppress(OSError):
            uploads.cleanup()


def _failed(job: Job, reason: str) -> Job:
    failure = Failure(source="", stage="job", reason=reason)
    return replace(job, state=JobState.FAILED, failures=(*job.failures, failure), updated_at=now())
