"""Answers from documents that no model holds: read in parts → note → reduce → answer → check."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from core.answers import AbstainReason, Abstention, Coverage
from core.chat import PER_MESSAGE, Need
from core.types import TokenCount
from serve.answer.finding import Assignment, Finding
from serve.answer.generate import shown
from serve.answer.marker import marker_for
from serve.answer.prompt import answer_tokens, thinking_tokens
from serve.answer.routing.rooms import ANSWER_ROOM, window_room
from serve.answer.said import nearest
from serve.answer.strategies.documents import NEAR, evidence_of, weighed, without
from serve.answer.strategies.passages import dear, read
from serve.answer.strategies.strategy import Outcome
from serve.answer.strategies.windowed.asker import Asker
from serve.answer.strategies.windowed.cited import noted, noted_tokens
from serve.answer.strategies.windowed.covered import consulted, missing, read_whole
from serve.answer.strategies.windowed.reading import BY_BUDGET, Reading
from serve.answer.strategies.windowed.reduce import Reducing
from serve.answer.usage import total

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.clock import Deadline
    from core.protocols import Writer
    from core.types import Passage
    from retrieval.pack import Evidence
    from serve.answer.finding import Reader
    from serve.answer.strategies.strategy import Retriever, Shelf, Turn
    from serve.answer.strategies.windowed.reading import Notebook, Read
    from serve.answer.strategies.windowed.reduce import Reduced
    from serve.answer.terms import Lexicon

_FEWEST_TOKENS = 8_000
"""Of notes and excerpts in the prompt of the answer: paid for whatever the reading costs."""
_TRIES = 3
"""Prompts of the answer, each half as long as the one before, where no model takes it."""
_SPARE_S, _SPARE = 90.0, 0.12
"""Seconds kept for making notes shorter, and for the answer; at most that share of all, each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What reading in parts takes, beside what all ways to an answer take."""

    writer: Writer
    notebook: Notebook
    lexicon: Lexicon
    model: str
    """Whom questions are put to, as the settings say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Studied:
    """What is known when all is read."""

    turn: Turn
    asker: Asker
    evidence: Sequence[Evidence]
    read: Read
    reduced: Reduced


class Windowed:
    """Has documents read part by part, and answers from what was noted of each."""

    def __init__(self, retriever: Retriever, reader: Reader, shelf: Shelf, study: Study) -> None:
        self._retriever, self._reader, self._shelf = retriever, reader, shelf
        self._study = study

    async def answer(self, turn: Turn) -> Outcome:
        """Return what the planned documents come to.

        Parts that were read for the question earlier are not read again. Where a budget or the
        deadline ends the reading, the answer is made from what was read, and says so.

        Raises:
            DeadlineError: the embedder took too long.
        """
        with turn.watch.stage("search"):
            found = turn.found or await self._found(turn)
            evidence = weighed(await evidence_of(turn.planned.documents, self._shelf), found)
        with turn.watch.stage("generate"):
            studied = await self._studied(turn, evidence)
        finding = self._told(studied, await self._finding(studied))
        numbers = studied.read.numbers
        return Outcome(
            finding=finding,
            consulted=consulted(evidence, numbers),
            coverage=Coverage(
                documents_read=read_whole(evidence, numbers),
                windows_read=len(studied.read.parts),
                windows_planned=studied.read.planned,
            ),
            found=found,
        )

    async def _found(self, turn: Turn) -> Sequence[Passage]:
        found = await self._retriever.find(
            turn.text, turn.question.scope, top_k=NEAR, deadline=turn.limits.deadline
        )
        return found.passages

    async def _studied(self, turn: Turn, evidence: Sequence[Evidence]) -> _Studied:
        question, asker = turn.question, Asker(self._study.writer, turn.question)
        room = window_room(question, turn.planned.room)
        reserve = answer_tokens(question) + thinking_tokens(question) + 2 * PER_MESSAGE
        least = TokenCount(cl100k=min(_FEWEST_TOKENS, room))
        await asker.keep_back(Need(count=least, reserve=reserve))
        reading_ends, reducing_ends = _ends(turn.limits.deadline)
        reading = Reading(
            turn=turn,
            asker=asker,
            notebook=self._study.notebook,
            model=self._study.model,
            marker=await asyncio.to_thread(
                marker_for, (turn.text, *(shown(each.passage) for each in evidence))
            ),
            deadline=reading_ends,
        )
        result = await reading.read(evidence, room=room)
        reducing = Reducing(turn=turn, asker=asker, deadline=reducing_ends)
        most = min(ANSWER_ROOM, turn.planned.room) // 2
        reduced = await reducing.reduced(result.notes, room=most)
        return _Studied(turn=turn, asker=asker, evidence=evidence, read=result, reduced=reduced)

    async def _finding(self, studied: _Studied) -> Finding:
        if not studied.reduced.notes:
            return await self._declined(studied, _why_nothing(studied.read))
        turn, asker = studied.turn, studied.asker
        question = replace(turn.question, max_cost_usd=asker.left_usd)
        found: Finding | None = None
        for halved in range(_TRIES):
            most = min(ANSWER_ROOM, turn.planned.room) >> halved
            notes, evidence = noted(studied.reduced.notes, studied.evidence, most=most)
            need = Need(
                count=TokenCount(cl100k=noted_tokens(notes, evidence)),
                reserve=answer_tokens(question) + thinking_tokens(question),
            )
            if asker.left_usd is not None and not await asker.takes(need):
                continue
            turn.tell.evidence(evidence)
            assignment = Assignment(
                question=question,
                text=turn.text,
                evidence=evidence,
                route=turn.planned.route,
                deadline=turn.limits.deadline,
                noted=notes,
            )
            found = await read(self._reader, assignment, turn, self._shelf)
            if not found.too_long:
                break
        return found or await self._declined(studied, dear("nothing is left for the answer"))

    async def _declined(self, studied: _Studied, why: Abstention) -> Finding:
        """Return that there is no answer, and what came nearest."""
        turn, asked = studied.turn, any(part.step.usage.calls for part in studied.read.parts)
        assignment = Assignment(
            question=turn.question,
            text=turn.text,
            evidence=studied.evidence,
            route=turn.planned.route,
            deadline=turn.limits.deadline,
        )

        records = partial(self._shelf.documents, turn.question.scope.collection)
        closest = await nearest(assignment, records, lexicon=self._study.lexicon)
        return Finding(
            text=None,
            abstained=replace(why, nearest=closest),
            generated=asked,
            route=turn.planned.route if asked else replace(turn.planned.route, model="none"),
        )

    def _told(self, studied: _Studied, finding: Finding) -> Finding:
        """Return `finding` with all that was done on the way to it."""
        result, reduced, planned = studied.read, studied.reduced, studied.turn.planned
        windows = (*(part.step for part in result.parts), *result.failed)
        steps = (*windows, *reduced.steps, *finding.steps)
        route = without(finding.route, planned.documents, studied.evidence)
        fallbacks = dict.fromkeys((*route.fallbacks, *result.fallbacks, *reduced.fallbacks))
        why = _why_missing(result)
        tier, window = result.reader or (planned.route.tier, planned.route.window)
        return replace(
            finding,
            complete=finding.complete and result.whole and reduced.whole,
            steps=steps,
            usage=total(steps),
            route=replace(
                route,
                tier=tier,
                window=window,
                context_tokens=planned.route.context_tokens,
                reason=f"{route.reason}; {why}" if why else route.reason,
                fallbacks=tuple(fallbacks),
                dropped=(*route.dropped, *missing(studied.evidence, result.numbers, why=why)),
            ),
        )


def _ends(deadline: Deadline) -> tuple[Deadline, Deadline]:
    """Return until when documents are read, and until when notes are made shorter."""
    spare_s = min(_SPARE_S, _SPARE * deadline.remaining_s())
    return deadline.later(-2 * spare_s), deadline.later(-spare_s)


def _why_nothing(result: Read) -> Abstention:
    """Return why there are no notes."""
    missing_too = _why_missing(result)
    if result.parts or not result.planned:
        read, lost = len(result.parts), sum(not part.whole for part in result.parts)
        detail = (
            f"what was noted of {lost} of the {read} parts that were read is cut off, or could not "
            "be traced to the documents; asked again, they are read again"
            if lost
            else f"nothing in the {read} parts that were read answers the question"
        )
        detail = f"{detail}; {missing_too}" if missing_too else detail
        return Abstention(reason=AbstainReason.NO_EVIDENCE, detail=detail)
    if result.stopped == BY_BUDGET:
        return dear(missing_too)
    detail = "; ".join((missing_too, *map(str, result.failures[:1])))
    return Abstention(reason=AbstainReason.MODEL_UNAVAILABLE, detail=detail)


def _why_missing(result: Read) -> str:
    """Return how many parts were not read, and why; empty: all were."""
    unread = result.planned - len(result.parts)
    if not unread:
        return ""
    ended = f"{result.stopped} was used up" if result.stopped else "models failed"
    return f"{unread} of {result.planned} parts were not read: {ended}"
