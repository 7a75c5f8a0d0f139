"""What has become of a citation: compared with today's text of its document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.kept import CitationStatus, CitationToday, Replay
from core.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.answers import Citation

WINDOW = 2**18
"""Code points that are looked through at once."""


def windows(characters: int, *, longest: int, size: int = WINDOW) -> Iterator[Span]:
    """Yield spans that cover a text of so many code points, in its order.

    Any part of it that is not longer than `longest` lies whole in one of them.
    """
    step = max(size, 1)
    for start in range(0, characters, step):
        yield Span(start, min(start + step + max(longest - 1, 0), characters))


class Search:
    """Looks for quotes in windows of a text; of several places, the one nearest to the old."""

    def __init__(self, citations: Sequence[Citation]) -> None:
        self._citations = citations
        self._found: dict[int, Span] = {}

    def look(self, text: str, *, start: int) -> None:
        """Look through a window, which begins at `start`; windows come in the order of the text."""
        for citation in self._citations:
            near = citation.span.start - start
            for place in _around(text, citation.quote, near):
                span = Span(start + place, start + place + len(citation.quote))
                best = self._found.setdefault(citation.n, span)
                if _distance(span, citation) < _distance(best, citation):
                    self._found[citation.n] = span

    def settled(self) -> list[CitationToday]:
        """Return what was found, when there is no window left."""
        return [_elsewhere(each, self._found.get(each.n)) for each in self._citations]


def holds(citation: Citation) -> CitationToday:
    """Return that the quote stands where it stood."""
    return _today(citation, CitationStatus.HOLDS, span=citation.span)


def gone(citation: Citation) -> CitationToday:
    """Return that there is no document any more."""
    return _today(citation, CitationStatus.GONE, detail="the document was deleted")


def report(answer_id: str, found: Sequence[CitationToday], *, checked_at: str) -> Replay:
    """Return what was found of all citations of an answer, by their numbers."""
    broken = {CitationStatus.CHANGED, CitationStatus.GONE}
    return Replay(
        answer_id=answer_id,
        citations=tuple(sorted(found, key=lambda each: each.n)),
        broken=sum(each.status in broken for each in found),
        checked_at=checked_at,
    )


def _around(text: str, quote: str, near: int) -> Iterator[int]:
    """Yield where `quote` begins last before or at `near`, and first behind it."""
    before = text.rfind(quote, 0, max(near + len(quote), 0))
    behind = text.find(quote, max(near + 1, 0))
    yield from (place for place in (before, behind) if place >= 0)


def _distance(span: Span, citation: Citation) -> int:
    return abs(span.start - citation.span.start)


def _elsewhere(citation: Citation, span: Span | None) -> CitationToday:
    if span is None:
        detail = "the document has changed and no longer has the quote"
        return _today(citation, CitationStatus.CHANGED, detail=detail)
    by = span.start - citation.span.start
    where = "further on" if by > 0 else "further back"
    detail = f"the document has changed; the quote stands {abs(by):,} characters {where}"
    return _today(citation, CitationStatus.MOVED, span=span, detail=detail)


def _today(
    citation: Citation, status: CitationStatus, *, span: Span | None = None, detail: str = ""
) -> CitationToday:
    return CitationToday(
        n=citation.n,
        status=status,
        document_id=citation.document_id,
        span=span,
        detail=detail,
    )
