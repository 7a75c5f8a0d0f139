"""Checked statements to an answer: text with markers, claims, and the citations they rest on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from core.answers import Citation, Claim, Conflict, Verdict
from serve.answer.assemble import located
from serve.answer.verify.statement import FLAGGED, REMOVED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.ids import DocumentId
    from core.records import DocumentRecord
    from core.types import Passage, Span
    from serve.answer.verify.statement import Place, Statement

_BEST_FIRST = (Verdict.SUPPORTED, Verdict.PARTIAL, Verdict.CONTRADICTED, Verdict.UNSUPPORTED)


@dataclass(slots=True)
class Composed:
    """The text as a reader sees it, with what it claims and where that stands."""

    evidence: Mapping[int, Passage]
    records: Mapping[DocumentId, DocumentRecord]
    text: str = ""
    claims: list[Claim] = field(default_factory=list[Claim])
    citations: list[Citation] = field(default_factory=list[Citation])
    _numbers: dict[tuple[DocumentId, Span], int] = field(
        default_factory=dict["tuple[DocumentId, Span]", int]
    )

    def add(self, statement: Statement) -> None:
        """Put a sentence, with its citations, behind what is there; flag it where it fails."""
        said = statement.said
        self.text += said.lead if self.text else said.lead.lstrip()
        start = len(self.text)
        self.text += said.text
        numbers = tuple(dict.fromkeys(map(self._cite, statement.places)))
        if said.states:
            note = (FLAGGED,) if statement.fails else ()
            end = len(self.text)
            self.claims.append(_claim(statement, numbers, start=start, end=end, note=note))
        # A block of code is closed by a line of its own.
        before = "\n" if said.text.endswith(("```", "~~~")) else " "
        self.text += (before if numbers else "") + "".join(f"[{n}]" for n in numbers)
        self.text += said.gap or (" " if numbers else "")

    def leave_out(self, statement: Statement) -> None:
        """Note that a claim is not in the text: it stands, without a length, where it would be."""
        at = len(self.text)
        self.claims.append(_claim(statement, (), start=at, end=at, note=(REMOVED,)))

    def oppose(self, claim: int, places: Sequence[Place]) -> Conflict:
        """Return that these places speak against a claim, which they are then citations of."""
        numbers = dict.fromkeys((*self.claims[claim].citations, *map(self._cite, places)))
        return Conflict(claim=claim, citations=tuple(numbers))

    def _cite(self, place: Place) -> int:
        """Return the number that a reader sees of a place."""
        passage = self.evidence[place.number]
        key = (passage.document_id, place.span)
        if key not in self._numbers:
            self._numbers[key] = n = len(self.citations) + 1
            self.citations.append(placed(passage, place, self.records, n=n))
        n = self._numbers[key]
        known = self.citations[n - 1]
        if _rank(place.verdict) < _rank(known.verdict):
            # It is one citation, whose verdict is of the claim that it supports best.
            better = placed(passage, place, self.records, n=n)
            self.citations[n - 1] = replace(better, chunk_id=known.chunk_id)
        return n


def placed(
    passage: Passage, place: Place, records: Mapping[DocumentId, DocumentRecord], *, n: int = 0
) -> Citation:
    """Return the citation of a place as the checks left it."""
    found = located(passage, place.span, records, score=place.score, n=n, verdict=place.verdict)
    return replace(found, checked_by=place.checked_by or found.checked_by)


def _claim(
    statement: Statement,
    numbers: tuple[int, ...],
    *,
    start: int,
    end: int,
    note: tuple[str, ...],
) -> Claim:
    return Claim(
        text=statement.said.text,
        start=start,
        end=end,
        citations=numbers,
        verdict=statement.verdict,
        score=round(statement.score, 4),
        notes=(*statement.notes, *note),
    )


def _rank(verdict: Verdict) -> int:
    return _BEST_FIRST.index(verdict) if verdict in _BEST_FIRST else len(_BEST_FIRST)
