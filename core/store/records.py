"""Records as payloads of points without vectors: the same behind both doors."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from uuid import UUID

import orjson

from core.errors import RequestError, StoreError
from core.ids import point_id
from core.store.payload import Match, Range, Where
from core.types import Record, RecordKind

if TYPE_CHECKING:
    from collections.abc import Mapping

RECORD_KEYWORDS: tuple[str, ...] = (
    "kind",
    "data.collection",
    "data.state",
    "data.documents",
    "data.asked",
)
"""Fields that lists are asked for by."""
_CREATED = "data.created_s"
RECORD_NUMBERS: tuple[str, ...] = (_CREATED,)
"""Fields that are compared."""


def record_point_id(kind: RecordKind, key: str) -> str:
    """Return the id of the point that holds a record."""
    return point_id("record", kind, key)


def checked_cursor(cursor: str | None) -> str | None:
    """Return `cursor`; raises `RequestError` where no list gave it."""
    try:
        return None if cursor is None else str(UUID(cursor))
    except ValueError:
        raise RequestError(
            f"cursor {cursor!r} is none; use the `next_cursor` of the page before"
        ) from None


def to_payload(record: Record, *, revision: int) -> dict[str, object]:
    """Return what is stored of a record.

    Raises:
        StoreError: its data is not JSON; a lone surrogate in a string is not, either.
    """
    payload = {
        "kind": record.kind.value,
        "key": record.key,
        "revision": revision,
        "data": record.data,
    }
    try:
        return orjson.loads(orjson.dumps(payload))
    except orjson.JSONEncodeError as error:
        raise StoreError(f"{record.kind} {record.key!r} cannot be stored: {error}") from error


def from_payload(payload: Mapping[str, object] | None) -> Record:
    """Return the record that was stored with this payload."""
    if payload is None:
        raise StoreError("a record has no payload; was the store written by ibid?")
    return Record(
        kind=RecordKind(cast("str", payload["kind"])),
        key=cast("str", payload["key"]),
        data=cast("dict[str, object]", payload["data"]),
        revision=cast("int", payload["revision"]),
    )


def records_where(
    kind: RecordKind, fields: Mapping[str, str], *, before: float | None = None
) -> Where:
    """Return the conditions on records of a kind whose data has these values.

    `before` is in seconds since 1970: then they were also created before it.

    Raises:
        RequestError: a field's name is not letters, digits and underscores.
    """
    for name in fields:
        if not name.isidentifier():
            raise RequestError(f"records cannot be listed by {name!r}; allowed: a field's name")
    return Where(
        must=[
            Match(path="kind", values=[kind.value]),
            *(Match(path=f"data.{name}", values=[value]) for name, value in fields.items()),
            *([] if before is None else [Range(path=_CREATED, lt=before)]),
        ]
    )
