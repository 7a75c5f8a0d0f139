"""What was written to an index while its successor is being built."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, cast

from qdrant_edge import Point

from core.store.edge_shard import UPSERT_BATCH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qdrant_edge import Record, Vector

    from core.store.edge_shard import Shard
    from core.store.payload import Where


class Journal:
    """The writes in their order: ids of points that were stored, conditions of what was deleted.

    It need not outlive the process: if that ends, the build is lost and the live index has it all.
    """

    def __init__(self) -> None:
        self._entries: deque[tuple[str, ...] | Where] = deque()

    def __len__(self) -> int:
        return len(self._entries)

    def stored(self, ids: Sequence[str]) -> None:
        """Note points that were stored."""
        for i in range(0, len(ids), UPSERT_BATCH):
            self._entries.append(tuple(ids[i : i + UPSERT_BATCH]))

    def deleted(self, where: Where) -> None:
        """Note points that were deleted."""
        self._entries.append(where)

    def replay_one(self, live: Shard, successor: Shard) -> None:
        """Do the oldest write again, with the points as they are in `live` by now."""
        entry = self._entries.popleft()
        if not isinstance(entry, tuple):
            successor.delete(entry)
            return
        found = live.retrieve(entry, with_vectors=True)
        if found:
            successor.upsert([_point(record) for record in found])


def _point(record: Record) -> Point:
    return Point(record.id, cast("Vector", record.vector), record.payload)
