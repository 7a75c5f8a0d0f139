"""What a request asks to ingest, as sources."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import orjson

from ingest.load import discover, records
from ingest.sources import RECORD, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.errors import SourceError
    from serve.service import IngestRequest, TextSource, Upload

_JSONL = (".jsonl", ".ndjson")


def sources(request: IngestRequest, max_bytes: int) -> Iterator[Source | SourceError]:
    """Yield what `request` names, one at a time; what cannot be read, as its error."""
    yield from discover(request.paths, max_bytes=max_bytes)
    for text in request.texts:
        yield _text(text)
    for upload in request.uploads:
        yield from _upload(upload, max_bytes)


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
