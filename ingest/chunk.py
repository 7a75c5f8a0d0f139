"""Documents into chunks that tile the text, and into pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.ids import chunk_id, place_of
from core.text import figure_share
from core.types import Chunk, ChunkKind, Document, Span
from ingest.place import front, page_numbers, section_path
from ingest.tiling import Sizes, tile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CHUNKER_VERSION = 2
MAX_TOKENS = 254
TARGET_TOKENS = 180
PAGE_CHARACTERS = 3_500


def chunk(
    document: Document,
    *,
    count_tokens: Callable[[str], int],
    max_tokens: int = MAX_TOKENS,
    target_tokens: int = TARGET_TOKENS,
) -> Iterator[Chunk]:
    """Yield chunks that tile the text of `document`, in order, none across the border of a page.

    Args:
        document: what to divide.
        count_tokens: how the embedder counts, without special tokens.
        max_tokens: the most that `embedding_text` of a chunk has; a limit under 200 is passed where
            title and headings leave no room.
        target_tokens: what the text of a chunk comes near to, where headings, paragraphs, tables,
            code and sentences let it.
    """
    sizes = Sizes(count=count_tokens, most=max_tokens, target=target_tokens)
    for span in tile(document, sizes):
        yield chunk_at(document, span, kind=ChunkKind.CHUNK)


def pages(document: Document) -> Iterator[Chunk]:
    """Yield the pages that have text, or stretches of about a page where a document has none."""
    spans = (page.span for page in document.pages)
    if not document.pages:
        spans = tile(document, Sizes(count=len, most=2 * PAGE_CHARACTERS, target=PAGE_CHARACTERS))
    for span in spans:
        if span.slice(document.text).strip():
            yield chunk_at(document, span, kind=ChunkKind.PAGE)


def embedding_text(document: Document, chunk: Chunk) -> str:
    """Return what is embedded for `chunk`: title, section and page heading in front of its text."""
    return front(document, chunk.span) + chunk.text


def chunk_at(document: Document, span: Span, *, kind: ChunkKind) -> Chunk:
    """Return the chunk that `span` of a document is."""
    text = span.slice(document.text)
    key = chunk_id(
        document.version,
        span.start,
        span.end,
        page=kind is ChunkKind.PAGE,
        figures=figure_share(text),
    )
    return Chunk(
        chunk_id=key,
        document_id=document.document_id,
        version=document.version,
        kind=kind,
        span=span,
        text=text,
        pages=page_numbers(document, span),
        section=section_path(document, span),
        figures=place_of(key).figures,
    )
