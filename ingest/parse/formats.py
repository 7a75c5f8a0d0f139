"""What format some bytes are in: their first bytes decide, then the name."""

from __future__ import annotations

import re
from pathlib import PurePath

from core.errors import SourceError
from ingest.parse import code
from ingest.parse.archive import Archive

_BY_SUFFIX = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdx": "markdown",
    ".qmd": "markdown",
    ".rst": "rst",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".csv": "csv",
    ".tsv": "csv",
    ".json": "json",
    ".eml": "email",
    ".pdf": "pdf",
    ".docx": "docx",
    ".pptx": "pptx",
    ".xlsx": "xlsx",
    ".epub": "epub",
}
_CONTAINERS = frozenset({"pdf", "docx", "pptx", "xlsx", "epub"})
_BY_PART = {
    "word/document.xml": "docx",
    "ppt/presentation.xml": "pptx",
    "xl/workbook.xml": "xlsx",
    "META-INF/container.xml": "epub",
}
_NOT_READ = (
    (b"\x89PNG", "is a PNG image"),
    (b"\xff\xd8\xff", "is a JPEG image"),
    (b"GIF8", "is a GIF image"),
    (b"II*\0", "is a TIFF image"),
    (b"MM\0*", "is a TIFF image"),
    (b"\x1f\x8b", "is compressed with gzip; unpack it first"),
    (b"BZh", "is compressed with bzip2; unpack it first"),
    (b"\xfd7zXZ", "is compressed with xz; unpack it first"),
    (b"7z\xbc\xaf", "is a 7z archive; unpack it first"),
    (b"Rar!", "is a RAR archive; unpack it first"),
    (b"\x7fELF", "is a program"),
    (b"SQLite format 3\0", "is a database"),
    (b"{\\rtf", "is RTF, which is not read; save it as .docx or PDF"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WITHIN = 1024
"""Readers of PDF accept this much in front of the header."""
_HTML = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!doctype\s+html|<html[\s>])", re.IGNORECASE)


def format_of(content: bytes, name: str) -> str:
    """Return the format of `content`; raises `SourceError` if it is in one that is not read."""
    suffix = PurePath(name).suffix.lower()
    named = _BY_SUFFIX.get(suffix, "")
    found = _by_content(content)
    if found:
        return found
    if named in _CONTAINERS:
        raise SourceError(f"is named {suffix} but is none: truncated or corrupt", stage="parse")
    if named:
        return named
    if suffix in code.SUFFIXES or PurePath(name).name.lower() in code.NAMES:
        return "code"
    return "html" if not suffix and _HTML.match(content) else "text"


def _by_content(content: bytes) -> str:
    if b"%PDF-" in content[:_WITHIN]:
        return "pdf"
    if content.startswith(b"PK\3\4"):
        return _by_part(Archive(content))
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise SourceError("is encrypted: it needs a password", stage="parse")
        raise SourceError(
            "is in an Office format of before 2007; save it as .docx, .pptx or .xlsx", stage="parse"
        )
    for mark, reason in _NOT_READ:
        if content.startswith(mark):
            raise SourceError(reason, stage="parse")
    return ""


def _by_part(archive: Archive) -> str:
    for part, found in _BY_PART.items():
        if part in archive:
            return found
    raise SourceError("is a ZIP archive; unpack it first", stage="parse")
