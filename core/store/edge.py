"""The embedded store: Qdrant Edge in this process, one shard for each collection."""

from __future__ import annotations

import asyncio
import fcntl
import re
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, TextIO

from core.errors import NotFoundError, StoreBusyError, StoreError
from core.store.edge_index import BUILD_FROM, EdgeIndex
from core.store.edge_records import EdgeRecords
from core.store.edge_shard import Shard
from core.store.generations import Generations
from core.store.payload import INDEX_NAME

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

STORE_DIRECTORY = "store"
_CONTROL = "control"
_INDEXES = "indexes"


class EdgeStore:
    """A `Store` in a directory that one process holds at a time."""

    def __init__(self, data_dir: Path, *, build_from: int = BUILD_FROM) -> None:
        """Open the store in `data_dir`, or create it.

        Args:
            data_dir: holds everything of ibid; the store is in `store/`.
            build_from: how many points without a graph make `optimize` build one.

        Raises:
            StoreBusyError: another process holds it.
            StoreError: it cannot be read or written.
        """
        self.data_dir = data_dir
        self._home = data_dir / STORE_DIRECTORY
        self._build_from = build_from
        self._indexes: dict[str, EdgeIndex] = {}
        self._lock = lock_store(data_dir)
        try:
            self._records = EdgeRecords.open(self._home / _CONTROL)
        except StoreError:
            self._lock.close()
            raise

    @property
    def records(self) -> EdgeRecords:
        """The control collection."""
        return self._records

    async def create_index(self, name: str, *, dimensions: int) -> EdgeIndex:
        """Create (or open, where it is there) a physical collection."""
        generations = self._generations(name)
        if generations.current() is not None:
            return await self.open_index(name)
        generations.clear()
        self._indexes[name] = EdgeIndex.create(
            generations, dimensions=dimensions, build_from=self._build_from
        )
        return self._indexes[name]

    async def open_index(self, name: str) -> EdgeIndex:
        """Open a physical collection; raises `NotFoundError`."""
        if name in self._indexes:
            return self._indexes[name]
        generations = self._generations(name)
        live = generations.current()
        if live is None:
            raise NotFoundError("index", name)
        generations.clear()
        self._indexes[name] = EdgeIndex(Shard.load(live), generations, build_from=self._build_from)
        return self._indexes[name]

    async def drop_index(self, name: str) -> None:
        """Delete a physical collection and its files; it may be absent."""
        index = self._indexes.pop(name, None)
        if index is not None:
            await index.close()
        await asyncio.to_thread(self._generations(name).remove)

    async def close(self) -> None:
        """Flush and release everything."""
        for index in self._indexes.values():
            await index.close()
        self._indexes.clear()
        self._records.close()
        self._lock.close()

    @asynccontextmanager
    async def unchanging(self) -> AsyncGenerator[list[Path]]:
        """Hold back all writes, and give the files and directories that make up the store."""
        async with AsyncExitStack() as held:
            await held.enter_async_context(self._records.writing)
            for index in self._indexes.values():
                await held.enter_async_context(index.writing)
            paths = [self._home / _CONTROL]
            for home in (self._home / _INDEXES).glob("*"):
                generations = Generations(home)
                if (live := generations.current()) is not None:
                    paths += [live, generations.pointer]
            yield paths

    def _generations(self, name: str) -> Generations:
        if not re.fullmatch(INDEX_NAME, name):
            raise StoreError(f"index name {name!r}; allowed: letters, digits, '.', '_' and '-'")
        return Generations(self._home / _INDEXES / name)


def has_store(data_dir: Path) -> bool:
    """Tell whether there is an embedded store in `data_dir`."""
    return (data_dir / STORE_DIRECTORY / _CONTROL).is_dir()


def has_collections(data_dir: Path) -> bool:
    """Tell whether there are points of a collection in `data_dir`."""
    return any((data_dir / STORE_DIRECTORY / _INDEXES).glob("*/*"))


def lock_store(data_dir: Path) -> TextIO:
    """Take the store of a data directory for this process, until the file is closed.

    Raises:
        StoreBusyError: another process holds it.
        StoreError: the directory cannot be written.
    """
    home = data_dir / STORE_DIRECTORY
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = (home / "lock").open("a", encoding="ascii")
    except OSError as error:
        raise StoreError(f"cannot write to {str(home)!r}: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise StoreBusyError(data_dir) from None
    return lock
