"""The control collection on a Qdrant server."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import uuid4

from qdrant_client import models

from core.errors import StoreError
from core.store.records import (
    RECORD_KEYWORDS,
    RECORD_NUMBERS,
    checked_cursor,
    from_payload,
    record_point_id,
    records_where,
    to_payload,
)
from core.store.server_door import to_filter, translated

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qdrant_client import AsyncQdrantClient

    from core.types import Record, RecordKind

_OLDEST_SERVER = (1, 17)
"""The first that knows an upsert's mode; an older one would ignore it and overwrite."""


class ServerRecords:
    """A `RecordStore` in a collection of points without vectors."""

    def __init__(self, client: AsyncQdrantClient, collection: str) -> None:
        self._client = client
        self._collection = collection
        self._opening = asyncio.Lock()
        self._open = False

    async def get(self, kind: RecordKind, keys: Sequence[str]) -> dict[str, Record]:
        """Return the records that are there, by key."""
        if not keys:
            return {}
        await self._ensure()
        with translated(f"cannot read {len(keys)} records"):
            found = await self._client.retrieve(
                self._collection, [record_point_id(kind, key) for key in keys]
            )
        records = [from_payload(point.payload) for point in found]
        return {record.key: record for record in records}

    async def put(self, records: Sequence[Record]) -> None:
        """Write records whole; they are on disk when this returns."""
        if not records:
            return
        await self._ensure()
        points = [_point(r, to_payload(r, revision=max(r.revision, 1))) for r in records]
        with translated(f"cannot write {len(records)} records"):
            await self._client.upsert(self._collection, points)

    async def put_if(self, record: Record) -> bool:
        """Write `record` if the stored revision is its revision (0: none stored).

        The server does not say whether it wrote, so each attempt carries a mark that is read back.
        An attempt that was overwritten before it was read back counts as refused.
        """
        await self._ensure()
        mark = uuid4().hex
        point = _point(record, to_payload(record, revision=record.revision + 1) | {"mark": mark})
        same_revision = models.FieldCondition(
            key="revision", match=models.MatchValue(value=record.revision)
        )
        mode = models.UpdateMode
        with translated(f"cannot write {record.kind} {record.key!r}"):
            await self._client.upsert(
                self._collection,
                [point],
                ordering=models.WriteOrdering.STRONG,
                update_filter=models.Filter(must=[same_revision]) if record.revision else None,
                update_mode=mode.UPDATE_ONLY if record.revision else mode.INSERT_ONLY,
            )
            found = await self._client.retrieve(
                self._collection, [point.id], consistency=models.ReadConsistencyType.MAJORITY
            )
        return any(stored.payload and stored.payload.get("mark") == mark for stored in found)

    async def delete(self, kind: RecordKind, keys: Sequence[str]) -> None:
        """Delete records; keys that are not there are passed over."""
        if not keys:
            return
        await self._ensure()
        with translated(f"cannot delete {len(keys)} records"):
            await self._client.delete(
                self._collection,
                models.PointIdsList(points=[record_point_id(kind, key) for key in keys]),
            )

    async def purge(
        self,
        kind: RecordKind,
        *,
        where: Mapping[str, str] | None = None,
        before: float | None = None,
        limit: int = 500,
    ) -> int:
        """Delete at most `limit` records without reading them, and return how many."""
        await self._ensure()
        with translated(f"cannot purge records of kind {kind.value!r}"):
            found, _ = await self._client.scroll(
                self._collection,
                scroll_filter=to_filter(records_where(kind, where or {}, before=before)),
                limit=limit,
                with_payload=False,
            )
            if found:
                ids = [point.id for point in found]
                await self._client.delete(self._collection, models.PointIdsList(points=ids))
        return len(found)

    async def count(self, kind: RecordKind, *, where: Mapping[str, str] | None = None) -> int:
        """Return how many records have fields that equal `where`."""
        await self._ensure()
        with translated(f"cannot count records of kind {kind.value!r}"):
            found = await self._client.count(
                self._collection, count_filter=to_filter(records_where(kind, where or {}))
            )
        return found.count

    async def list(
        self,
        kind: RecordKind,
        *,
        where: Mapping[str, str] | None = None,
        limit: int = 100,
        cursor: str | None = None,
    ) -> tuple[list[Record], str | None]:
        """Return a page of records by point id, and the cursor of the next."""
        await self._ensure()
        with translated(f"cannot list records of kind {kind.value!r}"):
            found, following = await self._client.scroll(
                self._collection,
                scroll_filter=to_filter(records_where(kind, where or {})),
                limit=limit,
                offset=checked_cursor(cursor),
            )
        records = [from_payload(point.payload) for point in found]
        return records, None if following is None else str(following)

    async def _ensure(self) -> None:
        async with self._opening:
            if self._open:
                return
            await self._check_version()
            with translated("cannot create the control collection"):
                if not await self._client.collection_exists(self._collection):
                    await self._client.create_collection(self._collection, vectors_config={})
                for field in RECORD_KEYWORDS:
                    await self._client.create_payload_index(
                        self._collection, field, models.PayloadSchemaType.KEYWORD
                    )
                for field in RECORD_NUMBERS:
                    await self._client.create_payload_index(
                        self._collection, field, models.PayloadSchemaType.FLOAT
                    )
                await self._client.create_payload_index(
                    self._collection, "revision", models.PayloadSchemaType.INTEGER
                )
            self._open = True

    async def _check_version(self) -> None:
        with translated("cannot open the store"):
            version = (await self._client.info()).version
        numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
        if numbers < _OLDEST_SERVER:
            raise StoreError(
                f"the Qdrant server is version {version}; ibid needs 1.17 or later, "
                f"whose writes can be conditional"
            )


def _point(record: Record, payload: dict[str, object]) -> models.PointStruct:
    return models.PointStruct(
        id=record_point_id(record.kind, record.key), vector={}, payload=payload
    )
