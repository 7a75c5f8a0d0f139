from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from serve.app import Serving, create_app
from serve.lease import Lease
from tests.doubles.memory_records import MemoryRecords
from tests.doubles.scripted_service import ScriptedService

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from fastapi import FastAPI

TOKEN = "token"
DOCUMENTS = "/v1/collections/default/documents"


@pytest.fixture
def service() -> ScriptedService:
    return ScriptedService()


@pytest.fixture
async def app(service: ScriptedService) -> AsyncGenerator[FastAPI]:
    lease = Lease(url="http://127.0.0.1:1", token=TOKEN, pid=1)
    serving = Serving(lease=lease, data_dir=None, hosts=("ibid.example",), max_file_bytes=1000)
    application = create_app(service, MemoryRecords(), serving)
    async with application.router.lifespan_context(application):
        yield application


@pytest.fixture
async def client(app: FastAPI) -> AsyncGenerator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8321") as opened:
        yield opened


@pytest.fixture
def owner() -> dict[str, str]:
    return {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def ingest(client: httpx.AsyncClient) -> Callable[[str, str], Awaitable[str]]:
    """Ingest a text and return its document's id."""

    async def send(title: str, text: str) -> str:
        body = {"texts": [{"title": title, "text": text}]}
        await ended(client, await client.post(DOCUMENTS, json=body))
        listed = (await client.get(DOCUMENTS)).json()
        return next(d["document_id"] for d in listed["documents"] if d["source"] == title)

    return send


async def ended(client: httpx.AsyncClient, accepted: httpx.Response) -> dict[str, object]:
    assert accepted.status_code == 202, accepted.text
    while True:
        job = (await client.get(accepted.headers["location"])).json()
        if job["state"] not in {"queued", "running"}:
            return job
