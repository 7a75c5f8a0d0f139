from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Ibid
    from tests.doubles.scripted_service import ScriptedService


@pytest.fixture(autouse=True)
def ids(service: ScriptedService, ibid: Ibid, tmp_path: Path) -> list[str]:
    for name, text in {"a.txt": "The first.", "b.txt": "The second."}.items():
        (tmp_path / name).write_text(text)
    ibid("ingest", "a.txt", "b.txt")
    listed = json.loads(ibid("documents", "list", "--json").stdout)
    return [document["document_id"] for document in listed["documents"]]


def test_documents_are_listed_by_source(ibid: Ibid, ids: list[str]) -> None:
    rows = ibid("documents", "list").stdout.splitlines()

    assert [row.split()[0] for row in rows[2:]] == ids
    assert "a.txt" in rows[2]


@pytest.mark.parametrize("columns", [10, 24, 40, 72, 84, 100, 200])
def test_an_id_is_whole_at_every_width(
    ibid: Ibid, ids: list[str], monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))

    lines = ibid("documents", "list").stdout.splitlines()

    assert [line.split()[0] for line in lines if line.startswith("doc_")] == ids
    assert max(len(line) for line in lines) <= max(columns, len(ids[0]))


def test_a_document_is_shown_by_the_beginning_of_its_id(ibid: Ibid, ids: list[str]) -> None:
    whole = json.loads(ibid("documents", "show", ids[0], "--json").stdout)
    short = json.loads(ibid("documents", "show", ids[0][:12], "--json").stdout)

    assert whole == short
    assert (whole["document_id"], whole["pages"], whole["metadata"]["year"]) == (ids[0], 1, 2024)
    assert "10 characters" in ibid("documents", "show", ids[0]).stdout


def test_the_beginning_of_several_ids_is_wrong_usage(ibid: Ibid) -> None:
    result = ibid("documents", "show", "doc_")

    assert result.exit_code == 2
    assert "2 documents have ids that begin with 'doc_'" in result.stderr


def test_a_slice_of_the_text_is_written_exactly(ibid: Ibid, ids: list[str]) -> None:
    command = ["documents", "show", ids[0], "--text"]

    assert ibid(*command).stdout == "The first."
    assert ibid(*command, "--start", "4", "--end", "9").stdout == "first"
    assert ibid(*command, "--start", "4", "--end", "4").stdout == ""
    assert json.loads(ibid(*command, "--start", "4", "--json").stdout) == {
        "document_id": ids[0],
        "start": 4,
        "end": 10,
        "text": "first.",
    }


def test_a_deleted_document_is_gone(ibid: Ibid, ids: list[str]) -> None:
    deleted = ibid("documents", "delete", ids[0], "--json")

    assert json.loads(deleted.stdout) == {"deleted": [ids[0]]}
    assert ibid("documents", "show", ids[0]).exit_code == 1


def test_one_missing_document_stops_the_deletion_of_all(ibid: Ibid, ids: list[str]) -> None:
    assert ibid("documents", "delete", ids[0], "doc_nope").exit_code == 1
    assert ibid("documents", "show", ids[0]).exit_code == 0


def test_a_collection_is_created_listed_and_deleted(ibid: Ibid) -> None:
    made = json.loads(ibid("collections", "create", "notes", "--json").stdout)
    listed = json.loads(ibid("collections", "list", "--json").stdout)

    assert [c["name"] for c in listed["collections"]] == ["default", "notes"]
    assert made in listed["collections"]
    assert "notes" in ibid("collections", "list").stdout
    assert ibid("collections", "delete", "notes").exit_code == 0
    assert ibid("collections", "delete", "notes").exit_code == 1


def test_the_doctor_asks_the_server_and_shows_no_secret(
    ibid: Ibid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IBID_EMBEDDER_API_KEY", "hunter2")
    monkeypatch.setenv("IBID_EMBEDDER_BASE_URL", "https://me:hunter2@models.example/v1")

    told = ibid("doctor", "--json")
    shown = ibid("doctor")

    found = json.loads(told.stdout)
    assert (told.exit_code, shown.exit_code) == (0, 0)
    assert "hunter2" not in told.stdout + shown.stdout
    assert found["settings"]["embedder_api_key"] == {"value": "set", "origin": "environment"}
    assert found["settings"]["embedder_base_url"]["value"] == "https://…@models.example/v1"
    assert found["store"]["through"].startswith("http://127.0.0.1:")
    assert found["store"]["collections"][0]["documents"] == 2
