"""What the reader of a format gives, and how headings divide a text into sections."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.types import MetadataValue, Page, Section, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.types import Metadata

PAGE_BREAK = "\f"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A place where a section begins."""

    start: int
    level: int
    """1 is outermost; only the order counts, levels may be left out."""
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The canonical text of some bytes, and what the format says about it."""

    text: str
    format: str
    title: str = ""
    """What the document calls itself; empty if it does not say."""
    headings: Sequence[Heading] = ()
    """In the order of the text."""
    pages: tuple[Page, ...] = ()
    metadata: Metadata = field(default_factory=dict[str, MetadataValue])
    encoding: str = "utf-8"


def paged(texts: Sequence[str]) -> tuple[str, tuple[Page, ...]]:
    """Return `texts` joined by form feeds, and their places; a form feed belongs to no page."""
    pages: list[Page] = []
    start = 0
    for number, text in enumerate(texts, start=1):
        pages.append(Page(number=number, span=Span(start, start + len(text))))
        start += len(text) + len(PAGE_BREAK)
    return PAGE_BREAK.join(texts), tuple(pages)


def sections(headings: Iterable[Heading], *, length: int) -> tuple[Section, ...]:
    """Return the sections that `headings` make of a text of `length`; they tile it."""
    found: list[Section] = []
    above: list[Heading] = []
    path: tuple[str, ...] = ()
    start = 0
    for heading in headings:
        if start < heading.start:
            found.append(Section(path=path, span=Span(start, heading.start)))
            start = heading.start
        while above and above[-1].level >= heading.level:
            above.pop()
        above.append(heading)
        path = tuple(h.title for h in above)
    if start < length:
        found.append(Section(path=path, span=Span(start, length)))
    return tuple(found)
