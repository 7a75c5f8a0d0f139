"""What may be quoted: sentences of passages, each with what it cannot be understood without."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.types import Span
from serve.answer.kinds import TABLE_HEAD, Kind, kind_of, pieces
from serve.answer.terms import refers_back

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.types import Passage

_DELIMITED = (".csv", ".tsv")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_PAGE_BREAK = "\f"
_LONGEST_LEAD = 300
"""In characters; what leads a table without marks has no more."""


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
        return refers_back(self.text)


def units(passage: Passage, *, at: int) -> list[Unit]:
    """Return what may be quoted of `passage`, the one at `at` among the passages, in its order.

    A question or a line that ends in a colon is joined to what follows it on its page, or leads
    the list or table that does. A short line without a full stop stands for itself among others of
    its kind, and is a heading above anything else. Headings, captions, rules and page numbers are
    left out.
    """
    offset = passage.span.start
    found = (
        _rows(passage.text, headed=offset == 0)
        if passage.source.casefold().endswith(_DELIMITED)
        else _Walk(passage.text).found()
    )
    return [
        Unit(
            passage=at,
            place=place,
            span=_moved(each.span, offset),
            text=each.span.slice(passage.text),
            lead=_moved(each.lead, offset) if each.lead else None,
            heading=each.heading,
        )
        for place, each in enumerate(found)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    span: Span
    lead: Span | None = None
    heading: str = ""


def _rows(text: str, *, headed: bool) -> Iterator[_Found]:
    """Yield the lines of comma-separated values, led by the first of the file if it is there."""
    lines = [Span(match.start(), match.end()) for match in re.finditer(r"\S(?:[^\n\r]*\S)?", text)]
    head = lines[0] if headed and lines else None
    for line in lines[1:] if headed else lines:
        yield _Found(span=line, lead=head)


class _Walk:
    """One way through the pieces of a text, and what was seen on it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._pieces = [(span, kind_of(span.slice(text))) for span in pieces(text)]
        self._heading = ""
        self._opener: Span | None = None
        """What waits for what it introduces."""
        self._holds = False
        """Whether it has lines behind its colon."""
        self._lead: Span | None = None
        """What leads the rows or items that are being read."""
        self._title: Span | None = None
        """The heading, and those above it, that a table may have to itself."""

    def found(self) -> Iterator[_Found]:
        end = 0
        for at, (span, kind) in enumerate(self._pieces):
            if _PAGE_BREAK in self._text[end : span.start]:
                yield from self._close()
            yield from self._step(span, self._as_read(at, kind))
            end = span.end
        yield from self._close()

    def _as_read(self, at: int, kind: Kind) -> Kind:
        """Return what a bare line is by what comes after it; others are what they look like."""
        if kind is not Kind.BARE or at + 1 == len(self._pieces):
            return kind
        (span, _), (after, following) = self._pieces[at : at + 2]
        gap = self._text[span.end : after.start]
        if _PAGE_BREAK in gap or following in {Kind.BARE, Kind.NOTHING, Kind.TITLE, Kind.HEADING}:
            return kind
        return Kind.TITLE if _BLANK_LINE.search(gap) else Kind.OPENER

    def _step(self, span: Span, kind: Kind) -> Iterator[_Found]:
        match kind:
            case Kind.HEADING:
                yield from self._close()
                self._heading = span.slice(self._text).lstrip("# ")
            case Kind.TITLE:
                yield from self._under(span)
            case Kind.NOTHING:
                self._lead = None
            case Kind.TABLE_HEAD:
                yield from self._close()
                match = TABLE_HEAD.match(span.slice(self._text))
                self._lead = Span(span.start, span.start + match.end("names")) if match else None
            case Kind.GROUPED:
                self._lead = self._lead or self._opener or self._title
                self._opener = self._title = None
                yield _Found(span=span, lead=self._lead, heading=self._heading)
            case Kind.OPENER:
                self._lead = None
                self._opener = self._opener or span
            case Kind.BARE | Kind.PROSE:
                yield self._joined(span)

    def _under(self, span: Span) -> Iterator[_Found]:
        """Take in a heading without marks: a line of what waits, or what a table has above it."""
        if self._extend(span):
            return
        above = self._title
        yield from self._close()
        self._heading = span.slice(self._text)
        grows = above and span.end - above.start <= _LONGEST_LEAD
        self._title = Span(above.start, span.end) if above and grows else span

    def _joined(self, span: Span) -> _Found:
        """Return what is at `span` with what waited for it; a list or table ends here."""
        start = self._opener.start if self._opener else span.start
        self._reset()
        return _Found(span=Span(start, span.end), heading=self._heading)

    def _extend(self, span: Span) -> bool:
        """Add a line to what waits, unless that would be long; tell whether it was added."""
        if self._opener is None or span.end - self._opener.start > _LONGEST_LEAD:
            return False
        self._opener, self._holds = Span(self._opener.start, span.end), True
        return True

    def _close(self) -> Iterator[_Found]:
        """Yield what waits if it has more than an opening line: nothing further belongs to it."""
        if self._opener and self._holds:
            yield _Found(span=self._opener, heading=self._heading)
        self._reset()

    def _reset(self) -> None:
        self._opener = self._lead = self._title = None
        self._holds = False


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)
