"""Which sentences to quote: promising by their words, relevant by their meaning, whole in sense."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.types import Span
from serve.answer.units import units

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.types import Passage
    from serve.answer.terms import Asked, Lexicon
    from serve.answer.units import Unit

MOST_QUOTED = 3
"""How many sentences are quoted at most, beside those that they refer back to."""
FALLS_SHORT = 0.25
"""A sentence of the best passage that is this much less relevant than the best is not quoted."""
FALLS_SHORT_ELSEWHERE = 0.08
"""The same for a sentence of another passage."""

_SIMILARITY = 0.5
_RANK = 0.02
_COVERAGE = 0.3
_KIND = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A sentence that may be quoted, before its meaning is looked at."""

    unit: Unit
    coverage: float
    """The share of the question that its own words have."""
    fits: bool
    """It has the kind of thing that the question asks for."""
    prior: float
    """How promising it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A candidate whose meaning was compared with the question."""

    unit: Unit
    cosine: float
    fits: bool
    """It has the kind of thing that the question asks for."""
    relevance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One claim to be: consecutive sentences of a passage, and what introduces them."""

    passage: Passage
    span: Span
    lead: Span | None = None
    """Quoted beside it: the head of its table, the line above its list."""

    @property
    def spans(self) -> tuple[Span, ...]:
        """The places that the claim needs, in the order of the text."""
        return (self.span,) if self.lead is None else (self.lead, self.span)


def candidates(asked: Asked, lexicon: Lexicon, passages: Sequence[Passage]) -> list[Candidate]:
    """Return every sentence of `passages` that may be quoted, in their order."""
    found: dict[tuple[str, Span], Candidate] = {}
    for rank, passage in enumerate(passages):
        for unit in units(passage, at=rank):
            terms = lexicon.terms(unit.text, language=passage.language)
            coverage = asked.coverage(terms)
            similarity = passage.similarity or 0.0
            candidate = Candidate(
                unit=unit,
                coverage=coverage,
                fits=asked.expected is not None and asked.may_answer(unit.text),
                prior=coverage + _SIMILARITY * similarity - _RANK * rank,
            )
            # Passages may overlap.
            found.setdefault((passage.document_id, unit.span), candidate)
    return list(found.values())


def promising(found: Sequence[Candidate], *, limit: int) -> list[Candidate]:
    """Return the `limit` candidates to compare by meaning, best first."""
    return sorted(found, key=lambda each: -each.prior)[:limit]


def scored(candidate: Candidate, cosine: float) -> Scored:
    """Return `candidate` with its relevance to the question."""
    relevance = cosine + _COVERAGE * candidate.coverage + _KIND * candidate.fits
    return Scored(unit=candidate.unit, cosine=cosine, fits=candidate.fits, relevance=relevance)


def chosen(found: Iterable[Scored]) -> list[Scored]:
    """Return what to quote, most relevant first; never empty unless `found` is."""
    ranked = sorted(found, key=lambda each: -each.relevance)
    if not ranked:
        return []
    best = ranked[0]
    return [
        each
        for each in ranked
        if best.relevance - each.relevance
        <= (FALLS_SHORT if each.unit.passage == best.unit.passage else FALLS_SHORT_ELSEWHERE)
    ][:MOST_QUOTED]


def quotes(
    picked: Sequence[Scored], found: Sequence[Candidate], passages: Sequence[Passage]
) -> tuple[Quote, ...]:
    """Return `picked` as claims to be: the document of the best first, then as the text goes.

    A sentence that refers back brings the one before it; what is consecutive is one claim.
    """
    rank: dict[str, int] = {}
    for each in picked:
        rank.setdefault(passages[each.unit.passage].document_id, len(rank))
    ordered = sorted(
        _with_antecedents(picked, found),
        key=lambda unit: (rank[passages[unit.passage].document_id], unit.span),
    )
    merged: list[list[Unit]] = []
    for unit in ordered:
        if merged and _goes_on(merged[-1][-1], unit, passages[unit.passage]):
            merged[-1].append(unit)
        else:
            merged.append([unit])
    return tuple(_quote(run, passages[run[0].passage]) for run in merged)


def _with_antecedents(picked: Sequence[Scored], found: Sequence[Candidate]) -> set[Unit]:
    places = {(each.unit.passage, each.unit.place): each.unit for each in found}
    before = (
        places.get((each.unit.passage, each.unit.place - 1))
        for each in picked
        if each.unit.refers_back
    )
    return {each.unit for each in picked} | {unit for unit in before if unit}


def _goes_on(unit: Unit, after: Unit, passage: Passage) -> bool:
    neighbours = (unit.passage, unit.place + 1, unit.lead) == (
        after.passage,
        after.place,
        after.lead,
    )
    return neighbours and "\f" not in _between(unit.span, after.span, passage)


def _between(span: Span, after: Span, passage: Passage) -> str:
    start = passage.span.start
    return passage.text[span.end - start : after.start - start]


def _quote(run: Sequence[Unit], passage: Passage) -> Quote:
    span, lead = Span(run[0].span.start, run[-1].span.end), run[0].lead
    if lead is None:
        return Quote(passage=passage, span=span)
    between = _between(lead, span, passage)
    if between.strip() or "\f" in between:
        return Quote(passage=passage, span=span, lead=lead)
    return Quote(passage=passage, span=Span(lead.start, span.end))
