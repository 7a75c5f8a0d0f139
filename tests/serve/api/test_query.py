from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from core.errors import UnavailableError
from core.types import FieldCondition

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import httpx

    from tests.doubles.scripted_service import ScriptedService

    Ingest = Callable[[str, str], Awaitable[str]]

ANSWER_FIELDS = [
    *["id", "question", "answer", "data", "abstained", "generated", "complete", "claims"],
    *["citations", "conflicts", "evidence", "route", "steps", "coverage", "usage", "timings_ms"],
]
CITATION_FIELDS = [
    *["n", "document_id", "title", "source", "pages", "boxes", "span", "quote", "chunk_id"],
    *["score", "verdict", "checked_by"],
]


async def test_an_answer_has_every_field_in_the_order_of_the_contract(
    client: httpx.AsyncClient, ingest: Ingest
) -> None:
    document = await ingest("moon.txt", "The moon is small. It is far.")

    response = await client.post("/v1/query", json={"question": "How is the moon?"})

    answer = response.json()
    assert (response.status_code, list(answer)) == (200, ANSWER_FIELDS)
    assert answer["answer"] == "The moon is small. [1]"
    [citation] = answer["citations"]
    assert list(citation) == CITATION_FIELDS
    assert (citation["document_id"], citation["span"]) == (document, {"start": 0, "end": 18})


async def test_an_abstention_says_why(client: httpx.AsyncClient, ingest: Ingest) -> None:
    await ingest("moon.txt", "The moon is small.")

    answer = (await client.post("/v1/query", json={"question": "Who won?"})).json()

    assert answer["answer"] is None
    assert answer["abstained"]["reason"] == "no_evidence"


async def test_a_question_reaches_the_service_whole(
    client: httpx.AsyncClient, ingest: Ingest, service: ScriptedService
) -> None:
    await ingest("moon.txt", "The moon is small.")

    await client.post(
        "/v1/query",
        json={
            "question": "moon?",
            "collection": "default",
            "document_ids": ["doc_1"],
            "filters": {"year": {"gte": 2020}},
            "strategy": "retrieval",
            "top_k": 3,
            "max_context_tokens": 500,
        },
    )

    [asked] = service.asked
    assert (asked.strategy, asked.top_k, asked.max_context_tokens) == ("retrieval", 3, 500)
    assert asked.scope.document_ids == ("doc_1",)
    assert asked.scope.filters == (FieldCondition(field="year", gte=2020),)


async def test_a_search_returns_passages_best_first(
    client: httpx.AsyncClient, ingest: Ingest
) -> None:
    await ingest("moon.txt", "The moon is small. The moon is far.")

    found = (await client.post("/v1/search", json={"question": "moon?", "top_k": 1})).json()

    assert list(found) == ["passages", "timings_ms", "fallbacks"]
    [passage] = found["passages"]
    assert passage["text"] == "The moon is small."
    assert passage["span"] == {"start": 0, "end": 18}


@pytest.mark.parametrize("route", ["/v1/query", "/v1/search"])
async def test_a_document_that_is_not_there_is_a_problem_that_names_it(
    client: httpx.AsyncClient, ingest: Callable[[str, str], Awaitable[str]], route: str
) -> None:
    known = await ingest("moon", "The moon is small.")

    body = {"question": "moon?", "document_ids": [known, "doc_nope"]}
    response = await client.post(route, json=body)

    assert response.status_code == 404
    assert "no document 'doc_nope'" in response.json()["detail"]


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"{", "JSON decode error"),
        (b"{}", "body.question: Field required"),
        (b'{"question": " "}', "the question is blank"),
        (b'{"question": "x", "nope": 1}', "body.nope: Extra inputs are not permitted"),
        (b'{"question": "x", "top_k": 0}', "body.top_k: Input should be greater than"),
        (b'{"question": "x", "strategy": "guess"}', "body.strategy: Input should be 'auto'"),
        (b'{"question": "x", "filters": {"a": {"b": 1}}}', "filter on 'a' has ['b']; allowed:"),
        (rb'{"question": "\ud800"}', "has a lone surrogate"),
        (rb'{"question": "x", "filters": {"\ud800": 1}}', "has a lone surrogate"),
        (b'{"question": "x", "filters": {"a": NaN}}', "filter on 'a': bound nan; allowed"),
        (b'{"question": "x", "filters": {"a": {"gte": 1e999}}}', "filter on 'a': bound inf"),
        (b'{"question": "x", "filters": {"a": {"any": [Infinity]}}}', "filter on 'a': inf"),
        (b'{"question": "x", "filters": {"a": 9223372036854775808}}', "integers of 64 bits"),
        (b'{"question": "' + b"x" * 8001 + b'"}', "has 8,001 characters; 8,000 are allowed"),
    ],
    ids=[
        *["no JSON", "no question", "blank", "unknown field", "top_k", "strategy", "filter"],
        *["text", "key", "nan", "infinite bound", "infinity", "large", "long"],
    ],
)
async def test_a_question_that_cannot_be_read_is_a_problem(
    client: httpx.AsyncClient, body: bytes, detail: str
) -> None:
    response = await client.post(
        "/v1/query", content=body, headers={"Content-Type": "application/json"}
    )

    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert detail in response.json()["detail"]


async def test_what_is_wrong_with_a_question_does_not_repeat_it(
    client: httpx.AsyncClient,
) -> None:
    response = await client.post("/v1/query", json={"question": "a secret plan", "top_k": "many"})

    assert response.status_code == 422
    assert "secret plan" not in response.text


def events_of(body: str) -> list[tuple[str, Any]]:
    """Return the kind and the data of each event."""
    found = [
        dict(line.split(": ", 1) for line in each.split("\n")) for each in body.split("\n\n")[:-1]
    ]
    return [(each["event"], json.loads(each["data"])) for each in found]


async def test_a_streamed_answer_ends_with_the_same_object(
    client: httpx.AsyncClient, ingest: Ingest
) -> None:
    await ingest("moon.txt", "The moon is small. It is far.")
    asked = {"question": "How is the moon?"}

    whole = (await client.post("/v1/query", json=asked)).json()
    response = await client.post("/v1/query", json={**asked, "stream": True})

    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["x-request-id"]
    events = events_of(response.text)
    assert [kind for kind, _ in events][-1] == "final"
    assert (
        "".join(data["text"] for kind, data in events if kind == "delta").strip() == whole["answer"]
    )
    assert events[-1][1] == whole


async def test_an_error_before_the_first_event_has_its_status(client: httpx.AsyncClient) -> None:
    response = await client.post(
        "/v1/query", json={"question": "x?", "collection": "none", "stream": True}
    )
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


async def test_a_late_error_is_the_last_event(
    client: httpx.AsyncClient, ingest: Ingest, service: ScriptedService
) -> None:
    await ingest("moon.txt", "The moon is small.")
    service.failure_late = UnavailableError("503: down", model="x/1", status=503)

    response = await client.post("/v1/query", json={"question": "How is the moon?", "stream": True})

    kind, problem = events_of(response.text)[-1]
    assert kind == "error"
    assert problem["status"] == 503
    assert problem["request_id"] == response.headers["x-request-id"]


async def test_a_late_error_of_ours_is_the_last_event_and_in_the_log(
    client: httpx.AsyncClient,
    ingest: Ingest,
    service: ScriptedService,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await ingest("moon.txt", "The moon is small.")
    service.failure_late = ZeroDivisionError("secret")

    response = await client.post("/v1/query", json={"question": "How is the moon?", "stream": True})

    kind, problem = events_of(response.text)[-1]
    request_id = response.headers["x-request-id"]
    logged = next(each for each in caplog.records if each.exc_info)
    assert (kind, problem["status"], problem["request_id"]) == ("error", 500, request_id)
    assert "secret" not in str(problem)
    assert request_id in logged.getMessage()
    assert "secret" in str(logged.exc_info)
