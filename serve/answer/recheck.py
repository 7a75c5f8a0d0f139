"""Reads today's documents for a replay: of each the cited places, and all of it only if it must."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from core.errors import NotFoundError
from core.types import Span
from serve.answer.replay import Search, gone, holds, windows

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from core.answers import Citation
    from core.ids import CollectionName, DocumentId
    from core.kept import CitationToday
    from core.records import CollectionRecord, DocumentRecord


class Shelf(Protocol):
    """The collections and documents of today."""

    async def collection(self, name: CollectionName) -> CollectionRecord:
        """Return a collection; raises `NotFoundError`."""
        ...

    async def documents(
        self, collection: CollectionName, ids: Sequence[DocumentId]
    ) -> Mapping[DocumentId, DocumentRecord]:
        """Return the documents that are there, by id."""
        ...

    async def text(
        self, collection: CollectionName, document: DocumentId, span: Span | None = None
    ) -> tuple[Span, str]:
        """Return a slice of a document's text; raises `NotFoundError`."""
        ...


async def recheck(
    citations: Iterable[Citation],
    shelf: Shelf,
    *,
    collection: CollectionName,
    deleted: Container[DocumentId],
) -> list[CitationToday]:
    """Return what has become of `citations`, in any order.

    Args:
        citations: of one answer.
        shelf: where their documents are.
        collection: which they are in.
        deleted: documents whose quotes were not kept; they may be there again.
    """
    found: list[CitationToday] = []
    there: dict[DocumentId, list[Citation]] = {}
    for citation in citations:
        if citation.document_id in deleted:
            found.append(gone(citation))
        else:
            there.setdefault(citation.document_id, []).append(citation)
    for cited in there.values():
        try:
            found += await _in_document(cited, shelf, collection=collection)
        except NotFoundError:  # it was deleted a moment ago
            found += [gone(citation) for citation in cited]
    return found


async def _in_document(
    citations: Sequence[Citation], shelf: Shelf, *, collection: CollectionName
) -> list[CitationToday]:
    """Return what has become of the citations of one document; raises `NotFoundError`."""
    document = citations[0].document_id
    records = await shelf.documents(collection, [document])
    if document not in records:
        raise NotFoundError("document", document)
    whole = Span(0, records[document].characters)
    held: list[CitationToday] = []
    missing: list[Citation] = []
    for citation in citations:
        text = ""
        if whole.contains(citation.span):
            _, text = await shelf.text(collection, document, citation.span)
        if text == citation.quote:
            held.append(holds(citation))
        else:
            missing.append(citation)
    if not missing:
        return held
    search = Search(missing)
    longest = max(len(citation.quote) for citation in missing)
    for window in windows(len(whole), longest=longest):
        _, text = await shelf.text(collection, document, window)
        search.look(text, start=window.start)
    return [*held, *search.settled()]
