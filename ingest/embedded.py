"""What was embedded of a document, told again from what is stored of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.types import Document, Page, Section, Span
from ingest.chunk import embedding_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.library import Library
    from core.records import DocumentRecord
    from core.types import Chunk


async def embedded_texts(library: Library, document: DocumentRecord) -> list[str]:
    """Return what was embedded for each chunk of a document, in the order of its text."""
    index = await library.index(document.collection)
    whole = Span(0, document.characters)
    chunks = await index.read(document.document_id, document.version, whole)
    again = restored(document, chunks)
    return [embedding_text(again, chunk) for chunk in chunks]


def restored(document: DocumentRecord, chunks: Sequence[Chunk]) -> Document:
    """Return the document as far as it decides what stands in front of each chunk."""
    return Document(
        document_id=document.document_id,
        version=document.version,
        source=document.source,
        title=document.title,
        text="".join(chunk.text for chunk in chunks),
        format=document.format,
        pages=tuple(
            Page(number=number, span=Span(start, end))
            for number, (start, end) in enumerate(document.page_spans, start=1)
        ),
        # A chunk's section is all that its document's sections say of it.
        sections=tuple(Section(path=chunk.section, span=chunk.span) for chunk in chunks),
    )
