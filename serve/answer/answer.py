"""A question answered in the documents' own words."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from core.answers import Answer, Coverage, Route, Timings
from core.ids import point_id
from retrieval.pack import pack
from serve.answer.assemble import abstain, cite, over_budget

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from core.ids import CollectionName, DocumentId
    from core.records import DocumentRecord
    from core.types import Passage, Scope
    from retrieval.pack import Evidence
    from serve.answer.read import ExtractiveReader, Reading

MODEL = "extractive"
TIER = "standard"
TIER_TOKENS = 131_071
"""The most that the tier is for; the reader itself has no window."""
WHY = "answered by quoting the passages found: no model is set up, nothing is generated"


class Retriever(Protocol):
    """Where evidence comes from."""

    async def find(self, question: str, scope: Scope, *, top_k: int) -> Sequence[Passage]:
        """Return passages for `question`, best first."""
        ...


class Shelf(Protocol):
    """The records of documents."""

    async def documents(
        self, collection: CollectionName, ids: Sequence[DocumentId]
    ) -> Mapping[DocumentId, DocumentRecord]:
        """Return the documents that are there, by id."""
        ...


class Answerer:
    """Finds evidence, reads it, and quotes what answers the question, or says why nothing does."""

    def __init__(
        self,
        retriever: Retriever,
        reader: ExtractiveReader,
        shelf: Shelf,
        *,
        count_tokens: Callable[[str], int],
        count_documents: Callable[[Scope], Awaitable[int]],
    ) -> None:
        self._retriever = retriever
        self._reader = reader
        self._shelf = shelf
        self._count_tokens = count_tokens
        self._count_documents = count_documents

    async def answer(self, question: str, scope: Scope, *, top_k: int, max_tokens: int) -> Answer:
        """Return an answer whose every claim cites verbatim quotes, or an abstention.

        Args:
            question: as it was asked.
            scope: where its answer may come from.
            top_k: the most passages that are read.
            max_tokens: the most tokens that they have together.
        """
        watch = _Watch()
        passages = await self._retriever.find(question, scope, top_k=top_k)
        evidence = pack(passages, count_tokens=self._count_tokens, max_tokens=max_tokens)
        watch.lap("search")
        packed = {each.passage for each in evidence}
        reading = await self._reader.read(question, [each for each in passages if each in packed])
        watch.lap("generate")
        records = await self._shelf.documents(
            scope.collection, list({quote.passage.document_id for quote in reading.quotes})
        )
        cited = cite(reading, records) if reading.answers else None
        abstained = None
        if not cited or not cited.claims:
            too_long = passages and not evidence
            abstained = over_budget(max_tokens) if too_long else abstain(reading, records)
        watch.lap("verify")
        in_scope = await self._count_documents(scope)
        return Answer(
            id=_answer_id(question, scope, reading),
            question=question,
            answer=cited.text if cited and not abstained else None,
            abstained=abstained,
            generated=False,
            claims=tuple(cited.claims) if cited else (),
            citations=tuple(cited.citations) if cited else (),
            route=_route(evidence),
            coverage=Coverage(documents_in_scope=in_scope, documents_searched=in_scope),
            timings_ms=watch.timings(),
        )


class _Watch:
    """Milliseconds of each stage."""

    def __init__(self) -> None:
        self._began = self._lap = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self._laps[stage] = round((now - self._lap) * 1000, 3)
        self._lap = now

    def timings(self) -> Timings:
        total = round((time.perf_counter() - self._began) * 1000, 3)
        return Timings(**self._laps, total=total)


def _route(evidence: Sequence[Evidence]) -> Route:
    return Route(
        strategy="retrieval",
        tier=TIER,
        model=MODEL,
        context_tokens=sum(each.tokens for each in evidence),
        reserve_tokens=0,
        window=TIER_TOKENS,
        reason=WHY,
    )


def _answer_id(question: str, scope: Scope, reading: Reading) -> str:
    """Return an id that the same question over the same evidence has again."""
    spans = [
        f"{quote.passage.version}:{span.start}:{span.end}"
        for quote in reading.quotes
        for span in quote.spans
    ]
    key = point_id("answer", scope.collection, question, str(reading.answers), *spans)
    return "ans_" + key.replace("-", "")[:24]
