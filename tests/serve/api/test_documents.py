from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.serve.api.conftest import DOCUMENTS, ended

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    import httpx

    from tests.doubles.scripted_service import ScriptedService

    Ingest = Callable[[str, str], Awaitable[str]]


async def test_files_are_ingested_by_a_job(
    client: httpx.AsyncClient, service: ScriptedService
) -> None:
    files = [("files", ("a.txt", b"One.")), ("files", ("b/a.txt", b"Two.")), ("files", ("c", b""))]
    form = {"metadata": '{"year": 2024}', "refresh": "true"}

    job = await ended(client, await client.post(DOCUMENTS, files=files, data=form))

    assert (job["state"], job["documents"]) == (
        "done",
        {"total": 3, "done": 2, "failed": 1, "skipped": 0},
    )
    [request] = service.ingested
    assert ([u.name for u in request.uploads], request.refresh) == (["a.txt", "b/a.txt", "c"], True)
    assert request.metadata == {"year": 2024}
    assert not request.uploads[0].path.exists()


async def test_a_file_that_is_too_large_is_refused_by_name(client: httpx.AsyncClient) -> None:
    response = await client.post(DOCUMENTS, files={"file": ("big.txt", b"x" * 1001)})

    assert response.status_code == 413
    assert "'big.txt' has 1001 bytes; allowed: 1000" in response.json()["detail"]


@pytest.mark.parametrize(
    ("form", "files", "detail"),
    [
        ({"metadata": "{}"}, {}, "no file in the form"),
        ({"metadata": "[1]"}, {"f": ("a", b"x")}, "metadata is not a JSON object"),
        ({"metadata": '{"a": {}}'}, {"f": ("a", b"x")}, "metadata is not a JSON object"),
        ({}, {"f": (" ", b"x")}, "a file has the name"),
    ],
    ids=["no file", "list", "nested", "name"],
)
async def test_a_form_that_cannot_be_read_is_a_problem(
    client: httpx.AsyncClient,
    form: dict[str, str],
    files: dict[str, tuple[str, bytes]],
    detail: str,
) -> None:
    fields = {name: (None, value) for name, value in form.items()}

    response = await client.post(DOCUMENTS, files={**fields, **files})

    assert response.status_code == 422
    assert detail in response.json()["detail"]


async def test_files_of_this_machine_need_the_token(
    client: httpx.AsyncClient, owner: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "moon.txt"
    path.write_text("The moon is small.")
    body = {"sources": [str(path)], "metadata": {"year": 2024}}

    refused = await client.post(DOCUMENTS, json=body)
    accepted = await client.post(DOCUMENTS, json=body, headers=owner)

    assert refused.status_code == 403
    assert "upload the files instead" in refused.json()["detail"]
    assert (await ended(client, accepted))["state"] == "done"


async def test_what_is_sent_cannot_take_the_place_of_what_was_read_from_a_path(
    client: httpx.AsyncClient, service: ScriptedService, owner: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "moon.txt"
    path.write_text("The moon is small.")
    name = str(path)
    texts = [{"title": name, "text": "A forgery."}, {"id": name, "title": "x", "text": "Another."}]

    read = await client.post(DOCUMENTS, json={"sources": [name]}, headers=owner)
    sent = await client.post(DOCUMENTS, files={"file": (name, b"A third.")})
    told = [await client.post(DOCUMENTS, json={"texts": [text]}) for text in texts]
    for accepted in (read, sent, *told):
        await ended(client, accepted)

    uploads, *requests = service.ingested[1:]
    assert [upload.name for upload in uploads.uploads] == [f".{name}"]
    assert [(t.id, t.title) for r in requests for t in r.texts] == [
        (f".{name}", name),
        (f".{name}", "x"),
    ]


async def test_the_owner_names_what_is_sent(
    client: httpx.AsyncClient, service: ScriptedService, owner: dict[str, str]
) -> None:
    files = {"file": ("/a/moon.txt", b"The moon is small.")}
    body = {"texts": [{"id": "/a/sun.txt", "text": "It is a star."}]}

    for accepted in (
        await client.post(DOCUMENTS, files=files, headers=owner),
        await client.post(DOCUMENTS, json=body, headers=owner),
    ):
        await ended(client, accepted)

    files_sent, texts_sent = service.ingested
    assert [upload.name for upload in files_sent.uploads] == ["/a/moon.txt"]
    assert [text.id for text in texts_sent.texts] == ["/a/sun.txt"]


UNREADABLE: list[tuple[dict[str, object], str]] = [
    ({}, "nothing to ingest"),
    ({"texts": [{"title": "a"}]}, "texts.0.text: Field required"),
    ({"text": "x"}, "text: Extra inputs are not permitted"),
    ({"texts": [{"title": "a", "text": "b", "metadata": {"k": {}}}]}, "metadata"),
]
NOT_FINITE = [
    b'{"texts": [{"title": "a", "text": "b"}], "metadata": {"k": NaN}}',
    b'{"texts": [{"title": "a", "text": "b", "metadata": {"k": 1e999}}]}',
]


@pytest.mark.parametrize(
    ("body", "detail"),
    UNREADABLE,
    ids=["empty", "no text", "unknown", "metadata"],
)
async def test_a_body_that_cannot_be_read_is_a_problem(
    client: httpx.AsyncClient, body: dict[str, object], detail: str
) -> None:
    response = await client.post(DOCUMENTS, json=body)

    assert response.status_code == 422
    assert detail in response.json()["detail"]


@pytest.mark.parametrize("body", NOT_FINITE, ids=["of all", "of one"])
async def test_metadata_that_is_not_finite_is_a_problem(
    client: httpx.AsyncClient, body: bytes
) -> None:
    headers = {"Content-Type": "application/json"}

    response = await client.post(DOCUMENTS, content=body, headers=headers)

    assert response.status_code == 422
    assert "metadata 'k' is" in response.json()["detail"]
    assert "allowed: finite numbers" in response.json()["detail"]


async def test_documents_are_listed_page_by_page(client: httpx.AsyncClient, ingest: Ingest) -> None:
    ids = sorted([await ingest(name, "A text.") for name in "abc"])

    first = (await client.get(DOCUMENTS, params={"limit": 2})).json()
    rest = (await client.get(DOCUMENTS, params={"limit": 2, "cursor": first["next_cursor"]})).json()

    assert [d["document_id"] for d in first["documents"] + rest["documents"]] == ids
    assert rest["next_cursor"] is None
    assert first["documents"][0]["pages"] == 1


async def test_a_document_is_shown_read_and_deleted(
    client: httpx.AsyncClient, ingest: Ingest
) -> None:
    path = f"{DOCUMENTS}/{await ingest('moon.txt', 'The mööön is 🌝.')}"

    shown = (await client.get(path)).json()
    whole = (await client.get(f"{path}/text")).json()
    part = (await client.get(f"{path}/text", params={"start": 4, "end": 9})).json()
    deleted = await client.delete(path)

    assert (shown["title"], shown["characters"]) == ("moon.txt", 15)
    assert (whole["text"], whole["end"]) == ("The mööön is 🌝.", 15)
    assert part == {"document_id": shown["document_id"], "start": 4, "end": 9, "text": "mööön"}
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize(
    "span", [{"start": 5, "end": 4}, {"end": 99}, {"start": -1}, {"start": "x"}, {"start": 10**30}]
)
async def test_a_span_outside_the_document_is_refused(
    client: httpx.AsyncClient, ingest: Ingest, span: dict[str, int | str]
) -> None:
    document = await ingest("a", "A text.")

    response = await client.get(f"{DOCUMENTS}/{document}/text", params=span)

    assert response.status_code == 422


async def test_a_document_of_another_collection_is_not_found(
    client: httpx.AsyncClient, ingest: Ingest
) -> None:
    document = await ingest("a", "A text.")
    await client.put("/v1/collections/other")

    response = await client.get(f"/v1/collections/other/documents/{document}")

    assert response.status_code == 404
