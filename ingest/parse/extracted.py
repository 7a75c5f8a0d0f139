"""Spreadsheets and e-books: what Kreuzberg makes of them, as text without escapes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kreuzberg import ExtractionConfig, KreuzbergError, extract_bytes_sync

from core.errors import SourceError
from ingest.parse import headings
from ingest.parse.archive import Archive
from ingest.parse.frontmatter import storable
from ingest.parse.reading import Heading, Reading, paged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kreuzberg import ExtractionResult

_TIMEOUT_S = 300
_CONFIG = ExtractionConfig(
    use_cache=False,
    enable_quality_processing=False,
    # Markdown would put backslashes in front of `&`, `<` and `*`.
    output_format="djot",
    extraction_timeout_secs=_TIMEOUT_S,
)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_EPUB = "application/epub+zip"
_SHEET = re.compile(r"^## ([^\n]*)\n", re.MULTILINE)


def read_xlsx(content: bytes) -> Reading:
    """Return a page for each sheet, with its name and its cells as a table."""
    title, metadata = Archive(content).properties()
    result = _extract(content, _XLSX)
    names = result.metadata.get("sheet_names") or []
    text, pages = paged(_sheets(result.content, names))
    return Reading(
        text=text,
        format="xlsx",
        title=title,
        headings=[
            Heading(start=page.span.start, level=1, title=name)
            for page, name in zip(pages, names, strict=True)
        ],
        pages=pages,
        metadata=metadata,
    )


def read_epub(content: bytes) -> Reading:
    """Return the chapters in reading order."""
    Archive(content)
    result = _extract(content, _EPUB)
    known = result.metadata
    metadata: dict[object, object] = {
        "author": ", ".join(known.get("authors") or []),
        "created": known.get("created_at", "")[:10],
    }
    return Reading(
        text=result.content,
        format="epub",
        title=known.get("title") or "",
        headings=list(headings.markdown(result.content)),
        metadata=storable(metadata),
    )


def _extract(content: bytes, mime_type: str) -> ExtractionResult:
    try:
        return extract_bytes_sync(content, mime_type, _CONFIG)
    except KreuzbergError as error:
        reason = str(error).removeprefix(f"{type(error).__name__}: ")
        raise SourceError(f"cannot be read: {reason}", stage="parse") from error


def _sheets(text: str, names: Sequence[str]) -> list[str]:
    """Return the part of `text` for each sheet; sheets without cells have only their name."""
    begins = {match[1]: match.start() for match in _SHEET.finditer(text)}
    ends = sorted([*begins.values(), len(text)])
    return [
        text[begins[name] : ends[ends.index(begins[name]) + 1]].strip()
        if name in begins
        else f"## {name}"
        for name in names
    ]
