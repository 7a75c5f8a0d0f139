from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from core.errors import (
    ConflictError,
    EmbedderError,
    IbidError,
    ServerError,
    SettingsError,
    StoreBusyError,
)

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from tests.doubles.scripted_service import ScriptedService

QUESTION = {"question": "Is the moon far?"}


async def test_a_problem_carries_the_id_of_its_request(client: httpx.AsyncClient) -> None:
    response = await client.get("/v1/nowhere", headers={"X-Request-ID": "mine-1"})

    assert response.headers["x-request-id"] == "mine-1"
    assert response.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "Not Found",
        "request_id": "mine-1",
    }


@pytest.mark.parametrize("given", ["", "a b", "x" * 129, "a\tb"])
async def test_a_request_id_that_cannot_be_kept_is_replaced(
    client: httpx.AsyncClient, given: str
) -> None:
    response = await client.get("/healthz", headers={"X-Request-ID": given})

    assert response.headers["x-request-id"].startswith("req_")


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8321", "127.0.0.1", "[::1]:8321", "10.1.2.3", "ibid.example:1"]
)
async def test_our_own_names_and_addresses_are_answered(
    client: httpx.AsyncClient, host: str
) -> None:
    assert (await client.get("/healthz", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "[::1", ""])
async def test_another_name_is_refused(client: httpx.AsyncClient, host: str) -> None:
    response = await client.get("/healthz", headers={"Host": host})

    assert (response.status_code, response.json()["title"]) == (400, "Bad Request")


async def test_a_page_of_another_site_cannot_change_anything(client: httpx.AsyncClient) -> None:
    files = {"file": ("a.txt", b"A text.")}
    path = "/v1/collections/default/documents"

    foreign = await client.post(path, files=files, headers={"Origin": "https://evil.example"})
    own = await client.post(path, files=files, headers={"Origin": "http://127.0.0.1:8321"})

    assert (foreign.status_code, own.status_code) == (403, 202)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_a_body_that_a_page_could_send_unasked_is_refused(
    client: httpx.AsyncClient, kind: str
) -> None:
    headers = {"Content-Type": kind} if kind else {}

    response = await client.post("/v1/query", content=b'{"question": "x"}', headers=headers)

    assert response.status_code == 415


async def test_a_wrong_token_is_refused_everywhere(client: httpx.AsyncClient) -> None:
    for given in ("Bearer wrong", "Basic token", "token", "Bearer töken"):
        headers = [(b"Authorization", given.encode("latin-1"))]
        response = await client.get("/healthz", headers=headers)
        assert response.status_code == 401


@pytest.mark.parametrize("path", ["/v1/query", "/v1/collections/default/documents"])
@pytest.mark.parametrize("told", [True, False], ids=["told", "chunked"])
async def test_a_body_that_is_too_large_is_refused(
    client: httpx.AsyncClient, path: str, *, told: bool
) -> None:
    body = b" " * (2**20 + 1001)

    async def chunks():  # noqa: ANN202
        yield body

    response = await client.post(
        path, content=body if told else chunks(), headers={"Content-Type": "application/json"}
    )

    assert (response.status_code, response.json()["status"]) == (413, 413)


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (ConflictError("two"), 409),
        (EmbedderError("no model"), 503),
        (SettingsError("the embedder needs its endpoint: set IBID_EMBEDDER_BASE_URL"), 422),
        (ServerError("full", status=503), 503),
        (IbidError("odd"), 500),
    ],
)
async def test_an_error_of_ours_has_its_status_and_its_words(
    client: httpx.AsyncClient, service: ScriptedService, failure: IbidError, status: int
) -> None:
    service.failure = failure

    response = await client.post("/v1/query", json=QUESTION)

    assert (response.status_code, response.json()["detail"]) == (status, str(failure))


async def test_a_busy_store_is_unavailable(
    client: httpx.AsyncClient, service: ScriptedService, tmp_path: Path
) -> None:
    service.failure = StoreBusyError(tmp_path)

    assert (await client.post("/v1/query", json=QUESTION)).status_code == 503


async def test_a_bug_is_a_problem_that_tells_nothing(
    client: httpx.AsyncClient, service: ScriptedService
) -> None:
    service.failure = ValueError("the password is 1234")

    response = await client.post("/v1/query", json=QUESTION, headers={"X-Request-ID": "r1"})

    assert (response.status_code, response.headers["x-request-id"]) == (500, "r1")
    assert response.json()["request_id"] == "r1"
    assert "1234" not in response.text


async def test_the_log_has_no_question(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    await client.post("/v1/query?x=moon", json=QUESTION, headers={"X-Request-ID": "r1"})

    [line] = [record.getMessage() for record in caplog.records if record.name == "ibid.access"]
    assert line.startswith("POST /v1/query 404 ")
    assert line.endswith(" r1")
    assert "moon" not in line
