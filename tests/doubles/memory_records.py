"""A `RecordStore` in memory."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.types import Record, RecordKind


class MemoryRecords:
    def __init__(self) -> None:
        self._records: dict[tuple[RecordKind, str], Record] = {}

    async def get(self, kind: RecordKind, keys: Sequence[str]) -> dict[str, Record]:
        return {key: self._records[kind, key] for key in keys if (kind, key) in self._records}

    async def put(self, records: Sequence[Record]) -> None:
        for record in records:
            self._records[record.kind, record.key] = record

    async def put_if(self, record: Record) -> bool:
        stored = self._records.get((record.kind, record.key))
        if (stored.revision if stored else 0) != record.revision:
            return False
        await self.put([replace(record, revision=record.revision + 1)])
        return True

    async def delete(self, kind: RecordKind, keys: Sequence[str]) -> None:
        for key in keys:
            self._records.pop((kind, key), None)

    async def purge(
        self,
        kind: RecordKind,
        *,
        where: Mapping[str, str] | None = None,
        before: float | None = None,
        limit: int = 500,
    ) -> int:
        keys = [key for key in self._keys(kind, where) if self._is_older(kind, key, before)]
        await self.delete(kind, keys[:limit])
        return len(keys[:limit])

    async def count(self, kind: RecordKind, *, where: Mapping[str, str] | None = None) -> int:
        return len(self._keys(kind, where))

    async def list(
        self,
        kind: RecordKind,
        *,
        where: Mapping[str, str] | None = None,
        limit: int = 100,
        cursor: str | None = None,
    ) -> tuple[list[Record], str | None]:
        keys = [key for key in self._keys(kind, where) if key >= (cursor or "")]
        following = keys[limit] if len(keys) > limit else None
        return [self._records[kind, key] for key in keys[:limit]], following

    def _keys(self, kind: RecordKind, where: Mapping[str, str] | None) -> list[str]:
        wanted = (where or {}).items()
        return sorted(
            key
            for (of, key), record in self._records.items()
            if of == kind and all(_equals(record.data.get(name), value) for name, value in wanted)
        )

    def _is_older(self, kind: RecordKind, key: str, before: float | None) -> bool:
        created = self._records[kind, key].data.get("created_s")
        return before is None or (isinstance(created, float) and created < before)


def _equals(stored: object, value: str) -> bool:
    return value in stored if isinstance(stored, list | tuple) else stored == value
