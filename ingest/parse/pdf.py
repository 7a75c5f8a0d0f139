"""PDF: the text of each page, as it is drawn."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from pypdfium2 import PdfDocument, PdfiumError

from core.errors import SourceError
from core.types import Span
from ingest.parse import headings, titles
from ingest.parse.reading import Heading, Reading, paged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.types import MetadataValue, Page

MAX_PAGES = 20_000
MAX_CHARACTERS = 100_000_000
_PASSWORD = 4

HYPHEN = "\ufffe"
"""What PDFium puts for a hyphen at the end of a line, in place of the line break."""
_BROKEN = re.compile(rf"([^\W\d_]+){HYPHEN}([^\W\d_]+)")
_WORD = re.compile(r"[^\W\d_]+")
DROPPED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\uffff]")
_DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?")


def read_pdf(content: bytes) -> Reading:
    """Return the text of the pages, those without any counted too.

    The outline gives the headings, or the looks of the lines where there is none.
    """
    try:
        with PdfDocument(content) as document:
            texts = _texts(document)
            info = document.get_metadata_dict(skip_empty=True)
            text, pages = paged(texts)
            outline = list(_outline(document, text, pages))
    except PdfiumError as error:
        raise _refusal(error) from error
    return Reading(
        text=text,
        format="pdf",
        title=titles.sensible(DROPPED.sub("", info.get("Title", ""))),
        headings=outline or list(headings.prose(text)),
        pages=pages,
        metadata=_metadata(info, texts),
    )


def _texts(document: PdfDocument) -> list[str]:
    if len(document) > MAX_PAGES:
        raise SourceError(f"has {len(document):,} pages; {MAX_PAGES:,} are read", stage="parse")
    texts: list[str] = []
    size = 0
    for number in range(len(document)):
        texts.append(_page_text(document, number))
        size += len(texts[-1])
        if size > MAX_CHARACTERS:
            raise SourceError(f"has more than {MAX_CHARACTERS:,} characters", stage="parse")
    if not any(text.strip() for text in texts):
        raise SourceError(
            f"has no text on its {len(texts)} pages (scanned?); run OCR on it first", stage="parse"
        )
    return _rejoined(texts)


def _page_text(document: PdfDocument, number: int) -> str:
    page = document[number]
    try:
        text_page = page.get_textpage()
        try:
            text = text_page.get_text_range()
        finally:
            text_page.close()
    finally:
        page.close()
    return DROPPED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _rejoined(texts: Sequence[str]) -> list[str]:
    """Return `texts` with words that a line break divided: whole if they stand whole elsewhere."""
    if not any(HYPHEN in text for text in texts):
        return list(texts)
    found = set(chain.from_iterable(map(_WORD.findall, texts)))
    words = {word.casefold() for word in found}

    def join(match: re.Match[str]) -> str:
        whole = match[1] + match[2]
        return whole if whole.casefold() in words else f"{match[1]}-{match[2]}"

    # Looking for broken words takes as long as reading the page, so it is not done in vain.
    return [
        _BROKEN.sub(join, text).replace(HYPHEN, "-") if HYPHEN in text else text for text in texts
    ]


def _outline(document: PdfDocument, text: str, pages: Sequence[Page]) -> Iterator[Heading]:
    """Yield the bookmarks whose place in the text is known, in the order of the text."""
    at = 0
    for bookmark in document.get_toc():
        dest = bookmark.get_dest()
        index = dest.get_index() if dest else None
        title = " ".join(DROPPED.sub("", bookmark.get_title()).split())
        if index is None or index >= len(pages) or not title:
            continue
        page = pages[index].span
        start = _find(text, title, Span(max(at, page.start), page.end))
        if start >= at:
            yield Heading(start=start, level=bookmark.level + 1, title=title)
            at = start


def _find(text: str, title: str, span: Span) -> int:
    """Return where the line with `title` begins within `span`, or the start of `span`."""
    pattern = r"\s*".join(re.escape(word) for word in title.split())
    match = re.compile(pattern, re.IGNORECASE).search(text, span.start, span.end)
    if not match:
        return span.start
    return max(span.start, text.rfind("\n", span.start, match.start()) + 1)


def _metadata(info: dict[str, str], texts: Sequence[str]) -> dict[str, MetadataValue]:
    metadata: dict[str, MetadataValue] = {}
    for key, name in (("Author", "author"), ("Subject", "subject"), ("Keywords", "keywords")):
        if value := DROPPED.sub("", info.get(key, "")).strip():
            metadata[name] = value
    if match := _DATE.match(info.get("CreationDate", "")):
        metadata["created"] = "-".join(part for part in match.groups() if part)
    if empty := [str(n) for n, text in enumerate(texts, start=1) if not text.strip()]:
        metadata["pages_without_text"] = empty
    return metadata


def _refusal(error: PdfiumError) -> SourceError:
    if error.err_code == _PASSWORD:
        return SourceError("is encrypted: it needs a password", stage="parse")
    return SourceError("is no readable PDF: truncated or corrupt", stage="parse")
