from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Ibid


@pytest.fixture(autouse=True)
def built(data_dir: Path, models: Path) -> None:
    (data_dir / "models").symlink_to(models)


def test_the_demo_answers_from_its_own_documents_and_declines_what_they_do_not_say(
    ibid: Ibid, data_dir: Path
) -> None:
    result = ibid("demo", "--json")

    answers = json.loads(result.stdout)["answers"]
    assert result.exit_code == 0
    assert [answer["abstained"] is None for answer in answers] == [True, True, True, False]
    pages = [citation["pages"] for answer in answers for citation in answer["citations"]]
    assert [1] in pages, "no citation of the PDF"
    assert [path.name for path in data_dir.iterdir()] == ["models"], "something was left behind"


def test_the_demo_asks_your_documents_what_they_define(ibid: Ibid, tmp_path: Path) -> None:
    (tmp_path / "moon.md").write_text(
        "# The moon\n\nIt is near. The moon is the only natural satellite of the earth.\n"
    )

    result = ibid("demo", "--docs", "moon.md")

    assert result.exit_code == 0
    assert "What is the moon? ─" in result.stdout
    assert "The moon is the only natural satellite of the earth. [1]" in result.stdout
    assert "No answer (no evidence)" in result.stdout
    assert "ibid ingest" in result.stdout


def test_a_demo_of_nothing_fails(ibid: Ibid, tmp_path: Path) -> None:
    result = ibid("demo", "--docs", str(tmp_path / "nowhere"))

    assert result.exit_code == 1
    assert "nowhere" in result.stderr
