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
    from retrieval.pack import Evidence
    from serve.answer.events import Tell

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
    route: Route
    usage: Usage = field(default_factory=Usage)
    steps: Sequence[Step] = ()


class Draft(Protocol):
    """What was read, before it is checked and cited."""

    async def conclude(self, shelf: Shelf) -> Finding:
        """Return it checked and cited; `shelf` has the documents that it quotes."""
        ...


class Reader(Protocol):
    """Reads evidence for a question, with a model or without."""

    async def draft(
        self, question: str, evidence: Sequence[Evidence], *, deadline: Deadline, tell: Tell
    ) -> Draft:
        """Return what answers `question`; there is some evidence. Raises `DeadlineError`.

        Args:
            question: as it was asked.
            evidence: what it is answered from.
            deadline: for all that is asked of models, also by what is returned.
            tell: hears of it while it is written.
        """
        ...
