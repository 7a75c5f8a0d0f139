from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

    from tests.doubles.scripted_service import ScriptedService


async def test_a_collection_is_created_once_shown_and_deleted(client: httpx.AsyncClient) -> None:
    made = await client.put("/v1/collections/notes", json={"embedder": "scripted"})
    again = await client.put("/v1/collections/notes")
    shown = await client.get("/v1/collections/notes")
    listed = await client.get("/v1/collections")
    deleted = await client.delete("/v1/collections/notes")

    assert made.json() == again.json() == shown.json()
    assert listed.json() == {"collections": [made.json()]}
    assert deleted.status_code == 204
    assert (await client.get("/v1/collections/notes")).status_code == 404
    assert (await client.delete("/v1/collections/notes")).status_code == 404


async def test_another_embedder_is_a_conflict(client: httpx.AsyncClient) -> None:
    await client.put("/v1/collections/notes")

    response = await client.put("/v1/collections/notes", json={"embedder": "other"})

    assert response.status_code == 409


async def test_a_name_that_is_not_allowed_is_refused(client: httpx.AsyncClient) -> None:
    assert (await client.put("/v1/collections/a%20b")).status_code == 422


async def test_it_is_alive_whatever_is_wrong_and_ready_only_if_nothing_is(
    client: httpx.AsyncClient, service: ScriptedService
) -> None:
    ready = await client.get("/readyz")
    service.wrong = {"store": "the disk is full", "embedder": ""}
    not_ready = await client.get("/readyz")

    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    assert not_ready.status_code == 503
    assert not_ready.json()["checks"] == {"store": "the disk is full", "embedder": "ok"}
    assert (await client.get("/healthz")).status_code == 200


async def test_jobs_are_listed_and_a_missing_one_is_not_found(client: httpx.AsyncClient) -> None:
    body = {"texts": [{"title": "a", "text": "A text."}]}
    job = (await client.post("/v1/collections/default/documents", json=body)).json()

    listed = (await client.get("/v1/jobs")).json()

    assert [found["job_id"] for found in listed["jobs"]] == [job["job_id"]]
    assert (await client.get("/v1/jobs/job_x")).status_code == 404


async def test_the_description_of_the_service_names_every_route(client: httpx.AsyncClient) -> None:
    description = (await client.get("/openapi.json")).json()

    assert set(description["paths"]) == {
        "/v1/query",
        "/v1/query/plan",
        "/v1/search",
        "/v1/answers/{answer_id}",
        "/v1/answers/{answer_id}/replay",
        "/v1/collections",
        "/v1/collections/{collection}",
        "/v1/collections/{collection}/documents",
        "/v1/collections/{collection}/documents/{document_id}",
        "/v1/collections/{collection}/documents/{document_id}/text",
        "/v1/jobs",
        "/v1/jobs/{job_id}",
        "/healthz",
        "/readyz",
    }
    schemas = set(description["components"]["schemas"])
    assert {"Answer", "KeptAnswer", "Replay", "Passages", "DocumentPage", "Job"} <= schemas


async def test_the_page_that_describes_the_service_loads_nothing(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")

    assert "<code>POST /v1/query</code>" in page.text
    assert "The most tokens that are read." in page.text
    assert "http://" not in page.text
    assert "https://" not in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
