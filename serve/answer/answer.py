"""A question answered: plan → read → check, and once more from whole documents where that pays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from core.answers import Answer, Plan
from core.ids import point_id
from serve.answer.better import better_of
from serve.answer.question import Strategy as Wish
from serve.answer.question import Task
from serve.answer.routing.planned import WINDOWED, Quoting
from serve.answer.routing.reach import likeliest_first
from serve.answer.steps.condense import Condensed
from serve.answer.steps.little import charged
from serve.answer.steps.trace import preceded
from serve.answer.strategies.strategy import Outcome, Turn
from serve.answer.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.records import DocumentRecord
    from core.types import Passage, Scope
    from serve.answer.events import Tell
    from serve.answer.finding import Finding
    from serve.answer.question import Question
    from serve.answer.routing.escalate import Escalated, Escalating
    from serve.answer.routing.plan import Planned, Planner
    from serve.answer.steps.condense import Condenser
    from serve.answer.strategies.strategy import Limits, Retriever, Shelf, Strategy
    from serve.answer.structure import Structuring


_READ_TOKENS_PER_S = 2_500
"""A model that reads more slowly is out of order; a million tokens take minutes."""


_POINTING = 30
"""Passages whose documents are read first."""


class WholeQuestions(Protocol):
    """Knows questions about documents as a whole."""

    async def are_asked(self, text: str) -> bool:
        """Tell whether `text` asks about documents as a whole, not about a passage of them."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The ways to an answer, and who chooses between them."""

    planner: Planner | Quoting
    strategies: Mapping[str, Strategy]
    """By the strategy of a route; at least `retrieval`."""
    retriever: Retriever
    """Says which documents to read first, where not all may be."""
    whole_questions: WholeQuestions | None = None
    escalating: Escalating | None = None
    """`None`: passages are all that is read unless whole documents are planned from the start."""
    condenser: Condenser | None = None
    """Makes questions stand alone; `None`: they are taken as they are, whatever was said before."""
    structuring: Structuring | None = None
    """Fills the schemas of callers; `None`: nobody does."""


class Answerer:
    """Answers from the smallest context that answers well, and says what it read and why."""

    def __init__(self, ways: Ways, shelf: Shelf) -> None:
        self._ways, self._shelf = ways, shelf

    async def plan(self, question: Question) -> Plan:
        """Return how `question` would be answered; spends nothing.

        Raises:
            NotFoundError: the catalogue has no such model.
        """
        in_scope = await self._in_scope(question.scope)
        condenser = self._ways.condenser
        text = condenser.lexical(question).text if condenser else question.text
        asks = await self._asks_for_whole(question, text)
        planned = await self._ways.planner.plan(question, text, in_scope, asks_for_whole=asks)
        return Plan(route=planned.route, estimate=planned.estimate)

    async def answer(self, question: Question, limits: Limits, *, tell: Tell) -> Answer:
        """Return an answer whose every claim cites verbatim quotes, or an abstention.

        Args:
            question: as it was asked.
            limits: what it may take.
            tell: hears how the answer comes about.

        Raises:
            DeadlineError: the embedder took too long.
            NotFoundError: the catalogue has no such model.
        """
        watch = Watch()
        in_scope = await self._in_scope(question.scope)
        condensed = await self._condensed(question, limits)
        asked = charged(question, condensed.steps)
        planned, found = await self._planned(asked, condensed.text, in_scope, limits)
        turn = Turn(
            question=asked,
            text=condensed.text,
            planned=planned,
            limits=limits,
            tell=tell,
            watch=watch,
            found=found,
        )
        outcome = await self._outcome(turn, in_scope)
        finding = await self._structured(turn, preceded(outcome.finding, condensed.steps))
        tell.finding(finding)
        documents = len(in_scope) or await self._shelf.count_documents(question.scope)
        return replace(
            _answered(question, finding),
            evidence=outcome.consulted,
            coverage=replace(
                outcome.coverage, documents_in_scope=documents, documents_searched=documents
            ),
            timings_ms=watch.timings(),
        )

    async def _condensed(self, question: Question, limits: Limits) -> Condensed:
        """Return what is asked, also without what was said before it."""
        if self._ways.condenser is None:
            return Condensed(text=question.text)
        return await self._ways.condenser.standalone(question, limits.deadline)

    async def _in_scope(self, scope: Scope) -> Sequence[DocumentRecord]:
        """Return the documents that may be read whole: none, where nobody would."""
        if isinstance(self._ways.planner, Quoting):
            return ()
        return await self._shelf.in_scope(scope)

    async def _planned(
        self, question: Question, text: str, in_scope: Sequence[DocumentRecord], limits: Limits
    ) -> tuple[Planned, Sequence[Passage]]:
        """Return the plan, and what was found where a search had to choose among documents."""
        planner = self._ways.planner
        asks = await self._asks_for_whole(question, text)
        planned = await planner.plan(question, text, in_scope, asks_for_whole=asks)
        if not planned.route.dropped:
            return planned, ()
        retrieved = await self._ways.retriever.find(
            text, question.scope, top_k=_POINTING, deadline=limits.deadline
        )
        pointed = [each.document_id for each in retrieved.passages]
        likely = likeliest_first(in_scope, pointed)
        planned = await planner.plan(question, text, likely, asks_for_whole=asks)
        route = replace(planned.route, fallbacks=(*retrieved.fallbacks, *planned.route.fallbacks))
        return replace(planned, route=route), retrieved.passages

    async def _asks_for_whole(self, question: Question, text: str) -> bool:
        knows = self._ways.whole_questions
        if knows is None or question.strategy is not Wish.AUTO:
            return False
        return question.task is Task.SUMMARIZE or await knows.are_asked(text)

    async def _outcome(self, turn: Turn, in_scope: Sequence[DocumentRecord]) -> Outcome:
        outcome = await self._followed(turn)
        escalating = self._ways.escalating
        is_open = turn.question.strategy is Wish.AUTO
        is_open = is_open and turn.planned.route.strategy == Wish.RETRIEVAL
        if escalating is None or not is_open:
            return outcome
        more = escalating.decide(turn, outcome, in_scope)
        return await self._escalated(turn, outcome, more) if more else outcome

    async def _structured(self, turn: Turn, finding: Finding) -> Finding:
        if turn.question.schema is None:
            return finding
        if self._ways.structuring is None:
            return finding
        with turn.watch.stage("generate"):
            return await self._ways.structuring.filled(
                turn.question, turn.text, finding, deadline=turn.limits.deadline
            )

    async def _followed(self, turn: Turn) -> Outcome:
        """Return what the planned route comes to; in windows, where no model took it at once."""
        strategies = self._ways.strategies
        turn = _with_time_to_read(turn)
        outcome = await strategies[turn.planned.route.strategy].answer(turn)
        planner = self._ways.planner
        overflowed = turn.planned.route.strategy == Wish.LONG_CONTEXT and outcome.overflowed
        if not overflowed or isinstance(planner, Quoting):
            return outcome
        planned = await planner.in_windows(turn.question, turn.planned)
        if not planned.room:
            return outcome
        fallbacks = outcome.finding.route.fallbacks
        planned = replace(planned, route=replace(planned.route, fallbacks=fallbacks))
        return await strategies[WINDOWED].answer(replace(turn, planned=planned))

    async def _escalated(self, turn: Turn, first: Outcome, more: Escalated) -> Outcome:
        """Return what whole documents come to, or `first` where they do no better."""
        planner = self._ways.planner
        if isinstance(planner, Quoting):
            return first
        question = charged(turn.question, first.finding.steps)
        planned = await planner.escalated(question, turn.text, more.documents, why=more.why)
        if planned is None:
            return first
        turn.tell.anew()
        turn = replace(turn, question=question, planned=planned, found=first.found)
        second = await self._followed(turn)
        better = better_of(first, second)
        if better.finding.text != second.finding.text:
            turn.tell.anew()
            turn.tell.text(better.finding.text or "")
        return better


def _with_time_to_read(turn: Turn) -> Turn:
    """Return `turn` with as much more time as models may take to read whole documents."""
    if turn.planned.route.strategy == Wish.RETRIEVAL:
        return turn
    seconds = turn.planned.count.cl100k / _READ_TOKENS_PER_S
    deadline = turn.limits.deadline.later(seconds)
    return replace(turn, limits=replace(turn.limits, deadline=deadline))


def _answered(question: Question, finding: Finding) -> Answer:
    return Answer(
        id=_answer_id(question.text, question.scope, finding),
        question=question.text,
        answer=finding.text,
        data=finding.data,
        abstained=finding.abstained,
        generated=finding.generated,
        complete=finding.complete and not finding.route.dropped,
        claims=tuple(finding.claims),
        citations=tuple(finding.citations),
        conflicts=tuple(finding.conflicts),
        route=finding.route,
        steps=tuple(finding.steps),
        usage=finding.usage,
    )


def _answer_id(question: str, scope: Scope, finding: Finding) -> str:
    """Return an id that the same answer from the same evidence has again."""
    nearest = finding.abstained.nearest if finding.abstained else ()
    spans = [
        f"{each.document_id}:{each.chunk_id}:{each.span.start}:{each.span.end}"
        for each in (*finding.citations, *nearest)
    ]
    route = finding.route
    made = (route.strategy, route.model, repr(finding.data))
    key = point_id("answer", scope.collection, question, str(finding.text), *made, *spans)
    return "ans_" + key.replace("-", "")[:24]
