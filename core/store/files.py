"""Putting files on disk, so that they outlive a loss of power."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


_BLOCK = 2**20


def write_text(path: Path, text: str) -> None:
    """Replace a file in one step: after a crash it has the old text or the new one."""
    draft = path.with_name(f"{path.name}.new")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync(path.parent)


def sync_files(directory: Path) -> None:
    """Put the files of a directory on disk, with what was written to them through memory maps."""
    for path in directory.iterdir():
        sync(path)
    sync(directory)


def sync(path: Path) -> None:
    """Put one file, or the names in one directory, on disk."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_ahead(shard: Path) -> None:
    """Read what opening a shard reads, so that it is in memory when that is done.

    The engine opens a shard without letting other threads run, and gives up the cache of what it
    closes: reading from disk would hold up the process for seconds.
    """
    for pattern in ("segments/*/payload_index", "segments/*/vector_index-*"):
        for directory in shard.glob(pattern):
            for path in sorted(each for each in directory.rglob("*") if each.is_file()):
                with path.open("rb") as file:
                    while file.read(_BLOCK):
                        pass
