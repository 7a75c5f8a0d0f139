"""What goes wrong with a server is said in our words, without its key."""

from __future__ import annotations

import traceback
import warnings

import pytest
from qdrant_client import AsyncQdrantClient, models

from core.errors import SettingsError, StoreError
from core.store.server import ServerStore
from core.types import ChunkKind, RecordKind

KEY = "a-secret-key"


async def test_a_server_that_is_not_there_is_a_store_error_without_the_key() -> None:
    store = ServerStore.connect("https://127.0.0.1:1", api_key=KEY)
    with pytest.raises(StoreError, match="QDRANT_URL") as raised:
        await store.records.get(RecordKind.JOB, ["a"])
    assert KEY not in "".join(traceback.format_exception(raised.value))
    with pytest.raises(StoreError, match="cannot be reached"):
        await store.open_index("default")
    await store.close()


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://ann:s3cret@host:port", "http://…@host:port"),
        ("http://ann:s3/cret@host", "http://…@host"),
        ("ftp://ann:s3cret@host", "ftp://…@host"),
    ],
)
def test_a_url_that_is_none_is_shown_without_its_password(url: str, shown: str) -> None:
    with pytest.raises(SettingsError, match=f"QDRANT_URL '{shown}' is not a URL") as raised:
        ServerStore.connect(url)
    assert "cret" not in "".join(traceback.format_exception(raised.value))


async def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    store = ServerStore.connect("http://ann:s3cret@127.0.0.1:1")
    with pytest.raises(StoreError, match="cannot be reached") as raised:
        await store.open_index("default")
    assert "s3cret" not in "".join(traceback.format_exception(raised.value))
    await store.close()


async def test_a_key_that_is_sent_in_clear_is_no_warning_of_the_client() -> None:
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        store = ServerStore.connect("http://127.0.0.1:1", api_key=KEY)
        warnings.warn("another", UserWarning, stacklevel=1)
    assert [str(each.message) for each in seen] == ["another"]
    await store.close()


async def test_a_collection_that_vanished_is_a_store_error() -> None:
    client = AsyncQdrantClient(":memory:")
    store = ServerStore(client)
    index = await store.create_index("default", dimensions=2)
    await client.delete_collection("ibid_default")
    with pytest.raises(StoreError, match="ibid_default"):
        await index.count(ChunkKind.CHUNK)
    await client.close()


async def test_collections_of_others_are_left_alone() -> None:
    client = AsyncQdrantClient(":memory:")
    await client.create_collection("default", vectors_config={})
    store = ServerStore(client)
    await store.create_index("default", dimensions=2)
    await store.drop_index("default")
    names = [c.name for c in (await client.get_collections()).collections]
    assert names == ["default"]
    await client.close()


async def test_no_index_can_take_the_place_of_the_records() -> None:
    client = AsyncQdrantClient(":memory:")
    with pytest.raises(StoreError, match="control"):
        await ServerStore(client).create_index("control", dimensions=2)
    await client.close()


class AncientClient(AsyncQdrantClient):
    """A client of a server that does not know conditional writes."""

    async def info(self) -> models.VersionInfo:
        return models.VersionInfo(title="qdrant", version="1.16.3")


async def test_a_server_that_would_ignore_conditions_is_refused() -> None:
    client = AncientClient(":memory:")
    with pytest.raises(StoreError, match=r"1\.16\.3"):
        await ServerStore(client).records.get(RecordKind.JOB, ["a"])
    await client.close()
