"""Sentences of a draft to an answer: text with markers, claims, and the citations they rest on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.answers import Citation, Claim, Verdict
from serve.answer.assemble import located
from serve.answer.attribute import carried
from serve.answer.gate import unfounded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.ids import DocumentId
    from core.records import DocumentRecord
    from core.types import Passage, Span
    from serve.answer.draft import Drafted
    from serve.answer.terms import Lexicon

FLAGGED = "flagged"
"""What is noted of a claim that does not stand in what it cites."""


@dataclass(slots=True)
class Composed:
    """The text as a reader sees it, with what it claims and where that stands."""

    evidence: Mapping[int, Passage]
    lexicon: Lexicon
    records: Mapping[DocumentId, DocumentRecord]
    text: str = ""
    claims: list[Claim] = field(default_factory=list[Claim])
    citations: list[Citation] = field(default_factory=list[Citation])
    _numbers: dict[tuple[DocumentId, Span], int] = field(
        default_factory=dict["tuple[DocumentId, Span]", int]
    )

    def add(self, sentence: Drafted) -> None:
        """Put a sentence, with its citations, behind what is there."""
        self.text += sentence.lead if self.text else sentence.lead.lstrip()
        start = len(self.text)
        self.text += sentence.text
        cited = [self._cite(sentence.text, number) for number in sentence.cited]
        numbers = tuple(dict.fromkeys(n for found, _ in cited for n in found))
        if sentence.states:
            share = max((share for _, share in cited), default=0.0)
            self.claims.append(self._claim(sentence, numbers, start=start, share=share))
        # A block of code is closed by a line of its own.
        before = "\n" if sentence.text.endswith(("```", "~~~")) else " "
        self.text += (before if numbers else "") + "".join(f"[{n}]" for n in numbers)
        self.text += sentence.gap or (" " if numbers else "")

    def _claim(
        self, sentence: Drafted, numbers: tuple[int, ...], *, start: int, share: float
    ) -> Claim:
        founding = [self.citations[n - 1].quote for n in numbers]
        founding += [head(self.evidence[number]) for number in sentence.cited]
        doubtful = not numbers or bool(unfounded(sentence.text, founding))
        return Claim(
            text=sentence.text,
            start=start,
            end=start + len(sentence.text),
            citations=numbers,
            verdict=Verdict.UNSUPPORTED if doubtful else Verdict.UNCHECKED,
            score=round(share, 4),
            notes=(FLAGGED,) if doubtful else (),
        )

    def _cite(self, claim: str, number: int) -> tuple[list[int], float]:
        """Return the numbers that a reader sees of the places that carry `claim`, and its share."""
        passage = self.evidence[number]
        found = carried(claim, passage, self.lexicon)
        numbers: list[int] = []
        for carrier in found.carriers:
            key = (passage.document_id, carrier.span)
            if key not in self._numbers:
                self._numbers[key] = n = len(self.citations) + 1
                citation = uncertain(passage, carrier.span, self.records, score=carrier.share, n=n)
                self.citations.append(citation)
            numbers.append(self._numbers[key])
        return numbers, found.share


def uncertain(
    passage: Passage,
    span: Span,
    records: Mapping[DocumentId, DocumentRecord],
    *,
    score: float,
    n: int,
) -> Citation:
    """Return the citation of a place that has not been checked."""
    return located(passage, span, records, score=score, n=n, verdict=Verdict.UNCHECKED)


def head(passage: Passage) -> str:
    """Return what stands above a passage: its title and headings."""
    return "\n".join((passage.title, *passage.section))
