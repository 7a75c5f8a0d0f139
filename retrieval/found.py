"""What the searches of one question found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeVar

from core.types import ChunkRef

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from core.answers import Fallback
    from core.types import Hit, Passage

C_co = TypeVar("C_co", bound=ChunkRef, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The hits of one search, best first."""

    hits: Sequence[Hit]
    cut: bool
    """Whether the search had more to give."""

    @property
    def last(self) -> float:
        """The most that something left out can have."""
        return self.hits[-1].score if self.hits and self.cut else 0.0

    def only(self, visible: Callable[[ChunkRef], bool]) -> Ranking:
        """Return the ranking without the chunks that are not to be seen."""
        return replace(self, hits=[hit for hit in self.hits if visible(hit.chunk)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Rankings:
    """One kind of span, found by meaning and by words."""

    dense: Ranking
    sparse: Ranking

    def only(self, visible: Callable[[ChunkRef], bool]) -> Rankings:
        """Return the rankings without the chunks that are not to be seen."""
        return Rankings(dense=self.dense.only(visible), sparse=self.sparse.only(visible))

    def chunks(self) -> list[ChunkRef]:
        """Return what either ranking found, once, in a stable order."""
        found = {hit.chunk.chunk_id: hit.chunk for hit in (*self.dense.hits, *self.sparse.hits)}
        return [found[key] for key in sorted(found)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked(Generic[C_co]):
    """A chunk with what speaks for it; first as it was found, later with its text."""

    chunk: C_co
    score: float
    """Comparable only within one ranking."""
    similarity: float | None = None
    """Its cosine to the question, where the search for meaning found it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieved:
    """The passages for a question, best first."""

    passages: Sequence[Passage]
    fallbacks: tuple[Fallback, ...] = ()
    """Reranking models that failed: then the passages are in the order in which they were found."""


def best_first(ranked: Iterable[Ranked[C_co]]) -> list[Ranked[C_co]]:
    """Return `ranked` by score; equal ones in the order of their ids."""
    return sorted(ranked, key=lambda each: (-each.score, each.chunk.chunk_id))
