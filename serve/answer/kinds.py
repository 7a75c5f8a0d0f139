"""What a line or sentence is by its look: prose, a row, a heading, what leads something in."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING

from core.text import sentences, trimmed
from core.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADING = re.compile(r"#{1,6}\s")
_ITEM = re.compile(r"(?:[-*+•‣◦▪■●○·–]|\(?(?:\d{1,3}|[A-Za-z])[.)])\s")
_ROW = re.compile(r"\|.*\|$", re.DOTALL)
TABLE_HEAD = re.compile(r"(?P<names>\|.*\|)\s*\n[\s|:-]+$")
"""The names of the columns of a table, and the rule under them."""
_CAPTION = re.compile(
    r"(?:table|figure|fig|exhibit|chart|note|item|part|chapter|section)\.? ?[\dIVX]+[A-Z]?\b",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"[^\W\d_][^:：\n]{0,40}(?::\s|：)\s*\S")
"""A line that says what its value is of: `Budget: $2.4 million`."""
_STOP = re.compile(r"[.!?…;,。！？；][\"'”’»)\]]*$")
_LINE_END = re.compile(r"[.!?:;,|…\"'”’»)%\d。！？：；」』）]$")
"""What a short line ends with that is not a heading."""
_OPENERS = (":", "?", "：", "？")
_FEWEST_CHARACTERS = 8
"""Letters and digits; less is a page number, a rule, a lone mark."""
_FEWEST_LABELLED = 4
_BARE_WORDS = 6
_TITLE_WORDS = 14
_SMALL_WORD = 4
"""A word of a title with no more letters may have no capital."""
_COLUMNS = 2
_FIGURES = 0.3
"""The share of figures from which on a line is a row of a table."""
_AMOUNT = re.compile(r"(?<![\w.-])\d[\d,.]*\d|(?<![\w.-])\d")
_DATE = re.compile(r"(?:(?:19|20)\d\d|[12]?\d|3[01])[,.]?")
_LISTED_LINE = 45
"""Lines that are all this short, each with a capital, are not a paragraph that was wrapped."""
_WRAPPED = re.compile(r"(?:[,(/&–—-]|\b[a-zà-ÿ]{1,3})$")
_LINE = re.compile(r"[^\n\r]+")


class Kind(Enum):
    """What a piece of a text is."""

    HEADING = auto()
    """With marks that make it one."""
    TITLE = auto()
    """A heading by its capitals, a caption, or the head of a table without marks."""
    NOTHING = auto()
    """A page number, a rule."""
    TABLE_HEAD = auto()
    GROUPED = auto()
    """An item of a list, a row of a table."""
    OPENER = auto()
    """What ends in a colon or a question mark: it needs what follows."""
    BARE = auto()
    """A short line without a full stop: a note, or a heading."""
    PROSE = auto()


def pieces(text: str) -> Iterator[Span]:
    """Yield the sentences of `text`, and the lines of what is a list of short lines."""
    for whole in sentences(text):
        span = trimmed(whole, text)
        lines = [
            trimmed(Span(match.start(), match.end()), text)
            for match in _LINE.finditer(text, span.start, span.end)
        ]
        if len(lines) > 1 and _are_listed([line.slice(text) for line in lines]):
            yield from lines
        else:
            yield span


def _are_listed(lines: list[str]) -> bool:
    return all(
        len(line) <= _LISTED_LINE and line[:1].isalnum() and not line[:1].islower()
        for line in lines
    ) and not any(_WRAPPED.search(line) for line in lines[:-1])


def kind_of(piece: str) -> Kind:
    """Return what `piece`, a sentence or line without white space around it, is."""
    characters = sum(map(str.isalnum, piece))
    labelled = _LABELLED.match(piece) and characters >= _FEWEST_LABELLED
    if _HEADING.match(piece):
        return Kind.HEADING
    if characters < _FEWEST_CHARACTERS and not labelled:
        return Kind.NOTHING if not _is_bare(piece) else Kind.TITLE
    if _ROW.match(piece):
        return Kind.TABLE_HEAD if TABLE_HEAD.match(piece) else Kind.GROUPED
    if _ITEM.match(piece):
        return Kind.GROUPED
    return _kind_of_words(piece, labelled=bool(labelled))


def _kind_of_words(piece: str, *, labelled: bool) -> Kind:
    if piece.endswith(_OPENERS):
        return Kind.OPENER
    figures = _AMOUNT.findall(piece)
    if _has_columns(piece, figures):
        return Kind.TITLE if all(map(_DATE.fullmatch, figures)) else Kind.GROUPED
    if _is_title(piece, labelled=labelled):
        return Kind.TITLE
    return Kind.BARE if _is_bare(piece) and not labelled else Kind.PROSE


def _has_columns(piece: str, figures: list[str]) -> bool:
    return (
        len(figures) >= _COLUMNS
        and len(figures) >= _FIGURES * len(piece.split())
        and _STOP.search(piece) is None
    )


def _is_bare(piece: str) -> bool:
    return len(piece.split()) <= _BARE_WORDS and _LINE_END.search(piece) is None


def _is_title(piece: str, *, labelled: bool) -> bool:
    found = piece.split()
    if len(found) > _TITLE_WORDS or "\n" in piece or _STOP.search(piece):
        return False
    if _CAPTION.match(piece):
        return True
    long = [word for word in found if len(word) > _SMALL_WORD or word[:1].isupper()]
    return not labelled and all(word.lstrip("(“\"'")[:1].isupper() for word in long) and bool(long)
