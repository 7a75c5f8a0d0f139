from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from core.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Ibid
    from tests.doubles.scripted_service import ScriptedService


@pytest.fixture(autouse=True)
def folder(service: ScriptedService, tmp_path: Path) -> Path:
    for name, text in {"a.txt": "One.", "b.txt": "Two.", "empty.txt": ""}.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_documents_are_ingested_and_counted(ibid: Ibid) -> None:
    result = ibid("ingest", "a.txt", "b.txt", "-c", "notes")

    assert result.exit_code == 0
    assert "2 new or changed · 0 unchanged · 0 failed · collection notes" in result.stdout


def test_a_bad_document_is_named_and_the_exit_code_says_in_part(ibid: Ibid) -> None:
    result = ibid("ingest", "a.txt", "empty.txt")

    assert result.exit_code == 3
    assert "1 new or changed · 0 unchanged · 1 failed" in result.stdout
    assert ["empty.txt", "load", "empty"] in [line.split() for line in result.stdout.splitlines()]


def test_nothing_but_bad_documents_is_a_failure(ibid: Ibid) -> None:
    assert ibid("ingest", "empty.txt").exit_code == 1


def test_an_ingestion_as_json_is_the_job(ibid: Ibid) -> None:
    result = ibid("ingest", "a.txt", "--json")

    job = json.loads(result.stdout)
    assert (job["state"], job["documents"]["done"], result.stderr) == ("done", 1, "")


def test_a_server_is_sent_the_source_that_the_command_would_have_used(
    ibid: Ibid, service: ScriptedService, folder: Path
) -> None:
    ibid("ingest", "a.txt")

    assert [list(request.paths) for request in service.ingested] == [[str(folder / "a.txt")]]


def test_options_reach_the_service(ibid: Ibid, service: ScriptedService) -> None:
    pairs = ["year=2024", "ok=true", "name=a=b", "id=007", "share=0.5", "no=nan", "n=NaN"]
    pairs += ["i=-Infinity", "e=1e999", f"l={2**63}"]
    metadata = [part for pair in pairs for part in ("--metadata", pair)]

    ibid("ingest", "a.txt", *metadata, "--refresh", "--embedder", "scripted")

    [request] = service.ingested
    assert (request.refresh, request.embedder) == (True, "scripted")
    assert request.metadata == {
        "year": 2024,
        "ok": True,
        "name": "a=b",
        "id": "007",
        "share": 0.5,
        "no": "nan",
        "n": "NaN",
        "i": "-Infinity",
        "e": "1e999",
        "l": str(2**63),
    }


def test_a_job_that_breaks_is_a_failure_with_its_reason(
    ibid: Ibid, service: ScriptedService
) -> None:
    service.failure = StoreError("the disk is full")

    result = ibid("ingest", "a.txt")

    assert (result.exit_code, result.stderr) == (1, "ibid: the disk is full\n")
