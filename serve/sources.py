"""What a request asks to ingest, as sources."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import orjson

from core.errors import SourceError
from ingest.load import discover, records
from ingest.sources import RECORD, Source
from serve.service import TextSource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from serve.service import IngestRequest, Upload

_JSONL = (".jsonl", ".ndjson")


def sources(request: IngestRequest, max_bytes: int) -> Iterator[Source | SourceError]:
    """Yield what `request` names, one at a time; what cannot be read, as its error."""
    yield from discover(request.paths, max_bytes=max_bytes)
    seen: set[str] = set()
    for given in (*request.texts, *request.uploads):
        found = [_text(given)] if isinstance(given, TextSource) else _upload(given, max_bytes)
        for each in found:
            if isinstance(each, Source) and each.name in seen:
                reason = "has the name of an earlier document of the same request"
                yield SourceError(reason, source=each.name)
            else:
                yield each
            if isinstance(each, Source):
                seen.add(each.name)


def _text(text: TextSource) -> Source:
    content = orjson.dumps({"title": text.title, "text": text.text, "metadata": text.metadata})
    name = text.title if text.id is None else str(text.id)
    return Source(name=name.strip() or _by_content(text.text), content=content, format=RECORD)


def _by_content(text: str) -> str:
    return f"text-{hashlib.sha256(text.encode()).hexdigest()[:24]}"


def _upload(upload: Upload, max_bytes: int) -> Iterator[Source | SourceError]:
    if upload.name.lower().endswith(_JSONL):
        with upload.path.open("rb") as lines:
            yield from records(upload.name, lines, max_bytes=max_bytes)
    else:
        yield Source(name=upload.name, path=upload.path)
