"""Answers from what a model looks up by itself: search, read, search again → read all → check."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from core.answers import Coverage, Fallback
from core.chat import Need
from core.clock import Deadline
from core.types import TokenCount
from serve.answer.finding import Assignment
from serve.answer.prompt import answer_tokens, thinking_tokens
from serve.answer.question import Strategy as Wish
from serve.answer.routing.looking import READ_TOKENS
from serve.answer.routing.wanted import wanted
from serve.answer.steps.little import charged
from serve.answer.steps.trace import preceded
from serve.answer.strategies.agentic.gathered import Gathered
from serve.answer.strategies.agentic.research import Research
from serve.answer.strategies.agentic.tools import Books, Tools
from serve.answer.strategies.passages import read
from serve.answer.strategies.strategy import Outcome, Shelf, consulted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.protocols import Writer
    from core.records import DocumentRecord
    from serve.answer.finding import Reader
    from serve.answer.strategies.agentic.research import Ended
    from serve.answer.strategies.strategy import Retriever, Strategy, Turn

_WINDOW_SHARE = 3
"""What is shown takes at most one in so many tokens of the model's window."""
_TIME_SHARE = 0.6
"""Of the time for a question: what looking for its answer may take."""
_AROUND_TOKENS = 1_500
"""Of the prompt of an answer, beside the evidence."""


class Library(Shelf, Books, Protocol):
    """The documents, whole and in part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What a model works with."""

    retriever: Retriever
    library: Library
    writer: Writer
    count_tokens: Callable[[str], int]


class Agentic:
    """Has a model search and read, and the answer written from all that it was shown."""

    def __init__(self, kit: Kit, reader: Reader, *, passages: Strategy) -> None:
        """Answer by `passages` where no model calls tools, or nothing was found that way."""
        self._kit, self._reader, self._passages = kit, reader, passages

    async def answer(self, turn: Turn) -> Outcome:
        """Return what the model's searches come to.

        Raises:
            DeadlineError: the embedder took too long.
        """
        documents = await self._kit.library.in_scope(turn.question.scope)
        is_dear = turn.question.max_cost_usd is not None and turn.planned.over_budget
        if not documents or is_dear:
            why = "nobody may be asked at this cost" if is_dear else "there is no document in scope"
            return await self._passages.answer(_without(turn, why))
        research = await self._research(turn, documents)
        with turn.watch.stage("search"):
            ended = await research.run()
        turn = replace(turn, question=charged(turn.question, research.steps))
        if not research.gathered.evidence:
            return await self._otherwise(turn, research, ended)
        return await self._outcome(turn, research, ended)

    async def _research(self, turn: Turn, documents: Sequence[DocumentRecord]) -> Research:
        kit, question, deadline = self._kit, turn.question, turn.limits.deadline
        most = min(
            question.max_context_tokens or READ_TOKENS,
            turn.planned.route.window // _WINDOW_SHARE or READ_TOKENS,
        )
        gathered = Gathered(count_tokens=kit.count_tokens, most=most)
        tools = Tools(
            kit.retriever, kit.library, gathered, scope=question.scope, documents=documents
        )
        seconds = _TIME_SHARE * deadline.remaining_s()
        return Research(
            question=question,
            text=turn.text,
            writer=kit.writer,
            tools=tools,
            gathered=gathered,
            deadline=Deadline.after(seconds, clock=deadline.clock),
            kept_usd=await self._price(turn, most),
            documents=len(documents),
        )

    async def _price(self, turn: Turn, tokens: int) -> float:
        """Return what the answer from so much evidence costs, at most; 0 where nobody asks."""
        question = turn.question
        if question.max_cost_usd is None:
            return 0.0
        need = Need(
            count=TokenCount(cl100k=tokens + _AROUND_TOKENS),
            reserve=answer_tokens(question) + thinking_tokens(question),
        )
        found = await self._kit.writer.candidates(need, wanted(question, documents=1))
        first = next((each for each in found if each.considered.fits), None)
        return question.max_cost_usd if first is None else first.cost_usd or 0.0

    async def _outcome(self, turn: Turn, research: Research, ended: Ended) -> Outcome:
        gathered = research.gathered
        evidence = gathered.outermost()
        turn.tell.evidence(evidence)
        route = turn.planned.route
        assignment = Assignment(
            question=turn.question,
            text=turn.text,
            evidence=evidence,
            route=replace(
                route,
                reason=f"{route.reason}: {len(gathered.evidence)} passages; {ended.why}",
                fallbacks=(*route.fallbacks, *_failed(ended)),
            ),
            deadline=turn.limits.deadline,
        )
        finding = await read(self._reader, assignment, turn, self._kit.library)
        finding = replace(finding, complete=finding.complete and ended.complete)
        return Outcome(
            finding=preceded(finding, research.steps),
            consulted=tuple(consulted(each.passage) for each in gathered.evidence),
            coverage=Coverage(documents_read=research.tools.read_whole),
            found=[each.passage for each in evidence],
        )

    async def _otherwise(self, turn: Turn, research: Research, ended: Ended) -> Outcome:
        """Return what a plain search comes to, after nothing was found by the model."""
        outcome = await self._passages.answer(_without(turn, ended.why, _failed(ended)))
        return replace(outcome, finding=preceded(outcome.finding, research.steps))


def _without(turn: Turn, why: str, fallbacks: Sequence[Fallback] = ()) -> Turn:
    """Return `turn` on the route over passages, and why it is on it."""
    route = turn.planned.route
    route = replace(
        route,
        strategy=Wish.RETRIEVAL.value,
        reason=f"agentic was asked for, but {why}: the passages found are read",
        fallbacks=(*route.fallbacks, *fallbacks),
    )
    return replace(turn, planned=replace(turn.planned, route=route))


def _failed(ended: Ended) -> tuple[Fallback, ...]:
    return Fallback.all_of(ended.error) if ended.error else ()
