"""What every way to an answer is given, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from core.answers import AbstainReason, Consulted, Coverage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from core.clock import Deadline
    from core.ids import CollectionName, DocumentId
    from core.records import DocumentRecord
    from core.types import Chunk, Passage, Scope
    from retrieval.found import Retrieved
    from serve.answer.events import Tell
    from serve.answer.finding import Finding
    from serve.answer.question import Question
    from serve.answer.routing.planned import Planned
    from serve.answer.watch import Watch


class Retriever(Protocol):
    """Where passages come from."""

    async def find(
        self, question: str, scope: Scope, *, top_k: int, deadline: Deadline
    ) -> Retrieved:
        """Return passages for `question`, best first; raises `DeadlineError`."""
        ...


class Shelf(Protocol):
    """The documents: what is known of them, and their text."""

    async def in_scope(self, scope: Scope) -> Sequence[DocumentRecord]:
        """Return the records of all documents in `scope`, in a stable order."""
        ...

    async def count_documents(self, scope: Scope) -> int:
        """Return how many documents are in `scope`."""
        ...

    async def documents(
        self, collection: CollectionName, ids: Sequence[DocumentId]
    ) -> Mapping[DocumentId, DocumentRecord]:
        """Return the documents that are there, by id."""
        ...

    def read(
        self, documents: Sequence[DocumentRecord]
    ) -> AsyncIterator[tuple[DocumentRecord, list[Chunk]]]:
        """Yield `documents` with all of their chunks, in the order of the text.

        One that was changed or deleted since its record was read is left out.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one answer may take."""

    top_k: int
    """The most passages that are read."""
    max_tokens: int
    """The most tokens that they have together."""
    deadline: Deadline
    """For all that is asked of models on the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A question on its way."""

    question: Question
    text: str
    """What it asks, also without what was said before it."""
    planned: Planned
    limits: Limits
    tell: Tell
    watch: Watch
    found: Sequence[Passage] = ()
    """What a search has found for it by now, best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a way to an answer came to."""

    finding: Finding
    consulted: tuple[Consulted, ...] = ()
    """What it was made from, in the order of the prompt."""
    coverage: Coverage = field(default_factory=Coverage)
    found: Sequence[Passage] = ()
    """What the search found, best first."""

    @property
    def overflowed(self) -> bool:
        """Whether no model answered, and one at least for the length of the prompt."""
        abstained = self.finding.abstained
        unavailable = abstained and abstained.reason is AbstainReason.MODEL_UNAVAILABLE
        return bool(unavailable and self.finding.too_long)


class Strategy(Protocol):
    """A way to an answer."""

    async def answer(self, turn: Turn) -> Outcome:
        """Return what it comes to; raises `DeadlineError` where the embedder took too long."""
        ...


def consulted(passage: Passage) -> Consulted:
    """Return that `passage` was put before whoever answered."""
    return Consulted(document_id=passage.document_id, chunk_id=passage.chunk_id, span=passage.span)
