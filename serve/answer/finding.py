"""What reading the evidence for a question gave, whoever read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from core.answers import Usage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.answers import Abstention, Citation, Claim, Route, Step
    from core.ids import DocumentId
    from core.records import DocumentRecord
    from retrieval.pack import Evidence

TIER = "standard"
TIER_TOKENS = 131_071
"""The most that the tier is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An answer with what it claims and where that stands, or why there is none."""

    text: str | None
    claims: Sequence[Claim] = ()
    citations: Sequence[Citation] = ()
    abstained: Abstention | None
    """Set where `text` is not."""
    generated: bool
    complete: bool = True
    """False where the model's answer broke off: what has no end is not in it."""
    route: Route
    usage: Usage = field(default_factory=Usage)
    steps: Sequence[Step] = ()


class Draft(Protocol):
    """What was read, before it is cited."""

    @property
    def documents(self) -> Sequence[DocumentId]:
        """The documents that it quotes."""
        ...

    def conclude(self, records: Mapping[DocumentId, DocumentRecord]) -> Finding:
        """Return it cited and checked; `records` has the documents that it quotes."""
        ...


class Reader(Protocol):
    """Reads evidence for a question, with a model or without."""

    async def draft(self, question: str, evidence: Sequence[Evidence]) -> Draft:
        """Return what answers `question`; there is some evidence."""
        ...
