"""The control collection of the embedded store."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from qdrant_edge import (
    EdgeConfig,
    EdgeSparseVectorParams,
    FloatIndexParams,
    KeywordIndexParams,
    Point,
)

from core.store.edge_shard import Shard
from core.store.records import (
    RECORD_KEYWORDS,
    RECORD_NUMBERS,
    checked_cursor,
    from_payload,
    record_point_id,
    records_where,
    to_payload,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from qdrant_edge import PayloadSchemaParams

    from core.types import Record, RecordKind

_NO_VECTORS = {"none": EdgeSparseVectorParams()}
"""The engine wants a shard to have a vector; no point has it."""


class EdgeRecords:
    """A `RecordStore` in one shard."""

    def __init__(self, shard: Shard) -> None:
        self._shard = shard
        self.writing = asyncio.Lock()
        """Whoever holds it is the only one that writes."""

    @classmethod
    def open(cls, path: Path) -> EdgeRecords:
        """Open the control collection, or create it."""
        fields: dict[str, PayloadSchemaParams] = {
            **dict.fromkeys(RECORD_KEYWORDS, KeywordIndexParams()),
            **dict.fromkeys(RECORD_NUMBERS, FloatIndexParams()),
        }
        if not (path / "edge_config.json").exists():
            config = EdgeConfig(sparse_vectors=_NO_VECTORS)
            return cls(Shard.create(path, config, fields=fields))
        shard = Shard.load(path)
        # A store that is older than a field has no index of it.
        for field in fields.keys() - shard.info().payload_schema.keys():
            shard.index_field(field, fields[field])
        return cls(shard)

    async def get(self, kind: RecordKind, keys: Sequence[str]) -> dict[str, Record]:
        """Return the records that are there, by key."""
        return self._get(kind, keys)

    async def put(self, records: Sequence[Record]) -> None:
        """Write records whole; they are on disk when this returns."""
        async with self.writing:
            await self._write([(record, max(record.revision, 1)) for record in records])

    async def put_if(self, record: Record) -> bool:
        """Write `record` if the stored revision is its revision (0: none stored)."""
        async with self.writing:
            stored = self._get(record.kind, [record.key]).get(record.key)
            if (stored.revision if stored else 0) != record.revision:
                return False
            await self._write([(record, record.revision + 1)])
            return True

    async def delete(self, kind: RecordKind, keys: Sequence[str]) -> None:
        """Delete records; keys that are not there are passed over."""
        if not keys:
            return
        async with self.writing:
            self._shard.delete_ids([record_point_id(kind, key) for key in keys])
            await self._shard.persist()

    async def purge(
        self,
        kind: RecordKind,
        *,
        where: Mapping[str, str] | None = None,
        before: float | None = None,
        limit: int = 500,
    ) -> int:
        """Delete at most `limit` records without reading them, and return how many."""
        async with self.writing:
            found, _ = self._shard.scroll(
                records_where(kind, where or {}, before=before), limit=limit, with_payload=False
            )
            if found:
                self._shard.delete_ids([str(point.id) for point in found])
                await self._shard.persist()
        return len(found)

    async def count(self, kind: RecordKind, *, where: Mapping[str, str] | None = None) -> int:
        """Return how many records have fields that equal `where`."""
        return self._shard.count(records_where(kind, where or {}))

    async def list(
        self,
        kind: RecordKind,
        *,
        where: Mapping[str, str] | None = None,
        limit: int = 100,
        cursor: str | None = None,
    ) -> tuple[list[Record], str | None]:
        """Return a page of records by point id, and the cursor of the next."""
        found, following = self._shard.scroll(
            records_where(kind, where or {}), limit=limit, start=checked_cursor(cursor)
        )
        return [from_payload(record.payload) for record in found], following

    def close(self) -> None:
        """Flush and release the files."""
        self._shard.close()

    def _get(self, kind: RecordKind, keys: Sequence[str]) -> dict[str, Record]:
        found = self._shard.retrieve([record_point_id(kind, key) for key in keys])
        records = [from_payload(point.payload) for point in found]
        return {record.key: record for record in records}

    async def _write(self, records: Sequence[tuple[Record, int]]) -> None:
        if not records:
            return
        self._shard.upsert(
            [
                Point(record_point_id(r.kind, r.key), {}, to_payload(r, revision=revision))
                for r, revision in records
            ]
        )
        await self._shard.persist()
