"""Text and its spans: sentences that tile it, words to match by, numbers to check by."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from core.stops import stop_ends
from core.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINES = r"\n\r\f\v\x1c-\x1e\x85\u2028\u2029"
_CLOSERS = r"[\"'”’»›)\]}*_」』）】》〉]*"

# One character class in front lets the regex engine skip to the candidates. Text that was taken out
# of JSON or source code may have its line breaks spelled out, as a backslash and an n.
_CANDIDATE = re.compile(
    rf"[.!?…。！？｡؟۔।॥።។။{_LINES}]"
    rf"(?:(?<=[.!?…])(?<![.!?…]{{2}})[.!?…]*{_CLOSERS}(?:\[\d+\])*(?:\s''(?=\s))?(?=\s|\\n[A-Z])"
    rf"|(?<=[。！？｡؟۔।॥።។။])[。！？｡؟۔।॥…]*{_CLOSERS}"
    rf"|(?<=[{_LINES}]))(?:\s|(?:\\n)+(?=[A-Z]))*"
)
_LINE_BREAK = re.compile(rf"\r\n|[{_LINES}]")
_BLANK_LINE = re.compile(r"(?:\r\n|\n|\r(?!\n))[^\S\n\r]*[\n\r]|[\f\u2029]")
_LATIN_STOPS = frozenset(".!?…")
_SPACES = " \t\r\n"

_ITEM = re.compile(
    r"#{1,6}\s|[-*+•‣◦▪■●○·–⁃]\s|\(?(?:\d{1,3}|[A-Za-z]|[ivx]{1,4}|[IVX]{1,4})[.)]\s"
    r"|\||>|`{3}|~{3}|</?\w|//|/\*|@\w|\[\d+\]:?\s|\.\.\s"
)
"""What a line of its own begins with: a heading, an item, a row, code."""
_RULE = re.compile(
    r"[^\S\n\r]*(?:={3,}|-{3,}|~{3,}|\^{3,}|\*{3,}|_{3,}|#{3,}|[-+=|][-+=| \t]{2,})[ \t]*\r?$",
    re.MULTILINE,
)
"""An underline, or the frame of a table."""
_STANDALONE = re.compile(r"\s*(?:#{1,6}\s|\||`{3}|~{3})")
_NUMBER = r"(?:[$€£¥(+\-−–—]*\s?\d[\d,.]*[)%*]*(?:\(\w\))?|[-–—]{1,3}|[Nn]/?[AaMm])"
_ROW = re.compile(rf"(?:(?<=\s)|(?<=^)){_NUMBER}(?<!,)\s+[$€£¥]?\s?{_NUMBER}$")
"""The end of a row of figures: two of them side by side."""
_ROW_ENDS = frozenset("0123456789)%*-–—AaMm")
_ROW_TAIL = 40
_CODE_ENDS = frozenset(";{}|")
_OPEN_ENDS = frozenset(",-–—(/&")
_PARAGRAPH_LINE = 250
"""A line this long is not one of several that were wrapped."""
_NARROWEST = 45
_FILLED = 0.8
_LABEL = re.compile(
    r"\s*(?:(?:note|item|part|chapter|section|step|article|table|figure|exhibit|appendix)\s+)?"
    r"(?:\d{1,3}[a-z]?|[ivxl]{1,5}|[a-z])(?:\.\d{1,3})*",
    re.IGNORECASE,
)
"""What numbers an item at its start."""
_LEADER = "....."

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W_]+(?:['’][^\W_]+)*", re.UNICODE)
_FIGURE = re.compile(r"[\d.,$€£¥()%–—-]+")
_FEW = 8
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")


def sentences(text: str, span: Span | None = None) -> list[Span]:
    """Return the sentences of `text` within `span`, in order; they tile it.

    White space belongs to the sentence before it. Headings, list items, table rows, lines of code
    and what blank lines and form feeds divide are sentences of their own; a line break inside a
    paragraph is not a boundary.
    """
    start, end = (span.start, span.end) if span is not None else (0, len(text))
    found: list[Span] = []
    for cut in _boundaries(text, start, end):
        found.append(Span(start, cut))
        start = cut
    if start < end:
        found.append(Span(start, end))
    return found


def trimmed(span: Span, text: str) -> Span:
    """Return `span` without the white space at its ends; empty if it has nothing else."""
    start, end = span.start, span.end
    while end > start and text[end - 1].isspace():
        end -= 1
    # Not with `strip`: a span may be the whole of a long text, which is not copied.
    while start < end and text[start].isspace():
        start += 1
    return Span(start, end)


def words(text: str) -> list[str]:
    """Return the words and numbers of `text`, case folded; `1,577.0` is `1577.0`."""
    return [
        word.replace(",", "") if _THOUSANDS.fullmatch(word) else word
        for word in _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    ]


def figure_share(text: str) -> float:
    """Return the share of the words of `text` that are figures; a few words are not a table."""
    found = text.split()
    return sum(map(bool, map(_FIGURE.fullmatch, found))) / max(len(found), _FEW)


def numbers(text: str) -> list[str]:
    """Return the numbers of `text` in one form each: `$1,577.00` and `1577` are `1577`."""
    return [
        word.rstrip("0").rstrip(".") if word.count(".") == 1 else word
        for word in words(text)
        if word[0].isdigit()
    ]


def _boundaries(text: str, start: int, end: int) -> Iterator[int]:
    """Yield where sentences end, but for the last."""
    begin = line = start
    width = 0
    for match in _CANDIDATE.finditer(text, trimmed(Span(start, end), text).start, end):
        at, cut = match.span()
        if cut >= end:
            return
        gap = match.group()
        ends = _BLANK_LINE.search(gap) is not None or (
            _mark_ends(text, match, begin) if text[at] in _LATIN_STOPS else not text[at].isspace()
        )
        if broken := _LINE_BREAK.search(gap):
            last = at + broken.start()
            ends = ends or _line_ends(text, Span(line, last), Span(cut, end), width)
            line, width = cut, last - line
        if ends:
            yield cut
            begin = cut


def _mark_ends(text: str, match: re.Match[str], begin: int) -> bool:
    """Tell whether the full stop, question or exclamation mark of `match` ends a sentence.

    Args:
        text: what is divided.
        match: the mark, what closes behind it, and the white space after it.
        begin: where the sentence begins.
    """
    at = match.start()
    mark = match.group().rstrip()
    following = text[match.end()]
    if mark != ".":
        return not mark.startswith(_LEADER) and (len(mark) == 1 or not following.islower())
    if at > begin and text[at - 1].isspace():
        # Tokenised text has a space before every stop; so has the leader of a table of contents.
        return following != "." and text[at - 2 : at] != ". "
    if _LABEL.fullmatch(text, begin, at):
        return False
    return stop_ends(text, begin, at, match.end())


def _line_ends(text: str, line: Span, rest: Span, width: int) -> bool:
    """Tell whether a line break is more than a wrap.

    Args:
        text: what `line` and `rest` are spans of.
        line: the line before the break.
        rest: what comes after it, from its first visible character.
        width: the length of the line before that one.
    """
    following = text[rest.start]
    if _RULE.match(text, rest.start, rest.end):
        return False
    if _ITEM.match(text, rest.start, rest.end) or _stands_alone(text, line):
        return True
    if following.islower():
        return False
    stop = _LINE_BREAK.search(text, rest.start, rest.end)
    next_line = Span(rest.start, stop.start() if stop else rest.end)
    if text[line.end - 1 : line.end] == ":" or _is_row(text, next_line):
        return True
    if text[line.end - 1 : line.end] in _OPEN_ENDS:
        return False
    space = text.find(" ", next_line.start, next_line.end)
    word = (space if space >= 0 else next_line.end) - next_line.start
    return len(line) + 1 + word <= _FILLED * max(width, len(next_line), _NARROWEST)


def _stands_alone(text: str, line: Span) -> bool:
    """Tell whether nothing can follow on from `line`."""
    return (
        len(line) > _PARAGRAPH_LINE
        or text[line.end - 1 : line.end] in _CODE_ENDS
        or _STANDALONE.match(text, line.start, line.end) is not None
        or _RULE.fullmatch(text, line.start, line.end) is not None
        or _is_row(text, line)
    )


def _is_row(text: str, line: Span) -> bool:
    end = line.end
    while end > line.start and text[end - 1] in _SPACES:
        end -= 1
    return (
        text[end - 1 : end] in _ROW_ENDS
        and _ROW.search(text, max(line.start, end - _ROW_TAIL), end) is not None
    )
