"""Documents and collections as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from cli.terminal import one_line, shown_source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.records import CollectionRecord, DocumentRecord


def documents_view(documents: Sequence[DocumentRecord]) -> Table | Text:
    """Return a row for each document."""
    if not documents:
        return Text("no documents", style="dim")
    table = _table("id", "title", "source")
    for name in ("pages", "tokens"):
        table.add_column(name, justify="right", no_wrap=True)
    for document in documents:
        table.add_row(
            Text(document.document_id, style="cyan", no_wrap=True),
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
        "size": f"{document.bytes:,} bytes, {document.characters:,} characters, "
        f"{document.tokens:,} tokens",
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


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    for name in columns:
        table.add_column(name, overflow="fold")
    return table
