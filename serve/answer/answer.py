"""A question answered from the passages that are found for it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from core.answers import Answer, Consulted, Coverage, Route, Timings
from core.ids import point_id
from retrieval.pack import pack
from serve.answer.assemble import nothing_found, over_budget
from serve.answer.finding import TIER, TIER_TOKENS, Finding

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from core.clock import Deadline
    from core.ids import CollectionName, DocumentId
    from core.records import DocumentRecord
    from core.types import Passage, Scope
    from retrieval.found import Retrieved
    from serve.answer.events import Tell
    from serve.answer.finding import Reader


class Retriever(Protocol):
    """Where evidence comes from."""

    async def find(
        self, question: str, scope: Scope, *, top_k: int, deadline: Deadline
    ) -> Retrieved:
        """Return passages for `question`, best first; raises `DeadlineError`."""
        ...


class Shelf(Protocol):
    """The records of documents."""

    async def documents(
        self, collection: CollectionName, ids: Sequence[DocumentId]
    ) -> Mapping[DocumentId, DocumentRecord]:
        """Return the documents that are there, by id."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one answer may take."""

    top_k: int
    """The most passages that are read."""
    max_tokens: int
    """The most tokens that they have together."""
    deadline: Deadline
    """For all that is asked of models on the way."""


class Answerer:
    """Finds evidence, has it read, and cites what answers the question, or says why not."""

    def __init__(
        self,
        retriever: Retriever,
        reader: Reader,
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

    async def answer(self, question: str, scope: Scope, limits: Limits, *, tell: Tell) -> Answer:
        """Return an answer whose every claim cites verbatim quotes, or an abstention.

        Args:
            question: as it was asked.
            scope: where its answer may come from.
            limits: what it may take.
            tell: hears how the answer comes about.

        Raises:
            DeadlineError: the embedder took too long.
        """
        watch, deadline = _Watch(), limits.deadline
        found = await self._retriever.find(question, scope, top_k=limits.top_k, deadline=deadline)
        evidence = pack(
            found.passages, count_tokens=self._count_tokens, max_tokens=limits.max_tokens
        )
        watch.lap("search")
        tell.evidence(evidence)
        if evidence:
            draft = await self._reader.draft(question, evidence, deadline=deadline, tell=tell)
            watch.lap("generate")
            finding = await draft.conclude(partial(self._shelf.documents, scope.collection))
        else:
            finding = _without_evidence(found.passages, limits.max_tokens)
        watch.lap("verify")
        tell.finding(finding)
        in_scope = await self._count_documents(scope)
        return replace(
            _answered(question, scope, finding),
            evidence=tuple(_consulted(each.passage) for each in evidence),
            route=replace(finding.route, fallbacks=(*found.fallbacks, *finding.route.fallbacks)),
            coverage=Coverage(documents_in_scope=in_scope, documents_searched=in_scope),
            timings_ms=watch.timings(),
        )


def _answered(question: str, scope: Scope, finding: Finding) -> Answer:
    return Answer(
        id=_answer_id(question, scope, finding),
        question=question,
        answer=finding.text,
        abstained=finding.abstained,
        generated=finding.generated,
        complete=finding.complete,
        claims=tuple(finding.claims),
        citations=tuple(finding.citations),
        conflicts=tuple(finding.conflicts),
        route=finding.route,
        steps=tuple(finding.steps),
        usage=finding.usage,
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


def _without_evidence(passages: Sequence[Passage], max_tokens: int) -> Finding:
    return Finding(
        text=None,
        abstained=over_budget(max_tokens) if passages else nothing_found(),
        generated=False,
        route=Route(
            strategy="retrieval",
            tier=TIER,
            model="none",
            context_tokens=0,
            reserve_tokens=0,
            window=TIER_TOKENS,
            reason="nothing was found that could be read, so nobody was asked",
        ),
    )


def _consulted(passage: Passage) -> Consulted:
    return Consulted(document_id=passage.document_id, chunk_id=passage.chunk_id, span=passage.span)


def _answer_id(question: str, scope: Scope, finding: Finding) -> str:
    """Return an id that the same answer from the same evidence has again."""
    nearest = finding.abstained.nearest if finding.abstained else ()
    spans = [
        f"{each.document_id}:{each.chunk_id}:{each.span.start}:{each.span.end}"
        for each in (*finding.citations, *nearest)
    ]
    key = point_id("answer", scope.collection, question, str(finding.text), *spans)
    return "ans_" + key.replace("-", "")[:24]
