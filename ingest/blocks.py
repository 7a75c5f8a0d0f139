"""Where a text may be divided, and at what cost: between sentences, rows and lines of code."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from core.text import sentences
from core.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

AT_HEADING = 0.0
AT_PARAGRAPH = 0.1
AT_LINE = 0.35
AT_SENTENCE = 0.5
AT_ROW = 1.0
BEHIND_TITLE = 1.0
"""Behind a short line that looks like a title, or announces what follows."""
AT_WORD = 2.0
BEHIND_HEADING = 3.0
AT_CHARACTER = 6.0
_IN_FENCE = 0.5
"""Added inside a block of code, which is better left whole."""

_SLICE = 1 << 16
"""A longer section is read in slices of this many characters."""
_FENCED = re.compile(
    r"^[ \t]*(`{3,}|~{3,}).*?(?:^[ \t]*\1[^\n]*(?:\n\s*|\Z)|\Z)", re.DOTALL | re.MULTILINE
)
_HEADING = re.compile(r"\s*(?:#{1,6}\s|\S[^\n]*\n([=\-~^*])\1{2,}\s*\Z)")
_TITLE = re.compile(r"\s*[^\W_][^\n]{0,78}[\w:)]\s*\n\s*\Z")
_BLANK_END = re.compile(r"\n[^\S\n]*\n\s*\Z")
_ITEM = re.compile(r"\s*(?:[-*+•‣◦▪●–]|\(?(?:\d{1,3}|[A-Za-z])[.)])\s")
_ROW = re.compile(r"\s*\||[^\n]*[\d—–-][)%]*\s+[$€£(]*\s?[\d—–-][\d,.]*[)%]*\s*\Z")
_DEFINITION = re.compile(
    r"@\w|#\[|///?|/\*\*|(?:(?:pub(?:\(\w+\))?|export|default|public|private|protected|static"
    r"|abstract|final|async|unsafe|inline)\s+)*(?:def|class|fn|func|function|impl|struct|enum"
    r"|interface|trait|type|mod|module|const|namespace)\b"
)
_GAP = re.compile(r"\s+|(?<=[、，；：])|(?<=[,;])(?!\d)")
_JOINERS = frozenset("\u200d\ufe0e\ufe0f\n")


@dataclass(frozen=True, slots=True)
class Piece:
    """What is not divided without need: a sentence, a row, a line of code."""

    span: Span
    cut: float
    """What it costs to end a chunk behind it."""


def pieces(text: str, span: Span, *, code: bool = False) -> Iterator[Piece]:
    """Yield the pieces of `span`, in order; they tile it."""
    for part in _slices(text, span):
        yield from _lines(text, part) if code else _prose(text, part)


def halves(text: str, span: Span) -> tuple[Span, Span, float]:
    """Return `span` in two and what that costs: at the gap nearest to the middle, if one is near.

    `span` has two characters at least.
    """
    middle = (span.start + span.end) // 2
    reach = len(span) // 4
    gaps = (match.end() for match in _GAP.finditer(text, middle - reach, middle + reach))
    gap = min(gaps, key=lambda gap: abs(gap - middle), default=0)
    if span.start < gap < span.end:
        return Span(span.start, gap), Span(gap, span.end), AT_WORD
    middle = _between_characters(text, middle, span.end)
    return Span(span.start, middle), Span(middle, span.end), AT_CHARACTER


def _between_characters(text: str, at: int, end: int) -> int:
    """Return the next place from `at` on that does not divide what is seen as one character."""
    for place in range(at, min(at + 8, end)):
        if not unicodedata.combining(text[place]) and text[place] not in _JOINERS:
            return place
    return at


def _slices(text: str, span: Span) -> Iterator[Span]:
    start = span.start
    while span.end - start > _SLICE:
        least, most = start + _SLICE // 2, start + _SLICE
        ends = (text.rfind(mark, least, most) + len(mark) for mark in ("\n\n", "\n", " "))
        end = next((end for end in ends if end > least), most)
        yield Span(start, end)
        start = end
    yield Span(start, span.end)


def _prose(text: str, span: Span) -> Iterator[Piece]:
    start = span.start
    for match in _FENCED.finditer(text, span.start, span.end):
        yield from _sentences(text, Span(start, match.start()))
        yield from _lines(text, Span(*match.span()), extra=_IN_FENCE)
        start = match.end()
    yield from _sentences(text, Span(start, span.end))


def _sentences(text: str, span: Span) -> Iterator[Piece]:
    found = sentences(text, span)
    for here, following in pairwise(found):
        yield Piece(here, _cut(here.slice(text), following.slice(text)))
    for here in found[-1:]:
        yield Piece(here, _cut(here.slice(text), ""))


def _cut(here: str, following: str) -> float:
    if _HEADING.match(here):
        return BEHIND_HEADING
    if not following or _HEADING.match(following):
        return AT_HEADING
    if "\n" not in here:
        return AT_SENTENCE
    row = _ROW.match(here) is not None
    if row and _ROW.match(following):
        return AT_ROW
    if _TITLE.match(here) and not row and not _ITEM.match(here):
        return BEHIND_TITLE
    return AT_PARAGRAPH if _BLANK_END.search(here) else AT_LINE


def _lines(text: str, span: Span, *, extra: float = 0.0) -> Iterator[Piece]:
    lines = text[span.start : span.end].splitlines(keepends=True)
    start = span.start
    for here, following in pairwise(lines):
        end = start + len(here)
        yield Piece(Span(start, end), _code_cut(here, following) + extra)
        start = end
    if lines:
        yield Piece(Span(start, span.end), AT_PARAGRAPH)


def _code_cut(here: str, following: str) -> float:
    """Return the cost of a cut between two lines: the deeper the second is indented, the dearer."""
    body = following.lstrip()
    depth = min(len(following) - len(body), 16) / 32
    if not here.strip():
        return AT_PARAGRAPH + depth
    return (AT_LINE if _DEFINITION.match(body) else BEHIND_TITLE) + depth
