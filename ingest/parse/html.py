"""Web pages: the main text, without navigation, scripts and advertising."""

from __future__ import annotations

import logging
import re

from trafilatura import bare_extraction, html2txt
from trafilatura.settings import Document as Page

from core.errors import SourceError
from ingest.parse import headings
from ingest.parse.frontmatter import storable
from ingest.parse.reading import Reading
from ingest.parse.text import decode

_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_BODY = re.compile(r"<body[\s>]", re.IGNORECASE)
_ESCAPED = re.compile(
    r"(```.*?```|`[^`\n]*`)|\\(?=[*_`~\[\]<])|^\\(?=[>+-] )|(?<=\d)\\(?=[.)] )",
    re.DOTALL | re.MULTILINE,
)
"""Code, where a backslash is meant, or a backslash that Markdown needs and readers do not."""
_HEAD_BYTES = 4096

# It logs what it discards, and a logger without a handler writes to the terminal.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def read_html(content: bytes) -> Reading:
    """Return the main text with headings as Markdown; all text where no part is the main one."""
    declared = _DECLARED.search(content[:_HEAD_BYTES])
    markup, encoding = decode(content, declared=declared[1].decode() if declared else "")
    text, title, metadata = main_text(markup)
    return Reading(
        text=text,
        format="html",
        title=title,
        headings=list(headings.markdown(text)),
        metadata=storable(metadata),
        encoding=encoding,
    )


def main_text(markup: str) -> tuple[str, str, dict[object, object]]:
    """Return the text, the title and the metadata of a page."""
    if not _BODY.search(markup):
        markup = f"<html><body>{markup}</body></html>"
    page = bare_extraction(
        markup,
        favor_recall=True,
        include_comments=False,
        include_formatting=True,
        with_metadata=True,
        date_extraction_params={"original_date": True, "extensive_search": False},
    )
    if not isinstance(page, Page) or not page.text:
        text = html2txt(markup)
        if not text.strip():
            raise SourceError("has no text", stage="parse")
        return text, "", {}
    metadata: dict[object, object] = {
        "author": page.author,
        "created": page.date,
        "description": page.description,
        "site": page.sitename,
        "url": page.url,
    }
    text = _ESCAPED.sub(lambda match: match[1] or "", page.text)
    return text, page.title or "", metadata
