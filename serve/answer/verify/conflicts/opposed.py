"""What of the evidence speaks against what is claimed, as places to cite."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.answers import Verdict
from serve.answer.assemble import GATE
from serve.answer.verify.conflicts.values import agree, values
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

    Where it only disagrees with itself on the question, that is noted of the first claim that has
    one of the two passages or one of the two values; of no claim, if none has.
    """
    if not claims:
        return []
    places: dict[int, dict[tuple[int, Span], Place]] = {}
    for rival in conflicts.find(question, claims, [each.passage for each in evidence]):
        claim = rival.claim if rival.claim is not None else _concerned(rival, claims)
        if claim is not None:
            against = places.setdefault(claim, {})
            for place in _places(rival, evidence):
                against.setdefault((place.number, place.span), place)
    return [Opposed(claim=claim, places=(*places[claim].values(),)) for claim in sorted(places)]


def _concerned(rival: Rival, claims: Sequence[Assertion]) -> int | None:
    """Return the place of the claim that the dispute of two passages concerns, if it does any."""
    passages = {rival.passage, rival.against_passage}
    disputed = [*values(rival.says), *values(rival.against)]
    for at, claim in enumerate(claims):
        if any(carried.passage in passages for carried in claim.carried):
            return at
    for at, claim in enumerate(claims):
        stated = values(claim.text)
        if any(agree(one, other) for one in stated for other in disputed):
            return at
    return None


def _places(rival: Rival, evidence: Sequence[Evidence]) -> Iterator[Place]:
    """Yield the sentence of the rival, behind what it speaks against where no claim has that."""
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
