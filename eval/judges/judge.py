"""Who says whether quotes support a claim, and whether an answer is right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.answers import Verdict
    from eval.metrics.answers import Grade
    from eval.metrics.scores import Unscored


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A claim and what it is put to."""

    claim: str
    quotes: tuple[str, ...]
    """Read one after the other; at least one."""
    head: str = ""
    """The titles of the quotes' documents."""
    question: str = ""
    """That the claim answers; empty: none."""
    language: str = "en"
    """Of the quotes, ISO 639-1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """An answer to be graded against gold."""

    question: str
    given: str
    accepted: tuple[str, ...]
    """Whole answers, each right alone."""


class SupportJudge(Protocol):
    """Says whether quotes support claims."""

    @property
    def name(self) -> str:
        """Identifies it, with the version of what it goes by."""
        ...

    async def support(self, readings: Sequence[Reading]) -> list[Verdict | Unscored]:
        """Return a verdict for each reading, in order; `Unscored` where it says nothing."""
        ...


class AnswerJudge(Protocol):
    """Says whether answers are right."""

    @property
    def name(self) -> str:
        """Identifies it, with the version of what it goes by."""
        ...

    async def grade(self, answers: Sequence[Graded]) -> list[Grade | Unscored]:
        """Return a grade for each answer, in order; `Unscored` where it says nothing."""
        ...
