"""The values that cross the borders between packages; all frozen, none knows a vendor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from core.ids import ChunkId, CollectionName, DocumentId, VersionId

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector: TypeAlias = NDArray[np.float32]
    """A dense vector of length one."""
    Vectors: TypeAlias = NDArray[np.float32]
    """Dense vectors, a row each."""

MetadataValue: TypeAlias = str | int | float | bool | Sequence[str]
Metadata: TypeAlias = Mapping[str, MetadataValue]
JsonObject: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCount:
    """How long a text is for any model: counted once, then estimated for each tokenizer."""

    cl100k: int = 0
    digits: int = 0
    """More tokens where every digit is one of its own."""
    runs: int = 0
    """More tokens, at most, where carriage returns, runs and emoji are not merged as in cl100k."""

    def __add__(self, other: TokenCount) -> TokenCount:
        return TokenCount(
            cl100k=self.cl100k + other.cl100k,
            digits=self.digits + other.digits,
            runs=self.runs + other.runs,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenVectors:
    """A text as an encoder reads it, token by token."""

    vector: Vector
    """Of the whole text."""
    spans: Sequence[Span]
    """Where in the text each token is."""
    tokens: Vectors
    """A vector for each, in context, of length one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SparseVector:
    """Term weights; indices are unique and ascending."""

    indices: Sequence[int]
    values: Sequence[float]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range `[start, end)` of code points of one document's canonical text."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def slice(self, text: str) -> str:
        """Return what `text` has at this span."""
        return text[self.start : self.end]

    def contains(self, other: Span) -> bool:
        """Tell whether `other` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page, slide or sheet of a document; pages ascend and do not overlap."""

    number: int
    """Counts from 1."""
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The text from one heading to the next; sections tile the document."""

    path: tuple[str, ...]
    """The headings above the text, outermost first; empty before the first heading."""
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A source that has been read: canonical text, where its pages and sections lie, metadata."""

    document_id: DocumentId
    version: VersionId
    source: str
    """The path or URI it was ingested from, or its upload name."""
    title: str
    text: str
    """The canonical text: every span of this document refers to it."""
    format: str
    """What read it: `pdf`, `markdown`, `html`, `text`, `code`, …"""
    pages: tuple[Page, ...] = ()
    """Empty where the format has none."""
    sections: tuple[Section, ...] = ()
    metadata: Metadata = field(default_factory=dict[str, MetadataValue])
    language: str = "en"
    """ISO 639-1, detected."""
    encoding: str = "utf-8"
    """How the bytes were decoded."""


class ChunkKind(StrEnum):
    """What a stored span is for."""

    CHUNK = "chunk"
    """The chunks of a version tile its text."""
    PAGE = "page"
    """A page (or a page's worth of text), found beside its chunks; pages need not tile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkRef:
    """A chunk without its text: what is known of it as soon as it is found."""

    chunk_id: ChunkId
    document_id: DocumentId
    version: VersionId
    kind: ChunkKind = ChunkKind.CHUNK
    span: Span
    figures: float = 0.0
    """The share of its words that are figures; high in tables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk(ChunkRef):
    """A span of a document with its text: the unit that is embedded and stored."""

    text: str
    pages: tuple[int, ...] = ()
    section: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A chunk as it is stored: with its vectors and what it can be filtered by."""

    chunk: Chunk
    dense: Vector
    sparse: SparseVector
    metadata: Metadata


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCondition:
    """A condition on one metadata field; every bound that is given must hold."""

    field: str
    any: tuple[str | int | bool, ...] | None = None
    """Equal to one of these."""
    gt: float | None = None
    gte: float | None = None
    lt: float | None = None
    lte: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where a question may look; the collection is never optional."""

    collection: CollectionName
    document_ids: tuple[DocumentId, ...] = ()
    """Empty: every document."""
    filters: tuple[FieldCondition, ...] = ()
    """All of them together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A stored chunk that one ranking found, best first."""

    chunk: ChunkRef
    score: float
    """Comparable only within one ranking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A verbatim span offered as evidence for one question."""

    chunk_id: ChunkId
    """The best chunk that it came from."""
    document_id: DocumentId
    version: VersionId
    title: str
    source: str
    span: Span
    text: str
    pages: tuple[int, ...]
    section: tuple[str, ...]
    score: float
    """Higher is better; comparable only within one ranking."""
    similarity: float | None = None
    """Cosine of the question and its best chunk; `None` where no dense ranking found it."""
    language: str = "en"
    """Of its document, ISO 639-1."""

    @property
    def head(self) -> str:
        """What stands above it: the title and the headings, a line each."""
        return "\n".join((self.title, *self.section))

    def quote(self, span: Span) -> str:
        """Return what the document has at `span`, which lies within the passage."""
        return self.text[span.start - self.span.start : span.end - self.span.start]


class RecordKind(StrEnum):
    """The tables of the control collection."""

    COLLECTION = "collection"
    DOCUMENT = "document"
    JOB = "job"
    ANSWER = "answer"
    WINDOW = "window"
    """What was noted of a part of documents, for one question."""
    MODEL = "model"
    """What calls have taught of a served model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A row of the control collection."""

    kind: RecordKind
    key: str
    """Unique within its kind."""
    data: Mapping[str, object]
    """JSON."""
    revision: int = 0
    """Grows by one with every conditional write."""
