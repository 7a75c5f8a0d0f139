"""Collections and documents, as records say they are."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from core.errors import (
    ConflictError,
    EmbedderMismatchError,
    NotFoundError,
    NothingIngestedError,
    RequestError,
    StoreError,
)
from core.filters import meets
from core.listings import Listings
from core.records import CollectionRecord, DocumentRecord, read_record
from core.types import RecordKind, Span

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from core.ids import CollectionName, DocumentId, VersionId
    from core.protocols import Embedder, Store, VectorIndex
    from core.types import Chunk, Scope

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_CACHED_DOCUMENTS = 20_000
_PAGE = 500


class Library:
    """The collections of one store and the documents in them."""

    def __init__(self, store: Store, *, exclusive: bool, place: str = "the store") -> None:
        """Take over `store`.

        Args:
            store: where the records and points are.
            exclusive: no other process writes to the store: then records are read once.
            place: what the store is called in messages.
        """
        self._store = store
        self._place = place
        self._exclusive = exclusive
        self._documents: OrderedDict[DocumentId, DocumentRecord] = OrderedDict()
        self._listings = Listings(exclusive=exclusive)

    async def create_collection(self, name: CollectionName, embedder: Embedder) -> CollectionRecord:
        """Create a collection that `embedder` makes and serves, or return the one that is there.

        Raises:
            EmbedderMismatchError: it is there, made by another embedder.
        """
        check_name(name)
        stored = await self._store.records.get(RecordKind.COLLECTION, [name])
        if name in stored:
            record = read_record(CollectionRecord, stored[name])
            if record.embedder != embedder.name:
                raise EmbedderMismatchError(
                    collection=name, made_by=record.embedder, asked=embedder.name
                )
            return record
        record = CollectionRecord(
            name=name,
            index=f"{name}.{re.sub(r'[^a-z0-9]+', '-', embedder.name.lower())}",
            embedder=embedder.name,
            dimensions=embedder.dimensions,
            created_at=now(),
        )
        await self._store.create_index(record.index, dimensions=record.dimensions)
        if not await self._store.records.put_if(record.to_record()):
            raise ConflictError(
                f"collection {name!r} is being created by another process; try again"
            )
        return record

    async def collection(self, name: CollectionName) -> CollectionRecord:
        """Return a collection; raises `NotFoundError`."""
        stored = await self._store.records.get(RecordKind.COLLECTION, [name])
        if name not in stored:
            if not await self._store.records.count(RecordKind.COLLECTION):
                raise NothingIngestedError(self._place)
            raise NotFoundError(
                "collection", name, hint="`ibid collections list` shows what there is"
            )
        return read_record(CollectionRecord, stored[name])

    async def collections(self) -> list[CollectionRecord]:
        """Return every collection, by name."""
        found: list[CollectionRecord] = []
        cursor: str | None = None
        while True:
            records, cursor = await self._store.records.list(
                RecordKind.COLLECTION, limit=_PAGE, cursor=cursor
            )
            found += [read_record(CollectionRecord, record) for record in records]
            if cursor is None:
                return sorted(found, key=lambda c: c.name)

    async def delete_collection(self, name: CollectionName) -> None:
        """Delete a collection with its documents; raises `NotFoundError`.

        Its record goes last, so that a deletion that was cut short can be asked for again.
        """
        record = await self.collection(name)
        documents = [document.document_id async for document in self.all_documents(name)]
        await self._store.records.delete(RecordKind.DOCUMENT, documents)
        self._forget(name, documents)
        await self._store.drop_index(record.index)
        await self._store.records.delete(RecordKind.COLLECTION, [name])

    async def index(self, name: CollectionName) -> VectorIndex:
        """Return the points of a collection; raises `NotFoundError`."""
        return await self._store.open_index((await self.collection(name)).index)

    async def documents(
        self, collection: CollectionName, ids: Sequence[DocumentId]
    ) -> dict[DocumentId, DocumentRecord]:
        """Return the documents of `collection` that are there, by id."""
        found = {i: self._documents[i] for i in ids if i in self._documents}
        missing = [i for i in ids if i not in found]
        if missing:
            records = await self._store.records.get(RecordKind.DOCUMENT, missing)
            for record in (read_record(DocumentRecord, r) for r in records.values()):
                found[record.document_id] = record
                self._remember(record)
        return {i: d for i, d in found.items() if d.collection == collection}

    async def document(self, collection: CollectionName, document: DocumentId) -> DocumentRecord:
        """Return one document; raises `NotFoundError`."""
        return (await self.expect(collection, [document]))[document]

    async def expect(
        self, collection: CollectionName, ids: Sequence[DocumentId]
    ) -> dict[DocumentId, DocumentRecord]:
        """Return these documents, by id; raises `NotFoundError` where one is not there."""
        found = await self.documents(collection, ids)
        for document in ids:
            if document not in found:
                raise NotFoundError(
                    "document",
                    document,
                    hint=f"`ibid documents list -c {collection}` shows what there is",
                )
        return found

    async def list_documents(
        self, collection: CollectionName, *, limit: int = 100, cursor: str | None = None
    ) -> tuple[list[DocumentRecord], str | None]:
        """Return a page of documents in a stable order, and the cursor of the next page."""
        records, following = await self._store.records.list(
            RecordKind.DOCUMENT, where={"collection": collection}, limit=limit, cursor=cursor
        )
        return [read_record(DocumentRecord, record) for record in records], following

    async def all_documents(self, collection: CollectionName) -> AsyncIterator[DocumentRecord]:
        """Yield every document of a collection."""
        cursor: str | None = None
        while True:
            page, cursor = await self.list_documents(collection, limit=_PAGE, cursor=cursor)
            for document in page:
                yield document
            if cursor is None:
                return

    async def in_scope(self, scope: Scope) -> list[DocumentRecord]:
        """Return the documents in `scope`, in a stable order.

        Where others write to the store too, those that were there a moment ago.
        """
        if scope.document_ids:
            chosen = (await self.documents(scope.collection, scope.document_ids)).values()
        else:
            chosen = await self._listings.documents(scope.collection, self.all_documents)
        return [each for each in chosen if meets(each.metadata, scope.filters)]

    async def read(
        self, documents: Sequence[DocumentRecord]
    ) -> AsyncIterator[tuple[DocumentRecord, list[Chunk]]]:
        """Yield `documents` with all of their chunks, in the order of the text.

        One that was changed or deleted since its record was read is left out.
        """
        for each in documents:
            chunks = await self.part(each, Span(0, each.characters))
            if sum(len(chunk.text) for chunk in chunks) == each.characters and chunks:
                yield each, chunks

    async def part(self, document: DocumentRecord, span: Span) -> list[Chunk]:
        """Return the chunks of a document that overlap `span`, in the order of the text.

        None, where it was changed or deleted since its record was read.
        """
        index = await self.index(document.collection)
        return await index.read(document.document_id, document.version, span)

    async def count_documents(self, scope: Scope) -> int:
        """Return how many documents are in `scope`."""
        return await self._listings.count(scope, self._count)

    async def _count(self, scope: Scope) -> int:
        if not scope.document_ids and not scope.filters:
            return await self._store.records.count(
                RecordKind.DOCUMENT, where={"collection": scope.collection}
            )
        return len(await self.in_scope(scope))

    async def publish(self, document: DocumentRecord, *, replaces: VersionId | None) -> None:
        """Make a version visible in place of the one that it was read to replace, by one write.

        Raises:
            ConflictError: meanwhile the document was deleted, or another version made visible, or
                the collection was deleted.
        """
        key = document.document_id
        stored = (await self._store.records.get(RecordKind.DOCUMENT, [key])).get(key)
        current = read_record(DocumentRecord, stored).version if stored else None
        known = await self._store.records.get(RecordKind.COLLECTION, [document.collection])
        row = replace(document.to_record(), revision=stored.revision if stored else 0)
        if current != replaces or not known or not await self._store.records.put_if(row):
            self._forget(document.collection, [key])
            raise ConflictError("was changed or deleted meanwhile; ingest it again if it is wanted")
        self._forget(document.collection, [key])

    async def delete_document(self, collection: CollectionName, document: DocumentId) -> None:
        """Delete a document and its points; raises `NotFoundError`."""
        await self.document(collection, document)
        await self._store.records.delete(RecordKind.DOCUMENT, [document])
        self._forget(collection, [document])
        await (await self.index(collection)).delete(document)

    async def text(
        self, collection: CollectionName, document: DocumentId, span: Span | None = None
    ) -> tuple[Span, str]:
        """Return a slice of a document's canonical text and its span (`None`: the whole).

        Raises:
            NotFoundError: there is no such document.
            RequestError: the span is not in the document.
        """
        record = await self.document(collection, document)
        whole = Span(0, record.characters)
        wanted = whole if span is None else span
        if wanted.start > wanted.end or not whole.contains(wanted):
            raise RequestError(
                f"span {wanted.start}–{wanted.end} is not in document {document!r}; "
                f"it has the offsets 0 to {record.characters}"
            )
        chunks = await (await self.index(collection)).read(document, record.version, wanted)
        text = "".join(chunk.text for chunk in chunks)
        first = chunks[0].span.start if chunks else wanted.start
        found = text[wanted.start - first : wanted.end - first]
        if len(found) != len(wanted):
            raise StoreError(f"the text of document {document!r} is not whole; ingest it again")
        return wanted, found

    def _remember(self, document: DocumentRecord) -> None:
        if self._exclusive:
            self._documents[document.document_id] = document
            if len(self._documents) > _CACHED_DOCUMENTS:
                self._documents.popitem(last=False)

    def _forget(self, collection: CollectionName, documents: Sequence[DocumentId]) -> None:
        self._listings.changed(collection)
        for document in documents:
            self._documents.pop(document, None)


def check_name(name: str) -> None:
    """Raise `RequestError` where `name` cannot name a collection."""
    if not _NAME.fullmatch(name):
        raise RequestError(
            f"collection name {name!r}; allowed: 1 to 63 of a–z, 0–9, '-' and '_', "
            f"not '-' or '_' first"
        )


def now() -> str:
    """Return this moment as ISO 8601 in UTC."""
    return datetime.now(tz=UTC).isoformat(timespec="seconds")
