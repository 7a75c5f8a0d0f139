"""What may be quoted: sentences of passages, each with what it cannot be understood without."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.text import sentences, trimmed
from core.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.types import Passage

_HEADING = re.compile(r"#{1,6}\s")
_ITEM = re.compile(r"(?:[-*+•‣◦▪■●○·–]|\(?(?:\d{1,3}|[A-Za-z])[.)])\s")
_ROW = re.compile(r"\|.*\|$", re.DOTALL)
_TABLE_HEAD = re.compile(r"(?P<names>\|.*\|)\s*\n[\s|:-]+$")
_REFERS_BACK = re.compile(
    r"(?:he|she|it|they|his|her|its|their|these|those|this|such|both)\b", re.IGNORECASE
)
_LINE_END = re.compile(r"[.!?:;,|…\"'”’»)%\d。！？：；」』）]$")
"""What a short line ends with that is not a heading."""
_FEWEST_CHARACTERS = 8
"""Letters and digits; less is a page number, a rule, a lone mark."""
_HEADING_WORDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A sentence that may be quoted; spans are in the coordinates of its document."""

    passage: int
    """Its passage's place among the passages."""
    place: int
    """Its place among the units of its passage."""
    span: Span
    text: str
    lead: Span | None = None
    """What introduces it elsewhere: the head of its table, the line above its list."""
    heading: str = ""
    """The heading above it in its passage."""

    @property
    def refers_back(self) -> bool:
        """Tell whether it begins with a word for something that was named before."""
        return _REFERS_BACK.match(self.text) is not None


def units(passage: Passage, *, at: int) -> list[Unit]:
    """Return what may be quoted of `passage`, the one at `at` among the passages, in its order.

    A question or a line that ends in a colon is joined to what follows it, or leads the list
    that does. Headings, rules and page numbers are left out.
    """
    offset = passage.span.start
    return [
        Unit(
            passage=at,
            place=place,
            span=_moved(found.span, offset),
            text=found.span.slice(passage.text),
            lead=_moved(found.lead, offset) if found.lead else None,
            heading=found.heading,
        )
        for place, found in enumerate(_found(passage.text))
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    span: Span
    lead: Span | None
    heading: str


def _found(text: str) -> Iterator[_Found]:
    opener: Span | None = None
    lead: Span | None = None
    heading = ""
    for span in (trimmed(whole, text) for whole in sentences(text)):
        piece = span.slice(text)
        grouped = _ITEM.match(piece) or _ROW.match(piece)
        if not grouped:
            lead = None
        if not grouped and _is_heading(piece):
            heading, opener = piece.lstrip("# "), None
        elif sum(map(str.isalnum, piece)) < _FEWEST_CHARACTERS:
            continue
        elif grouped:
            lead, opener = lead or opener, None
            head = _TABLE_HEAD.match(piece)
            if head:
                lead = Span(span.start, span.start + head.end("names"))
            else:
                yield _Found(span=span, lead=lead, heading=heading)
        elif piece.endswith((":", "?", "：", "？")):
            opener = opener or span
        else:
            start = opener.start if opener else span.start
            yield _Found(span=Span(start, span.end), lead=None, heading=heading)
            opener = None


def _is_heading(piece: str) -> bool:
    if _HEADING.match(piece):
        return True
    return len(piece.split()) <= _HEADING_WORDS and _LINE_END.search(piece) is None


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)
