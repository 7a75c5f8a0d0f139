"""Which models of the catalogue live, as seen from this machine and with its keys."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cli.connect import find_server
from cli.unkept import NoRecords
from core.errors import StoreError
from core.models import AUTO, NO_MODEL, Models
from core.nim.names import NIM, model_and_place
from core.nim.probe import Sign
from core.types import RecordKind
from core.wiring import open_store

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator, Sequence

    from core.catalog.card import ModelCard, ModelKind
    from core.catalog.catalog import Catalog
    from core.nim.health import Health
    from core.nim.probe import Probed
    from core.protocols import RecordStore, Store
    from core.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateState:
    """An id, and what became of asking it for one token."""

    model: str
    """The name of its card."""
    id: str
    kind: ModelKind
    state: Sign
    reason: str
    """What was said instead of an answer."""
    window: int
    """Declared tokens."""
    effective_window: int
    """Tokens that are trusted until calls have shown otherwise."""
    learned_window: int | None
    """Tokens that calls have shown it to take; `None`: none has lately."""
    latency_ms: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UseState:
    """What models are wanted for, and who does it now."""

    kind: str
    """`tier`, `role`, `language` or `setting`."""
    name: str
    model: str | None
    id: str | None
    """The first candidate that is alive; `None`: there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What became of asking every candidate."""

    candidates: tuple[CandidateState, ...]
    uses: tuple[UseState, ...]
    not_kept: str
    """Why what was learned is not kept; empty: it is."""

    @property
    def is_served(self) -> bool:
        """Whether somebody is alive for every use."""
        return all(use.id for use in self.uses)


async def probe(settings: Settings, *, tell: Callable[[int, int], None]) -> Probe:
    """Ask every candidate of the catalogue, and what the settings name, for one token.

    Args:
        settings: name the catalogue and the limits.
        tell: is called with how many ids have been asked, and how many there are.

    Raises:
        SettingsError, NotFoundError: the catalogue, a key or a model cannot be found or read.
    """
    async with _records(settings) as (records, not_kept):
        models = Models(settings, records)
        uses = list(_uses(models.catalog, settings))
        named = {card.name for _, _, candidates in uses for card in candidates}
        cards = [card for card in models.catalog.cards if card.name in named]
        try:
            found = await models.nim.prober().ask(cards, tell=tell)
        finally:
            await models.close()
    return Probe(
        candidates=tuple(_candidate(each, models.nim.health) for each in found),
        uses=tuple(_use(kind, name, candidates, found) for kind, name, candidates in uses),
        not_kept=not_kept,
    )


@asynccontextmanager
async def _records(settings: Settings) -> AsyncGenerator[tuple[RecordStore, str]]:
    """Give where what is learned is kept, or else why it is not."""
    store, not_kept = await _store(settings)
    try:
        yield (store.records if store else NoRecords()), not_kept
    finally:
        if store:
            await store.close()


async def _store(settings: Settings) -> tuple[Store | None, str]:
    server = await find_server(settings)
    if server is not None:
        await server.close()
        return None, f"the server at {server.lease.url} holds the store, and learns for itself"
    store: Store | None = None
    try:
        store = await asyncio.to_thread(open_store, settings)
        await store.records.list(RecordKind.MODEL, limit=1)
    except StoreError as error:
        if store:
            await store.close()
        return None, str(error)
    return store, ""


def _uses(catalog: Catalog, settings: Settings) -> Iterator[tuple[str, str, Sequence[ModelCard]]]:
    """Yield what models are wanted for, with the candidates; what nobody is wanted for is not."""
    if settings.model not in {AUTO, NO_MODEL}:
        yield "setting", "model", [catalog.card(settings.model)]
    if settings.embedder.startswith(NIM):
        yield "setting", "embedder", [catalog.card(model_and_place(settings.embedder)[0])]
    for tier in catalog.tiers:
        yield "tier", tier.name, tier.candidates
    for kind, table in (("role", catalog.roles), ("language", catalog.languages)):
        for name, candidates in table.items():
            if candidates:
                yield kind, str(name), candidates


def _candidate(probed: Probed, health: Health) -> CandidateState:
    card = probed.card
    return CandidateState(
        model=card.name,
        id=probed.model_id,
        kind=card.kind,
        state=probed.sign,
        reason=probed.reason,
        window=card.window,
        effective_window=card.effective_window,
        learned_window=health.learned_window(card, probed.model_id),
        latency_ms=None if probed.latency_s is None else round(probed.latency_s * 1000, 1),
    )


def _use(
    kind: str, name: str, candidates: Sequence[ModelCard], found: Sequence[Probed]
) -> UseState:
    alive = [each for each in found if each.sign is Sign.ALIVE]
    first = next((e for card in candidates for e in alive if e.card.name == card.name), None)
    return UseState(
        kind=kind,
        name=name,
        model=first.card.name if first else None,
        id=first.model_id if first else None,
    )
