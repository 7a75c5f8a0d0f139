"""Identity comes from content: the same source and bytes have the same ids everywhere."""

from __future__ import annotations

import hashlib
from typing import NamedTuple, NewType
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


class Place(NamedTuple):
    """What the id of a chunk says of it."""

    page: bool
    start: int
    end: int
    figures: float


LONGEST_TEXT = 2**28
"""A document must have fewer code points, for its chunks to have ids."""
_START_BITS, _LENGTH_BITS, _FIGURES_BITS = 29, 28, 6  # with the kind, 64
_MOST_FIGURES = 2**_FIGURES_BITS - 1


def chunk_id(
    version: VersionId, start: int, end: int, *, page: bool = False, figures: float = 0.0
) -> ChunkId:
    """Return the id of a span of a version, in the form of a UUID (a Qdrant point id).

    The id says where the chunk is, so a search ranks what it finds without reading it
    (`place_of`); in the order of their ids, the chunks of a version are in that of its text.

    Args:
        version: which text.
        start: the first code point of the span.
        end: the one behind its last.
        page: whether it is a page beside the chunks.
        figures: the share of its words that are figures, 0 to 1; the id keeps six bits of it.

    Raises:
        ValueError: the span lies outside `LONGEST_TEXT`.
    """
    if not 0 <= start <= end < LONGEST_TEXT:
        raise ValueError(f"span {start}–{end}; allowed are 0 to {LONGEST_TEXT - 1}")
    number = int(page)
    for bits, value in (
        (_START_BITS, start),
        (_LENGTH_BITS, end - start),
        (_FIGURES_BITS, round(figures * _MOST_FIGURES)),
    ):
        number = number << bits | value
    return ChunkId(str(UUID(hex=f"{_edition(version)}{number:016x}")))


def place_of(chunk: ChunkId) -> Place:
    """Return what the id of a chunk says of it."""
    number = int(chunk[19:23] + chunk[24:], 16)
    number, figures = divmod(number, 1 << _FIGURES_BITS)
    number, length = divmod(number, 1 << _LENGTH_BITS)
    page, start = divmod(number, 1 << _START_BITS)
    return Place(bool(page), start, start + length, figures / _MOST_FIGURES)


def edition_of(chunk: ChunkId) -> str:
    """Return what the ids of all chunks of a version begin with, and of no other: 64 bits."""
    return chunk[:18]


def _edition(version: VersionId) -> str:
    return version.removeprefix("ver_")[:16]


def point_id(*parts: str) -> str:
    """Return a UUID that is a function of `parts` and of nothing else."""
    return str(UUID(hex=_digest(*parts)[:32]))


def _digest(*parts: str) -> str:
    hasher = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        hasher.update(len(data).to_bytes(8, "big") + data)
    return hasher.hexdigest()
