"""A JSON Lines file by the ids of its lines, of which only the places are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class LineIndex:
    """Finds lines that are objects with an `id`; half a line at the end is not there."""

    def __init__(self, path: Path) -> None:
        """Read where each line of `path` begins; without the file there are none."""
        self._path = path
        self._places: dict[str, int] = {}
        for at, line in _lines(path):
            self._places[str(orjson.loads(line)["id"])] = at

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def __len__(self) -> int:
        return len(self._places)

    def get(self, key: str) -> bytes | None:
        """Return the last line with this id; `None` without one."""
        at = self._places.get(key)
        if at is None:
            return None
        with self._path.open("rb") as file:
            file.seek(at)
            return file.readline()


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    if not path.exists():
        return
    at = 0
    with path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                yield at, line
            at += len(line)
