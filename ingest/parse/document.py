"""Bytes into a `Document`: canonical text, pages, sections, title, metadata, language."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from core.errors import SourceError
from core.ids import LONGEST_TEXT, document_id, version_id
from core.language import DEFAULT, detect_language
from core.types import Document, MetadataValue
from ingest.parse import titles
from ingest.parse.formats import format_of
from ingest.parse.markup import read_text
from ingest.parse.reading import sections
from ingest.sources import RECORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.ids import CollectionName
    from core.types import Metadata
    from ingest.parse.reading import Reading
    from ingest.sources import Source

PARSER_VERSION = 1
"""Grows when the same bytes give another text, pages, sections or title."""

_READERS = {
    RECORD: ("records", "read_record"),
    "pdf": ("pdf", "read_pdf"),
    "html": ("html", "read_html"),
    "docx": ("docx", "read_docx"),
    "pptx": ("pptx", "read_pptx"),
    "xlsx": ("extracted", "read_xlsx"),
    "epub": ("extracted", "read_epub"),
    "email": ("mail", "read_mail"),
}
"""The module and function for each format that is not plain text."""


def parse(
    source: Source, content: bytes, *, collection: CollectionName, metadata: Metadata | None = None
) -> Document:
    """Return the document that `content`, the bytes of `source`, is in `collection`.

    Raises `SourceError`, with the source and a reason, if it cannot be read.

    Args:
        source: what the bytes were read from.
        content: its bytes.
        collection: where the document will be.
        metadata: what the caller knows of it; goes before what the document says itself.
    """
    try:
        reading = _read(source, content)
        _check(reading)
    except SourceError as error:
        raise SourceError(error.reason, source=source.name, stage=error.stage) from error
    except RecursionError as error:
        raise SourceError("is nested too deeply", source=source.name, stage="parse") from error
    document = document_id(collection, source.name)
    return Document(
        document_id=document,
        version=version_id(document, content),
        source=source.name,
        title=_title(source, reading),
        text=reading.text,
        format=reading.format,
        pages=reading.pages,
        sections=sections(reading.headings, length=len(reading.text)),
        metadata={**_known(source, reading), **reading.metadata, **(metadata or {})},
        language=DEFAULT if reading.format == "code" else detect_language(reading.text),
        encoding=reading.encoding,
    )


def _read(source: Source, content: bytes) -> Reading:
    """Return what the reader of the format makes of `content`; readers are loaded when needed."""
    format = source.format or format_of(content, titles.file_name(source.name))  # noqa: A001
    if format not in _READERS:
        return read_text(content, format=format)
    module, function = _READERS[format]
    reader: Callable[[bytes], Reading] = getattr(import_module(f"ingest.parse.{module}"), function)
    return reader(content)


def _check(reading: Reading) -> None:
    """Raise `SourceError` where there is no text, or more than chunks have ids for."""
    if not reading.text.strip():
        raise SourceError("has no text", stage="parse")
    if len(reading.text) >= LONGEST_TEXT:
        raise SourceError(
            f"has {len(reading.text):,} characters of text; divide it into documents of fewer "
            f"than {LONGEST_TEXT:,}",
            stage="parse",
        )


def _title(source: Source, reading: Reading) -> str:
    if source.format == RECORD:
        return reading.title or source.name.rpartition("#")[2]
    return titles.title(reading.title, titles.file_name(source.name))


def _known(source: Source, reading: Reading) -> dict[str, MetadataValue]:
    known: dict[str, MetadataValue] = {
        "file_name": titles.file_name(
            source.name.partition("#")[0] if source.format else source.name
        ),
        "format": reading.format,
    }
    if reading.pages:
        known["pages"] = len(reading.pages)
    return known
