"""The two doors of the store, opened for each test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from qdrant_client import AsyncQdrantClient

from core.settings import load_settings
from core.store.edge import EdgeStore
from core.store.server import ServerStore
from tests.doubles.disk import quick_directory

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from core.protocols import Store


@dataclass(slots=True)
class Door:
    """One way to the store, that can be closed and opened again."""

    open: Callable[[], Store]


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with quick_directory() as directory:
        yield directory


@pytest.fixture(
    params=[
        "edge",
        "client-in-memory",
        pytest.param("server", marks=pytest.mark.integration),
    ]
)
async def door(request: pytest.FixtureRequest, data_dir: Path) -> AsyncIterator[Door]:
    if request.param == "edge":
        yield Door(open=lambda: EdgeStore(data_dir))
        return
    if request.param == "client-in-memory":
        client = AsyncQdrantClient(":memory:")
        yield Door(open=lambda: ServerStore(client))
        await client.close()
        return
    settings = load_settings()
    if not settings.qdrant_url:
        pytest.skip("QDRANT_URL is not set")
    prefix = f"test_{uuid4().hex}_"
    client = AsyncQdrantClient(
        url=settings.qdrant_url, api_key=settings.qdrant_api_key.get_secret_value() or None
    )
    yield Door(open=lambda: ServerStore(client, prefix=prefix))
    for collection in (await client.get_collections()).collections:
        if collection.name.startswith(prefix):
            await client.delete_collection(collection.name)
    await client.close()


@pytest.fixture
async def store(door: Door) -> AsyncIterator[Store]:
    opened = door.open()
    yield opened
    if isinstance(opened, EdgeStore):
        await opened.close()
