"""Answers in the documents' own words: no model, nothing generated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.answers import Route
from serve.answer.assemble import abstain, cite
from serve.answer.finding import TIER, TIER_TOKENS, Finding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.ids import DocumentId
    from core.records import DocumentRecord
    from retrieval.pack import Evidence
    from serve.answer.read import ExtractiveReader, Reading

MODEL = "extractive"
WHY = "answered by quoting the passages found: no model is set up, nothing is generated"


class Extracting:
    """Quotes the sentences of the evidence that answer the question."""

    def __init__(self, reader: ExtractiveReader) -> None:
        self._reader = reader

    async def draft(self, question: str, evidence: Sequence[Evidence]) -> Extract:
        """Return the sentences that answer `question`, or those that came nearest."""
        best_first = sorted(
            (each.passage for each in evidence), key=lambda p: (-p.score, p.chunk_id, p.span)
        )
        return Extract(
            reading=await self._reader.read(question, best_first),
            tokens=sum(each.tokens for each in evidence),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """The quotes, before they are cited."""

    reading: Reading
    tokens: int
    """Of the evidence."""

    @property
    def documents(self) -> Sequence[DocumentId]:
        """The documents that it quotes."""
        return list({quote.passage.document_id for quote in self.reading.quotes})

    def conclude(self, records: Mapping[DocumentId, DocumentRecord]) -> Finding:
        """Return the quotes that pass the gate as claims; where they are none, an abstention."""
        cited = cite(self.reading, records) if self.reading.answers else None
        answers = cited is not None and bool(cited.claims)
        return Finding(
            text=cited.text if cited and answers else None,
            claims=cited.claims if cited else (),
            citations=cited.citations if cited else (),
            abstained=None if answers else abstain(self.reading, records),
            generated=False,
            route=Route(
                strategy="retrieval",
                tier=TIER,
                model=MODEL,
                context_tokens=self.tokens,
                reserve_tokens=0,
                window=TIER_TOKENS,
                reason=WHY,
            ),
        )
