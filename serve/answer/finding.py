"""What reading the evidence for a question gave, whoever read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeAlias

from core.answers import Usage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from core.answers import Abstention, Citation, Claim, Conflict, Route, Step
    from core.clock import Deadline
    from core.ids import DocumentId
    from core.records import DocumentRecord
    from core.types import JsonObject, Passage, TokenCount
    from retrieval.pack import Evidence
    from serve.answer.events import Tell
    from serve.answer.question import Question

    Shelf: TypeAlias = Callable[
        [Sequence[DocumentId]], Awaitable[Mapping[DocumentId, DocumentRecord]]
    ]
    """The records of documents, those that are there, by id."""

TIER = "standard"
TIER_TOKENS = 131_071
"""The most that the tier is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An answer with what it claims and where that stands, or why there is none."""

    text: str | None
    claims: Sequence[Claim] = ()
    citations: Sequence[Citation] = ()
    conflicts: Sequence[Conflict] = ()
    abstained: Abstention | None
    """Set where `text` is not."""
    generated: bool
    complete: bool = True
    """False where the model's answer broke off: what has no end is not in it."""
    data: JsonObject | None = None
    """What meets the question's schema."""
    too_long: bool = False
    """Whether no model answered, and one at least because the prompt was too long for it."""
    route: Route
    usage: Usage = field(default_factory=Usage)
    steps: Sequence[Step] = ()


class Draft(Protocol):
    """What was read, before it is checked and cited."""

    async def conclude(self, shelf: Shelf) -> Finding:
        """Return it checked and cited; `shelf` has the documents that it quotes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A question with what it is to be answered from."""

    question: Question
    text: str
    """What it asks, also without what was said before it."""
    evidence: Sequence[Evidence]
    """At least one."""
    route: Route
    """How it came to this evidence; who answers is filled in when somebody did."""
    deadline: Deadline
    """For all that is asked of models."""
    whole: Whole | None = None
    """Set where the evidence is whole documents."""
    noted: Noted | None = None
    """Set where documents were read in parts: the evidence is then what was noted of them."""

    @property
    def passages(self) -> Mapping[int, Passage]:
        """The evidence by its numbers."""
        return {each.number: each.passage for each in self.evidence}


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """What is known of evidence that is whole documents."""

    count: TokenCount
    """Of the prompt that it makes: of what was stored, without looking at the text again."""
    near: frozenset[int] = frozenset()
    """Numbers of the evidence that a search for the question points at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What a part of the documents says about a question."""

    text: str
    """On one line, without markers."""
    cited: tuple[int, ...]
    """Numbers of the evidence that it rests on; at least one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What was noted while documents were read in parts."""

    notes: Sequence[Note]
    shown: frozenset[int]
    """Numbers of the evidence that stands in the prompt; the rest is told by its notes only."""


class Reader(Protocol):
    """Reads evidence for a question, with a model or without."""

    async def draft(self, assignment: Assignment, *, tell: Tell) -> Draft:
        """Return what answers the question; `tell` hears of it while it is written.

        Raises:
            DeadlineError: the embedder took too long.
        """
        ...
