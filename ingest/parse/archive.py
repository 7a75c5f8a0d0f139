"""ZIP archives that hold a document: Office files and EPUB, opened with limits."""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import BadZipFile, ZipFile

from core.errors import SourceError
from ingest.parse import titles

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from core.types import MetadataValue

MAX_UNPACKED_BYTES = 512 << 20
MAX_PARTS = 20_000
_HARMLESS_BYTES = 32 << 20
_MOST_RATIO = 200
"""A document that unpacks to more than so many times its size is a bomb."""
_ENCRYPTED = 1
_PROLOG = 1 << 16
"""Bytes; what stands before the root has seldom more."""
_DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"


class Archive:
    """The parts of an archive, one at a time; raises `SourceError` for what cannot be trusted."""

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = ZipFile(BytesIO(content))
        except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise _corrupt() from error
        parts = self._zip.infolist()
        unpacked = sum(part.file_size for part in parts)
        if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED_BYTES:
            raise SourceError(
                f"is too large unpacked: {unpacked:,} bytes in {len(parts):,} parts", stage="parse"
            )
        if unpacked > max(_HARMLESS_BYTES, _MOST_RATIO * len(content)):
            raise SourceError(f"is a ZIP bomb: it unpacks to {unpacked:,} bytes", stage="parse")
        if any(part.flag_bits & _ENCRYPTED for part in parts):
            raise SourceError("is encrypted: it needs a password", stage="parse")
        self._names = frozenset(part.filename for part in parts)

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def read(self, name: str) -> bytes:
        """Return the bytes of a part."""
        try:
            return self._zip.read(name)
        except (BadZipFile, zlib.error, OSError, EOFError, KeyError, NotImplementedError) as error:
            raise _corrupt() from error

    def xml(self, name: str) -> Element:
        """Return the root of an XML part; those with a document type are refused."""
        data = self.read(name)
        try:
            _refuse_document_type(data)
            return ET.fromstring(data)  # noqa: S314 - without a document type nothing can expand
        except (ET.ParseError, ExpatError, ValueError, LookupError) as error:
            raise _corrupt() from error

    def properties(self) -> tuple[str, dict[str, MetadataValue]]:
        """Return the title and the metadata of an Office file."""
        found: dict[str, MetadataValue] = {}
        if "docProps/core.xml" not in self:
            return "", found
        root = self.xml("docProps/core.xml")
        for tag, name in (("creator", "author"), ("subject", "subject"), ("language", "language")):
            if value := root.findtext(_DUBLIN_CORE + tag):
                found[name] = value
        if created := root.findtext(f"{_TERMS}created"):
            found["created"] = created[:10]
        return titles.sensible(root.findtext(f"{_DUBLIN_CORE}title") or ""), found


def _refuse_document_type(data: bytes) -> None:
    """Raise `SourceError` if a document type stands before the root.

    It is looked for by the parser that reads the rest, so no encoding can hide it.
    """
    root: list[str] = []
    parser = ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = lambda name, _: root.append(name)
    for start in range(0, len(data), _PROLOG):
        parser.Parse(data[start : start + _PROLOG], False)  # noqa: FBT003 - its only form
        if root:
            return


def _refuse(*_: object) -> None:
    raise SourceError("has XML with a document type, which is not safe", stage="parse")


def _corrupt() -> SourceError:
    return SourceError("is truncated or corrupt: its archive cannot be unpacked", stage="parse")
