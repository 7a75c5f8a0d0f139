"""Where a span of a document lies: its pages, its section, and how that is told to an embedder."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

from core.text import trimmed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.types import Document, Page, Section, Span

_PREFIX_TOKENS = 40
_LETTER_TOKENS = 0.25
_PLAIN = re.compile("[A-Za-z ]+")
_CLIPPED = 8
_HEAD = 1_500
"""Headings of a page stand in so many characters."""
_HEADS = 2
_HEAD_WORDS = 12
_HEAD_LETTERS = 0.6
_REMEMBERED = 256
"""Neighbouring chunks have their page's head and their section's prefix in common."""


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


def front(document: Document, span: Span) -> str:
    """Return what is put in front of the text of `span` to be embedded: where it lies.

    That is the title, the section, and what heads the page if it stands before `span`: the second
    half of a balance sheet does not say that it is one.
    """
    return _front(document, span, before=span.start)


def longest_front(document: Document, span: Span) -> str:
    """Return what is put in front of the last part of `span`, on whatever page that begins."""
    return _front(document, span, before=span.end)


def _front(document: Document, span: Span, *, before: int) -> str:
    path = section_path(document, span)
    heads = [head for end, head in _page_heads(document, span) if end <= before]
    return prefix(document.title, (*path, *(head for head in heads if head not in path)))


def _page_heads(document: Document, span: Span) -> Sequence[tuple[int, str]]:
    """Return the first lines that look like headings at the top of a page, and where they end."""
    first, last = _touched(document.pages, span)
    if first >= last:
        return ()
    page = document.pages[first].span
    top = document.text[page.start : min(page.start + _HEAD, page.end)]
    return [(page.start + end, head) for end, head in _heads(top)]


@lru_cache(_REMEMBERED)
def _heads(top: str) -> Sequence[tuple[int, str]]:
    """Return what `_page_heads` does for the text at the top of a page."""
    heads: list[tuple[int, str]] = []
    end = 0
    for line in top.splitlines(keepends=True):
        end += len(line)
        if _is_head(line):
            heads.append((end, " ".join(line.split())))
        if len(heads) == _HEADS:
            break
    return tuple(heads)


def _is_head(line: str) -> bool:
    words = line.split()
    letters = sum(map(str.isalpha, line))
    return (
        0 < len(words) <= _HEAD_WORDS
        and letters >= _HEAD_LETTERS * sum(map(len, words))
        and words[-1][-1] not in ".,;"
    )


@lru_cache(_REMEMBERED)
def prefix(title: str, path: tuple[str, ...]) -> str:
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
    plain = sum(map(len, _PLAIN.findall(text)))
    return len(text) - (1 - _LETTER_TOKENS) * plain


def _clipped(text: str, tokens: float) -> str:
    """Return `text` on one line, without the words at its end for which there is no room."""
    text = " ".join(text[: 4 * _PREFIX_TOKENS].split())
    while text and _tokens(text) > tokens:
        text = text[: max(text.rfind(" "), len(text) - _CLIPPED, 0)].rstrip()
    return text
