"""The seams: what the pipelines need from the store, the embedder and the reranker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from core.chat import Candidate, Completion, Delta, Hear, Need, Prompt, Wanted, Written
    from core.clock import Deadline
    from core.ids import ChunkId, DocumentId, VersionId
    from core.types import (
        Chunk,
        ChunkKind,
        ChunkRef,
        Hit,
        Point,
        Record,
        RecordKind,
        Scope,
        Span,
        SparseVector,
        TokenVectors,
        Vector,
    )


class Embedder(Protocol):
    """Text to vectors of length one; a text gives the same vector, whatever is beside it."""

    @property
    def name(self) -> str:
        """Identifies the model and how it is run; a collection records it."""
        ...

    @property
    def dimensions(self) -> int:
        """The length of its vectors."""
        ...

    @property
    def max_tokens(self) -> int:
        """The most tokens of one text that it reads."""
        ...

    @property
    def passages_at_once(self) -> int:
        """How many texts are worth handing over together: more are neither faster nor cheaper."""
        ...

    def count_tokens(self, text: str) -> int:
        """Return how many tokens its own tokenizer makes of `text`, without special ones."""
        ...

    async def embed_query(self, question: str) -> Vector:
        """Return the vector to search with."""
        ...

    async def embed_passages(self, texts: Sequence[str]) -> list[Vector]:
        """Return the vectors to store, in the order of `texts`."""
        ...


class TokenEmbedder(Protocol):
    """Texts to the vectors of their tokens, each as it is meant where it stands."""

    async def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Return the vectors of the tokens of each of `texts`, in their order."""
        ...


class SparseEncoder(Protocol):
    """Text to term weights, BM25 without its IDF, which the store knows."""

    def encode_query(self, question: str, *, languages: Sequence[str]) -> SparseVector:
        """Return the terms of `question`, stemmed as documents in `languages` are."""
        ...

    def finder(self, question: str, *, languages: Sequence[str]) -> Callable[[str], frozenset[int]]:
        """Return what tells which terms of `question` a text has."""
        ...

    def encode_passage(self, text: str, *, language: str) -> SparseVector:
        """Return the weights of the terms of `text`."""
        ...

    def terms(self, text: str, *, language: str) -> frozenset[int]:
        """Return the terms of `text`, without their weights."""
        ...


class Reranker(Protocol):
    """A second look at few passages."""

    async def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return a score for each text, in order; higher is better, comparable within the call."""
        ...


class ChatModel(Protocol):
    """A model that answers a prompt."""

    @property
    def name(self) -> str:
        """Identifies the model."""
        ...

    async def complete(self, prompt: Prompt, *, deadline: Deadline) -> Completion:
        """Return the whole answer; where `prompt` has a schema, it meets it.

        Raises `ProviderError`.
        """
        ...

    def stream(self, prompt: Prompt, *, deadline: Deadline) -> AsyncIterator[Delta | Completion]:
        """Yield the answer as it comes, and at the end the completion, which is what holds.

        Raises `ProviderError`; what was shown by then is not an answer.
        """
        ...


class Writer(Protocol):
    """The models that may answer."""

    async def write(
        self,
        prompt: Prompt,
        *,
        deadline: Deadline,
        hear: Hear | None = None,
        wanted: Wanted | None = None,
    ) -> Written:
        """Return what the first live model writes whose window holds `prompt` and its answer.

        Args:
            prompt: what is asked.
            deadline: for all models that are tried together.
            hear: is told of it while it is written; what it hears is not what holds.
            wanted: whom to ask; `None`: those that a prompt of its size is for.

        Raises:
            ProviderError: none did; the message has all reasons.
        """
        ...

    async def candidates(self, need: Need, wanted: Wanted | None = None) -> Sequence[Candidate]:
        """Return who would be asked, in order, and why those are not that are not; asks nobody."""
        ...


class VectorIndex(Protocol):
    """The points of one collection, made by one embedder."""

    async def upsert(self, points: Sequence[Point]) -> None:
        """Store `points`; they are on disk when this returns."""
        ...

    async def search_dense(
        self, vector: Vector, scope: Scope, *, kind: ChunkKind, limit: int
    ) -> list[Hit]:
        """Return the nearest by cosine, best first."""
        ...

    async def search_sparse(
        self, vector: SparseVector, scope: Scope, *, kind: ChunkKind, limit: int
    ) -> list[Hit]:
        """Return the best by BM25, best first; chunks that share no term are left out."""
        ...

    async def chunks(self, ids: Sequence[ChunkId]) -> dict[ChunkId, Chunk]:
        """Return the chunks that are there, whole."""
        ...

    async def vectors(self, chunks: Sequence[ChunkId]) -> dict[ChunkId, Vector]:
        """Return the dense vectors of the points that are there."""
        ...

    async def overlapping(
        self, document: DocumentId, version: VersionId, span: Span
    ) -> list[ChunkRef]:
        """Return the chunks of kind `CHUNK` that overlap `span`, in the order of the text."""
        ...

    async def read(self, document: DocumentId, version: VersionId, span: Span) -> list[Chunk]:
        """Return what `overlapping` does, whole."""
        ...

    async def delete(self, document: DocumentId, *, keep: VersionId | None = None) -> None:
        """Delete the points of a document, but for those of the version to keep."""
        ...

    async def count(self, kind: ChunkKind) -> int:
        """Return how many points of a kind are stored."""
        ...

    async def optimize(self) -> None:
        """Build what makes search fast; the index answers all the while."""
        ...


class RecordStore(Protocol):
    """The control collection: small JSON records, by kind and key."""

    async def get(self, kind: RecordKind, keys: Sequence[str]) -> dict[str, Record]:
        """Return the records that are there, by key."""
        ...

    async def put(self, records: Sequence[Record]) -> None:
        """Write records whole; they are on disk when this returns."""
        ...

    async def put_if(self, record: Record) -> bool:
        """Write `record` if the stored revision is `record.revision` (0: none); tell if it was.

        The stored revision is then one higher.
        """
        ...

    async def delete(self, kind: RecordKind, keys: Sequence[str]) -> None:
        """Delete records; keys that are not there are passed over."""
        ...

    async def purge(
        self,
        kind: RecordKind,
        *,
        where: Mapping[str, str] | None = None,
        before: float | None = None,
        limit: int = 500,
    ) -> int:
        """Delete records without reading them, and return how many; fewer than `limit`: all.

        Args:
            kind: which table.
            where: what their fields equal.
            before: in seconds since 1970, what their `created_s` is below.
            limit: the most that are deleted.
        """
        ...

    async def count(self, kind: RecordKind, *, where: Mapping[str, str] | None = None) -> int:
        """Return how many records have fields that equal `where`."""
        ...

    async def list(
        self,
        kind: RecordKind,
        *,
        where: Mapping[str, str] | None = None,
        limit: int = 100,
        cursor: str | None = None,
    ) -> tuple[list[Record], str | None]:
        """Return a page of records whose fields equal `where`, in a stable order, and a cursor.

        A field that is a list equals each of its items.
        """
        ...


class Store(Protocol):
    """Qdrant, in process or on a server."""

    @property
    def records(self) -> RecordStore:
        """The control collection."""
        ...

    async def create_index(self, name: str, *, dimensions: int) -> VectorIndex:
        """Create (or open, where it is there) a physical collection."""
        ...

    async def open_index(self, name: str) -> VectorIndex:
        """Open a physical collection; raises `NotFoundError`."""
        ...

    async def drop_index(self, name: str) -> None:
        """Delete a physical collection and its files; it may be absent."""
        ...

    async def close(self) -> None:
        """Flush and release everything."""
        ...
