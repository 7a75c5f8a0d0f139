"""A diagnosis as it looks in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cli.terminal import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import RenderableType

    from cli.diagnosis import Diagnosis, EmbedderState, StoreState


def diagnosis_view(found: Diagnosis) -> Group:
    """Return how ibid is set up, part by part."""
    return Group(
        *_part("Store", _store(found.store)),
        *_part("Embedder of new collections", _embedder(found.embedder)),
        *_part(
            "Disk",
            [
                ("data directory", Text(found.disk.data_dir)),
                (
                    "used, free",
                    Text(f"{_size(found.disk.used_bytes)}, {_size(found.disk.free_bytes)}"),
                ),
            ],
        ),
        *_part(
            "Settings",
            [
                (name, Text.assemble(state.value or "–", (f"  {state.origin}", "dim")))
                for name, state in found.settings.items()
            ],
        ),
        *_part(
            "Versions",
            [
                ("Python", Text(f"{found.python} on {found.platform}")),
                *((name, Text(version)) for name, version in found.packages.items()),
            ],
        ),
    )


def _store(store: StoreState) -> Iterable[tuple[str, Text]]:
    yield store.kind, Text(store.place)
    if store.through:
        yield "held by", Text(f"the server at {store.through}, which was asked")
    yield "state", Text(store.wrong, style="red") if store.wrong else Text("ok", style="green")
    if store.warning:
        yield "warning", Text(store.warning, style="yellow")
    for collection in store.collections:
        yield (
            f"  {collection.name}",
            Text(
                f"{counted(collection.documents, 'document')}, "
                f"{counted(collection.chunks, 'chunk')}, "
                f"{counted(collection.tokens, 'token')}; {collection.embedder}"
            ),
        )
    if not store.collections and not store.wrong:
        yield "", Text("nothing has been ingested yet; `ibid ingest PATH…` first", style="dim")


def _embedder(embedder: EmbedderState) -> Iterable[tuple[str, Text]]:
    yield "name", Text(embedder.name)
    yield "license", Text(embedder.license)
    for path, size in embedder.files.items():
        yield "built", Text(f"{path} ({_size(size)})")
    if not embedder.files:
        yield "built", Text("not yet; the first ingestion does it", style="dim")


def _part(title: str, rows: Iterable[tuple[str, Text]]) -> tuple[RenderableType, RenderableType]:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in rows:
        grid.add_row(name, value)
    return Text(title, style="bold"), Padding(grid, (0, 0, 1, 2))


def _size(count: int) -> str:
    value, unit = float(count), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
