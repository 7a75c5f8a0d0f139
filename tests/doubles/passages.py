"""Passages as a retriever would return them."""

from core.ids import ChunkId, CollectionName, document_id, version_id
from core.types import Passage, Span


def passage(
    text: str,
    *,
    title: str = "A document",
    source: str = "a.md",
    start: int = 0,
    similarity: float | None = 0.5,
    language: str = "en",
    pages: tuple[int, ...] = (),
) -> Passage:
    document = document_id(CollectionName("default"), source)
    return Passage(
        chunk_id=ChunkId(f"{source}-{start}"),
        document_id=document,
        version=version_id(document, b"1"),
        title=title,
        source=source,
        span=Span(start, start + len(text)),
        text=text,
        pages=pages,
        section=(),
        score=1.0,
        similarity=similarity,
        language=language,
    )
