"""A sentence of an answer on its way through the checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.answers import Verdict

if TYPE_CHECKING:
    from core.types import Span
    from serve.answer.draft import Drafted
    from serve.answer.verify.accounting.beyond import Unaccounted

REPOINTED = "repointed"
"""What is noted of a claim that cites other evidence than its writer gave for it."""
FLAGGED = "flagged"
"""What is noted of a claim that what it cites does not support."""
REMOVED = "removed"
"""What is noted of a claim that is no longer in the text, because nothing supports it."""

LONGEST = 4_000
"""Characters of a claim that is checked; nobody writes such sentences, and they take minutes."""
FAILING = frozenset({Verdict.UNSUPPORTED, Verdict.CONTRADICTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where evidence has a claim, or a part of it."""

    number: int
    """Of the evidence."""
    span: Span
    """In the document."""
    verdict: Verdict = Verdict.UNCHECKED
    """Whether the passage supports the claim alone."""
    score: float = 0.0
    """How likely that is."""
    checked_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A sentence with the places it rests on, and what the checks say of it."""

    said: Drafted
    before: Drafted | None = None
    """The sentence before it, where it refers back to that."""
    places: tuple[Place, ...] = ()
    missing: tuple[Unaccounted, ...] = ()
    """What it states that these places do not account for."""
    verdict: Verdict = Verdict.UNCHECKED
    score: float = 0.0
    """How likely it is that these places support it."""
    notes: tuple[str, ...] = ()

    @property
    def fails(self) -> bool:
        """Whether it is a claim that what it cites does not support."""
        return self.said.states and self.verdict in FAILING

    @property
    def is_endless(self) -> bool:
        """Whether it is too long to be checked."""
        return len(self.said.text) > LONGEST

    @property
    def numbers(self) -> tuple[int, ...]:
        """The evidence that it cites, each once."""
        return tuple(dict.fromkeys(place.number for place in self.places))
