"""What the control collection keeps of collections, documents, jobs and answers."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from pydantic import TypeAdapter

from core.ids import CollectionName, DocumentId, VersionId, point_id
from core.types import Metadata, MetadataValue, Record, RecordKind, TokenCount

if TYPE_CHECKING:
    from core.types import Span

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionRecord:
    """A collection, and the physical one that is live for it."""

    name: CollectionName
    index: str
    """The physical collection."""
    embedder: str
    """What made its vectors, and the only thing that may search them."""
    dimensions: int
    created_at: str

    def to_record(self) -> Record:
        """Return the row to store."""
        return Record(kind=RecordKind.COLLECTION, key=self.name, data=asdict(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRecord:
    """A document as it is now: writing this record is what makes its version visible."""

    document_id: DocumentId
    collection: CollectionName
    version: VersionId
    source: str
    title: str
    format: str
    language: str
    encoding: str
    bytes: int
    sha256: str
    characters: int
    tokens: int
    """cl100k tokens of the canonical text."""
    digit_tokens: int | None = None
    """More for a model that takes each digit alone; `None`: not counted when it was ingested."""
    run_tokens: int = 0
    """More, at most, for a model that merges runs of a character less."""
    chunks: int
    page_spans: tuple[tuple[int, int], ...] = ()
    """Where each page lies; empty where the format has none."""
    metadata: Metadata = field(default_factory=dict[str, MetadataValue])
    embedder: str
    parser: int
    """The version of the parser that read it."""
    chunker: int
    """The version of the chunker that cut it."""
    status: str = "ready"
    created_at: str
    updated_at: str

    @property
    def token_count(self) -> TokenCount:
        """How long it is for any model; where digits were not counted, as if all were numbers."""
        digits = self.tokens if self.digit_tokens is None else self.digit_tokens
        return TokenCount(cl100k=self.tokens, digits=digits, runs=self.run_tokens)

    @property
    def pages(self) -> int:
        """How many pages it has; 0 where the format has none."""
        return len(self.page_spans)

    def pages_of(self, span: Span) -> tuple[int, ...]:
        """Return the numbers of the pages that `span` touches, counted from 1."""
        return tuple(
            number
            for number, (start, end) in enumerate(self.page_spans, start=1)
            if start < span.end and span.start < end
        )

    def to_record(self) -> Record:
        """Return the row to store."""
        return Record(kind=RecordKind.DOCUMENT, key=self.document_id, data=asdict(self))


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A source that could not be ingested, and why."""

    source: str
    stage: str
    """`load`, `parse`, `embed` or `store`."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentCounts:
    """What became of the sources so far."""

    total: int = 0
    done: int = 0
    failed: int = 0
    skipped: int = 0
    """Unchanged since they were ingested."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobProgress:
    """How fast it goes; `None`: not known yet."""

    pages: int = 0
    chunks: int = 0
    pages_per_s: float | None = None
    chunks_per_s: float | None = None
    eta_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """An ingestion as seen from outside."""

    job_id: str
    kind: str = "ingest"
    state: JobState
    collection: CollectionName
    documents: DocumentCounts = field(default_factory=DocumentCounts)
    progress: JobProgress = field(default_factory=JobProgress)
    failures: tuple[Failure, ...] = ()
    created_at: str
    updated_at: str

    def to_record(self) -> Record:
        """Return the row to store."""
        return Record(kind=RecordKind.JOB, key=self.job_id, data=asdict(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRecord:
    """An answer that was given, and what it rests on."""

    answer_id: str
    collection: CollectionName
    documents: tuple[DocumentId, ...]
    """Those that it was made from; records are found by them."""
    created_at: str
    created_s: float
    """The same in seconds since 1970; records are purged by it."""
    prompt_hash: str | None
    config_hash: str
    deleted_documents: tuple[DocumentId, ...] = ()
    answer: str
    """JSON as it was sent: a payload may not give back every number as it got it."""

    def to_record(self) -> Record:
        """Return the row to store."""
        return Record(kind=RecordKind.ANSWER, key=self.answer_id, data=asdict(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRecord:
    """A span of one version of a document."""

    version: VersionId
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRecord:
    """What was noted, and what it rests on."""

    text: str
    places: tuple[PlaceRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRecord:
    """What was noted of a part of documents for one question, by whoever read it."""

    collection: CollectionName
    documents: tuple[DocumentId, ...]
    """That it is of; records are found by them."""
    asked: str
    """Identifies the question, the rules and whom it was put to; records are found by it."""
    places: tuple[PlaceRecord, ...]
    """What was read, in its order."""
    notes: tuple[NoteRecord, ...]
    whole: bool
    """Whether all that was to be noted was."""
    model: str
    created_s: float
    """In seconds since 1970; records are purged by it."""

    @property
    def key(self) -> str:
        """Identifies what was read and for what."""
        places = (f"{each.version}:{each.start}:{each.end}" for each in self.places)
        return point_id("window", self.asked, *places)

    def to_record(self) -> Record:
        """Return the row to store."""
        return Record(kind=RecordKind.WINDOW, key=self.key, data=asdict(self))


def read_record(shape: type[T], record: Record) -> T:
    """Return what `to_record` stored; fields that a newer version added are passed over."""
    return _adapter(shape).validate_python(record.data)


@cache
def _adapter(shape: type[T]) -> TypeAdapter[T]:
    return TypeAdapter(shape)
