"""The quote gate: what a claim cites is verbatim."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.types import Passage, Span


def is_verbatim(quote: str, span: Span, passage: Passage) -> bool:
    """Tell whether `quote` is what the document has at `span`, which lies in `passage`."""
    return bool(quote) and passage.span.contains(span) and passage.quote(span) == quote
