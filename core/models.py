"""The models that are asked over the network, as the settings choose them."""

from __future__ import annotations

import asyncio
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.catalog.catalog import Catalog
    from core.nim.keys import Keys
    from core.nim.nim import Nim
    from core.protocols import RecordStore, Reranker, Writer
    from core.settings import Settings


NVIDIA_KEY = "NVIDIA_API_KEY"
AUTO = "auto"
NO_MODEL = "extractive"


class Models:
    """Models that are asked over the network; opened when the first of them is."""

    def __init__(self, settings: Settings, records: RecordStore) -> None:
        self._settings, self._records = settings, records

    @cached_property
    def keys(self) -> Keys:
        """The keys of this process."""
        from core.nim.keys import Keys  # noqa: PLC0415

        return Keys()

    @cached_property
    def catalog(self) -> Catalog:
        """The catalogue, as the settings change it; raises `SettingsError`."""
        return open_catalog(self._settings, self.keys)

    @cached_property
    def nim(self) -> Nim:
        """The way to all of them."""
        from core.nim.nim import Nim, NimOptions  # noqa: PLC0415 - 0.3 s

        options = NimOptions(
            catalog=self.catalog,
            data_dir=self._settings.data_dir,
            requests_per_minute=self._settings.requests_per_minute,
            redis_url=self._settings.redis_url.get_secret_value(),
            timeout_s=self._settings.timeout_s,
            keys=self.keys,
        )
        return Nim(options, self._records)

    def has(self, role: str) -> bool:
        """Tell whether there is a key for a model of `role`."""
        return any(map(self.keys.opens, self.catalog.role(role)))

    @cached_property
    def writer(self) -> Writer | None:
        """Who writes answers; `None`: nobody, sentences are quoted.

        Raises:
            NotFoundError: the setting names a model that the catalogue does not have.
        """
        choice = self._settings.model
        if choice == NO_MODEL:
            return None
        if choice != AUTO:
            return self.nim.writer(choice)
        cards = (card for tier in self.catalog.tiers for card in tier.candidates)
        return self.nim.writer() if any(map(self.keys.opens, cards)) else None

    @cached_property
    def judge(self) -> Writer | None:
        """Who is asked about claims in doubt; `None`: nobody."""
        return self._of_role("judge") if self._settings.judge else None

    def in_role(self, role: str) -> Writer | None:
        """Return who is asked in a role beside the writer; `None`: nobody.

        Where the settings name who answers, nobody else hears what was asked.
        """
        return self._of_role(role) if self._settings.model == AUTO else self.writer

    def _of_role(self, role: str) -> Writer | None:
        from core.catalog.catalog import ModelRole  # noqa: PLC0415 - with the catalogue

        asked = self.writer is not None and self.has(role)
        return self.nim.in_role(ModelRole(role)) if asked else None

    @cached_property
    def reranker(self) -> Reranker | None:
        """Who has a second look at what was found; `None`: nobody."""
        return self.nim.reranker() if self._settings.rerank and self.has("rerank") else None

    async def ready(self) -> None:
        """Import and open what answers, off the loop: it takes up to a second, once."""
        if "writer" not in self.__dict__:
            await asyncio.to_thread(lambda: (self.writer, self.judge, self.reranker))

    async def close(self) -> None:
        """Release what was opened."""
        if "nim" in self.__dict__:
            await self.nim.close()


def open_catalog(settings: Settings, keys: Keys) -> Catalog:
    """Return the catalogue, as the settings change it; raises `SettingsError`."""
    from core.catalog.load import load_catalog  # noqa: PLC0415 - not for `--help`

    return load_catalog(
        settings.catalog,
        base_url=settings.nvidia_base_url or None,
        keyless=keys.get(NVIDIA_KEY) is None,
    )
