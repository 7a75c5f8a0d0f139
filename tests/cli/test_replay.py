from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Ibid
    from tests.doubles.scripted_service import ScriptedService


@pytest.fixture(autouse=True)
def moon(service: ScriptedService, ibid: Ibid, tmp_path: Path) -> Path:
    path = tmp_path / "moon.txt"
    path.write_text("The moon is small. It is far.")
    ibid("ingest", "moon.txt")
    return path


@pytest.fixture
def answer(moon: Path, ibid: Ibid) -> str:
    return json.loads(ibid("ask", "How is the moon?", "--json").stdout)["id"]


def test_an_answer_is_shown_with_the_id_that_it_is_replayed_by(ibid: Ibid, answer: str) -> None:
    assert answer in ibid("ask", "How is the moon?").stdout


def test_what_holds_is_shown_and_is_a_success(ibid: Ibid, answer: str) -> None:
    result = ibid("replay", answer)

    assert result.exit_code == 0
    assert "How is the moon?" in result.stdout
    assert "[1] holds moon.txt" in result.stdout
    assert "“The moon is small.”" in result.stdout
    assert "moon.txt, 0–18" in result.stdout
    assert "1 citation: 1 holds" in result.stdout


def test_what_moved_is_shown_at_its_place_and_is_a_success(
    ibid: Ibid, answer: str, moon: Path
) -> None:
    moon.write_text("Of the sky. The moon is small.")
    ibid("ingest", "moon.txt")

    result = ibid("replay", answer)

    assert result.exit_code == 0
    assert "[1] moved moon.txt" in result.stdout
    assert "moon.txt, 12–30" in result.stdout
    assert "12 characters further on" in result.stdout


def test_what_changed_is_a_failure(ibid: Ibid, answer: str, moon: Path) -> None:
    moon.write_text("The moon is large.")
    ibid("ingest", "moon.txt")

    result = ibid("replay", answer)
    told = ibid("replay", answer, "--json")

    assert (result.exit_code, told.exit_code) == (1, 1)
    assert "[1] changed moon.txt" in result.stdout
    assert "no longer has the quote" in result.stdout
    assert "1 citation: 1 changed" in result.stdout
    replay = json.loads(told.stdout)
    assert (replay["answer_id"], replay["broken"], told.stderr) == (answer, 1, "")
    assert replay["citations"][0]["status"] == "changed"


def test_what_is_gone_is_a_failure_and_shows_no_quote(
    ibid: Ibid, answer: str, service: ScriptedService
) -> None:
    [document] = service.records
    ibid("documents", "delete", document)

    result = ibid("replay", answer)

    assert result.exit_code == 1
    assert "[1] gone moon.txt" in result.stdout
    assert "the document was deleted" in result.stdout
    assert "small" not in result.stdout


def test_an_answer_that_cites_nothing_has_nothing_that_breaks(ibid: Ibid) -> None:
    declined = json.loads(ibid("ask", "Who won?", "--json").stdout)["id"]

    result = ibid("replay", declined)

    assert result.exit_code == 0
    assert "the answer cites nothing" in result.stdout


def test_an_answer_that_is_not_kept_is_a_failure_that_names_it(ibid: Ibid) -> None:
    result = ibid("replay", "ans_nope")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "no answer 'ans_nope'; answers are kept for 30 days" in result.stderr
