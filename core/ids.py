"""Identity comes from content: the same source and bytes have the same ids everywhere."""

from __future__ import annotations

import hashlib
from typing import NewType
from uuid import UUID

CollectionName = NewType("CollectionName", str)
DocumentId = NewType("DocumentId", str)
VersionId = NewType("VersionId", str)
ChunkId = NewType("ChunkId", str)


def document_id(collection: CollectionName, source: str) -> DocumentId:
    """Return the id of the document that `source` is in `collection`."""
    return DocumentId("doc_" + _digest("document", collection, source)[:24])


def version_id(document: DocumentId, content: bytes) -> VersionId:
    """Return the id of the version of `document` that has these bytes."""
    return VersionId(
        "ver_" + _digest("version", document, hashlib.sha256(content).hexdigest())[:24]
    )


def chunk_id(version: VersionId, kind: str, start: int, end: int) -> ChunkId:
    """Return the id of a span of a version, in the form of a UUID (a Qdrant point id)."""
    return ChunkId(point_id("chunk", version, kind, str(start), str(end)))


def point_id(*parts: str) -> str:
    """Return a UUID that is a function of `parts` and of nothing else."""
    return str(UUID(hex=_digest(*parts)[:32]))


def _digest(*parts: str) -> str:
    hasher = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        hasher.update(len(data).to_bytes(8, "big") + data)
    return hasher.hexdigest()
