"""Opens what the settings name: store, embedders, models. The only place that knows vendors."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from core.errors import EmbedderMismatchError, NotFoundError, SettingsError
from core.library import Library
from core.models import AUTO, Models
from core.nim.names import NIM, model_and_place, place_of, recorded_name
from core.urls import without_password

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.catalog.card import ModelCard
    from core.protocols import (
        Embedder,
        SparseEncoder,
        Store,
        TokenEmbedder,
    )
    from core.records import CollectionRecord
    from core.settings import Settings


class Embedders:
    """Opens each embedder once, when it is first needed."""

    def __init__(self, settings: Settings, models: Models) -> None:
        self._settings, self._models = settings, models
        self._open: dict[str, Embedder] = {}
        self._opening = defaultdict[str, asyncio.Lock](asyncio.Lock)
        """By name: one that cannot be reached keeps nobody from another."""

    def name(self, choice: str | None = None) -> str:
        """Return the name that collections record of an embedder (`None`: the setting's).

        Of `auto`, that of the first candidate; another may answer in its place.

        Raises:
            SettingsError: there is no such embedder.
        """
        from core.local import embedders as local  # noqa: PLC0415 - as late as its models

        choice = choice or self._settings.embedder
        if choice == AUTO:
            usable = filter(self._models.keys.opens, self._models.catalog.role("embed"))
            first = next(usable, None)
            return recorded_name(first) if first else local.recorded_name(local.MODEL)
        if choice.startswith(NIM):
            return recorded_name(self._card(choice))
        return local.recorded_name(choice)

    async def of(self, collection: CollectionRecord) -> Embedder:
        """Return what made a collection, which alone may search it.

        Raises:
            EmbedderMismatchError: its model is served elsewhere now.
            SettingsError, EmbedderError: as `get` does.
        """
        made_by = collection.embedder
        if made_by.startswith(NIM):
            model, place = model_and_place(made_by)
            card = self._card(model)
            if place_of(card) != place:
                raise EmbedderMismatchError(
                    collection=collection.name,
                    made_by=made_by,
                    asked=recorded_name(card),
                    hint="set NVIDIA_BASE_URL (or IBID_CATALOG) as it was then, or, ",
                )
        return await self.get(made_by)

    async def get(self, choice: str | None = None) -> Embedder:
        """Return an embedder by a setting's value (`None`: the setting's).

        Raises:
            SettingsError: there is no such embedder, or its endpoint is not set.
            EmbedderError: it cannot be opened.
            ProviderError: `auto` was asked for, and no candidate answers.
        """
        wanted = choice or self._settings.embedder
        asks_around = wanted == AUTO and self._models.has("embed")
        key = wanted if asks_around else self.name(wanted)
        async with self._opening[key]:
            if key not in self._open:
                opened = await self._opened(key)
                self._open[key] = self._open.setdefault(opened.name, opened)
        return self._open[key]

    def keeps(self, collection: CollectionRecord) -> bool:
        """Tell whether vectors of a collection are kept beside it, so that none is paid twice."""
        return collection.embedder.startswith(NIM)

    async def forget(self, collection: CollectionRecord, texts: Sequence[str]) -> None:
        """Delete the vectors of `texts` that are kept beside a collection."""
        await self._models.ready()
        await self._models.nim.forget(collection, texts)

    async def embedded(self) -> Embedder:
        """Return the embedded embedder, whatever the setting says; raises `EmbedderError`."""
        from core.local.embedders import MODEL  # noqa: PLC0415 - as its models

        return await self.get(MODEL)

    async def of_tokens(self) -> TokenEmbedder:
        """Return the embedded embedder as what embeds tokens; raises `EmbedderError`."""
        return cast("TokenEmbedder", await self.embedded())

    async def _opened(self, name: str) -> Embedder:
        from core.local.embedders import (  # noqa: PLC0415 - as late as its models
            EmbedderOptions,
            open_embedder,
        )

        if name.startswith(NIM):
            await self._models.ready()
            return await self._models.nim.embedder(self._card(name))
        if name == AUTO:
            await self._models.ready()
            return await self._models.nim.first_embedder()
        options = EmbedderOptions(
            data_dir=self._settings.data_dir,
            workers=self._settings.workers,
            base_url=self._settings.embedder_base_url,
            api_key=self._settings.embedder_api_key,
        )
        return await open_embedder(name, options)

    def _card(self, choice: str) -> ModelCard:
        model, place = model_and_place(choice)
        try:
            card = self._models.catalog.card(model)
        except NotFoundError as error:
            raise SettingsError(f"there is no embedder {choice!r}: {error}") from error
        if place and place != place_of(card):
            raise SettingsError(
                f"there is no embedder {choice!r}; {model!r} is served at "
                f"{without_password(card.endpoint.base_url)!r}"
            )
        return card


@dataclass(frozen=True, slots=True, kw_only=True)
class Clients:
    """What is open."""

    store: Store
    library: Library
    embedders: Embedders
    models: Models
    sparse: SparseEncoder

    async def close(self) -> None:
        """Release everything."""
        await self.models.close()
        await self.store.close()


def open_clients(settings: Settings) -> Clients:
    """Open the store that the settings name.

    Raises:
        StoreBusyError: another process holds the embedded store.
        StoreError: the store cannot be opened or reached.
    """
    from core.store.bm25 import Bm25Encoder  # noqa: PLC0415 - imports the engine

    store = open_store(settings)
    models = Models(settings, store.records)
    return Clients(
        store=store,
        library=Library(
            store,
            exclusive=not settings.qdrant_url,
            place="the Qdrant server" if settings.qdrant_url else repr(str(settings.data_dir)),
        ),
        embedders=Embedders(settings, models),
        models=models,
        sparse=Bm25Encoder(),
    )


def open_store(settings: Settings) -> Store:
    """Open Qdrant at `qdrant_url`, or the embedded store in the data directory.

    Raises:
        SettingsError: `qdrant_url` is not a URL.
        StoreBusyError: another process holds the embedded store.
        StoreError: it cannot be read or written.
    """
    if settings.qdrant_url:
        from core.store.server import ServerStore  # noqa: PLC0415 - 1.8 s

        return ServerStore.connect(
            settings.qdrant_url, api_key=settings.qdrant_api_key.get_secret_value()
        )
    from core.store.backup import finish_restore  # noqa: PLC0415 - imports the engine
    from core.store.edge import EdgeStore  # noqa: PLC0415

    finish_restore(settings.data_dir)
    return EdgeStore(settings.data_dir)
