"""Texts that are kept unchanged: plain, Markdown, reStructuredText, code, tables, data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.parse import headings
from ingest.parse.code import definitions
from ingest.parse.frontmatter import front_matter
from ingest.parse.reading import Heading, Reading
from ingest.parse.text import decode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.types import MetadataValue

_WITH_FRONT_MATTER = frozenset({"markdown", "rst"})
_TITLE_WITHIN = 2_000
"""A heading further down is not the title; nor is one that has others of its level."""


def read_text(content: bytes, *, format: str) -> Reading:  # noqa: A002 - the word for it here
    """Return the decoded bytes, unchanged, with the headings that `format` has."""
    text, encoding = decode(content)
    metadata: dict[str, MetadataValue] = {}
    begin = 0
    if format in _WITH_FRONT_MATTER:
        metadata, begin = front_matter(text)
    found = _headings(text, format, begin)
    return Reading(
        text=text,
        format=format,
        title=_title(metadata, found, format, begin),
        headings=found,
        metadata=metadata,
        encoding=encoding,
    )


def plain_headings(text: str) -> Sequence[Heading]:
    """Return the headings of a text that may be Markdown or not."""
    return list(headings.markdown(text)) or list(headings.prose(text))


def _headings(text: str, format: str, begin: int) -> Sequence[Heading]:  # noqa: A002
    match format:
        case "markdown":
            return list(headings.markdown(text, start=begin))
        case "rst":
            return list(headings.restructured(text))
        case "code":
            return list(definitions(text))
        case "text":
            return plain_headings(text)
        case _:
            return ()


def _title(
    metadata: dict[str, MetadataValue],
    found: Sequence[Heading],
    format: str,  # noqa: A002
    begin: int,
) -> str:
    if isinstance(given := metadata.get("title"), str):
        return given
    outermost = [heading for heading in found if heading.level == 1]
    if format not in _WITH_FRONT_MATTER or len(outermost) != 1:
        return ""
    near = outermost[0] is found[0] and outermost[0].start <= begin + _TITLE_WITHIN
    return outermost[0].title if near else ""
