"""Which models would be asked for what, and why; nobody is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.catalog.card import ModelKind
from core.errors import IbidError
from core.limits.limiter import Rates
from core.local.embedder import MODEL
from core.models import AUTO, NO_MODEL
from core.nim.names import NIM, model_and_place
from core.tokens import Calibration
from core.urls import without_password
from core.wiring import Embedders

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from core.catalog.card import ModelCard
    from core.models import Models
    from core.nim.health import Health, ModelHealth
    from core.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoState:
    """Who does something."""

    asked: tuple[str, ...]
    """In the order in which they are asked; empty: no model."""
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitState:
    """What is sent at most to a provider that takes a key."""

    requests_per_minute: int
    at_once: int
    shared_with: str
    timeout_s: float
    """That models have for a question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsState:
    """Which models would be asked for what."""

    answering: WhoState
    embedding: WhoState
    """Of new collections; the others go on with what made them."""
    reranking: WhoState
    built: dict[str, int]
    """Files that were built of the embedder in this process, with bytes."""
    keys: dict[str, str]
    """The variables that the catalogue names, each `set` or `not set`."""
    endpoints: tuple[str, ...]
    limits: LimitState
    licences: tuple[str, ...]
    """Of those that are asked: what must be known before they are used for money."""
    wrong: str
    """What keeps them from being used; empty: nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedState:
    """What calls have taught of an id at an endpoint; dates are ISO 8601, in UTC."""

    model: str
    base_url: str
    retired_at: str | None
    retired_because: str
    window: int | None
    """Tokens that it takes."""
    window_at: str | None
    refused: tuple[str, ...]
    """Parameters that it does not take."""
    refused_at: str | None
    open_until: str | None
    """When it may be asked again, after it had failed too often in a row."""
    calibration: dict[str, float]
    """By language, what estimates of its tokens are multiplied by."""


def learned_state(known: ModelHealth) -> LearnedState:
    """Return what is known of an id, to be shown."""
    return LearnedState(
        model=known.model,
        base_url=without_password(known.base_url),
        retired_at=known.retired_at,
        retired_because=known.retired_because,
        window=known.window,
        window_at=known.window_at,
        refused=known.refused,
        refused_at=known.refused_at,
        open_until=known.open_until,
        calibration={
            language: round(Calibration(ratios=ratios).factor, 3)
            for language, ratios in known.ratios.items()
        },
    )


def models_state(
    settings: Settings, models: Models, *, health: Health | None, embedders: Iterable[str]
) -> ModelsState:
    """Return which models would be asked for what.

    Args:
        settings: choose among the models.
        models: the catalogue and the keys.
        health: what is known of models; `None`: it cannot be read.
        embedders: what made the collections that there are.
    """
    try:
        return _Casting(settings, models, health).state(embedders)
    except IbidError as error:
        nobody = WhoState(asked=(), because="")
        return ModelsState(
            answering=nobody,
            embedding=nobody,
            reranking=nobody,
            built={},
            keys={},
            endpoints=(),
            limits=_limits(settings),
            licences=(),
            wrong=str(error),
        )


class _Casting:
    """Who plays which part."""

    def __init__(self, settings: Settings, models: Models, health: Health | None) -> None:
        self._settings, self._models, self._health = settings, models, health
        self._asked: dict[str, ModelCard] = {}
        """All that have a part, by name."""

    def state(self, embedders: Iterable[str]) -> ModelsState:
        """Return all there is to know; raises `IbidError`."""
        answering, reranking = self._answering(), self._reranking()
        embedding = self._embedding()
        for name in embedders:
            if name.startswith(NIM):
                card = self._card(model_and_place(name)[0])
                self._asked[card.name] = card
        candidates = self._models.catalog.candidates
        names = dict.fromkeys(card.endpoint.api_key_env for card in candidates)
        places = dict.fromkeys(card.endpoint.base_url for card in candidates)
        return ModelsState(
            answering=answering,
            embedding=embedding,
            reranking=reranking,
            built=_built(self._settings.data_dir, embedding),
            keys={name: self._key(name) for name in names if name},
            endpoints=tuple(map(without_password, places)),
            limits=_limits(self._settings),
            licences=tuple(self._licences()),
            wrong="",
        )

    def _answering(self) -> WhoState:
        choice, tiers = self._settings.model, self._models.catalog.tiers
        if choice == NO_MODEL:
            return WhoState(asked=(), because=f"model is {choice!r}")
        if choice != AUTO:
            return self._named("model", self._card(choice))
        cards = list({c.name: c for tier in tiers for c in tier.candidates}.values())
        if not self._usable(cards):
            return WhoState(asked=(), because=self._key_of(cards))
        larger = ", then ".join(tier.name for tier in tiers[1:])
        longer = f"; longer prompts go to tier {larger}" if larger else ""
        first = self._usable(tiers[0].candidates) or self._usable(cards)
        return self._who(first, f"{self._key_of(cards)}{longer}")

    def _embedding(self) -> WhoState:
        choice, cards = self._settings.embedder, self._models.catalog.role("embed")
        if choice == AUTO and (usable := self._usable(cards)):
            return self._who(
                usable, f"{self._key_of(cards)}; a collection keeps the first that answers"
            )
        name = Embedders(self._settings, self._models).name()
        if name.startswith(NIM):
            return self._named("embedder", self._card(model_and_place(name)[0]))
        because = self._key_of(cards) if choice == AUTO else f"embedder is {choice!r}"
        return WhoState(asked=(name,), because=because)

    def _reranking(self) -> WhoState:
        cards = self._models.catalog.role("rerank")
        if not self._settings.rerank:
            return WhoState(asked=(), because="rerank is false")
        return self._who(self._usable(cards), self._key_of(cards))

    def _named(self, setting: str, card: ModelCard) -> WhoState:
        return self._who([card], f"{setting} names it; {self._key_of([card])}")

    def _who(self, cards: Sequence[ModelCard], because: str) -> WhoState:
        self._asked |= {card.name: card for card in cards}
        live = [self._health.live_ids(card) if self._health else card.ids for card in cards]
        return WhoState(asked=tuple(ids[0] for ids in live if ids), because=because)

    def _usable(self, cards: Sequence[ModelCard]) -> list[ModelCard]:
        return list(filter(self._models.keys.opens, cards))

    def _card(self, name: str) -> ModelCard:
        return self._models.catalog.card(name)

    def _key_of(self, cards: Sequence[ModelCard]) -> str:
        names = {card.endpoint.api_key_env for card in cards}
        told = [f"{name} is {self._key(name)}" for name in sorted(filter(None, names))]
        return " and ".join([*told, *(["no key is needed"] if None in names else [])])

    def _key(self, name: str) -> str:
        return "set" if self._models.keys.get(name) else "not set"

    def _licences(self) -> Iterable[str]:
        for card in self._asked.values():
            if not card.licence.commercial:
                yield f"{card.name} ({card.licence.name}){self._instead(card)}"

    def _instead(self, card: ModelCard) -> str:
        embedders = self._models.catalog.role("embed")
        free = (each.name for each in embedders if each.licence.commercial)
        other = next(free, None) if card.kind is ModelKind.EMBEDDING else None
        return f"; for any other use, set IBID_EMBEDDER={NIM}{other}" if other else ""


def _built(data_dir: Path, embedding: WhoState) -> dict[str, int]:
    """Return the files of the embedder in this process, where it is the one."""
    files = (data_dir / "models").glob(f"{MODEL}-*.onnx")
    return {
        str(path.absolute()): path.stat().st_size
        for path in sorted(files)
        if any(path.name.startswith(name) for name in embedding.asked)
    }


def _limits(settings: Settings) -> LimitState:
    everywhere = settings.redis_url.get_secret_value()
    return LimitState(
        requests_per_minute=settings.requests_per_minute,
        at_once=Rates().under_way,
        shared_with="all that use this Redis" if everywhere else "all that use this data directory",
        timeout_s=settings.timeout_s,
    )
