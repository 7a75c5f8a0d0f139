"""From the ids of points to the chunks that they are, without reading them."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, NamedTuple, cast

from core.ids import DocumentId, VersionId, edition_of, place_of
from core.types import ChunkKind, ChunkRef, Hit, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from core.ids import ChunkId

EDITION_FIELDS = ["document_id", "version"]
"""What is read of one point of each version, once."""
_MOST = 200_000


class Edition(NamedTuple):
    """A version of a document."""

    document_id: DocumentId
    version: VersionId


class Editions:
    """The version that the id of a chunk begins with: that never changes, so it is kept."""

    def __init__(self, *, most: int = _MOST) -> None:
        """Keep `most` versions: of more, those that were learned last."""
        self._most = most
        self._kept: dict[str, Edition] = {}
        self._keeping = Lock()

    def of(self, chunks: Iterable[ChunkId]) -> Known:
        """Return what is kept of the versions of `chunks`."""
        return Known(self, chunks)

    def find(self, prefix: str) -> Edition | None:
        """Return the version whose chunks have ids that begin so; `None`: it is not kept."""
        return self._kept.get(prefix)

    def keep(self, prefix: str, edition: Edition) -> None:
        """Keep a version, in the place of the oldest if there are too many."""
        with self._keeping:
            self._kept[prefix] = edition
            if len(self._kept) > self._most:
                del self._kept[next(iter(self._kept))]


class Known:
    """What is known of the versions of some chunks, whatever else is learned meanwhile."""

    def __init__(self, editions: Editions, chunks: Iterable[ChunkId]) -> None:
        self._editions = editions
        samples = {edition_of(chunk): chunk for chunk in chunks}
        found = {prefix: editions.find(prefix) for prefix in samples}
        self._known = {prefix: edition for prefix, edition in found.items() if edition is not None}
        self.unknown = [samples[prefix] for prefix in samples if prefix not in self._known]
        """The id of one chunk for each version that is still to be learned."""

    def learn(self, chunk: ChunkId, payload: Mapping[str, object] | None) -> None:
        """Keep what the payload of a point says of its version."""
        fields = cast("Mapping[str, str]", payload or {})
        document, version = (fields[name] for name in EDITION_FIELDS)
        edition = Edition(DocumentId(document), VersionId(version))
        self._known[edition_of(chunk)] = edition
        self._editions.keep(edition_of(chunk), edition)

    def ref(self, chunk: ChunkId) -> ChunkRef | None:
        """Return the chunk with this id; `None`: its version is not known."""
        edition = self._known.get(edition_of(chunk))
        if edition is None:
            return None
        page, start, end, figures = place_of(chunk)
        return ChunkRef(
            chunk_id=chunk,
            document_id=edition.document_id,
            version=edition.version,
            kind=ChunkKind.PAGE if page else ChunkKind.CHUNK,
            span=Span(start, end),
            figures=figures,
        )

    def hits(self, scored: Iterable[tuple[ChunkId, float]]) -> list[Hit]:
        """Return these chunks with their scores, best first; equal ones in the order of text."""
        pairs = ((self.ref(chunk), score) for chunk, score in scored)
        found = [Hit(chunk=ref, score=score) for ref, score in pairs if ref is not None]
        return sorted(found, key=lambda h: (-h.score, h.chunk.document_id, h.chunk.span))
