"""The documents that questions are asked of: their names, pages and texts."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from pathlib import PurePath
from typing import TYPE_CHECKING, Protocol

from core.ids import DocumentId, document_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.ids import CollectionName
    from core.records import DocumentRecord
    from core.types import Span
    from eval.suites.suite import Suite
    from serve.service import Service

_KEPT = 16_000_000
"""Code points of texts that are kept between questions, at most."""
_PAGE = 500


class Documents(Protocol):
    """Documents as a suite names them, and as answers do."""

    @property
    def hash(self) -> str:
        """Of the documents and their versions; empty: there are none."""
        ...

    @property
    def whole(self) -> bool:
        """Whether what has no text here does not exist, and not only cannot be read."""
        ...

    def id_of(self, name: str) -> DocumentId | None:
        """Return the id by which answers cite a document of the suite; `None`: it is not here."""
        ...

    def title_of(self, document: DocumentId) -> str:
        """Return its title; empty where it is not known."""
        ...

    def language_of(self, document: DocumentId) -> str | None:
        """Return its language, ISO 639-1; `None` where it is not known."""
        ...

    def tokens_of(self, document: DocumentId) -> int | None:
        """Return how long it is; `None` where that is not known."""
        ...

    def pages_of(self, document: DocumentId, span: Span) -> tuple[int, ...]:
        """Return the pages that a span touches, counted from 1; none where none are known."""
        ...

    async def text(self, document: DocumentId) -> str | None:
        """Return its canonical text; `None` where it is not at hand."""
        ...


class _Texts:
    """The texts that were read last, up to some size."""

    def __init__(self) -> None:
        self._kept: OrderedDict[DocumentId, str | None] = OrderedDict()
        self._size = 0

    def __contains__(self, document: DocumentId) -> bool:
        return document in self._kept

    def get(self, document: DocumentId) -> str | None:
        self._kept.move_to_end(document)
        return self._kept[document]

    def put(self, document: DocumentId, text: str | None) -> None:
        self._kept[document] = text
        self._size += len(text or "")
        while self._size > _KEPT and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._size -= len(dropped or "")


class StoredDocuments:
    """The documents of a collection."""

    whole = True

    def __init__(
        self, service: Service, collection: CollectionName, records: Sequence[DocumentRecord]
    ) -> None:
        """Know `records`, all documents of `collection`; `opened` reads them."""
        self._service, self._collection = service, collection
        self._records = {record.document_id: record for record in records}
        self._names = _names(records)
        self._texts = _Texts()

    @classmethod
    async def opened(
        cls, service: Service, collection: CollectionName, suite: Suite
    ) -> StoredDocuments:
        """Return the documents of a collection, by the names that `suite` gives them, too.

        Raises:
            NotFoundError: there is no such collection.
        """
        documents = cls(service, collection, await records_of(service, collection))
        by_source = {record.source: record for record in documents._records.values()}
        documents._names |= {
            each.id: by_source[each.source].document_id
            for each in suite.documents
            if each.source in by_source
        }
        return documents

    @property
    def hash(self) -> str:
        """Of the documents and their versions."""
        versions = sorted((key, record.version) for key, record in self._records.items())
        return hashlib.sha256(repr(versions).encode()).hexdigest() if versions else ""

    @property
    def sources(self) -> dict[str, DocumentId]:
        """Every document by what it was ingested from."""
        return {record.source: key for key, record in self._records.items()}

    def id_of(self, name: str) -> DocumentId | None:
        """Return the document of that name, id, source, file name or title, if it is the only."""
        return self._names.get(name)

    def title_of(self, document: DocumentId) -> str:
        """Return its title; empty where there is no such document."""
        record = self._records.get(document)
        return record.title if record else ""

    def language_of(self, document: DocumentId) -> str | None:
        """Return its language, ISO 639-1."""
        record = self._records.get(document)
        return record.language if record else None

    def tokens_of(self, document: DocumentId) -> int | None:
        """Return its cl100k tokens."""
        record = self._records.get(document)
        return record.tokens if record else None

    def page_count(self, document: DocumentId) -> int:
        """Return how many pages it has; 0 where the format has none."""
        return self._records[document].pages

    def pages_of(self, document: DocumentId, span: Span) -> tuple[int, ...]:
        """Return the pages that a span touches, counted from 1."""
        record = self._records.get(document)
        return record.pages_of(span) if record else ()

    async def text(self, document: DocumentId) -> str | None:
        """Return its canonical text; `None` where there is no such document."""
        if document not in self._records:
            return None
        if document not in self._texts:
            _, text = await self._service.text(self._collection, document)
            self._texts.put(document, text)
        return self._texts.get(document)


class SuiteDocuments:
    """The documents of a suite, whether or not anybody ingested them; their names are their ids."""

    hash = ""

    def __init__(self, suite: Suite, *, collections: Sequence[CollectionName] = ()) -> None:
        """Know the documents of `suite`, also by their ids in `collections`."""
        self._documents = suite.by_id
        self._stored = {
            document_id(collection, each.source): DocumentId(each.id)
            for collection in collections
            for each in suite.documents
        }
        self.whole = bool(suite.documents) and all(each.is_plain for each in suite.documents)
        self._texts = _Texts()

    def id_of(self, name: str) -> DocumentId | None:
        """Return the document of that name, or of that id in a collection."""
        found = DocumentId(name)
        return found if name in self._documents else self._stored.get(found)

    def title_of(self, document: DocumentId) -> str:
        """Return its title; empty where there is none."""
        found = self._documents.get(document)
        return found.title if found else ""

    def language_of(self, document: DocumentId) -> str | None:  # noqa: ARG002 - nobody told it
        """Return `None`: nobody told it."""
        return None

    def tokens_of(self, document: DocumentId) -> int | None:  # noqa: ARG002 - nobody counted
        """Return `None`: nobody counted."""
        return None

    def pages_of(self, document: DocumentId, span: Span) -> tuple[int, ...]:  # noqa: ARG002
        """Return none: only a parser knows them."""
        return ()

    async def text(self, document: DocumentId) -> str | None:
        """Return its text; `None` where only a parser knows it."""
        if document not in self._documents:
            return None
        if document not in self._texts:
            self._texts.put(document, self._documents[document].read())
        return self._texts.get(document)


async def records_of(service: Service, collection: CollectionName) -> list[DocumentRecord]:
    """Return every document of a collection; raises `NotFoundError`."""
    found: list[DocumentRecord] = []
    cursor: str | None = None
    while True:
        page, cursor = await service.documents(collection, limit=_PAGE, cursor=cursor)
        found += page
        if cursor is None:
            return found


def _names(records: Iterable[DocumentRecord]) -> dict[str, DocumentId]:
    """Return what each document may be called; names of several are nobody's."""
    names: dict[str, set[DocumentId]] = {}
    for record in records:
        path = PurePath(record.source)
        for name in {record.source, path.name, path.stem, record.title}:
            names.setdefault(name, set()).add(record.document_id)
    only = {name: next(iter(several)) for name, several in names.items() if len(several) == 1}
    return only | {record.document_id: record.document_id for record in records}
