"""Where a span of a document lies: its pages, its section, and how that is told to an embedder."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from core.text import trimmed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.types import Document, Page, Section, Span

_PREFIX_TOKENS = 40
_LETTER_TOKENS = 0.25
_CLIPPED = 8


def page_numbers(document: Document, span: Span) -> tuple[int, ...]:
    """Return the pages that the visible text of `span` is on."""
    first, last = _touched(document.pages, trimmed(span, document.text))
    return tuple(page.number for page in document.pages[first:last])


def section_path(document: Document, span: Span) -> tuple[str, ...]:
    """Return the headings that all visible text of `span` is under."""
    first, last = _touched(document.sections, trimmed(span, document.text))
    paths = [section.path for section in document.sections[first:last]]
    shared: list[str] = []
    for names in zip(*paths, strict=False):
        if len(set(names)) > 1:
            break
        shared.append(names[0])
    return tuple(shared)


def prefix(title: str, path: Sequence[str]) -> str:
    """Return the title and the innermost headings on a line of their own, about 40 tokens at most.

    It ends in a line break, and is empty if there is neither title nor heading.
    """
    title = _clipped(title, _PREFIX_TOKENS / 2)
    left = _PREFIX_TOKENS - _tokens(title)
    names: list[str] = []
    for name in reversed(path):
        clipped = _clipped(name, left - 1)
        if not clipped:
            break
        left -= _tokens(clipped) + 1
        if clipped != title:
            names.append(clipped)
    return " > ".join([*([title] if title else []), *reversed(names)]) + "\n" * bool(title or names)


def _touched(ranges: Sequence[Page] | Sequence[Section], span: Span) -> tuple[int, int]:
    """Return which of the ascending `ranges` begin before `span` ends and reach into it."""
    last = bisect_right(ranges, max(span.start, span.end - 1), key=lambda r: r.span.start)
    first = bisect_right(ranges, span.start, key=lambda r: r.span.start) - 1
    return max(first, 0), last


def _tokens(text: str) -> float:
    """Return about how many tokens `text` has; only for plain letters are there fewer than one."""
    plain = sum(char.isascii() and (char.isalpha() or char == " ") for char in text)
    return len(text) - (1 - _LETTER_TOKENS) * plain


def _clipped(text: str, tokens: float) -> str:
    """Return `text` on one line, without the words at its end for which there is no room."""
    text = " ".join(text[: 4 * _PREFIX_TOKENS].split())
    while text and _tokens(text) > tokens:
        text = text[: max(text.rfind(" "), len(text) - _CLIPPED, 0)].rstrip()
    return text
