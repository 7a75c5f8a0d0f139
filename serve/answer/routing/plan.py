"""How a question is to be answered, by which documents and models, before anything is spent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.answers import Considered, Estimate, Route
from core.chat import PER_MESSAGE, Need
from core.types import TokenCount
from serve.answer.notes_prompt import NOTES_RULES, notes_tokens
from serve.answer.prompt import WHOLE_RULES, answer_tokens, thinking_tokens
from serve.answer.question import Strategy
from serve.answer.routing.looking import READ_TOKENS, with_steps
from serve.answer.routing.planned import WINDOWED, Planned, chosen, retrieval_route, told
from serve.answer.routing.reach import Reach, around_document, fill, in_order, size, why_none
from serve.answer.routing.rooms import (
    ANSWER_ROOM,
    LEAST_ROOM,
    REPEATED_TOKENS,
    about_windows,
    window_room,
)
from serve.answer.routing.wanted import wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.chat import Wanted
    from core.protocols import Writer
    from core.records import DocumentRecord
    from serve.answer.question import Question


_AROUND_TOKENS = 72
"""Of the line of markers, the end of what is read, and what is said of the question."""
_SPARE = 0.98
"""Of a window: what is filled, since documents are divided at blocks."""


class Planner:
    """Chooses by the question, the scope and what was counted when documents were ingested."""

    def __init__(self, writer: Writer, reach: Reach, *, count_tokens: Callable[[str], int]) -> None:
        self._writer, self._reach, self._count = writer, reach, count_tokens

    async def plan(
        self,
        question: Question,
        text: str,
        documents: Sequence[DocumentRecord],
        *,
        asks_for_whole: bool,
    ) -> Planned:
        """Return how `question` is to be answered; never looks at what the documents say.

        Args:
            question: as it was asked.
            text: what it asks, also without what was said before it.
            documents: all that are in its scope, those first that it is most likely about.
            asks_for_whole: whether it is about documents as a whole.

        Raises:
            NotFoundError: the catalogue has no such model.
        """
        why, most = self._why_whole(question, documents, asks_for_whole=asks_for_whole)
        if why and documents:
            planned = await self.whole(question, text, documents, most=most, why=why)
        else:
            planned = await self.passages(question, text, total=sum(map(size, documents)))
        return told(question, planned)

    def _why_whole(
        self, question: Question, documents: Sequence[DocumentRecord], *, asks_for_whole: bool
    ) -> tuple[str, int]:
        """Return why whole documents are read (empty: they are not), and how much of them."""
        total = sum(map(size, documents))
        if question.strategy is Strategy.LONG_CONTEXT:
            return "whole documents were asked for", question.max_context_tokens or total
        most = question.max_context_tokens or self._reach.most
        if question.strategy is not Strategy.AUTO:
            return "", most
        if total <= min(self._reach.small, most):
            return f"the {_documents(documents)} in scope are small enough to go in whole", most
        return "the question is about documents as a whole" if asks_for_whole else "", most

    async def passages(self, question: Question, text: str, *, total: int) -> Planned:
        """Return the route over the passages that are found among `total` tokens."""
        agentic = question.strategy is Strategy.AGENTIC
        most = READ_TOKENS if agentic else self._reach.evidence
        evidence = min(question.max_context_tokens or most, total)
        need = self._need(question, text, TokenCount(cl100k=evidence), documents=())
        route = retrieval_route(_AGENTIC if agentic else _SEARCHED)
        route = replace(
            route,
            strategy=Strategy.AGENTIC if agentic else Strategy.RETRIEVAL,
            context_tokens=need.count.cl100k,
            reserve_tokens=need.reserve,
        )
        found = await self._writer.candidates(need, wanted(question, documents=1))
        planned = chosen(route, need, found)
        if not agentic or planned.over_budget:
            return planned
        return replace(planned, estimate=with_steps(planned.estimate))

    async def whole(
        self,
        question: Question,
        text: str,
        documents: Sequence[DocumentRecord],
        *,
        most: int,
        why: str,
    ) -> Planned:
        """Return the route over whole `documents`: the first of them that fit into `most` tokens.

        In one prompt where a live model holds it, else in windows.
        """
        read, dropped = fill(documents, most=most)
        if not read:
            planned = await self.passages(question, text, total=sum(map(size, documents)))
            reason = f"{why}; {why_none(documents, most=most)}; answered from passages"
            route = replace(planned.route, reason=reason, dropped=tuple(dropped))
            return replace(planned, route=route)
        tokens = sum((each.token_count for each in read), start=TokenCount())
        need = self._need(question, text, tokens, documents=read)
        route = Route(
            strategy=Strategy.LONG_CONTEXT,
            tier="standard",
            model="none",
            context_tokens=need.count.cl100k,
            reserve_tokens=need.reserve,
            window=0,
            reason=why,
            dropped=tuple(dropped),
        )
        asked = wanted(question, documents=len(read))
        found = await self._writer.candidates(need, asked)
        planned = replace(chosen(route, need, found), documents=in_order(read))
        if any(each.may_answer for each in found):
            return planned
        freely = await self._writer.candidates(need, replace(asked, max_usd=None))
        if any(each.may_answer for each in freely):
            return planned  # in windows it would cost no less
        return await self.in_windows(question, planned)

    async def escalated(
        self, question: Question, text: str, documents: Sequence[DocumentRecord], *, why: str
    ) -> Planned | None:
        """Return the route over whole `documents` after passages were not enough.

        `None`: nobody could read them, or none of them fits into what the caller allows.
        """
        most = question.max_context_tokens or self._reach.most
        planned = await self.whole(question, text, documents, most=most, why=why)
        if not planned.documents or planned.over_budget:
            return None
        return replace(planned, route=replace(planned.route, escalated_from="retrieval"))

    async def in_windows(self, question: Question, planned: Planned) -> Planned:
        """Return the route over the same documents in windows as large as a live model's.

        It has no `room` where no model lives that could hold one.
        """
        reserve, count = planned.route.reserve_tokens, planned.count
        asked = wanted(question, documents=len(planned.documents))
        found = await self._writer.candidates(Need(count=count, reserve=reserve), asked)
        nothing = Need(count=TokenCount(), reserve=reserve)
        live = [
            each.considered
            for each in await self._writer.candidates(nothing, asked)
            if each.may_answer
        ]
        if not live:
            return planned
        largest = max(live, key=lambda each: each.window)
        around = self._count(WHOLE_RULES) + _AROUND_TOKENS + LONGEST_QUESTION_TOKENS
        rates = {each.considered.model: (each.tokens - reserve) / count.cl100k for each in found}
        rate = max(1.0, rates.get(largest.model, max(rates.values())))
        room = int(_SPARE * (largest.window - reserve) / rate) - around
        if room < LEAST_ROOM:
            return planned
        return replace(
            planned,
            route=_windowed(planned.route, largest),
            estimate=await self._reading(question, planned, room=room),
            room=room,
            over_budget="",
        )

    async def _reading(self, question: Question, planned: Planned, *, room: int) -> Estimate:
        """Return about what reading in windows and the answer from the notes spend."""
        documents = planned.documents
        asked = wanted(question, documents=len(documents))
        room_read = window_room(question, room)
        windows = about_windows(documents, room_read)
        noting = notes_tokens(question) + 2 * PER_MESSAGE
        around = self._count(NOTES_RULES) + self._count(question.text) + _AROUND_TOKENS
        read = windows * (around + REPEATED_TOKENS) + sum(map(size, documents))
        answering = around + min(ANSWER_ROOM, room, windows * notes_tokens(question))
        reserve = planned.route.reserve_tokens
        window = await self._price(asked, tokens=-(-read // windows), reserve=noting)
        answer = await self._price(asked, tokens=answering, reserve=reserve)
        return Estimate(
            prompt_tokens=read + answering,
            completion_tokens=windows * noting + reserve,
            cost_usd=None if window is None or answer is None else windows * window + answer,
            calls=windows + 1,
        )

    async def _price(self, asked: Wanted, *, tokens: int, reserve: int) -> float | None:
        """Return what a call costs, be it more than is allowed; `None`: nobody knows."""
        need = Need(count=TokenCount(cl100k=tokens), reserve=reserve)
        for terms in (asked, replace(asked, max_usd=None)):
            found = await self._writer.candidates(need, terms)
            first = next((each for each in found if each.may_answer), None)
            if first is not None:
                return first.cost_usd
        return None

    def _need(
        self,
        question: Question,
        text: str,
        tokens: TokenCount,
        *,
        documents: Sequence[DocumentRecord],
    ) -> Need:
        """Return what a prompt takes: what is read, and all that stands around it."""
        around = self._count(WHOLE_RULES) + self._count(text) + _AROUND_TOKENS
        around += sum(around_document(each) for each in documents)
        reserve = answer_tokens(question) + thinking_tokens(question) + 2 * PER_MESSAGE
        languages = {each.language for each in documents}
        return Need(
            count=tokens + TokenCount(cl100k=around),
            reserve=reserve,
            language=languages.pop() if len(languages) == 1 else "en",
        )


LONGEST_QUESTION_TOKENS = 8_000
_SEARCHED = "the passages found fit into one prompt"
_AGENTIC = "a model searches and reads by itself, as was asked for"


def _windowed(route: Route, reader: Considered) -> Route:
    """Return `route` with the model that reads the windows, or one as large."""
    return replace(
        route,
        strategy=WINDOWED,
        tier=reader.tier,
        model=reader.model,
        window=reader.window,
        reason=f"{route.reason}; no live model holds {route.context_tokens:,} tokens at once",
    )


def _documents(documents: Sequence[DocumentRecord]) -> str:
    tokens = sum(map(size, documents))
    named = "document" if len(documents) == 1 else f"{len(documents)} documents"
    return f"{named} ({tokens:,} tokens)"
