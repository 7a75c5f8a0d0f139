"""What of the evidence speaks against what is claimed, as places to cite."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.answers import Verdict
from serve.answer.assemble import GATE
from serve.answer.verify.statement import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.types import Span
    from retrieval.pack import Evidence
    from serve.answer.verify.conflicts.conflict import Assertion, ConflictFinder, Rival

CONFLICT = "conflict"
"""What a citation was checked by that speaks against a claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opposed:
    """A claim that other evidence speaks against."""

    claim: int
    """Its place among the claims."""
    places: tuple[Place, ...]
    """Of both sides, where the claim itself takes neither."""


def opposed(
    conflicts: ConflictFinder,
    question: str,
    claims: Sequence[Assertion],
    evidence: Sequence[Evidence],
) -> list[Opposed]:
    """Return the claims that evidence speaks against, in their order.

    Where it only disagrees with itself on the question, that is noted of the first claim, which
    stands for the answer.
    """
    if not claims:
        return []
    places: dict[int, dict[Place, None]] = {}
    for rival in conflicts.find(question, claims, [each.passage for each in evidence]):
        against = places.setdefault(rival.claim or 0, {})
        against.update(dict.fromkeys(_places(rival, evidence)))
    return [Opposed(claim=claim, places=tuple(places[claim])) for claim in sorted(places)]


def _places(rival: Rival, evidence: Sequence[Evidence]) -> Iterator[Place]:
    if rival.claim is None:
        yield _place(rival.against_passage, rival.against_span, rival, evidence)
    yield _place(rival.passage, rival.span, rival, evidence)


def _place(passage: int, span: Span, rival: Rival, evidence: Sequence[Evidence]) -> Place:
    return Place(
        number=evidence[passage].number,
        span=span,
        verdict=Verdict.CONTRADICTED,
        score=rival.score,
        checked_by=(GATE, CONFLICT),
    )
