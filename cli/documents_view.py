"""Documents and collections as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cli.terminal import counted, one_line, shown_source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from core.records import CollectionRecord, DocumentRecord


_TABLE_COLUMNS = 84
"""Below, a row would leave its title no room beside the id, which is never cut."""


def documents_view(documents: Sequence[DocumentRecord], *, columns: int) -> RenderableType:
    """Return a row for each document, or a block of lines where the rows would be too narrow."""
    if not documents:
        return Text("no documents", style="dim")
    if columns < _TABLE_COLUMNS:
        return Group(*(_block(document) for document in documents))
    table = _table()
    table.add_column("id", no_wrap=True, min_width=len(documents[0].document_id))
    table.add_column("title", overflow="fold")
    table.add_column("source", overflow="fold")
    for name in ("pages", "tokens"):
        table.add_column(name, justify="right", no_wrap=True)
    for document in documents:
        table.add_row(
            Text(document.document_id, style="cyan"),
            Text(one_line(document.title)),
            Text(shown_source(document.source), style="dim"),
            str(document.pages or ""),
            f"{document.tokens:,}",
        )
    return table


def document_view(document: DocumentRecord) -> Table:
    """Return what is known of a document, a line for each."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    rows = {
        "id": document.document_id,
        "title": document.title,
        "source": document.source,
        "collection": document.collection,
        "format": f"{document.format} ({document.encoding}, {document.language})",
        "size": f"{counted(document.bytes, 'byte')}, {counted(document.characters, 'character')}, "
        f"{counted(document.tokens, 'token')}",
        "pages": f"{document.pages:,}" if document.pages else "",
        "chunks": f"{document.chunks:,}, embedded by {document.embedder}",
        "version": document.version,
        "sha256": document.sha256,
        "ingested": document.updated_at,
        "status": document.status,
        **{f"  {key}": str(value) for key, value in document.metadata.items()},
    }
    for name, value in rows.items():
        if value:
            table.add_row(name, Text(one_line(value)))
    return table


def collections_view(collections: Sequence[CollectionRecord]) -> Table | Text:
    """Return a row for each collection."""
    if not collections:
        return Text("no collections", style="dim")
    table = _table("name", "embedder", "created")
    for found in collections:
        table.add_row(Text(found.name, style="cyan"), found.embedder, found.created_at)
    return table


def _block(document: DocumentRecord) -> RenderableType:
    size = [
        *([counted(document.pages, "page")] if document.pages else []),
        counted(document.tokens, "token"),
    ]
    lines = [
        Text(one_line(document.title), overflow="fold"),
        Text(shown_source(document.source), style="dim", overflow="fold"),
        Text(", ".join(size), style="dim"),
    ]
    document_id = Text(document.document_id, style="cyan", no_wrap=True, overflow="ignore")
    return Group(document_id, *(Padding(line, (0, 0, 0, 2)) for line in lines))


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    for name in columns:
        table.add_column(name, overflow="fold")
    return table
