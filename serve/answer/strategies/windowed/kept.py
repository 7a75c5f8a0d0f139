"""Notes that are kept: what was read once for a question is not read again for it."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from core.errors import NotFoundError, StoreError
from core.records import WindowRecord, read_record
from core.types import RecordKind

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from core.clock import Clock
    from core.ids import CollectionName, DocumentId
    from core.protocols import RecordStore
    from core.records import CollectionRecord, DocumentRecord

_PURGE_EVERY_S = 3_600.0
_PURGED_AT_ONCE = 500
_PAGE = 100
_log = logging.getLogger(__name__)


class Shelf(Protocol):
    """The collections and documents of today."""

    async def collection(self, name: CollectionName) -> CollectionRecord:
        """Return a collection; raises `NotFoundError`."""
        ...

    async def documents(
        self, collection: CollectionName, ids: Sequence[DocumentId]
    ) -> Mapping[DocumentId, DocumentRecord]:
        """Return the documents that are there, by id."""
        ...


class KeptWindows:
    """Keeps what was noted of each part for as many days as answers are kept."""

    def __init__(self, records: RecordStore, shelf: Shelf, *, days: int, clock: Clock) -> None:
        """Keep notes in `records`.

        Args:
            records: the control collection.
            shelf: what is read; notes of what is deleted go with it.
            days: how long; 0: none are kept.
            clock: tells how old they are.
        """
        self._records, self._shelf = records, shelf
        self._days, self._clock = days, clock
        self._purged: float | None = None
        """When all that was too old was purged last, by the monotonic clock."""

    def now_s(self) -> float:
        """Return the time of day in seconds since 1970, as records have it."""
        return self._clock.now().timestamp()

    async def noted(self, collection: CollectionName, asked: str) -> list[WindowRecord]:
        """Return what is kept of the parts that were read for a question.

        What was noted of versions that are no longer the visible ones is deleted instead.
        """
        if not self._days:
            return []
        where = {"collection": collection, "asked": asked}
        found: list[WindowRecord] = []
        outdated: list[str] = []
        async for page in self._pages(where):
            current = await self._current(page)
            found += current
            outdated += sorted({each.key for each in page} - {each.key for each in current})
        await self._records.delete(RecordKind.WINDOW, outdated)
        return [each for each in found if each.created_s >= self._oldest_s()]

    async def keep(self, record: WindowRecord) -> None:
        """Store what was noted, if its documents are still what was read.

        It is on disk when this returns.
        Where the store refuses, it is lost, which the log says.
        """
        if not self._days:
            return
        try:
            if not await self._current([record]):
                return
            await self._records.put([record.to_record()])
            # A deletion forgets again when it is done. What it does not find then is written
            # later than that: here it is seen.
            if not await self._current([record]):
                await self._records.delete(RecordKind.WINDOW, [record.key])
            await self._purge()
        except StoreError as error:
            _log.warning("notes of %d documents are not kept: %s", len(record.documents), error)

    async def forget(self, document: DocumentId) -> None:
        """Delete all notes that are of a document, be it among others."""
        await self._delete({"documents": document})

    async def forget_collection(self, collection: CollectionName) -> None:
        """Delete all notes of a collection."""
        await self._delete({"collection": collection})

    async def _delete(self, where: Mapping[str, str]) -> None:
        while await self._records.purge(RecordKind.WINDOW, where=where, limit=_PURGED_AT_ONCE):
            pass

    async def _pages(
        self, where: Mapping[str, str] | None = None
    ) -> AsyncIterator[list[WindowRecord]]:
        cursor: str | None = None
        while True:
            page, cursor = await self._records.list(
                RecordKind.WINDOW, where=where, limit=_PAGE, cursor=cursor
            )
            yield [read_record(WindowRecord, row) for row in page]
            if cursor is None:
                return

    async def _current(self, records: Sequence[WindowRecord]) -> list[WindowRecord]:
        """Return those of `records` whose documents are all there, in the versions noted of."""
        current: list[WindowRecord] = []
        for name in dict.fromkeys(each.collection for each in records):
            mine = [each for each in records if each.collection == name]
            ids = dict.fromkeys(document for each in mine for document in each.documents)
            try:
                await self._shelf.collection(name)
            except NotFoundError:
                continue
            there = await self._shelf.documents(name, tuple(ids))
            versions = {each.version for each in there.values()}
            current += [
                each
                for each in mine
                if there.keys() >= set(each.documents)
                and versions >= {place.version for place in each.places}
            ]
        return current

    async def _purge(self) -> None:
        """Delete what is outdated, and some of what is too old; at most once an hour.

        Of what is too old, all that there is goes before it is an hour's turn again.
        """
        passed = self._clock.monotonic()
        if self._purged is not None and passed - self._purged < _PURGE_EVERY_S:
            return
        deleted = await self._records.purge(
            RecordKind.WINDOW, before=self._oldest_s(), limit=_PURGED_AT_ONCE
        )
        if deleted < _PURGED_AT_ONCE:
            self._purged = passed
            await self._purge_outdated()

    async def _purge_outdated(self) -> None:
        outdated: list[str] = []
        async for page in self._pages():
            current = {each.key for each in await self._current(page)}
            outdated += [each.key for each in page if each.key not in current]
        await self._records.delete(RecordKind.WINDOW, outdated)

    def _oldest_s(self) -> float:
        return (self._clock.now() - timedelta(days=self._days)).timestamp()
