"""Chunks and rankings of them, from a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.ids import CollectionName, chunk_id, document_id, version_id
from core.types import Chunk, ChunkKind, Hit, Span
from retrieval.found import Ranked, Ranking

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = CollectionName("default")


def chunks(
    *texts: str, source: str = "a", kind: ChunkKind = ChunkKind.CHUNK, figures: float = 0.0
) -> list[Chunk]:
    """Return chunks that tile a document."""
    document = document_id(HERE, source)
    version = version_id(document, b"1")
    found: list[Chunk] = []
    start = 0
    for text in texts:
        span = Span(start, start + len(text))
        found.append(
            Chunk(
                chunk_id=chunk_id(
                    version, span.start, span.end, page=kind is ChunkKind.PAGE, figures=figures
                ),
                document_id=document,
                version=version,
                kind=kind,
                span=span,
                text=text,
                figures=figures,
            )
        )
        start = span.end
    return found


def hits(found: Sequence[Chunk], *scores: float, cut: bool = False) -> Ranking:
    """Return the ranking in which these chunks have these scores."""
    given = [Hit(chunk=c, score=s) for c, s in zip(found, scores, strict=True)]
    return Ranking(hits=sorted(given, key=lambda hit: -hit.score), cut=cut)


def ranked(found: Sequence[Chunk], *scores: float) -> list[Ranked[Chunk]]:
    """Return the chunks as ranked, in the given order."""
    return [Ranked(chunk=c, score=s) for c, s in zip(found, scores, strict=True)]
