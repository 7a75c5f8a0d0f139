"""A document that is one JSON object: `{id?, title?, text, metadata?}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import orjson

from core.errors import SourceError
from ingest.parse.frontmatter import storable
from ingest.parse.markup import plain_headings
from ingest.parse.reading import Reading
from ingest.parse.text import refuse_binary

_OURS = frozenset({"id", "title", "text", "metadata"})


def read_record(content: bytes) -> Reading:
    """Return the object's `text`, unchanged; its other fields are metadata."""
    try:
        data: object = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise SourceError(f"is not JSON: {error}", stage="parse") from error
    if not isinstance(data, Mapping):
        raise SourceError('is not a document: an object with a "text" is needed', stage="parse")
    record = cast("Mapping[object, object]", data)
    text, title, metadata = (record.get(key) for key in ("text", "title", "metadata"))
    if not isinstance(text, str):
        raise SourceError('has no "text"', stage="parse")
    refuse_binary(text)
    if not isinstance(metadata, Mapping | None):
        raise SourceError('has "metadata" that is not an object', stage="parse")
    others = {key: value for key, value in record.items() if key not in _OURS}
    inner = cast("Mapping[object, object]", metadata or {})
    return Reading(
        text=text,
        format="text",
        title=title if isinstance(title, str) else "",
        headings=plain_headings(text),
        metadata=storable({**others, **inner}),
    )
