"""From the ids of points to the chunks that they are, without reading them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from core.ids import DocumentId, VersionId, edition_of, place_of
from core.types import ChunkKind, ChunkRef, Hit, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from core.ids import ChunkId

EDITION_FIELDS = ["document_id", "version"]
"""What is read of one point of each version, once."""
_MOST = 200_000


class Editions:
    """The version that the id of a chunk begins with: that never changes, so it is kept."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[DocumentId, VersionId]] = {}

    def unknown(self, ids: Iterable[ChunkId]) -> list[ChunkId]:
        """Return the id of one chunk for each version that is not known yet."""
        if len(self._known) > _MOST:
            self._known.clear()
        samples = {edition_of(chunk): chunk for chunk in ids}
        return [chunk for edition, chunk in samples.items() if edition not in self._known]

    def learn(self, chunk: ChunkId, payload: Mapping[str, object] | None) -> None:
        """Keep what the payload of a point says of its version."""
        fields = cast("Mapping[str, str]", payload or {})
        document, version = (fields[name] for name in EDITION_FIELDS)
        self._known[edition_of(chunk)] = DocumentId(document), VersionId(version)

    def ref(self, chunk: ChunkId) -> ChunkRef | None:
        """Return the chunk with this id; `None`: its version is not known."""
        known = self._known.get(edition_of(chunk))
        if known is None:
            return None
        page, start, end, figures = place_of(chunk)
        return ChunkRef(
            chunk_id=chunk,
            document_id=known[0],
            version=known[1],
            kind=ChunkKind.PAGE if page else ChunkKind.CHUNK,
            span=Span(start, end),
            figures=figures,
        )

    def hits(self, scored: Iterable[tuple[ChunkId, float]]) -> list[Hit]:
        """Return these chunks with their scores, best first; equal ones in the order of text."""
        pairs = ((self.ref(chunk), score) for chunk, score in scored)
        found = [Hit(chunk=ref, score=score) for ref, score in pairs if ref is not None]
        return sorted(found, key=lambda h: (-h.score, h.chunk.document_id, h.chunk.span))
