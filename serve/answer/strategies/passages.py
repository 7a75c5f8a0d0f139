"""Answers from the passages that are found: search → pack → read → check."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from core.answers import AbstainReason, Abstention
from core.errors import DeadlineError
from retrieval.found import Retrieved
from retrieval.joint import joint
from retrieval.pack import pack
from serve.answer.assemble import nothing_found, over_budget
from serve.answer.finding import Assignment, Finding
from serve.answer.steps.decompose import Parts
from serve.answer.steps.little import charged
from serve.answer.steps.trace import preceded, searched
from serve.answer.strategies.strategy import Outcome, consulted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.answers import Route, Step
    from core.types import Passage
    from retrieval.pack import Evidence
    from serve.answer.finding import Reader
    from serve.answer.steps.decompose import Splitter
    from serve.answer.strategies.strategy import Retriever, Shelf, Turn


class Passages:
    """Finds evidence, has it read, and cites what answers the question, or says why not."""

    def __init__(
        self,
        retriever: Retriever,
        reader: Reader,
        shelf: Shelf,
        *,
        count_tokens: Callable[[str], int],
        splitter: Splitter | None = None,
    ) -> None:
        """Read with `reader` what `retriever` finds.

        Args:
            retriever: where passages come from.
            reader: who answers from them.
            shelf: the documents that they are of.
            count_tokens: how long a passage is.
            splitter: takes questions of several steps apart; `None`: each is searched for whole.
        """
        self._retriever, self._reader, self._shelf = retriever, reader, shelf
        self._count_tokens, self._splitter = count_tokens, splitter

    async def answer(self, turn: Turn) -> Outcome:
        """Return what the passages found come to.

        Raises:
            DeadlineError: the embedder took too long.
        """
        limits, route = turn.limits, turn.planned.route
        with turn.watch.stage("search"):
            parts = await self._parts(turn)
            found = await self._found(parts.queries, turn)
            most = limits.top_k if turn.question.top_k else limits.top_k * len(parts.queries)
            rankings = [each.passages for each in found]
            passages = joint(rankings)[:most] if len(rankings) > 1 else rankings[0]
            evidence = pack(passages, count_tokens=self._count_tokens, max_tokens=limits.max_tokens)
        failed = dict.fromkeys(each for search in found for each in search.fallbacks)
        route = replace(route, fallbacks=(*failed, *route.fallbacks))
        turn = replace(turn, question=charged(turn.question, parts.steps))
        finding = await self._finding(turn, route, passages, evidence)
        return Outcome(
            finding=preceded(finding, _steps(parts, found, evidence)),
            consulted=tuple(consulted(each.passage) for each in evidence),
            found=passages,
        )

    async def _parts(self, turn: Turn) -> Parts:
        """Return what is searched for; nobody is asked where nobody may answer."""
        is_dear = turn.question.max_cost_usd is not None and turn.planned.over_budget
        if self._splitter is None or is_dear:
            return Parts(queries=(turn.text,))
        return await self._splitter.parts(turn.question, turn.text, turn.limits.deadline)

    async def _found(self, queries: Sequence[str], turn: Turn) -> list[Retrieved]:
        """Return what each query finds; of the question itself there is always a result.

        Raises:
            DeadlineError: the embedder took too long for the question itself.
        """
        async with asyncio.TaskGroup() as group:
            searches = [group.create_task(self._search(each, turn)) for each in queries]
        first, *others = [search.result() for search in searches]
        if isinstance(first, DeadlineError):
            raise first
        late = Retrieved(passages=())
        return [first, *(late if isinstance(each, DeadlineError) else each for each in others)]

    async def _search(self, query: str, turn: Turn) -> Retrieved | DeadlineError:
        limits = turn.limits
        try:
            return await self._retriever.find(
                query, turn.question.scope, top_k=limits.top_k, deadline=limits.deadline
            )
        except DeadlineError as error:
            return error

    async def _finding(
        self, turn: Turn, route: Route, found: Sequence[Passage], evidence: Sequence[Evidence]
    ) -> Finding:
        turn.tell.evidence(evidence)
        if not evidence:
            why = over_budget(turn.limits.max_tokens) if found else nothing_found()
            return declined(why, route)
        assignment = Assignment(
            question=turn.question,
            text=turn.text,
            evidence=evidence,
            route=route,
            deadline=turn.limits.deadline,
        )
        return await read(self._reader, assignment, turn, self._shelf)


def _steps(
    parts: Parts, found: Sequence[Retrieved], evidence: Sequence[Evidence]
) -> tuple[Step, ...]:
    """Return what was done before the reading; of a single search nothing is told."""
    if len(parts.queries) == 1:
        return parts.steps
    searches = zip(parts.queries, found, strict=True)
    return (*parts.steps, *(searched(query, each.passages, evidence) for query, each in searches))


async def read(reader: Reader, assignment: Assignment, turn: Turn, shelf: Shelf) -> Finding:
    """Return what `reader` makes of an assignment; asks nobody where that costs too much."""
    if turn.question.max_cost_usd is not None and turn.planned.over_budget:
        return declined(dear(turn.planned.over_budget), assignment.route)
    with turn.watch.stage("generate"):
        draft = await reader.draft(assignment, tell=turn.tell)
    with turn.watch.stage("verify"):
        return await draft.conclude(partial(shelf.documents, turn.question.scope.collection))


def declined(why: Abstention, route: Route) -> Finding:
    """Return that nobody was asked, and why."""
    return Finding(
        text=None,
        abstained=why,
        generated=False,
        route=replace(route, model="none", context_tokens=0, reserve_tokens=0),
    )


def dear(why: str) -> Abstention:
    """Return that every model costs more than is allowed, or nobody knows what."""
    return Abstention(
        reason=AbstainReason.OVER_BUDGET, detail=f"nobody may be asked at this cost: {why}"
    )
