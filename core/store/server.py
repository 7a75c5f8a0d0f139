"""The store on a Qdrant server or cluster; importing this module takes two seconds."""

from __future__ import annotations

import re
import warnings

from qdrant_client import AsyncQdrantClient

from core.errors import NotFoundError, SettingsError, StoreError
from core.store.payload import INDEX_NAME
from core.store.server_door import translated
from core.store.server_index import ServerIndex
from core.store.server_records import ServerRecords
from core.urls import without_password

PREFIX = "ibid_"
"""Begins the name of every collection of ours, so that a server can be shared."""
_CONTROL = "control"
_TIMEOUT_S = 60


class ServerStore:
    """A `Store` on a Qdrant server: a collection for each index, and one for the records."""

    def __init__(self, client: AsyncQdrantClient, *, prefix: str = PREFIX) -> None:
        self._client = client
        self._prefix = prefix
        self._records = ServerRecords(client, prefix + _CONTROL)
        self._indexes: dict[str, ServerIndex] = {}

    @classmethod
    def connect(cls, url: str, *, api_key: str = "", prefix: str = PREFIX) -> ServerStore:
        """Return the store at `url`; nothing is sent before it is used.

        Raises:
            SettingsError: `url` is not a URL.
        """
        # `ibid doctor` says that.
        warnings.filterwarnings("ignore", message="Api key is used with an insecure connection")
        try:
            client = AsyncQdrantClient(
                url=url, api_key=api_key or None, timeout=_TIMEOUT_S, check_compatibility=False
            )
        except ValueError:  # whose message may have a part of a password
            raise SettingsError(
                f"QDRANT_URL {without_password(url)!r} is not a URL; set it to one such as "
                f"'http://localhost:6333'"
            ) from None
        return cls(client, prefix=prefix)

    @property
    def records(self) -> ServerRecords:
        """The control collection."""
        return self._records

    async def create_index(self, name: str, *, dimensions: int) -> ServerIndex:
        """Create (or open, where it is there) a physical collection."""
        if name not in self._indexes:
            self._indexes[name] = await ServerIndex.create(
                self._client, self._collection(name), dimensions=dimensions
            )
        return self._indexes[name]

    async def open_index(self, name: str) -> ServerIndex:
        """Open a physical collection; raises `NotFoundError`."""
        if name not in self._indexes:
            collection = self._collection(name)
            with translated(f"cannot open the collection {collection!r}"):
                if not await self._client.collection_exists(collection):
                    raise NotFoundError("index", name)
            self._indexes[name] = ServerIndex(self._client, collection)
        return self._indexes[name]

    async def drop_index(self, name: str) -> None:
        """Delete a physical collection; it may be absent."""
        self._indexes.pop(name, None)
        collection = self._collection(name)
        with translated(f"cannot delete the collection {collection!r}"):
            if await self._client.collection_exists(collection):
                await self._client.delete_collection(collection)

    async def close(self) -> None:
        """Close the connections."""
        with translated("cannot close the connections"):
            await self._client.close()

    def _collection(self, name: str) -> str:
        if not re.fullmatch(INDEX_NAME, name) or name == _CONTROL:
            raise StoreError(f"index name {name!r}; allowed: letters, digits, '.', '_' and '-'")
        return self._prefix + name
