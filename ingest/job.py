"""An ingestion as it is seen from outside: counts, rates, failures."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from uuid import uuid4

from core.library import now
from core.records import DocumentCounts, Failure, Job, JobProgress, JobState

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.errors import SourceError
    from core.ids import CollectionName
    from ingest.pipeline import Stored


def new_job_id() -> str:
    """Return an id that no other job has."""
    return f"job_{uuid4().hex[:24]}"


@dataclass(slots=True)
class Tally:
    """Counts what becomes of the sources of one job, and tells it as `Job`s."""

    collection: CollectionName
    clock: Callable[[], float]
    """Seconds that never go back."""
    job_id: str = field(default_factory=new_job_id)
    documents: DocumentCounts = field(default_factory=DocumentCounts)
    failures: list[Failure] = field(default_factory=list[Failure])
    bytes_expected: int = 0
    bytes_done: int = 0
    pages: int = 0
    chunks: int = 0
    created_at: str = field(default_factory=now)
    started: float = 0.0

    def __post_init__(self) -> None:
        self.started = self.clock()

    def expect(self, documents: int, size: int) -> None:
        """Say how much there is to do: documents and their bytes."""
        self.documents = replace(self.documents, total=documents)
        self.bytes_expected = size

    def skip(self, size: int) -> None:
        """Count an unchanged document."""
        self.bytes_done += size
        self.documents = replace(self.documents, skipped=self.documents.skipped + 1)

    def fail(self, error: SourceError) -> None:
        """Count a source that could not be ingested."""
        self.documents = replace(self.documents, failed=self.documents.failed + 1)
        self.failures.append(Failure(source=error.source, stage=error.stage, reason=error.reason))

    def store(self, stored: Stored) -> None:
        """Count what a batch added."""
        for error in stored.refused:
            self.fail(error)
        self.chunks += stored.chunks
        self.pages += sum(document.pages for document in stored.documents)
        self.bytes_done += sum(document.bytes for document in stored.documents)
        done = self.documents.done + len(stored.documents)
        self.documents = replace(self.documents, done=done)

    def job(self, state: JobState) -> Job:
        """Return how it stands."""
        elapsed = self.clock() - self.started
        return Job(
            job_id=self.job_id,
            state=state,
            collection=self.collection,
            documents=self.documents,
            progress=JobProgress(
                pages=self.pages,
                chunks=self.chunks,
                pages_per_s=_rate(self.pages, elapsed),
                chunks_per_s=_rate(self.chunks, elapsed),
                eta_s=self._eta(elapsed),
            ),
            failures=tuple(self.failures),
            created_at=self.created_at,
            updated_at=now(),
        )

    def _eta(self, elapsed: float) -> float | None:
        left = max(0, self.bytes_expected - self.bytes_done)
        return round(elapsed * left / self.bytes_done, 1) if self.bytes_done else None


def _rate(count: int, elapsed: float) -> float | None:
    return round(count / elapsed, 1) if elapsed > 0 else None
