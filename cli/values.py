"""What is typed after an option: `key=value`, JSON, ids."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, cast

from core.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.types import Scope

_TOO_LARGE = 2**63
"""To be stored as a number."""


def parse_pairs(option: str, pairs: Iterable[str]) -> dict[str, str | int | float | bool]:
    """Return what `key=value` pairs say: numbers, `true` and `false` as such, the rest as text.

    Raises:
        RequestError: a pair has no `=` or no key.
    """
    found: dict[str, str | int | float | bool] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not key.strip() or not equals:
            raise RequestError(f"{option} {pair!r}; allowed: key=value")
        found[key.strip()] = _value(value)
    return found


def parse_scope(
    collection: str,
    *,
    documents: Iterable[str] | None,
    pairs: Iterable[str] | None,
    filters: str | None,
) -> Scope:
    """Return where a question may look.

    Raises:
        RequestError: a filter cannot be read.
    """
    from core.filters import parse_filters  # noqa: PLC0415 - imported when a question is asked
    from core.ids import CollectionName, DocumentId  # noqa: PLC0415
    from core.types import Scope  # noqa: PLC0415

    return Scope(
        collection=CollectionName(collection),
        document_ids=tuple(DocumentId(i) for i in documents or ()),
        filters=parse_filters({**_object(filters), **parse_pairs("--filter", pairs or ())}),
    )


def schema_of(path: Path | None) -> dict[str, object] | None:
    """Return the JSON Schema in a file (`None`: there is none).

    Raises:
        RequestError: it cannot be read, or is not a JSON object.
    """
    if path is None:
        return None
    try:
        found: object = json.loads(path.read_bytes())
    except OSError as error:
        raise RequestError(f"--schema {str(path)!r} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise RequestError(f"--schema {str(path)!r} is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise RequestError(f"--schema {str(path)!r}; allowed: a JSON object")
    return cast("dict[str, object]", found)


def _object(given: str | None) -> dict[str, object]:
    try:
        parsed: object = json.loads(given or "{}")
    except ValueError as error:
        raise RequestError(f"--filters is not JSON: {error}") from None
    if not isinstance(parsed, dict):
        raise RequestError(f"--filters {given!r}; allowed: a JSON object")
    return cast("dict[str, object]", parsed)


def _value(value: str) -> str | int | float | bool:
    """Read numbers as JSON has them: `007`, `1_000`, `Infinity` and those too large are text."""
    try:
        parsed: object = json.loads(value)
    except ValueError:
        return value
    fits = isinstance(parsed, int | float) and abs(parsed) < _TOO_LARGE  # NaN is not, either
    return cast("int | float", parsed) if fits else value


def absolute(path: str) -> str:
    """Return the path that `path` is here: a server has another working directory."""
    return str(Path(path).absolute())
