"""Answers in the documents' own words: no model, nothing generated."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.errors import DeadlineError
from serve.answer.assemble import Cited, abstain, cite
from serve.answer.compose import placed
from serve.answer.finding import TIER, TIER_TOKENS, Finding
from serve.answer.verify.conflicts.conflict import Assertion, Carried
from serve.answer.verify.conflicts.opposed import opposed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.answers import Claim, Conflict
    from core.ids import DocumentId
    from core.records import DocumentRecord
    from serve.answer.events import Tell
    from serve.answer.finding import Assignment, Shelf
    from serve.answer.read import ExtractiveReader, Reading
    from serve.answer.verify.conflicts.conflict import ConflictFinder

MODEL = "extractive"


class Extracting:
    """Quotes the sentences of the evidence that answer the question."""

    def __init__(self, reader: ExtractiveReader, conflicts: ConflictFinder) -> None:
        self._reader, self._conflicts = reader, conflicts

    async def draft(self, assignment: Assignment, *, tell: Tell) -> Extract:
        """Return the sentences that answer `question`, or those that came nearest.

        Raises:
            DeadlineError: the embedder took too long.
        """
        tell.route(model=MODEL, tier=TIER, window=TIER_TOKENS)
        best_first = sorted(
            assignment.passages.values(), key=lambda p: (-p.score, p.chunk_id, p.span)
        )
        late = DeadlineError(
            "did not embed the sentences found in the time for the question",
            model=self._reader.embedder,
        )
        async with assignment.deadline.enforced(late=late):
            reading = await self._reader.read(assignment.text, best_first)
        return Extract(assignment=assignment, reading=reading, conflicts=self._conflicts, tell=tell)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """The quotes, before they are cited."""

    assignment: Assignment
    reading: Reading
    conflicts: ConflictFinder
    tell: Tell

    async def conclude(self, shelf: Shelf) -> Finding:
        """Return the quotes that pass the gate as claims; where they are none, an abstention.

        What other evidence says against them is cited, too.
        """
        evidence = self.assignment.evidence
        records = await shelf(list(dict.fromkeys(each.passage.document_id for each in evidence)))
        cited = cite(self.reading, records) if self.reading.answers else Cited()
        conflicts = self._opposed(cited, records)
        if cited.text:
            self.tell.text(cited.text)
        return Finding(
            text=cited.text or None,
            claims=cited.claims,
            citations=cited.citations,
            conflicts=conflicts,
            abstained=None if cited.text else abstain(self.reading, records),
            generated=False,
            route=replace(
                self.assignment.route,
                tier=TIER,
                model=MODEL,
                context_tokens=sum(each.tokens for each in evidence),
                window=TIER_TOKENS,
            ),
        )

    def _opposed(
        self, cited: Cited, records: Mapping[DocumentId, DocumentRecord]
    ) -> list[Conflict]:
        """Return what the evidence says against the quotes; its places are then citations."""
        asked, passages = self.assignment, self.assignment.passages
        claims = [
            Assertion(text=claim.text, carried=self._carried(cited, claim), quoted=True)
            for claim in cited.claims
        ]
        return [
            cited.oppose(each.claim, [placed(passages[p.number], p, records) for p in each.places])
            for each in opposed(self.conflicts, asked.text, claims, asked.evidence)
        ]

    def _carried(self, cited: Cited, claim: Claim) -> tuple[Carried, ...]:
        return tuple(
            Carried(passage=at, span=citation.span)
            for citation in (cited.citations[n - 1] for n in claim.citations)
            for at, each in enumerate(self.assignment.evidence)
            if each.passage.document_id == citation.document_id
            and each.passage.span.contains(citation.span)
        )
