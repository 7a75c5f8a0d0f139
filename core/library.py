"""Collections and documents, as records say they are."""

from __future__ import annotations

import re
from collections import OrderedDict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from core.errors import ConflictError, EmbedderMismatchError, NotFoundError, RequestError
from core.filters import meets
from core.records import CollectionRecord, DocumentRecord, read_record
from core.types import RecordKind, Span

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from core.ids import CollectionName, DocumentId
    from core.protocols import Embedder, Store, VectorIndex
    from core.types import Scope

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_CACHED_DOCUMENTS = 20_000
_PAGE = 500


class Library:
    """The collections of one store and the documents in them.

    `exclusive` says that no other process writes to the store: then records are read once.
    """

    def __init__(self, store: Store, *, exclusive: bool) -> None:
        self._store = store
        self._exclusive = exclusive
        self._documents: OrderedDict[DocumentId, DocumentRecord] = OrderedDict()
        self._revisions: dict[CollectionName, int] = {}

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
        """Delete a collection with its documents; raises `NotFoundError`."""
        record = await self.collection(name)
        await self._store.records.delete(RecordKind.COLLECTION, [name])
        await self._store.drop_index(record.index)
        documents = [document.document_id async for document in self.all_documents(name)]
        await self._store.records.delete(RecordKind.DOCUMENT, documents)
        self._forget(name, documents)

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
        found = await self.documents(collection, [document])
        if document not in found:
            raise NotFoundError(
                "document",
                document,
                hint=f"`ibid documents list -c {collection}` shows what there is",
            )
        return found[document]

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

    def revision(self, collection: CollectionName) -> int | None:
        """Return a number that changes with the documents; `None` where others may write, too."""
        return self._revisions.get(collection, 0) if self._exclusive else None

    async def count_documents(self, scope: Scope) -> int:
        """Return how many documents are in `scope`."""
        if scope.document_ids:
            chosen = (await self.documents(scope.collection, scope.document_ids)).values()
            return sum(meets(document.metadata, scope.filters) for document in chosen)
        if not scope.filters:
            return await self._store.records.count(
                RecordKind.DOCUMENT, where={"collection": scope.collection}
            )
        every = self.all_documents(scope.collection)
        return sum([meets(document.metadata, scope.filters) async for document in every])

    async def publish(self, document: DocumentRecord) -> None:
        """Make a version visible in place of the one before, by one write."""
        await self._store.records.put([document.to_record()])
        self._forget(document.collection, [document.document_id])

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
        return wanted, text[wanted.start - first : wanted.end - first]

    def _remember(self, document: DocumentRecord) -> None:
        if self._exclusive:
            self._documents[document.document_id] = document
            if len(self._documents) > _CACHED_DOCUMENTS:
                self._documents.popitem(last=False)

    def _forget(self, collection: CollectionName, documents: Sequence[DocumentId]) -> None:
        self._revisions[collection] = self._revisions.get(collection, 0) + 1
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
