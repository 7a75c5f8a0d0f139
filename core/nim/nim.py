"""The catalogue's models, ready to be asked: what one process shares between its calls."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from sys import maxsize
from typing import TYPE_CHECKING

from core.catalog.catalog import ModelRole, Tier
from core.clock import Clock, Deadline, SystemClock
from core.limits.limiter import Rates, open_limiter
from core.nim.candidates import first_live
from core.nim.health import Health
from core.nim.keys import Keys
from core.nim.names import model_and_place
from core.nim.policy import Upstream

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from core.catalog.card import ModelCard
    from core.catalog.catalog import Catalog
    from core.limits.limiter import Limiter
    from core.nim.chat import NimChat
    from core.nim.embeddings import NimEmbedder
    from core.nim.probe import Prober
    from core.nim.reranking import NimReranker
    from core.nim.vector_cache import VectorCache
    from core.nim.writer import NimWriter
    from core.protocols import RecordStore
    from core.records import CollectionRecord

_TURN, _SHARE = 0.1, 0.4
"""Of the time for a question: to wait for a model where another has room, and for it to begin."""
_RERANKING_S, _RERANKING_SHARE = 10.0, 0.25
"""What a second look at the passages may take, and of the time for a question at most; after that
they stay as they were found."""
_SILENCE_S = 30.0
"""Between two pieces of an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NimOptions:
    """What the settings say of models that are asked over the network."""

    catalog: Catalog
    data_dir: Path
    requests_per_minute: int = 35
    redis_url: str = ""
    timeout_s: float = 120.0
    clock: Clock = field(default_factory=SystemClock)
    keys: Keys = field(default_factory=Keys)


class Nim:
    """NVIDIA's endpoints, or one's own, as the catalogue names them; opens what is asked for."""

    def __init__(self, options: NimOptions, records: RecordStore) -> None:
        """Ask nobody yet; `records` keeps what is learned of models."""
        self._options = options
        self.catalog, self.clock = options.catalog, options.clock
        self.health = Health(records, clock=options.clock)
        self.limiter: Limiter = open_limiter(
            Rates(
                per_model=options.requests_per_minute,
                overall=options.requests_per_minute,
            ),
            clock=options.clock,
            directory=options.data_dir / "limits",
            redis_url=options.redis_url,
        )
        self.upstream = Upstream(
            limiter=self.limiter, health=self.health, keys=options.keys, clock=options.clock
        )
        self._cache: VectorCache | None = None
        self._embedders: dict[str, NimEmbedder] = {}
        self._opening = asyncio.Lock()
        self._chat: NimChat | None = None
        self._closing = AsyncExitStack()

    def usable(self, cards: Sequence[ModelCard]) -> list[ModelCard]:
        """Return those of `cards` that there is a key for, or that need none."""
        return [card for card in cards if self._options.keys.opens(card)]

    def chat(self) -> NimChat:
        """Return the way to the chat models."""
        from core.nim.chat import NimChat  # noqa: PLC0415 - as late as its connections
        from core.nim.connections import Timeouts  # noqa: PLC0415

        if self._chat is None:
            self._chat = NimChat(
                self.upstream,
                clock=self.clock,
                # One model that hangs leaves time for the next.
                timeouts=Timeouts(
                    turn_s=_TURN * self._options.timeout_s,
                    first_event_s=_SHARE * self._options.timeout_s,
                    between_events_s=_SILENCE_S,
                ),
            )
            self._closing.push_async_callback(self._chat.close)
        return self._chat

    def writer(self, model: str | None = None) -> NimWriter:
        """Return who answers questions: `model`, or the candidates of the tiers.

        Raises:
            NotFoundError: the catalogue has no such model.
        """
        from core.nim.writer import NimWriter  # noqa: PLC0415

        opens = self._options.keys.opens
        return NimWriter(self.catalog, self.chat(), self.health, opens=opens, model=model)

    def in_role(self, role: ModelRole) -> NimWriter | None:
        """Return who is asked in `role`, whatever the size; `None`: there is no key for anybody."""
        from core.nim.writer import NimWriter  # noqa: PLC0415

        cards = self.usable(self.catalog.role(role))
        tier = Tier(name=role, up_to=maxsize, candidates=tuple(cards))
        catalog = replace(self.catalog, tiers=(tier,))
        return NimWriter(catalog, self.chat(), self.health) if cards else None

    async def embedder(self, card: ModelCard) -> NimEmbedder:
        """Return an embedder whose vectors are kept, so that none is paid for twice."""
        from core.nim.embeddings import NimEmbedder  # noqa: PLC0415 - as late as its connections

        cache = await self._vectors()
        if card.name not in self._embedders:
            made = NimEmbedder(card, self.upstream, clock=self.clock, cache=cache)
            self._embedders[card.name] = made
            self._closing.push_async_callback(made.close)
        return self._embedders[card.name]

    async def forget(self, collection: CollectionRecord, texts: Sequence[str]) -> None:
        """Delete the vectors that are kept of `texts`, as what made `collection` embedded them."""
        from core.nim.embeddings import sendable  # noqa: PLC0415 - as late as its connections
        from core.nim.vector_cache import InputType, Space  # noqa: PLC0415

        model, place = model_and_place(collection.embedder)
        space = Space(
            place=place,
            model=model,
            dimensions=collection.dimensions,
            input_type=InputType.PASSAGE,
        )
        cache = await self._vectors()
        await asyncio.to_thread(cache.forget, space, [sendable(text) for text in texts])

    async def _vectors(self) -> VectorCache:
        async with self._opening:
            if self._cache is None:
                self._cache = await asyncio.to_thread(_open_cache, self._options.data_dir)
                self._closing.callback(self._cache.close)
        return self._cache

    async def first_embedder(self) -> NimEmbedder:
        """Return the first embedder of the catalogue that answers.

        Raises:
            NoModelError: none does.
        """
        deadline = Deadline.after(self._options.timeout_s, clock=self.clock)

        async def answering(card: ModelCard) -> NimEmbedder:
            embedder = await self.embedder(card)
            await embedder.probe()
            return embedder

        cards = self.usable(self.catalog.role(ModelRole.EMBED))
        return (await first_live(cards, answering, deadline=deadline)).result

    def reranker(self) -> NimReranker | None:
        """Return the catalogue's reranker; `None`: there is no key for one."""
        from core.nim.batches import Bounds  # noqa: PLC0415 - as late as its connections
        from core.nim.reranking import NimReranker  # noqa: PLC0415

        cards = self.usable(self.catalog.role(ModelRole.RERANK))
        if not cards:
            return None
        bounds = Bounds(question_s=min(_RERANKING_S, _RERANKING_SHARE * self._options.timeout_s))
        made = NimReranker(cards, self.upstream, clock=self.clock, bounds=bounds)
        self._closing.push_async_callback(made.close)
        return made

    def prober(self) -> Prober:
        """Return who finds out which ids live."""
        from core.nim.probe import Prober  # noqa: PLC0415 - as late as its connections

        made = Prober(self.upstream, keys=self._options.keys, clock=self.clock)
        self._closing.push_async_callback(made.close)
        return made

    async def close(self) -> None:
        """Release connections and files."""
        await self._closing.aclose()
        await self.limiter.close()


def _open_cache(data_dir: Path) -> VectorCache:
    from core.nim.vector_cache import VectorCache  # noqa: PLC0415 - as late as its file

    return VectorCache(data_dir / "vectors.sqlite")
