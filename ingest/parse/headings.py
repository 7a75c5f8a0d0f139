"""Headings as plain text shows them: Markdown, reStructuredText, prose."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from ingest.parse.reading import PAGE_BREAK, Heading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MARKDOWN = re.compile(
    r"^ {0,3}(?P<fence>`{3,}|~{3,})[^\n]*"
    r"|^ {0,3}(?P<marks>#{1,6})[ \t]+(?P<title>[^\s#][^\n]{0,300}|#+[^\s#][^\n]{0,300})$"
    r"|(?:\A|(?<=\n\n)|(?<=\n\r\n)) {0,3}(?P<line>[^\s>|#=\-*+`~<][^\n]{0,200})\n"
    r" {0,3}(?P<rule>=+|-{2,})[ \t\r]*$",
    re.MULTILINE,
)
_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)")
_ANCHOR = re.compile(r"<[^<>\n]+>|\{#[^{}\n]+\}\s*$")
_CLOSING = re.compile(r"\s+#+\s*$")

_ADORNMENT = r"[=\-`:.'\"~^_*+#<>]"
_RST = re.compile(
    rf"(?:^(?P<over>({_ADORNMENT})\2{{2,}})[ \t]*\r?\n)?"
    rf"^(?P<title>[ \t]*(?!{_ADORNMENT}{{3}})[^\s.|+][^\n]{{0,200}})\n"
    rf"(?P<under>({_ADORNMENT})\5{{2,}})[ \t\r]*$",
    re.MULTILINE,
)

_PROSE = re.compile(
    r"^[ \t]*(?:"
    r"(?P<part>PART|Part|BOOK|Book)[ \t]+(?:[IVXLC]+|\d{1,2})\b[^\n]{0,80}"
    r"|(?P<item>ITEM|Item|CHAPTER|Chapter|ARTICLE|Article|APPENDIX|Appendix)[ \t]+"
    r"(?:\d{1,3}[A-Z]?|[IVXLC]+|[A-Z])\b(?![ \t]+[a-z])[^\n]{0,120}"
    r"|(?P<note>NOTE|Note)[ \t]+\d{1,2}[.:\-–— ]+[A-Z][^\n]{0,100}"
    r"|(?P<number>\d{1,2}(?:\.\d{1,2}){0,3})\.?[ \t]+[A-Z][A-Za-z][^\n]{1,80}"
    r"|(?P<capitals>[A-Z][A-Z0-9 ,&'’()/:\-–—]{7,90})(?![ \t\r]*\n[^\n]*(?:\d,\d{3}|\$))"
    r")[ \t\r]*$",
    re.MULTILINE,
)
_SENTENCE = re.compile(r"[a-z][a-z)][.;,:]$|\b(?:the|of|and|in|to|a|an|or|for|by|with|see)$")
_PAGE_NUMBER = re.compile(r"[\s.]\d{1,3}$|\.{3}")
_DIGITS = re.compile(r"^\d+\b|\b\d+$")
_FIGURES = re.compile(r"\d,\d{3}|\d\s+[$(]?\d")
_NO_HEADING = (_SENTENCE, _PAGE_NUMBER, _FIGURES)
_RUNNING = 3
"""A line that stands in a text more often than this is a running head."""
_STACKED = 3
"""More lines of capitals right below each other are the head of a table."""
_LONGEST = 160
_CAPITALS = 3
"""The level of headings in capitals, and of notes."""


class _Line(NamedTuple):
    start: int
    end: int
    level: int
    title: str


def markdown(text: str, *, start: int = 0) -> Iterator[Heading]:
    """Yield the headings of Markdown from `start` on, those in code blocks left out."""
    fence = ""
    for match in _MARKDOWN.finditer(text.replace(PAGE_BREAK, "\n"), start):
        mark = match["fence"]
        if mark:
            closes = mark.startswith(fence) and match.group().strip() == mark
            if not fence:
                fence = mark
            elif closes:
                fence = ""
        elif not fence and (title := _plain(match["title"] or match["line"])):
            level = len(match["marks"] or "") or (1 if match["rule"][0] == "=" else 2)
            yield Heading(start=match.start(), level=level, title=title)


def restructured(text: str) -> Iterator[Heading]:
    """Yield the headings of reStructuredText; a style ranks as it first appears."""
    styles: list[str] = []
    for match in _RST.finditer(text):
        title = match["title"].strip()
        over, under = match["over"], match["under"]
        if len(under) < min(len(title), 4) or (over and over[0] != under[0]):
            continue
        style = under[0] + ("/" if over else "")
        if style not in styles:
            styles.append(style)
        yield Heading(start=match.start(), level=styles.index(style) + 1, title=title)


def prose(text: str) -> Iterator[Heading]:
    """Yield lines that look like headings: items, notes, chapters, numbered titles, capitals.

    Tables of contents, running heads and beginnings of sentences are passed over; a heading in
    capitals that goes on in the next line is one heading.
    """
    lines = [
        _Line(match.start(), match.end(), _prose_level(match), " ".join(match.group().split()))
        for match in _PROSE.finditer(text.replace(PAGE_BREAK, "\n"))
    ]
    times = Counter(_DIGITS.sub("", line.title.casefold()) for line in lines)
    stack: list[_Line] = []
    for line in lines:
        running = times[_DIGITS.sub("", line.title.casefold())] > _RUNNING
        if running or any(mark.search(line.title) for mark in _NO_HEADING):
            continue
        if stack and not (line.level == _CAPITALS and line.start - stack[-1].end <= 1):
            yield from _stacked(stack)
            stack = []
        stack.append(line)
    yield from _stacked(stack)


def _stacked(lines: Sequence[_Line]) -> Iterator[Heading]:
    """Yield the heading that adjacent lines make, if they are not the head of a table."""
    if lines and len(lines) <= _STACKED:
        title = " ".join(line.title for line in lines)
        if len(title) <= _LONGEST:
            yield Heading(start=lines[0].start, level=lines[0].level, title=title)
    elif lines and lines[0].level != _CAPITALS:
        yield Heading(start=lines[0].start, level=lines[0].level, title=lines[0].title)


def _plain(title: str) -> str:
    """Return the words of a heading without its markup."""
    title = _CLOSING.sub("", title.strip())
    title = _ANCHOR.sub("", _LINK.sub(r"\1", title))
    return " ".join(title.replace("**", "").replace("`", "").split())


def _prose_level(match: re.Match[str]) -> int:
    if match["part"]:
        return 1
    if match["item"]:
        return 2
    if match["number"]:
        return 4 + match["number"].count(".")
    return _CAPITALS
