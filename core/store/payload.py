"""A point's payload: what a stored chunk says of itself, and what it can be found by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

import orjson

from core.errors import StoreError
from core.ids import ChunkId, DocumentId, VersionId, place_of
from core.types import Chunk, ChunkKind, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from core.types import FieldCondition, Metadata, MetadataValue, Point, Scope

DENSE = "dense"
SPARSE = "sparse"

KEYWORDS: tuple[str, ...] = ("document_id", "version", "kind")
"""Payload fields that are matched."""
INTEGERS: tuple[str, ...] = ("start", "end")
"""Payload fields that are compared."""

MOST_FIELDS = 64
"""Metadata fields with an index; a filter on another one is slower, not wrong."""
INDEX_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}"
"""What a physical collection may be called: it is a directory, or a part of a URL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The field, or one of its items, is one of these strings."""

    path: str
    values: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """The field is a number within these bounds."""

    path: str
    gt: float | None = None
    gte: float | None = None
    lt: float | None = None
    lte: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Either:
    """At least one of the conditions holds."""

    conditions: Sequence[Condition]


FieldKind: TypeAlias = Literal["keyword", "float"]

Condition: TypeAlias = Match | Range | Either


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """What a point must be, and must not be; each door puts it into its engine's words."""

    must: Sequence[Condition]
    must_not: Sequence[Condition] = ()


def to_payload(point: Point) -> dict[str, object]:
    """Return what is stored beside the vectors of `point`.

    Raises:
        StoreError: it is not JSON: a string has a lone surrogate, which no store can hold.
    """
    chunk = point.chunk
    payload: dict[str, object] = {
        "document_id": chunk.document_id,
        "version": chunk.version,
        "kind": chunk.kind.value,
        "start": chunk.span.start,
        "end": chunk.span.end,
        "text": chunk.text,
        "pages": list(chunk.pages),
        "section": list(chunk.section),
    }
    if point.metadata:
        payload["meta"] = {_key(name): _value(value) for name, value in point.metadata.items()}
    try:
        return orjson.loads(orjson.dumps(payload))
    except orjson.JSONEncodeError as error:
        raise StoreError(
            f"chunk {chunk.chunk_id} of document {chunk.document_id!r} cannot be stored: {error}"
        ) from error


def to_chunk(point_id: object, payload: Mapping[str, object] | None) -> Chunk:
    """Return the chunk that was stored with this payload."""
    if payload is None:
        raise StoreError(f"point {point_id} has no payload; was the index written by ibid?")
    return Chunk(
        chunk_id=ChunkId(str(point_id)),
        document_id=DocumentId(cast("str", payload["document_id"])),
        version=VersionId(cast("str", payload["version"])),
        kind=ChunkKind(cast("str", payload["kind"])),
        span=Span(cast("int", payload["start"]), cast("int", payload["end"])),
        text=cast("str", payload["text"]),
        pages=tuple(cast("list[int]", payload["pages"])),
        section=tuple(cast("list[str]", payload["section"])),
        figures=place_of(ChunkId(str(point_id))).figures,
    )


def metadata_fields(metadata: Iterable[Metadata]) -> dict[str, FieldKind]:
    """Return the path of every field, and the index that finds its values."""
    return {
        metadata_path(name): _kind_of(value)
        for fields in metadata
        for name, value in fields.items()
    }


def metadata_path(name: str) -> str:
    """Return the payload path of a metadata field, whatever characters its name has."""
    return f'meta."{_key(name)}"'


def in_scope(scope: Scope, kind: ChunkKind) -> Where:
    """Return the conditions of a search."""
    must: list[Condition] = [Match(path="kind", values=[kind.value])]
    if scope.document_ids:
        must.append(Match(path="document_id", values=scope.document_ids))
    for condition in scope.filters:
        must.extend(_conditions(condition))
    return Where(must=must)


def of_kind(kind: ChunkKind) -> Where:
    """Return the condition on the points of a kind."""
    return Where(must=[Match(path="kind", values=[kind.value])])


def overlapping(document: DocumentId, version: VersionId, span: Span) -> Where:
    """Return the conditions on the chunks that overlap `span`."""
    return Where(
        must=[
            Match(path="document_id", values=[document]),
            Match(path="version", values=[version]),
            Match(path="kind", values=[ChunkKind.CHUNK.value]),
            Range(path="start", lt=span.end),
            Range(path="end", gt=span.start),
        ]
    )


def of_document(document: DocumentId, *, keep: VersionId | None) -> Where:
    """Return the conditions on a document's points, but for those of the version to keep."""
    kept = [Match(path="version", values=[keep])] if keep is not None else []
    return Where(must=[Match(path="document_id", values=[document])], must_not=kept)


def _conditions(condition: FieldCondition) -> list[Condition]:
    path = metadata_path(condition.field)
    found: list[Condition] = []
    if condition.any is not None:
        found.append(_any_of(path, condition.any))
    bounds = (condition.gt, condition.gte, condition.lt, condition.lte)
    if any(bound is not None for bound in bounds):
        gt, gte, lt, lte = bounds
        found.append(Range(path=path, gt=gt, gte=gte, lt=lt, lte=lte))
    return found


def _any_of(path: str, values: Sequence[str | int | bool]) -> Condition:
    strings = [_stored(value) for value in values if isinstance(value, str | bool)]
    # A number is matched by its bounds, so that 3 finds 3.0 whichever of them was stored.
    numbers = [
        Range(path=path, gte=value, lte=value)
        for value in values
        if not isinstance(value, str | bool)
    ]
    if not numbers:
        return Match(path=path, values=strings)
    return Either(conditions=[Match(path=path, values=strings), *numbers] if strings else numbers)


def _key(name: str) -> str:
    # A path cannot have a quotation mark or a backslash in a quoted name.
    return name.replace('"', "'").replace("\\", "/")


def _stored(value: object) -> str:
    # Truth values are stored as words: the embedded engine's binding takes `True` for the number 1.
    return str(value).lower() if isinstance(value, bool) else str(value)


def _value(value: MetadataValue) -> object:
    if isinstance(value, bool):
        return _stored(value)
    return value if isinstance(value, str | int | float) else list(value)


def _kind_of(value: MetadataValue) -> FieldKind:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return "float" if number else "keyword"
