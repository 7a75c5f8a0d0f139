"""Records that nobody keeps: of a process that cannot have the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.types import Record, RecordKind


class NoRecords:
    """A `RecordStore` that has nothing; what is written is as soon gone."""

    async def get(
        self,
        kind: RecordKind,  # noqa: ARG002 - as of all stores
        keys: Sequence[str],  # noqa: ARG002
    ) -> dict[str, Record]:
        """Return nothing."""
        return {}

    async def put(self, records: Sequence[Record]) -> None:
        """Forget `records`."""

    async def put_if(self, record: Record) -> bool:
        """Forget `record`, which nobody else has written; tell that if its revision says so."""
        return not record.revision

    async def delete(self, kind: RecordKind, keys: Sequence[str]) -> None:
        """Do nothing: they are not there."""

    async def purge(
        self,
        kind: RecordKind,  # noqa: ARG002
        *,
        where: Mapping[str, str] | None = None,  # noqa: ARG002
        before: float | None = None,  # noqa: ARG002
        limit: int = 500,  # noqa: ARG002
    ) -> int:
        """Return 0: nothing is there to be deleted."""
        return 0

    async def count(
        self,
        kind: RecordKind,  # noqa: ARG002
        *,
        where: Mapping[str, str] | None = None,  # noqa: ARG002
    ) -> int:
        """Return 0."""
        return 0

    async def list(
        self,
        kind: RecordKind,  # noqa: ARG002
        *,
        where: Mapping[str, str] | None = None,  # noqa: ARG002
        limit: int = 100,  # noqa: ARG002
        cursor: str | None = None,  # noqa: ARG002
    ) -> tuple[list[Record], str | None]:
        """Return no record, and no cursor."""
        return [], None
