"""Documents as numbered blocks, without any store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.ids import ChunkId, CollectionName, document_id, version_id
from core.types import Passage, Span
from retrieval.pack import Evidence

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = CollectionName("default")


def blocks(*documents: Sequence[tuple[int, str]], content: bytes = b"1") -> list[Evidence]:
    """Return the blocks of documents, given as tokens and section of each; 4 characters a token."""
    found: list[Evidence] = []
    for place, document in enumerate(documents):
        name = document_id(HERE, f"{place}.md")
        at = 0
        for tokens, section in document:
            span = Span(at, at + 4 * tokens)
            at = span.end
            passage = Passage(
                chunk_id=ChunkId(f"{name}-{span.start}"),
                document_id=name,
                version=version_id(name, content),
                title=f"Document {place}",
                source=f"{place}.md",
                span=span,
                text="word" * tokens,
                pages=(),
                section=(section,) if section else (),
                score=0.0,
            )
            found.append(Evidence(number=len(found) + 1, passage=passage, tokens=tokens))
    return found
