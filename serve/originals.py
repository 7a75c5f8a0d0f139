"""The files that documents were ingested from, as long as they have the same bytes."""

from __future__ import annotations

import hashlib
import stat
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.records import DocumentRecord

T = TypeVar("T")
_State: TypeAlias = tuple[str, int, int, int]
"""A path, and what tells that its file was changed: when, its size, which file it is."""

_CACHED_HASHES = 4_096


class Originals:
    """Remembers the hashes of files, which take long to make of large ones."""

    def __init__(self) -> None:
        self._hashes: OrderedDict[_State, str] = OrderedDict()

    def read(self, document: DocumentRecord, reading: Callable[[Path], T]) -> T | None:
        """Return what `reading` makes of the file that `document` was made of.

        `None`: it is not there, cannot be read, or was changed, before or meanwhile.
        """
        path = Path(document.source)
        try:
            before = _state(path)
            if before is None or self._hash(before) != document.sha256:
                return None
            found = reading(path)
            return found if _state(path) == before else None
        except (OSError, ValueError):  # the latter of a name that no file can have
            return None

    def _hash(self, state: _State) -> str:
        if state not in self._hashes:
            with Path(state[0]).open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            if _state(Path(state[0])) != state:
                return ""
            self._hashes[state] = sha256
            if len(self._hashes) > _CACHED_HASHES:
                self._hashes.popitem(last=False)
        self._hashes.move_to_end(state)
        return self._hashes[state]


def _state(path: Path) -> _State | None:
    """Return what a file is like now; `None`: `path` is no name of a file on this machine."""
    if not path.is_absolute():  # an upload's name, which the working directory may have a file of
        return None
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        return None
    return str(path), status.st_mtime_ns, status.st_size, status.st_ino
