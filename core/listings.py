"""What is known of all documents of a collection, for as long as none of them changes."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from core.ids import CollectionName
    from core.records import DocumentRecord
    from core.types import Scope

_BELIEVED_S = 5.0
"""For how long a list is believed that others may change."""
_COUNTS = 1_000
"""Scopes whose counts are remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    """All documents of a collection, as they were at one moment."""

    revision: int
    until_s: float
    documents: tuple[DocumentRecord, ...]


class Listings:
    """Lists and counts of documents."""

    def __init__(self, *, exclusive: bool) -> None:
        """Believe what was read until it changes; `exclusive`: no other process changes it."""
        self._exclusive = exclusive
        self._revisions: dict[CollectionName, int] = {}
        """Grow with every change of the documents that is made here."""
        self._counts: dict[Scope, tuple[int, int]] = {}
        """What was counted, and at which revision."""
        self._listed: dict[CollectionName, _Listed] = {}

    def changed(self, collection: CollectionName) -> None:
        """Believe nothing any more that was read of `collection`."""
        self._revisions[collection] = self._revisions.get(collection, 0) + 1
        self._listed.pop(collection, None)

    async def documents(
        self,
        collection: CollectionName,
        every: Callable[[CollectionName], AsyncIterator[DocumentRecord]],
    ) -> tuple[DocumentRecord, ...]:
        """Return all documents of `collection`, which `every` reads where they are not known."""
        revision, now_s = self._revisions.get(collection, 0), monotonic()
        known = self._listed.get(collection)
        if known and known.revision == revision and (self._exclusive or now_s < known.until_s):
            return known.documents
        documents = tuple([each async for each in every(collection)])
        self._listed[collection] = _Listed(
            revision=revision, until_s=now_s + _BELIEVED_S, documents=documents
        )
        return documents

    async def count(self, scope: Scope, count: Callable[[Scope], Awaitable[int]]) -> int:
        """Return how many documents are in `scope`, which `count` counts where it is not known."""
        revision = self._revisions.get(scope.collection, 0)
        known = self._counts.get(scope)
        if known and known[0] == revision and self._exclusive:
            return known[1]
        counted = await count(scope)
        if len(self._counts) == _COUNTS:
            self._counts.clear()
        self._counts[scope] = (revision, counted)
        return counted
