"""NVIDIA's embedding models, hosted or in a container of one's own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING

from core.clock import Deadline
from core.errors import (
    ContextOverflowError,
    NoRoomError,
    PassingError,
    ProviderError,
    SettingsError,
)
from core.nim.batches import Appetite, Bounds, batches, may_be_too_much, side_by_side
from core.nim.names import place_of, recorded_name
from core.nim.session import Connections
from core.nim.threads import in_thread
from core.nim.vector_cache import InputType, Space
from core.tokens import count_for, well_formed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.catalog.card import ModelCard
    from core.clock import Clock
    from core.nim.attempts import Request
    from core.nim.policy import Upstream
    from core.nim.session import NimSession
    from core.nim.vector_cache import VectorCache
    from core.types import Vector

ADDED_TOKENS = 32
"""Of the window: the special tokens, and the instruction that a model puts before a question."""
LULL_S = 10.0
"""Before an endpoint that is down is asked again, unless it says when."""
NOTHING = "."
"""Sent for a text without a word, which servers refuse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    texts: tuple[str, ...]
    kind: InputType
    whole: bool
    """Whether they must be read to their end; else what is too long is cut by the server."""

    @property
    def is_of_passages(self) -> bool:
        """Whether they are to be found, and not asked with."""
        return self.kind is InputType.PASSAGE

    def smaller(self) -> list[_Batch]:
        """Return what can be asked instead where this is too much; empty: nothing."""
        if len(self.texts) > 1:
            half = len(self.texts) // 2
            return [replace(self, texts=texts) for texts in (self.texts[:half], self.texts[half:])]
        return [replace(self, whole=False)] if self.whole else []


class NimEmbedder:
    """One embedding model. What it was asked once is not asked again, where a cache is given.

    No other model ever takes its place: the vectors of two models do not compare.
    """

    def __init__(
        self,
        card: ModelCard,
        upstream: Upstream,
        *,
        clock: Clock,
        cache: VectorCache | None = None,
        bounds: Bounds | None = None,
    ) -> None:
        """Open nothing yet.

        Args:
            card: of an embedding model; its successors are other names of the same weights.
            upstream: decides when it is asked, and how often.
            clock: what deadlines are counted by.
            cache: keeps vectors; not closed here.
            bounds: how much is asked at once.

        Raises:
            SettingsError: the card does not say how long the vectors are.
        """
        if not card.dimensions:
            raise SettingsError(f"the model {card.name!r} has no dimensions in the catalogue")
        self._card, self._dimensions = card, card.dimensions
        self._upstream, self._clock, self._cache = upstream, clock, cache
        self._bounds = bounds or Bounds()
        self._has_answered = False
        self._appetite = Appetite(self._bounds.texts)
        self._connections = Connections(clock=clock)

    @property
    def name(self) -> str:
        """The model as the setting names it and, where it is not NVIDIA, who serves it."""
        return recorded_name(self._card)

    @property
    def dimensions(self) -> int:
        """The length of its vectors."""
        return self._dimensions

    @property
    def max_tokens(self) -> int:
        """The most tokens of one text that are read, as `count_tokens` counts."""
        return max(self._card.effective_window - ADDED_TOKENS, 1)

    @property
    def passages_at_once(self) -> int:
        """How many texts are worth handing over together."""
        return self._bounds.texts * self._bounds.in_flight

    def count_tokens(self, text: str) -> int:
        """Return how many tokens the model makes of `text`, at most."""
        return count_for(well_formed(text), self._card.family)

    async def embed_query(self, question: str) -> Vector:
        """Return the vector to search with.

        Raises:
            ProviderError: it cannot be had.
        """
        [vector] = await self._embed([question], InputType.QUERY)
        return vector

    async def embed_passages(self, texts: Sequence[str]) -> list[Vector]:
        """Return the vectors to store, in the order of `texts`.

        Raises:
            ProviderError: they cannot be had; those that came are in the cache.
        """
        return await self._embed(texts, InputType.PASSAGE)

    async def probe(self) -> None:
        """Have the model embed a word, whatever is kept.

        Raises:
            ProviderError: it does not.
        """
        [batch] = await in_thread(partial(self._planned, [NOTHING], InputType.QUERY))
        await self._asked(batch)

    def space(self, kind: InputType) -> Space:
        """Return what its vectors are kept under."""
        return Space(
            place=place_of(self._card),
            model=self._card.name,
            dimensions=self._dimensions,
            input_type=kind,
        )

    async def close(self) -> None:
        """Release the connections."""
        self._connections.close()

    async def _embed(self, texts: Sequence[str], kind: InputType) -> list[Vector]:
        sent = [sendable(text) for text in texts]
        vectors = await in_thread(partial(self._kept, sent, kind)) if self._cache else {}
        missing = [text for text in dict.fromkeys(sent) if text not in vectors]
        if missing:
            planned = await in_thread(partial(self._planned, missing, kind))
            in_flight = self._bounds.in_flight
            for answer in await side_by_side(planned, self._answered, in_flight=in_flight):
                vectors |= answer
        return [vectors[text] for text in sent]

    def _kept(self, texts: Sequence[str], kind: InputType) -> dict[str, Vector]:
        return self._cache.get(self.space(kind), texts) if self._cache else {}

    def _planned(self, texts: Sequence[str], kind: InputType) -> list[_Batch]:
        """Return `texts` in batches; each that is too long to be read whole is one of its own."""
        import_module("core.nim.clients")  # seconds, while no clock runs yet
        sizes = {text: self.count_tokens(text) for text in texts}
        fitting = {text: size for text, size in sizes.items() if size <= self.max_tokens}
        runs = batches(
            list(fitting.values()), texts=self._appetite.most, tokens=self._bounds.tokens
        )
        whole = [tuple(islice(fitting, run.start, run.stop)) for run in runs]
        return [_Batch(texts=run, kind=kind, whole=True) for run in whole] + [
            _Batch(texts=(text,), kind=kind, whole=False) for text in texts if text not in fitting
        ]

    async def _answered(self, batch: _Batch) -> dict[str, Vector]:
        """Return the vectors by text; a batch that is refused for its size is asked in halves."""
        try:
            vectors = await self._asked(batch)
        except ProviderError as error:
            parts = self._instead(batch, error)
            if not parts:
                raise
        else:
            self._appetite.took(len(batch.texts))
            return vectors
        answers = [await self._answered(part) for part in parts]
        return {text: vector for answer in answers for text, vector in answer.items()}

    async def _asked(self, batch: _Batch) -> dict[str, Vector]:
        """Return the vectors by text; passages wait out an outage of a model that did answer."""
        limit_s = self._bounds.job_s if batch.is_of_passages else self._bounds.question_s
        deadline = Deadline.after(limit_s, clock=self._clock)
        attempt = partial(self._attempt, batch)
        while True:
            try:
                vectors = await self._upstream.call(self._card, attempt, deadline=deadline)
            except NoRoomError:
                raise
            except PassingError as error:
                wait_s = error.retry_after_s or LULL_S
                patient = batch.is_of_passages and self._has_answered
                if not patient or wait_s >= deadline.remaining_s():
                    raise
                await self._clock.sleep(wait_s)
            else:
                self._has_answered = True
                return vectors

    async def _attempt(self, batch: _Batch, request: Request) -> dict[str, Vector]:
        bounds = self._bounds
        limit_s = bounds.attempt_s if batch.is_of_passages else bounds.question_attempt_s
        request = replace(request, timeout_s=min(request.timeout_s, limit_s))
        return await self._connections.attempt(request, partial(self._ask, batch, request))

    def _ask(self, batch: _Batch, request: Request, session: NimSession) -> dict[str, Vector]:
        """Return the vectors by text, kept before anybody can stop waiting for them."""
        from core.nim.clients import Door, Truncate, embed  # noqa: PLC0415 - imported by now

        vectors = embed(
            batch.texts,
            Door(card=self._card, request=request, session=session),
            kind=batch.kind,
            truncate=Truncate.NONE if batch.whole else Truncate.END,
        )
        answer = dict(zip(batch.texts, vectors, strict=True))
        if self._cache:
            self._cache.put(self.space(batch.kind), answer)
        return answer

    def _instead(self, batch: _Batch, error: ProviderError) -> list[_Batch]:
        """Return what to ask after a refusal; nothing: it had another reason.

        Raises:
            ContextOverflowError: the model takes less than its card says; ends would be lost.
        """
        if not may_be_too_much(error):
            return []
        if not isinstance(error, ContextOverflowError):
            self._appetite.refused(len(batch.texts))
        elif error.limit and error.limit < self._card.effective_window and batch.is_of_passages:
            raise ContextOverflowError(
                f"takes {error.limit} tokens of a text, and its card in the catalogue says "
                f"{self._card.effective_window}; put effective_window = {error.limit} there",
                model=error.model,
                status=error.status,
                limit=error.limit,
            ) from error
        return batch.smaller()


def sendable(text: str) -> str:
    """Return `text` as it can be sent: not empty, and Unicode throughout."""
    return well_formed(text) if text.strip() else NOTHING
