from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.serve.api.conftest import DOCUMENTS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import httpx

    Ingest = Callable[[str, str], Awaitable[str]]

QUESTION = {"question": "How is the moon?"}


async def test_an_answer_is_shown_exactly_as_it_was_given(
    client: httpx.AsyncClient, ingest: Ingest
) -> None:
    await ingest("moon.txt", "The moon is small. It is far.")
    given = (await client.post("/v1/query", json=QUESTION)).json()

    response = await client.get(f"/v1/answers/{given['id']}")

    shown = response.json()
    kept = shown.pop("kept")
    assert (response.status_code, list(shown), shown) == (200, list(given), given)
    assert (kept["collection"], kept["deleted_documents"]) == ("default", [])
    assert kept["config_hash"] == "scripted"


async def test_a_replay_tells_what_has_become_of_each_citation(
    client: httpx.AsyncClient, ingest: Ingest
) -> None:
    document = await ingest("moon.txt", "The moon is small. It is far.")
    given = (await client.post("/v1/query", json=QUESTION)).json()
    path = f"/v1/answers/{given['id']}/replay"

    held = (await client.post(path)).json()
    await ingest("moon.txt", "Of the sky. The moon is small. It is far.")
    moved = (await client.post(path)).json()
    await ingest("moon.txt", "The moon is large.")
    changed = (await client.post(path)).json()
    await client.delete(f"{DOCUMENTS}/{document}")
    gone = (await client.post(path)).json()

    assert list(held) == ["answer_id", "citations", "broken", "checked_at"]
    assert held["answer_id"] == given["id"]
    assert held["citations"] == [
        {
            "n": 1,
            "status": "holds",
            "document_id": document,
            "span": {"start": 0, "end": 18},
            "detail": "",
        }
    ]
    replays = [held, moved, changed, gone]
    assert [replay["broken"] for replay in replays] == [0, 0, 1, 1]
    found = [(r["citations"][0]["status"], r["citations"][0]["span"]) for r in replays[1:]]
    assert found == [("moved", {"start": 12, "end": 30}), ("changed", None), ("gone", None)]


async def test_what_a_deleted_document_said_is_not_shown_again(
    client: httpx.AsyncClient, ingest: Ingest
) -> None:
    document = await ingest("moon.txt", "The moon is small. It is far.")
    given = (await client.post("/v1/query", json=QUESTION)).json()
    await client.delete(f"{DOCUMENTS}/{document}")

    response = await client.get(f"/v1/answers/{given['id']}")

    shown = response.json()
    assert "is small" not in response.text
    assert shown["kept"]["deleted_documents"] == [document]
    [citation] = shown["citations"]
    assert citation == given["citations"][0] | {"quote": ""}
    assert shown["answer"] == "… [1]"


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/v1/answers/ans_nope"), ("POST", "/v1/answers/ans_nope/replay")]
)
async def test_an_answer_that_was_never_given_is_not_found(
    client: httpx.AsyncClient, method: str, path: str
) -> None:
    response = await client.request(method, path)

    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"] == (
        "no answer 'ans_nope'; answers are kept for 30 days (`answer_days`)"
    )


async def test_the_answers_need_the_right_token_as_all_routes_do(
    client: httpx.AsyncClient,
) -> None:
    wrong = {"Authorization": "Bearer wrong"}

    assert (await client.get("/v1/answers/a", headers=wrong)).status_code == 401
    assert (await client.post("/v1/answers/a/replay", headers=wrong)).status_code == 401
