"""Answers that were given, and what has become of them since."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.answers import Answer
from core.ids import CollectionName, DocumentId
from core.types import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is known of a kept answer beside what was given."""

    collection: CollectionName
    created_at: str
    prompt_hash: str | None
    """Of the rules and of every prompt; `None`: no model was asked."""
    config_hash: str
    """Of the settings that may change an answer."""
    deleted_documents: tuple[DocumentId, ...] = ()
    """Deleted since, of those that the answer was made from: nothing of their text is in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer(Answer):
    """An answer as it was given."""

    kept: Kept


class CitationStatus(StrEnum):
    """What has become of a citation."""

    HOLDS = "holds"
    """The quote stands where it stood."""
    MOVED = "moved"
    """It stands elsewhere in the document."""
    CHANGED = "changed"
    """The document no longer has it."""
    GONE = "gone"
    """The document was deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationToday:
    """A citation, checked against today's document."""

    n: int
    status: CitationStatus
    document_id: DocumentId
    span: Span | None
    """Where the quote stands today; `None`: nowhere."""
    detail: str
    """Why it does not hold; empty where it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """The citations of a kept answer, checked against today's documents."""

    answer_id: str
    citations: tuple[CitationToday, ...]
    broken: int
    """How many have changed or are gone; what moved is still said, word for word."""
    checked_at: str
