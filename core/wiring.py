"""Opens what the settings name: the store and the embedders. The only place that knows vendors."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.library import Library

if TYPE_CHECKING:
    from core.protocols import Embedder, SparseEncoder, Store
    from core.settings import Settings


class Embedders:
    """Opens each embedder once, when it is first needed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._open: dict[str, Embedder] = {}
        self._opening = asyncio.Lock()

    def name(self, choice: str | None = None) -> str:
        """Return the name that collections record of an embedder (`None`: the setting's).

        Raises:
            SettingsError: there is no such embedder.
        """
        from core.local.embedders import recorded_name  # noqa: PLC0415 - as late as its models

        return recorded_name(choice or self._settings.embedder)

    async def get(self, choice: str | None = None) -> Embedder:
        """Return an embedder by a setting's value or a recorded name (`None`: the setting's).

        Raises:
            SettingsError: there is no such embedder, or its endpoint is not set.
            EmbedderError: it cannot be opened.
        """
        from core.local.embedders import (  # noqa: PLC0415 - as late as its models
            EmbedderOptions,
            open_embedder,
        )

        name = self.name(choice)
        async with self._opening:
            if name not in self._open:
                options = EmbedderOptions(
                    data_dir=self._settings.data_dir,
                    workers=self._settings.workers,
                    base_url=self._settings.embedder_base_url,
                    api_key=self._settings.embedder_api_key,
                )
                self._open[name] = await open_embedder(name, options)
        return self._open[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clients:
    """What is open: close the store when done."""

    store: Store
    library: Library
    embedders: Embedders
    sparse: SparseEncoder


def open_clients(settings: Settings) -> Clients:
    """Open the store that the settings name.

    Raises:
        StoreBusyError: another process holds the embedded store.
        StoreError: the store cannot be opened or reached.
    """
    from core.store.bm25 import Bm25Encoder  # noqa: PLC0415 - imports the engine

    store = open_store(settings)
    return Clients(
        store=store,
        library=Library(
            store,
            exclusive=not settings.qdrant_url,
            place="the Qdrant server" if settings.qdrant_url else repr(str(settings.data_dir)),
        ),
        embedders=Embedders(settings),
        sparse=Bm25Encoder(),
    )


def open_store(settings: Settings) -> Store:
    """Open Qdrant at `qdrant_url`, or the embedded store in the data directory."""
    if settings.qdrant_url:
        from core.store.server import ServerStore  # noqa: PLC0415 - 1.8 s

        return ServerStore.connect(
            settings.qdrant_url, api_key=settings.qdrant_api_key.get_secret_value()
        )
    from core.store.edge import EdgeStore  # noqa: PLC0415 - imports the engine

    return EdgeStore(settings.data_dir)
