"""Where on the pages of a PDF spans of its canonical text are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pypdfium2 import PdfDocument, PdfiumError
from pypdfium2.raw import FPDFText_GetCharIndexFromTextIndex, FPDFText_GetTextIndexFromCharIndex

from core.answers import Box
from ingest.parse.pdf import DROPPED, HYPHEN

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pypdfium2 import PdfTextPage

    from core.types import Span

_SAME_LINE = 0.5
"""The share of the lower of two heights that letters of one line have in common, at least."""
_BMP_END = 0xFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A span of one page."""

    page: int
    """Counts from 1."""
    text: str
    """The canonical text of the page."""
    span: Span
    """In `text`."""


def boxes_of(path: Path, parts: Sequence[Part]) -> list[tuple[Box, ...]]:
    """Return the boxes of each of `parts` of a PDF: one for each line, in the order of the text.

    They are in points, in the coordinates of the page's content, which begin in its lower left
    corner unless the file says otherwise. A part has none where its page has another text, or
    nothing of it is drawn.

    PDFium must not be in use by another thread.

    Raises:
        OSError: the file cannot be read.
    """
    found: dict[Part, tuple[Box, ...]] = {}
    try:
        with PdfDocument(path) as document:
            for page in {part.page for part in parts if part.page <= len(document)}:
                of_page = [part for part in parts if part.page == page]
                found |= zip(of_page, _on_page(document, of_page), strict=True)
    except PdfiumError:
        return [()] * len(parts)
    return [found.get(part, ()) for part in parts]


def _on_page(document: PdfDocument, parts: Sequence[Part]) -> list[tuple[Box, ...]]:
    page = document[parts[0].page - 1]
    try:
        text_page = page.get_textpage()
        try:
            letters = _Letters(text_page, parts[0].text)
            return [
                tuple(line.on(part.page) for line in letters.lines(part.span)) for part in parts
            ]
        finally:
            text_page.close()
    finally:
        page.close()


class _Letters:
    """The letters of a page, as they are drawn."""

    def __init__(self, text_page: PdfTextPage, text: str) -> None:
        self._text_page, self._text = text_page, text
        self._places = _places(text_page.get_text_range(errors="surrogatepass"), text)
        self._first = _first_text_index(text_page)

    def lines(self, span: Span) -> list[_Rectangle]:
        """Return what each line of `span` takes up."""
        lines: list[_Rectangle] = []
        broken = True
        for at in range(span.start, span.end) if self._places else ():
            letter = self._drawn(self._places[at])
            if self._text[at] == "\n":
                broken = True
            elif letter is not None and not self._text[at].isspace():
                if lines and letter.goes_on(lines[-1], in_line=not broken):
                    lines[-1] = lines[-1].with_(letter)
                else:
                    lines.append(letter)
                broken = False
        return lines

    def _drawn(self, place: int) -> _Rectangle | None:
        """Return what a letter takes up; `None`: nothing, as where PDFium put one in."""
        index = FPDFText_GetCharIndexFromTextIndex(self._text_page, place + self._first)
        if index < 0:
            return None
        x0, y0, x1, y1 = self._text_page.get_charbox(index, loose=True)
        return _Rectangle(x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None


def _places(raw: str, text: str) -> list[int]:
    """Return for each character of `text` its place in `raw`, in UTF-16 units.

    Empty where `text` was not made of `raw`.
    """
    places: list[int] = []
    unit = 0
    for at, char in enumerate(raw):
        here, unit = unit, unit + (2 if ord(char) > _BMP_END else 1)
        expected = text[len(places) : len(places) + 1]
        if char == "\r":
            char = "" if raw[at + 1 : at + 2] == "\n" else "\n"  # noqa: PLW2901
        elif char == HYPHEN:
            char = "-" if expected == "-" else ""  # noqa: PLW2901 - gone from a word it divided
        elif DROPPED.match(char):
            continue
        if char and char != expected:
            return []
        places += [here] * len(char)
    return places if len(places) == len(text) else []


def _first_text_index(text_page: PdfTextPage) -> int:
    """Return the place in PDFium's text of the first character that it gives out."""
    for index in range(text_page.count_chars()):
        place = FPDFText_GetTextIndexFromCharIndex(text_page, index)
        if place >= 0:
            return place
    return 0


@dataclass(frozen=True, slots=True)
class _Rectangle:
    x0: float
    y0: float
    x1: float
    y1: float

    def goes_on(self, line: _Rectangle, *, in_line: bool) -> bool:
        """Tell whether this letter is on the `line` of the one before it.

        Args:
            line: what the letters before it take up.
            in_line: whether no line break is between them: then letters may stand on end.
        """
        beside = _shared(self.y0, self.y1, line.y0, line.y1)
        above = _shared(self.x0, self.x1, line.x0, line.x1)
        return beside >= _SAME_LINE or (in_line and above >= _SAME_LINE)

    def with_(self, other: _Rectangle) -> _Rectangle:
        """Return the smallest rectangle that has both."""
        return _Rectangle(
            min(self.x0, other.x0),
            min(self.y0, other.y0),
            max(self.x1, other.x1),
            max(self.y1, other.y1),
        )

    def on(self, page: int) -> Box:
        """Return it as a box, to the hundredth of a point."""
        x0, y0, x1, y1 = (round(each, 2) for each in (self.x0, self.y0, self.x1, self.y1))
        return Box(page=page, x0=x0, y0=y0, x1=x1, y1=y1)


def _shared(start: float, end: float, other_start: float, other_end: float) -> float:
    """Return what two ranges share, as a share of the shorter."""
    shared = min(end, other_end) - max(start, other_start)
    return shared / min(end - start, other_end - other_start)
