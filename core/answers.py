"""The answer object: the same from REST, the command line, and the evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.errors import NoModelError, ProviderError
from core.ids import ChunkId, DocumentId
from core.types import Span


class Verdict(StrEnum):
    """What a check found of a claim or citation."""

    SUPPORTED = "supported"
    PARTIAL = "partial"
    CONTRADICTED = "contradicted"
    UNSUPPORTED = "unsupported"
    UNCHECKED = "unchecked"


class AbstainReason(StrEnum):
    """Why a question was not answered."""

    NO_EVIDENCE = "no_evidence"
    UNSUPPORTED = "unsupported"
    CONFLICT = "conflict"
    OVER_BUDGET = "over_budget"
    MODEL_UNAVAILABLE = "model_unavailable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle on a page, in PDF points from the lower left corner."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A verbatim quote and where it stands: `text[span.start:span.end] == quote`."""

    n: int
    """The number that the reader sees."""
    document_id: DocumentId
    title: str
    source: str
    pages: tuple[int, ...]
    """Counted from 1; empty where the format has none."""
    boxes: tuple[Box, ...] = ()
    span: Span
    quote: str
    chunk_id: ChunkId
    score: float
    verdict: Verdict
    checked_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One checkable statement of the answer, at `answer[start:end]`."""

    text: str
    start: int
    end: int
    citations: tuple[int, ...]
    """Numbers of the citations that carry it."""
    verdict: Verdict
    score: float
    notes: tuple[str, ...] = ()
    """What was done to it: `repointed`, `flagged`, `removed`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A claim that evidence speaks for and against."""

    claim: int
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Abstention:
    """Why there is no answer, and what came nearest."""

    reason: AbstainReason
    detail: str
    nearest: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Consulted:
    """A passage that was put before whoever answered."""

    document_id: DocumentId
    chunk_id: ChunkId
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """A model that could have answered."""

    model: str
    tier: str
    window: int
    fits: bool
    why_not: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallback:
    """A model that was tried and failed."""

    model: str
    error: str

    @classmethod
    def all_of(cls, error: ProviderError) -> tuple[Fallback, ...]:
        """Return the models that `error` tells of, in the order they were tried."""
        causes = error.causes if isinstance(error, NoModelError) else ((error.model, error),)
        return tuple(cls(model=model, error=str(cause)) for model, cause in causes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A document that would have been read and was not."""

    document_id: DocumentId
    tokens: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """How the question was answered, and why so."""

    strategy: str
    tier: str
    model: str
    context_tokens: int
    reserve_tokens: int
    window: int
    reason: str
    escalated_from: str | None = None
    considered: tuple[Considered, ...] = ()
    fallbacks: tuple[Fallback, ...] = ()
    dropped: tuple[Dropped, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What was spent."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    reasoning_tokens: int = 0
    calls: int = 0
    cost_usd: float | None = 0.0
    """`None` where a price is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a route would spend, about: checks, splits and an escalation come on top."""

    prompt_tokens: int
    completion_tokens: int
    cost_usd: float | None
    """`None` where a price is unknown."""
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a question would be answered; nothing was spent to find out."""

    route: Route
    estimate: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that was done on the way to the answer."""

    kind: str
    model: str
    input: str
    output: str
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What of the scope was looked at."""

    documents_in_scope: int = 0
    documents_searched: int = 0
    documents_read: int = 0
    windows_read: int = 0
    windows_planned: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """Milliseconds spent in each stage."""

    search: float = 0.0
    rerank: float = 0.0
    generate: float = 0.0
    verify: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer whose every claim cites verbatim quotes, or an abstention with its reason."""

    id: str
    question: str
    answer: str | None
    """Plain text with `[1]` markers; `None` when it abstained."""
    data: Mapping[str, object] | None = None
    """The validated object of the request's `response_schema`."""
    abstained: Abstention | None = None
    generated: bool
    """False when the answer only quotes."""
    complete: bool = True
    """False when a budget or deadline stopped the reading, or what the model wrote broke off."""
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    evidence: tuple[Consulted, ...] = ()
    """What it was made from, in the order of the prompt; more than is cited."""
    route: Route
    steps: tuple[Step, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)
    usage: Usage = field(default_factory=Usage)
    timings_ms: Timings = field(default_factory=Timings)
