"""What ibid does for whoever asks, in process or through a running server."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from core.errors import RequestError
from core.types import MetadataValue

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
    from pathlib import Path

    from core.answers import Answer, Fallback, Plan
    from core.ids import CollectionName, DocumentId
    from core.kept import KeptAnswer, Replay
    from core.records import CollectionRecord, DocumentRecord, Job
    from core.types import Metadata, Passage, Span
    from serve.answer.events import Event
    from serve.answer.question import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """Passages, best first, and how long they took."""

    passages: Sequence[Passage]
    timings_ms: Mapping[str, float]
    fallbacks: Sequence[Fallback] = ()
    """Reranking models that failed: then the passages are in the order in which they were found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSource:
    """A document given as text.

    It is known by its id, else by its title, else by what it says.
    """

    text: str
    id: str | int | None = None
    title: str = ""
    metadata: Metadata = field(default_factory=dict[str, MetadataValue])

    def __post_init__(self) -> None:
        """Raise `RequestError` where the metadata cannot be stored."""
        _check_metadata(self.metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A document given as bytes, which wait on the disk until it is their turn."""

    name: str
    path: Path

    @property
    def content(self) -> bytes:
        """The bytes; read anew each time."""
        return self.path.read_bytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestRequest:
    """Documents to read into a collection, which is created where it is missing."""

    collection: CollectionName
    paths: Sequence[str] = ()
    """Files, directories and globs on the machine that holds the store."""
    texts: Sequence[TextSource] = ()
    uploads: Sequence[Upload] = ()
    metadata: Metadata = field(default_factory=dict[str, MetadataValue])
    """Added to every document; wins over what the document says of itself."""
    refresh: bool = False
    """Read unchanged documents again, too."""
    embedder: str | None = None
    """For a collection that does not exist yet; `None`: as the settings say."""

    def __post_init__(self) -> None:
        """Raise `RequestError` where the metadata cannot be stored."""
        _check_metadata(self.metadata)


class Service(Protocol):
    """ibid, wherever its store is open; errors are those of `core.errors`."""

    async def ask(self, question: Question) -> Answer:
        """Return an answer whose every claim cites verbatim quotes, or an abstention."""
        ...

    def stream(self, question: Question) -> AsyncGenerator[Event]:
        """Yield how the answer comes about, and at the end, as `final`, what `ask` returns."""
        ...

    async def plan(self, question: Question) -> Plan:
        """Return how a question would be answered; spends nothing."""
        ...

    async def search(self, question: Question) -> SearchResult:
        """Return passages, best first."""
        ...

    async def kept_answer(self, answer_id: str) -> KeptAnswer:
        """Return an answer as it was given, without what it says from deleted documents."""
        ...

    async def replay(self, answer_id: str) -> Replay:
        """Check the citations of a kept answer against today's documents."""
        ...

    def ingest(self, request: IngestRequest) -> AsyncIterator[Job]:
        """Ingest and yield how it stands; the last one yielded is final."""
        ...

    async def collections(self) -> list[CollectionRecord]:
        """Return every collection, by name."""
        ...

    async def create_collection(
        self, name: CollectionName, *, embedder: str | None = None
    ) -> CollectionRecord:
        """Create a collection, or return the one that is there."""
        ...

    async def delete_collection(self, name: CollectionName) -> None:
        """Delete a collection, all that is in it, and what was answered from it."""
        ...

    async def documents(
        self, collection: CollectionName, *, limit: int = 100, cursor: str | None = None
    ) -> tuple[list[DocumentRecord], str | None]:
        """Return a page of documents and the cursor of the next."""
        ...

    async def document(self, collection: CollectionName, document: DocumentId) -> DocumentRecord:
        """Return one document."""
        ...

    async def delete_document(self, collection: CollectionName, document: DocumentId) -> None:
        """Delete a document and everything that was made of it."""
        ...

    async def text(
        self, collection: CollectionName, document: DocumentId, span: Span | None = None
    ) -> tuple[Span, str]:
        """Return a slice of a document's canonical text (`None`: the whole)."""
        ...

    async def check(self) -> dict[str, str]:
        """Return what is wrong with the `store` and the `embedder`; empty text: nothing.

        Whoever asks next finds the default embedder open.
        """
        ...

    async def close(self) -> None:
        """Release what it holds."""
        ...


def _check_metadata(metadata: Metadata) -> None:
    for name, value in metadata.items():
        if isinstance(value, float) and not math.isfinite(value):
            raise RequestError(f"metadata {name!r} is {value!r}; allowed: finite numbers")
