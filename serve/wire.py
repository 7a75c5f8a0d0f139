"""Values as JSON, and back: the same from the REST service and from the command line."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeVar

import orjson
from pydantic import TypeAdapter, ValidationError

from core.answers import Fallback
from core.errors import ServerError
from core.ids import DocumentId
from core.records import CollectionRecord, DocumentRecord, Job
from core.types import Passage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.types import FieldCondition

T = TypeVar("T")

ALIVE = {"status": "ok"}
"""What a server says of itself at `/healthz`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passages:
    """What a search found, best first."""

    passages: tuple[Passage, ...]
    timings_ms: dict[str, float]
    fallbacks: tuple[Fallback, ...] = ()
    """Reranking models that failed: then the passages are in the order in which they were found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collections:
    """Every collection, by name."""

    collections: tuple[CollectionRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPage:
    """Some documents; `next_cursor` asks for those after them."""

    documents: tuple[DocumentRecord, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPage:
    """Some jobs; `next_cursor` asks for those after them."""

    jobs: tuple[Job, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSlice:
    """What a document has from `start` to `end`, in code points."""

    document_id: DocumentId
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Whether each dependency works: `ok`, or what is wrong with it."""

    status: str
    checks: dict[str, str]


def document_json(document: DocumentRecord) -> dict[str, object]:
    """Return a document as JSON values: its record and how many `pages` it has."""
    return {**asdict(document), "pages": document.pages}


def documents_json(
    documents: Sequence[DocumentRecord], next_cursor: str | None
) -> dict[str, object]:
    """Return a page of documents as JSON values."""
    return {"documents": [document_json(d) for d in documents], "next_cursor": next_cursor}


def filters_json(conditions: Sequence[FieldCondition]) -> dict[str, object]:
    """Return the filters that `core.filters.parse_filters` makes these conditions of."""
    return {c.field: _condition_json(c) for c in conditions}


def to_bytes(value: object, *, indent: bool = False) -> bytes:
    """Return dataclasses and JSON values as JSON; an indented one ends with a line end."""
    return orjson.dumps(
        value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE if indent else None
    )


def from_bytes(shape: type[T], data: bytes) -> T:
    """Return what a server sent; fields that a newer one added are passed over.

    Raises:
        ServerError: it is not a `shape`.
    """
    try:
        return _adapter(shape).validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        raise ServerError(
            f"the server sent something else than {shape.__name__}: "
            f"{'.'.join(map(str, first['loc']))}: {first['msg']}",
            status=502,
        ) from None


def _condition_json(condition: FieldCondition) -> dict[str, object]:
    if condition.any is not None:
        return {"any": list(condition.any)}
    bounds = {name: getattr(condition, name) for name in ("gt", "gte", "lt", "lte")}
    return {name: bound for name, bound in bounds.items() if bound is not None}


@cache
def _adapter(shape: type[T]) -> TypeAdapter[T]:
    return TypeAdapter(shape)
