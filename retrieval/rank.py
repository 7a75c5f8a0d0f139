"""What was found, as one ranking of chunks."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING

from retrieval.figures import asks_for_figure
from retrieval.found import Ranked, best_first
from retrieval.fuse import fuse
from retrieval.titles import title_matches

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.ids import DocumentId
    from core.types import ChunkRef
    from retrieval.found import Rankings
    from retrieval.fuse import Fused

_PAGE = 0.8
"""What the score of its page counts beside a chunk's own."""
_TITLE = 0.8
"""What it counts that the question says all of the document's title."""
_FIGURES = 0.8
"""What it counts, for a chunk and for its page, to be nothing but figures."""


def best_pages(pages: Rankings, *, limit: int) -> list[ChunkRef]:
    """Return the best pages that were found, best first."""
    scores = fuse(pages)
    ranked = [Ranked(chunk=page, score=scores.of(page.chunk_id)) for page in pages.chunks()]
    return [each.chunk for each in best_first(ranked)[:limit]]


def rank(
    question: str,
    chunks: Rankings,
    pages: Rankings,
    *,
    beside: Sequence[ChunkRef],
    titles: Mapping[DocumentId, str],
) -> list[Ranked[ChunkRef]]:
    """Return the chunks that were found, and those of good pages, best first.

    Args:
        question: what was asked.
        chunks: what the searches for chunks found.
        pages: what the searches for pages found.
        beside: chunks of good pages, whether they were found themselves or not.
        titles: of the documents of all of these; a chunk of another document is left out.
    """
    own = fuse(chunks)
    places = _Pages(pages)
    matches = title_matches(question, titles)
    figures = _FIGURES if asks_for_figure(question) else 0.0
    cosines = {hit.chunk.chunk_id: hit.score for hit in chunks.dense.hits}
    found = {chunk.chunk_id: chunk for chunk in (*beside, *chunks.chunks())}
    return best_first(
        [
            Ranked(
                chunk=chunk,
                score=own.of(key)
                + _PAGE * places.score(chunk)
                + _TITLE * matches[chunk.document_id]
                + (figures and figures * (chunk.figures + places.figures(chunk))),
                similarity=cosines.get(key),
            )
            for key, chunk in found.items()
            if chunk.document_id in matches
        ]
    )


class _Pages:
    """The pages that were found, by where they are."""

    def __init__(self, pages: Rankings) -> None:
        self._fused: Fused = fuse(pages)
        self._of: dict[DocumentId, list[ChunkRef]] = defaultdict(list)
        for page in sorted(pages.chunks(), key=lambda page: page.span):
            self._of[page.document_id].append(page)
        self._starts = {
            document: [page.span.start for page in pages] for document, pages in self._of.items()
        }

    def score(self, chunk: ChunkRef) -> float:
        """Return the score of the page of `chunk`."""
        page = self._page(chunk)
        return self._fused.unfound if page is None else self._fused.of(page.chunk_id)

    def figures(self, chunk: ChunkRef) -> float:
        """Return the share of figures on the page of `chunk`, or its own if that was not found."""
        page = self._page(chunk)
        return chunk.figures if page is None else page.figures

    def _page(self, chunk: ChunkRef) -> ChunkRef | None:
        """Return the page that has the middle of `chunk`, if it was found."""
        pages = self._of.get(chunk.document_id, [])
        middle = (chunk.span.start + chunk.span.end) // 2
        at = bisect_right(self._starts.get(chunk.document_id, ()), middle) - 1
        return pages[at] if at >= 0 and middle < pages[at].span.end else None
