"""Whole documents as passages that tile them, numbered as the evidence of a prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.types import Passage, Span
from retrieval.pack import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from core.records import DocumentRecord
    from core.types import Chunk

BLOCK_CHARACTERS = 2_000
"""From here on a block is full: some 500 tokens, of which its marker is one in seventy."""


def most_blocks(record: DocumentRecord) -> int:
    """Return how many blocks a document has, at most."""
    return min(record.chunks, record.characters // BLOCK_CHARACTERS + 1)


def blocks(chunks: Sequence[Chunk], record: DocumentRecord) -> list[Passage]:
    """Return a document as passages: each is adjacent chunks, together they are all of it.

    Args:
        chunks: all of the current version, in the order of the text.
        record: of the document.
    """
    return [_block(group, record) for group in _groups(chunks)]


def numbered(passages: Iterable[Passage], records: Iterable[DocumentRecord]) -> list[Evidence]:
    """Return `passages` as evidence, numbered from 1 in their order.

    Each has its share of the tokens that were counted of its document.
    """
    rates = {r.document_id: r.tokens / max(1, r.characters) for r in records}
    return [
        Evidence(
            number=number,
            passage=each,
            tokens=round(len(each.span) * rates[each.document_id]),
        )
        for number, each in enumerate(passages, start=1)
    ]


def _groups(chunks: Sequence[Chunk]) -> Iterator[list[Chunk]]:
    group: list[Chunk] = []
    length = 0
    for chunk in chunks:
        group.append(chunk)
        length += len(chunk.text)
        if length >= BLOCK_CHARACTERS:
            yield group
            group, length = [], 0
    if group:
        yield group


def _block(group: Sequence[Chunk], record: DocumentRecord) -> Passage:
    first = group[0]
    span = Span(first.span.start, group[-1].span.end)
    return Passage(
        chunk_id=first.chunk_id,
        document_id=record.document_id,
        version=record.version,
        title=record.title,
        source=record.source,
        span=span,
        text="".join(chunk.text for chunk in group),
        pages=tuple(sorted({page for chunk in group for page in chunk.pages})),
        section=first.section,
        score=0.0,
        language=record.language,
    )
