"""From the tables of a catalogue to the catalogue, if they fit together."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from core.catalog.card import (
    Endpoint,
    Licence,
    ModelCard,
    ModelKind,
    Price,
    ReasoningMode,
    Sampling,
    TokenFamily,
)
from core.catalog.catalog import Catalog, ModelRole, Tier, cards_by_id, near

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.catalog.tables import CatalogTables, Mode, ModelTable

T = TypeVar("T")

_KINDS = {ModelRole.EMBED: ModelKind.EMBEDDING, ModelRole.RERANK: ModelKind.RERANKING}
"""What the candidates of a role must be; of all others, chat models."""


class MisfitError(Exception):
    """What stands at a place of a catalogue does not go with the rest; `load` adds the file."""

    def __init__(self, at: Sequence[str], reason: str) -> None:
        super().__init__(f"{_shown(at)}: {reason}")


def build(tables: CatalogTables) -> Catalog:
    """Return the catalogue; raises `MisfitError`."""
    cards = tuple(_Card(name, tables).card() for name in tables.models)
    by_id = cards_by_id(cards)
    return Catalog(
        cards=cards,
        tiers=_tiers(tables, by_id),
        roles={
            role: _candidates(
                by_id, tables.roles.get(role, ()), ("roles", role), _KINDS.get(role, ModelKind.CHAT)
            )
            for role in ModelRole
        },
        languages={
            code.lower(): _candidates(by_id, names, ("languages", code))
            for code, names in tables.languages.items()
        },
    )


def _tiers(tables: CatalogTables, by_id: Mapping[str, ModelCard]) -> tuple[Tier, ...]:
    tiers = sorted(
        (
            Tier(
                name=name,
                up_to=table.up_to,
                candidates=_candidates(by_id, table.candidates, ("tiers", name, "candidates")),
            )
            for name, table in tables.tiers.items()
        ),
        key=lambda tier: tier.up_to,
    )
    for lower, upper in pairwise(tiers):
        if lower.up_to == upper.up_to:
            raise MisfitError(
                ("tiers", upper.name, "up_to"), f"is the same as of tier {lower.name!r}"
            )
    return tuple(tiers)


def _candidates(
    by_id: Mapping[str, ModelCard],
    names: Sequence[str],
    at: Sequence[str],
    kind: ModelKind = ModelKind.CHAT,
) -> tuple[ModelCard, ...]:
    for name in names:
        if name not in by_id:
            raise MisfitError(at, f"there is no model {name!r}; {near(name, by_id)}")
        if by_id[name].kind is not kind:
            raise MisfitError(at, f"{name!r} is for {by_id[name].kind}; here they are for {kind}")
    return tuple(by_id[name] for name in names)


class _Card:
    """One `[models."NAME"]` and what it refers to."""

    def __init__(self, name: str, tables: CatalogTables) -> None:
        self._name, self._tables = name, tables
        self._table: ModelTable = tables.models[name]

    def card(self) -> ModelCard:
        table = self._table
        return ModelCard(
            name=self._name,
            successors=self._successors(),
            kind=table.kind,
            window=table.window,
            effective_window=self._effective_window(),
            max_output=self._max_output(),
            family=self._family(),
            endpoint=self._endpoint(),
            thinking=self._thinking(),
            plain=self._mode("plain"),
            refuses=frozenset(table.refuses),
            frozen=table.frozen,
            structured=table.structured,
            price=Price(**table.price.model_dump()) if table.price else None,
            licence=Licence(**table.licence.model_dump()),
            end_of_life=table.end_of_life,
            verified=table.verified,
            dimensions=self._dimensions(),
            notes=table.notes,
        )

    def _successors(self) -> tuple[str, ...]:
        ids = (self._name, *self._table.successors)
        if len(set(ids)) < len(ids):
            raise self._misfit("successors", "an id stands there twice")
        return ids[1:]

    def _effective_window(self) -> int:
        effective = self._table.effective_window
        if effective is None:
            return self._table.window
        if effective > self._table.window:
            raise self._misfit(
                "effective_window",
                f"{effective} is more than the declared window of {self._table.window}",
            )
        return effective

    def _max_output(self) -> int:
        given, is_chat = self._table.max_output, self._table.kind is ModelKind.CHAT
        if is_chat and given is None:
            raise self._misfit("max_output", "a chat model needs it")
        if given is not None and not is_chat:
            raise self._misfit("max_output", "only a chat model has one")
        if given is not None and given > self._table.window:
            raise self._misfit("max_output", f"{given} is more than the window")
        return given or 0

    def _dimensions(self) -> int | None:
        if (self._table.dimensions is None) == (self._table.kind is ModelKind.EMBEDDING):
            raise self._misfit("dimensions", "an embedding model needs them, and no other has them")
        return self._table.dimensions

    def _family(self) -> TokenFamily:
        table = self._reference("families", self._tables.families, "family", self._table.family)
        return TokenFamily(name=self._table.family, **table.model_dump())

    def _endpoint(self) -> Endpoint:
        name = self._table.endpoint or str(self._table.kind)
        table = self._reference("endpoints", self._tables.endpoints, "endpoint", name)
        return Endpoint(
            base_url=str(table.base_url).rstrip("/"),
            api_key_env=table.api_key_env,
            path=table.path.strip("/"),
        )

    def _thinking(self) -> ReasoningMode | None:
        if self._table.switch:
            return self._mode("thinking")
        if "thinking" in self._table.sampling:
            raise self._misfit("sampling", "for thinking there must be a switch")
        return None

    def _mode(self, mode: Mode) -> ReasoningMode:
        sampling = self._table.sampling.get(mode)
        drawn = Sampling(**sampling.model_dump()) if sampling else Sampling()
        if not self._table.switch:
            return ReasoningMode(sampling=drawn)
        switch = self._reference("switches", self._tables.switches, "switch", self._table.switch)
        sent = switch.thinking if mode == "thinking" else switch.plain
        return ReasoningMode(body=sent.body, system=sent.system, sampling=drawn)

    def _reference(self, section: str, there: Mapping[str, T], key: str, name: str) -> T:
        if name not in there:
            raise self._misfit(key, f"there is no [{section}.{name}]; {near(name, there)}")
        return there[name]

    def _misfit(self, key: str, reason: str) -> MisfitError:
        return MisfitError(("models", self._name, key), reason)


def _shown(at: Sequence[str]) -> str:
    """Return a place as it stands in the file: `[models."a/b"] window`."""
    section, name, *keys = (*at, "")
    keys = [key for key in keys if key and not key.isdecimal()]
    if section in {"roles", "languages"}:
        return f"[{section}] {name}".rstrip()
    table = f'{section}."{name}"' if "/" in name else f"{section}.{name}".rstrip(".")
    return f"[{table}] {'.'.join(keys)}".rstrip()
