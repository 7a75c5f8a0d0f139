"""What Word and PowerPoint files have in common: parts that point at others, and tables."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.parse.archive import Archive

RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def targets(archive: Archive, part: str, kind: str) -> dict[str, str]:
    """Return the parts of a kind (`slide`, `notesSlide`) that `part` points at, by relation id."""
    folder, name = posixpath.split(part)
    relations = f"{folder}/_rels/{name}.rels"
    if relations not in archive:
        return {}
    return {
        relation.get("Id", ""): posixpath.normpath(
            posixpath.join("/" + folder, relation.get("Target", ""))
        ).lstrip("/")
        for relation in archive.xml(relations).iter(f"{_PACKAGE}Relationship")
        if relation.get("Type") == _OFFICE + kind
    }


def table(rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table whose first row is its head."""
    lines: list[str] = []
    for cells in rows:
        inner = (" ".join(cell.split()).replace("|", "\\|") for cell in cells)
        lines.append("| " + " | ".join(inner) + " |")
        if len(lines) == 1:
            lines.append("|" + " --- |" * len(cells))
    return "\n".join(lines)
