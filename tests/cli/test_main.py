from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Ibid

COMMANDS = [
    *["demo", "ingest", "ask", "search", "replay", "serve", "doctor", "backup", "restore"],
    *["documents", "collections"],
]
HEAVY = {"rich", "httpx", "fastapi", "pydantic", "numpy", "onnxruntime", "qdrant_edge", "asyncio"}


def test_the_help_names_every_command_and_the_exit_codes(ibid: Ibid) -> None:
    result = ibid("--help")

    assert all(f"  {command} " in result.stdout for command in COMMANDS)
    assert "..." not in result.stdout.partition("\n")[2], "a summary is cut off"
    assert "0 done, 1 failed, 2 wrong usage, 3 done in part" in result.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(ibid: Ibid, command: str) -> None:
    assert ibid(command, "--help").exit_code == 0


def test_the_version_is_told(ibid: Ibid) -> None:
    result = ibid("--version")

    assert (result.exit_code, result.stdout) == (0, f"ibid {version('ibid')}\n")


@pytest.mark.parametrize(
    "command",
    [
        ["ask", "How far?"],
        ["search", "How far?"],
        ["replay", "ans_1"],
        ["documents", "list"],
        ["documents", "show", "doc_1"],
        ["documents", "delete", "doc_1"],
        ["collections", "list"],
        ["collections", "delete", "notes"],
        ["backup", "a.tar.gz"],
    ],
)
def test_a_command_that_reads_makes_no_store(
    ibid: Ibid, data_dir: Path, command: list[str]
) -> None:
    result = ibid(*command)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"ibid: nothing has been ingested yet in {str(data_dir)!r}; `ibid ingest PATH…` first\n"
    )
    assert not list(data_dir.iterdir())


def test_the_doctor_makes_no_store(ibid: Ibid, data_dir: Path) -> None:
    result = ibid("doctor")

    assert result.exit_code == 0
    assert "nothing has been ingested yet" in result.stdout
    assert not list(data_dir.iterdir())


def test_the_help_imports_nothing_heavy() -> None:
    code = "import sys, cli.main; print(*{m.partition('.')[0] for m in sys.modules})"
    command = [sys.executable, "-c", code]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - ours

    assert not HEAVY & set(loaded.stdout.split())


def test_a_wrong_setting_is_one_line(ibid: Ibid, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IBID_TOP_K", "many")

    result = ibid("ask", "moon?")

    assert result.exit_code == 1
    assert result.stderr.startswith("ibid: setting top_k: ")
    assert result.stderr.count("\n") == 1
