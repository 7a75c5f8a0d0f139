"""The client of a Qdrant server: conditions in its words, and its errors translated."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, assert_never

from qdrant_client import models
from qdrant_client.common.client_exceptions import QdrantException
from qdrant_client.http.exceptions import (
    ApiException,
    ResponseHandlingException,
    UnexpectedResponse,
)

from core.errors import StoreError
from core.store.payload import Either, Match, Range

if TYPE_CHECKING:
    from collections.abc import Generator

    from core.store.payload import Condition, Where

FIELD_TYPES = {
    "keyword": models.PayloadSchemaType.KEYWORD,
    "float": models.PayloadSchemaType.FLOAT,
}
"""The index that serves each kind of metadata value."""


def to_filter(where: Where) -> models.Filter:
    """Return the conditions in the client's words."""
    return models.Filter(
        must=[_condition(condition) for condition in where.must],
        must_not=[_condition(condition) for condition in where.must_not],
    )


@contextmanager
def translated(failed: str) -> Generator[None]:
    """Turn what the client raises into `StoreError`; none of it shows a key."""
    try:
        yield
    except UnexpectedResponse as error:
        said = error.content[:300].decode(errors="replace")
        raise StoreError(
            f"{failed}: the Qdrant server answered {error.status_code}: {said}"
        ) from error
    except ResponseHandlingException as error:
        raise StoreError(
            f"{failed}: the Qdrant server cannot be reached ({error.source}); "
            f"is QDRANT_URL right, and is it running?"
        ) from error
    except (ApiException, QdrantException, ValueError) as error:
        raise StoreError(f"{failed}: {error}") from error


def _condition(condition: Condition) -> models.FieldCondition | models.Filter:
    match condition:
        case Match(path=path, values=values):
            return models.FieldCondition(key=path, match=models.MatchAny(any=list(values)))
        case Range(path=path, gt=gt, gte=gte, lt=lt, lte=lte):
            return models.FieldCondition(
                key=path, range=models.Range(gt=gt, gte=gte, lt=lt, lte=lte)
            )
        case Either(conditions=conditions):
            return models.Filter(should=[_condition(option) for option in conditions])
        case _:
            assert_never(condition)
