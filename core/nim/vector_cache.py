"""Vectors that were asked for once, kept in one SQLite file so that none is paid for twice."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from core.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping
    from pathlib import Path

    from core.types import Vector

MAX_BYTES = 2 * 2**30
SCHEMA = 1
"""Of the table; a file with another one is made anew."""
WAIT_S = 30
"""For another process that writes to the same file."""
PAUSE_S = 0.01
"""Between two looks whether it has, where SQLite does not wait itself."""

_log = logging.getLogger(__name__)


class InputType(StrEnum):
    """What a text is to the model; the two give different vectors."""

    QUERY = "query"
    PASSAGE = "passage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """What a vector depends on beside its text."""

    place: str
    """Where the model is served, as collections record it: a name says little of what a server of
    one's own has. Empty: by NVIDIA."""
    model: str
    dimensions: int
    input_type: InputType

    def key(self, text: str) -> bytes:
        """Return what identifies the vector of `text`; the text cannot be read from it."""
        head = "\0".join((self.place, self.model, str(self.dimensions), self.input_type, ""))
        return hashlib.sha256((head + text).encode()).digest()


class VectorCache:
    """Keeps vectors across processes and crashes; the oldest go when the file is full.

    Any number of threads and processes may use one file. It is a cache: when it breaks, it is
    empty, and vectors are asked for again.
    """

    def __init__(self, path: Path, *, max_bytes: int = MAX_BYTES) -> None:
        """Open the file at `path`, which is made if it is not there, or cannot be used.

        Raises:
            StoreError: it cannot be written there.
        """
        self._path, self._max_bytes = path, max_bytes
        self._lock = threading.Lock()
        self._closed = False
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = _open(path)
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"cannot keep vectors in {str(path)!r}: {error}") from error

    def get(self, space: Space, texts: Iterable[str]) -> dict[str, Vector]:
        """Return the vectors that are kept, by text."""
        found: dict[str, Vector] = {}
        with self._lock, _at_worst(self._path, "read"):
            if self._closed:
                return {}
            for text in texts:
                row = self._connection.execute(
                    "SELECT vector FROM vectors WHERE key = ?", (space.key(text),)
                ).fetchone()
                if row and len(row[0]) == space.dimensions * 4:
                    found[text] = np.frombuffer(row[0], dtype="<f4")
        return found

    def put(self, space: Space, vectors: Mapping[str, Vector]) -> None:
        """Keep `vectors`, given by text; they are on disk when this returns."""
        rows = [
            (space.key(text), np.asarray(vector, dtype="<f4").tobytes())
            for text, vector in vectors.items()
        ]

        def insert(cursor: sqlite3.Cursor) -> None:
            cursor.executemany("INSERT OR REPLACE INTO vectors (key, vector) VALUES (?, ?)", rows)
            self._evict(cursor, at_once=len(rows))

        self._write(insert)

    def forget(self, space: Space, texts: Iterable[str]) -> None:
        """Delete the vectors of `texts`; unless others are reading, no byte of them stays."""
        keys = [(space.key(text),) for text in texts]
        self._write(lambda cursor: cursor.executemany("DELETE FROM vectors WHERE key = ?", keys))
        with self._lock, _at_worst(self._path, "rid of what was deleted"):
            if not self._closed:  # the log of writes still has them
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def close(self) -> None:
        """Release the file; what comes after is not kept."""
        with self._lock:
            self._closed = True
            self._connection.close()

    def _write(self, change: Callable[[sqlite3.Cursor], object]) -> None:
        with self._lock, _at_worst(self._path, "written"):
            if not self._closed:
                with _transaction(self._connection) as cursor:
                    change(cursor)

    def _evict(self, cursor: sqlite3.Cursor, *, at_once: int) -> None:
        """Delete the oldest until the file holds no more than it may."""
        while _used_bytes(cursor) > self._max_bytes:
            cursor.execute(
                "DELETE FROM vectors WHERE id IN (SELECT id FROM vectors ORDER BY id LIMIT ?)",
                (max(at_once, 1),),
            )
            if not cursor.rowcount:
                return


def _open(path: Path) -> sqlite3.Connection:
    try:
        return _connect(path)
    except sqlite3.OperationalError:
        raise  # it cannot be opened, which says nothing about what is in it
    except sqlite3.DatabaseError as error:
        _log.warning("%s is not a usable cache (%s); it is made anew", path, error)
        for each in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
            each.unlink(missing_ok=True)
        return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    # Every access is under the lock, so that threads do not meet in a transaction.
    connection = sqlite3.connect(
        path, timeout=WAIT_S, isolation_level=None, check_same_thread=False
    )
    try:
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        with _transaction(connection) as cursor:
            [schema] = cursor.execute("PRAGMA user_version").fetchone()
            if schema not in (0, SCHEMA):
                cursor.execute("DROP TABLE IF EXISTS vectors")
            cursor.execute(
                "CREATE TABLE IF NOT EXISTS vectors "
                "(id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, vector BLOB NOT NULL)"
            )
            cursor.execute(f"PRAGMA user_version = {SCHEMA}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Have readers not wait for writers; two processes may make the file at the same moment."""
    until = time.monotonic() + WAIT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            # SQLite waits for the other's lock everywhere but where it could be for ever.
            # https://sqlite.org/c3ref/busy_handler.html
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(PAUSE_S)
        else:
            return


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Generator[sqlite3.Cursor]:
    cursor = connection.execute("BEGIN IMMEDIATE")
    try:
        yield cursor
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


@contextmanager
def _at_worst(path: Path, done: str) -> Generator[None]:
    """Go on without the cache where it fails: what was paid for must reach the caller."""
    try:
        yield
    except sqlite3.Error as error:
        _log.warning("the vectors kept in %s cannot be %s: %s", path, done, error)


def _used_bytes(cursor: sqlite3.Cursor) -> int:
    figures = [
        cursor.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_count", "freelist_count", "page_size")
    ]
    pages, free, size = figures
    return (pages - free) * size
