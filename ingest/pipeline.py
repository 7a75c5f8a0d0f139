"""Documents into a collection: chunk → embed → store → publish."""

from __future__ import annotations

import asyncio
from bisect import bisect_left, bisect_right
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

import numpy as np

from core.errors import ConflictError, SourceError
from core.library import now
from core.records import DocumentRecord
from core.tokens import measure
from core.types import ChunkKind, Point, TokenCount
from ingest.chunk import CHUNKER_VERSION, chunk, embedding_text, pages
from ingest.embedded import embedded_texts
from ingest.parse.document import PARSER_VERSION

if TYPE_CHECKING:
    from collections.abc import (
        AsyncGenerator,
        AsyncIterator,
        Awaitable,
        Callable,
        Iterator,
        Sequence,
    )

    from core.ids import CollectionName
    from core.library import Library
    from core.protocols import Embedder, SparseEncoder, VectorIndex
    from core.types import Chunk, Document, Span, SparseVector, Vector
    from ingest.read import ReadDocument

_Item = TypeVar("_Item")


@dataclass(slots=True)
class _Draft:
    """A document on its way in."""

    read: ReadDocument
    chunks: int = 0
    """How many were cut so far."""
    tokens: TokenCount = field(default_factory=TokenCount)
    """Of the whole text; counted when it has been cut."""
    spans: list[Span] = field(default_factory=list["Span"])
    vectors: list[Vector] = field(default_factory=list["Vector"])
    """Of the chunks embedded so far."""

    def page_vector(self, page: Span) -> Vector:
        """Return the mean direction of the chunks on a page.

        It finds pages better than the vector of a page's beginning does, and costs nothing.
        """
        first = bisect_right(self.spans, page.start, key=lambda span: span.end)
        last = bisect_left(self.spans, page.end, key=lambda span: span.start)
        mean = np.stack(self.vectors[first:last]).mean(axis=0)
        return mean / np.linalg.norm(mean)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    draft: _Draft
    chunk: Chunk
    embedding_text: str
    sparse: SparseVector

    @property
    def point_chunk(self) -> Chunk:
        """What is stored: the text of a page is that of its chunks."""
        return self.chunk if self.chunk.kind is ChunkKind.CHUNK else replace(self.chunk, text="")


@dataclass(slots=True)
class _Batch:
    pieces: list[_Piece] = field(default_factory=list["_Piece"])
    drafts: list[_Draft] = field(default_factory=list["_Draft"])
    """Those whose last chunk is in this batch, or that have none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What one batch added."""

    documents: Sequence[DocumentRecord]
    """Visible from now on."""
    refused: Sequence[SourceError]
    """Deleted or replaced by others while they were read."""
    chunks: int


class Cutter(Protocol):
    """How documents are divided; the chunks must tile the text."""

    def __call__(
        self, document: Document, *, count_tokens: Callable[[str], int], max_tokens: int
    ) -> Iterator[Chunk]:
        """Yield the chunks in the order of the text, each within `max_tokens` when embedded."""
        ...


Forget: TypeAlias = "Callable[[Sequence[str]], Awaitable[None]]"


class IngestPipeline:
    """Takes documents into one collection; each is visible whole or not at all."""

    def __init__(
        self,
        *,
        library: Library,
        collection: CollectionName,
        embedder: Embedder,
        sparse: SparseEncoder,
        cutter: Cutter = chunk,
        forget: Forget | None = None,
    ) -> None:
        """Take documents into `collection`.

        Args:
            library: where they go.
            collection: is there, made by `embedder`.
            embedder: makes the vectors of chunks.
            sparse: makes their terms.
            cutter: divides documents.
            forget: where vectors are kept beside the collection, deletes those of texts that the
                new version of a document does not have any more.
        """
        self._library = library
        self._collection = collection
        self._embedder = embedder
        self._sparse = sparse
        self._cutter = cutter
        self._forget = forget

    async def run(self, documents: AsyncIterator[ReadDocument]) -> AsyncGenerator[Stored]:
        """Store `documents` and yield what each batch added.

        While a batch is stored, the next is embedded, the one after that is cut, and the document
        behind them is read.
        """
        index = await self._library.index(self._collection)
        embedded = self._embedded(documents)
        async with aclosing(embedded), aclosing(_ahead(embedded)) as batches:
            async for batch, points in batches:
                await index.upsert(points)
                published = [await self._publish(draft, index) for draft in batch.drafts]
                yield Stored(
                    documents=[each for each in published if isinstance(each, DocumentRecord)],
                    refused=[each for each in published if isinstance(each, SourceError)],
                    chunks=sum(piece.chunk.kind is ChunkKind.CHUNK for piece in batch.pieces),
                )

    async def _embedded(
        self, documents: AsyncIterator[ReadDocument]
    ) -> AsyncGenerator[tuple[_Batch, Sequence[Point]]]:
        cut = self._batches(documents)
        async with aclosing(cut), aclosing(_ahead(cut)) as batches:
            async for batch in batches:
                yield batch, await self._embed(batch.pieces)

    async def _batches(self, documents: AsyncIterator[ReadDocument]) -> AsyncGenerator[_Batch]:
        """Yield batches of chunks; a long document fills many, short ones share one."""
        batch, most = _Batch(), self._embedder.passages_at_once
        async with aclosing(_ahead(documents)) as read_ahead:
            async for read in read_ahead:
                draft = _Draft(read=read)
                pieces = self._pieces(draft)
                while more := await asyncio.to_thread(_take, pieces, most - len(batch.pieces)):
                    batch.pieces += more
                    if len(batch.pieces) == most:
                        yield batch
                        batch = _Batch()
                batch.drafts.append(draft)
        if batch.pieces or batch.drafts:
            yield batch

    def _pieces(self, draft: _Draft) -> Iterator[_Piece]:
        document = draft.read.document
        count = self._embedder.count_tokens
        for cut in self._cutter(document, count_tokens=count, max_tokens=self._embedder.max_tokens):
            draft.chunks += 1
            yield self._piece(draft, cut)
        for page in pages(document):
            yield self._piece(draft, page)
        draft.tokens = measure(document.text)

    def _piece(self, draft: _Draft, cut: Chunk) -> _Piece:
        document = draft.read.document
        text = embedding_text(document, cut)
        sparse = self._sparse.encode_passage(text, language=document.language)
        return _Piece(draft=draft, chunk=cut, embedding_text=text, sparse=sparse)

    async def _embed(self, pieces: Sequence[_Piece]) -> list[Point]:
        cut = [piece for piece in pieces if piece.chunk.kind is ChunkKind.CHUNK]
        vectors = await self._embedder.embed_passages([piece.embedding_text for piece in cut])
        for piece, vector in zip(cut, vectors, strict=True):
            piece.draft.spans.append(piece.chunk.span)
            piece.draft.vectors.append(vector)
        embedded = iter(vectors)
        return [
            Point(
                chunk=piece.point_chunk,
                dense=next(embedded)
                if piece.chunk.kind is ChunkKind.CHUNK
                else piece.draft.page_vector(piece.chunk.span),
                sparse=piece.sparse,
                metadata=piece.draft.read.document.metadata,
            )
            for piece in pieces
        ]

    async def _publish(self, draft: _Draft, index: VectorIndex) -> DocumentRecord | SourceError:
        """Make the draft visible and delete what else there is of its document."""
        record, replaces = self._record(draft), draft.read.replaces
        try:
            await self._library.publish(record, replaces=replaces.version if replaces else None)
        except ConflictError as error:
            visible = await self._library.documents(self._collection, [record.document_id])
            kept = visible.get(record.document_id)
            await index.delete(record.document_id, keep=kept.version if kept else None)
            return SourceError(str(error), source=record.source, stage="store")
        if replaces is not None and replaces.version != record.version:
            await self._forget_what_went(replaces, record)
        await index.delete(record.document_id, keep=record.version)
        return record

    async def _forget_what_went(self, before: DocumentRecord, after: DocumentRecord) -> None:
        if self._forget is not None:
            went = set(await embedded_texts(self._library, before))
            await self._forget(sorted(went.difference(await embedded_texts(self._library, after))))

    def _record(self, draft: _Draft) -> DocumentRecord:
        document, read = draft.read.document, draft.read
        return DocumentRecord(
            document_id=document.document_id,
            collection=self._collection,
            version=document.version,
            source=document.source,
            title=document.title,
            format=document.format,
            language=document.language,
            encoding=document.encoding,
            bytes=read.bytes,
            sha256=read.sha256,
            characters=len(document.text),
            tokens=draft.tokens.cl100k,
            digit_tokens=draft.tokens.digits,
            run_tokens=draft.tokens.runs,
            chunks=draft.chunks,
            page_spans=tuple((page.span.start, page.span.end) for page in document.pages),
            metadata=document.metadata,
            embedder=self._embedder.name,
            parser=PARSER_VERSION,
            chunker=CHUNKER_VERSION,
            created_at=read.replaces.created_at if read.replaces else now(),
            updated_at=now(),
        )


def _take(pieces: Iterator[_Piece], most: int) -> list[_Piece]:
    return list(islice(pieces, most))


async def _ahead(items: AsyncIterator[_Item]) -> AsyncGenerator[_Item]:
    """Yield what `items` yields, getting the next one ready meanwhile."""
    following = asyncio.ensure_future(anext(items, None))
    try:
        while item := await following:
            following = asyncio.ensure_future(anext(items, None))
            yield item
    finally:
        following.cancel()
        await asyncio.wait([following])  # whoever closes the store next finds nobody reading it
        if not following.cancelled():
            following.exception()  # else it is logged as never seen
