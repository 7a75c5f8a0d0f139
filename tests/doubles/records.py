"""Records of documents that say no more than a test needs."""

from __future__ import annotations

from core.ids import CollectionName, document_id, version_id
from core.records import DocumentRecord

COLLECTION = CollectionName("default")


def document(
    source: str = "a.md",
    *,
    tokens: int = 1_000,
    characters: int | None = None,
    title: str = "A document",
) -> DocumentRecord:
    identity = document_id(COLLECTION, source)
    length = 4 * tokens if characters is None else characters
    return DocumentRecord(
        document_id=identity,
        collection=COLLECTION,
        version=version_id(identity, b"1"),
        source=source,
        title=title,
        format="text",
        language="en",
        encoding="utf-8",
        bytes=length,
        sha256="",
        characters=length,
        tokens=tokens,
        digit_tokens=0,
        chunks=length // 700 + 1,
        embedder="hash-64",
        parser=1,
        chunker=1,
        created_at="",
        updated_at="",
    )
