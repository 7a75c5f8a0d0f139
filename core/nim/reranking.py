"""NVIDIA's reranking models, hosted or in a container of one's own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from core.clock import Deadline
from core.errors import ProviderError, ReplyError
from core.nim.batches import Appetite, Bounds, batches, may_be_too_much, side_by_side
from core.nim.candidates import first_live
from core.nim.embeddings import sendable
from core.nim.session import Connections
from core.nim.threads import in_thread
from core.tokens import count_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.catalog.card import ModelCard
    from core.clock import Clock
    from core.nim.attempts import Request
    from core.nim.policy import Upstream
    from core.nim.session import NimSession


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """What is asked in one request."""

    card: ModelCard
    question: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scores:
    logits: tuple[float, ...]
    models: frozenset[str]
    """The ids that they came from."""


class NimReranker:
    """The first live of some reranking models; one call is answered by one of them alone.

    Scores are logits: they order the passages of a call and mean nothing else.
    """

    def __init__(
        self,
        cards: Sequence[ModelCard],
        upstream: Upstream,
        *,
        clock: Clock,
        bounds: Bounds | None = None,
    ) -> None:
        """Open nothing yet.

        Args:
            cards: reranking models, in the order in which they are tried.
            upstream: decides when they are asked, and how often.
            clock: what deadlines are counted by.
            bounds: how much is asked at once.
        """
        self._cards, self._upstream, self._clock = tuple(cards), upstream, clock
        self._bounds = bounds or Bounds()
        self._appetites = {card.name: Appetite(self._bounds.texts) for card in cards}
        self._connections = Connections(clock=clock)

    async def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return a score for each text, in order; what is too long is scored by its beginning.

        Raises:
            ProviderError: no model answers.
        """
        if not texts:
            return []
        await in_thread(partial(import_module, "core.nim.clients"))  # seconds, at the first time
        deadline = Deadline.after(self._bounds.question_s, clock=self._clock)
        sent = [sendable(text) for text in texts]

        async def by(card: ModelCard) -> list[float]:
            return await self._scored(card, sendable(question), sent, deadline=deadline)

        answered = await first_live(self._cards, by, deadline=deadline)
        return answered.result

    async def close(self) -> None:
        """Release the connections."""
        self._connections.close()

    async def _scored(
        self, card: ModelCard, question: str, texts: Sequence[str], *, deadline: Deadline
    ) -> list[float]:
        """Return the scores of all `texts` by one id of `card`.

        An id may be retired between two requests; the scores of two models do not compare.
        """
        planned = await in_thread(partial(self._planned, card, question, texts))
        ask = partial(self._answered, deadline=deadline)
        for _ in card.ids:
            answers = await side_by_side(planned, ask, in_flight=self._bounds.in_flight)
            if len(frozenset[str]().union(*(answer.models for answer in answers))) == 1:
                return [logit for answer in answers for logit in answer.logits]
        raise ReplyError("its scores came from more than one model", model=card.name)

    def _planned(self, card: ModelCard, question: str, texts: Sequence[str]) -> list[_Batch]:
        asked = count_for(question, card.family)
        sizes = [asked + count_for(text, card.family) for text in texts]
        most = self._appetites[card.name].most
        return [
            _Batch(card=card, question=question, texts=tuple(texts[run.start : run.stop]))
            for run in batches(sizes, texts=most, tokens=self._bounds.tokens)
        ]

    async def _answered(self, batch: _Batch, *, deadline: Deadline) -> _Scores:
        """Return the scores of a batch; one that is refused for its size is asked in halves."""
        appetite, count = self._appetites[batch.card.name], len(batch.texts)
        attempt = partial(self._attempt, batch)
        try:
            scores = await self._upstream.call(batch.card, attempt, deadline=deadline)
        except ProviderError as error:
            if count == 1 or not may_be_too_much(error):
                raise
            appetite.refused(count)
        else:
            appetite.took(count)
            return scores
        halves = (batch.texts[: count // 2], batch.texts[count // 2 :])
        first, second = [
            await self._answered(replace(batch, texts=half), deadline=deadline) for half in halves
        ]
        return _Scores(logits=first.logits + second.logits, models=first.models | second.models)

    async def _attempt(self, batch: _Batch, request: Request) -> _Scores:
        limit_s = min(request.timeout_s, self._bounds.question_attempt_s)
        request = replace(request, timeout_s=limit_s)
        return await self._connections.attempt(request, partial(_ask, batch, request))


def _ask(batch: _Batch, request: Request, session: NimSession) -> _Scores:
    from core.nim.clients import Door, rank  # noqa: PLC0415 - imported by now

    door = Door(card=batch.card, request=request, session=session)
    logits = rank(batch.question, batch.texts, door)
    return _Scores(logits=tuple(logits), models=frozenset({request.model_id}))
