from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from core.types import FieldCondition
from serve.lease import Lease, write_lease

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Ibid
    from tests.doubles.scripted_service import ScriptedService


@pytest.fixture(autouse=True)
def moon(service: ScriptedService, ibid: Ibid, tmp_path: Path) -> Path:
    path = tmp_path / "moon.txt"
    path.write_text("The moon is small. It is far. The moon is \x1b[31mred\x1b[0m.")
    assert ibid("ingest", "moon.txt").exit_code == 0
    return path


def test_an_answer_shows_its_quotes_and_that_it_only_quotes(ibid: Ibid) -> None:
    result = ibid("ask", "How is the moon?")

    assert result.exit_code == 0
    assert "The moon is small. [1]" in result.stdout
    assert "[1] moon.txt  p. 1" in result.stdout
    assert "“The moon is small.”" in result.stdout
    assert "quoted, not generated · found with scripted" in result.stdout


def test_an_answer_as_json_is_the_answer_object_and_nothing_else(ibid: Ibid) -> None:
    result = ibid("ask", "How is the moon?", "--json")

    answer = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert answer["citations"][0]["quote"] == "The moon is small."


def test_a_question_without_an_answer_says_why(ibid: Ibid) -> None:
    result = ibid("ask", "Who won?")

    assert result.exit_code == 0
    assert "No answer (no evidence): nothing speaks of it" in result.stdout


def test_a_document_cannot_colour_the_terminal(ibid: Ibid) -> None:
    result = ibid("search", "Is the moon red?")

    assert "�[31mred�" in result.stdout
    assert "\x1b" not in result.stdout


def test_a_narrow_terminal_loses_no_words(ibid: Ibid, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "24")

    shown = " ".join(ibid("ask", "How is the moon?").stdout.split())

    assert "The moon is small. [1]" in shown
    assert "“The moon is small.”" in shown


def test_the_scope_reaches_the_service(ibid: Ibid, service: ScriptedService) -> None:
    [document] = service.records
    options = [
        "-d",
        document,
        "-d",
        document[:9],
        "-f",
        "year=2024",
        "--filters",
        '{"n": {"gte": 3}}',
    ]

    ibid("ask", "moon?", *options, "--top-k", "4", "--strategy", "retrieval")

    asked = service.asked[-1]
    assert (asked.top_k, asked.strategy) == (4, "retrieval")
    assert asked.scope.document_ids == (document, document)
    assert set(asked.scope.filters) == {
        FieldCondition(field="year", any=(2024,)),
        FieldCondition(field="n", gte=3),
    }


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize("given", ["doc_nope", f"doc_{'0' * 24}"], ids=["beginning", "whole"])
def test_a_document_that_is_not_there_is_a_failure_that_names_it(
    ibid: Ibid, command: str, given: str
) -> None:
    result = ibid(command, "moon?", "-d", given)

    assert (result.exit_code, result.stdout) == (1, "")
    assert f"no document {given!r}" in result.stderr


def test_a_blank_question_is_wrong_usage_in_plain_words(ibid: Ibid) -> None:
    result = ibid("ask", " ")

    assert (result.exit_code, result.stderr) == (2, "ibid: the question is blank\n")


@pytest.mark.parametrize("command", [["ask", "How is the moon?"], ["search", "moon?"]])
def test_a_pipe_gets_no_layout(ibid: Ibid, command: list[str]) -> None:
    lines = ibid(*command).stdout.split("\n")

    assert lines[0].strip()
    assert lines == [line.rstrip() for line in lines]


@pytest.mark.parametrize(
    "options",
    [
        ["--filter", "year"],
        ["--filters", "{"],
        ["--filters", "[]"],
        ["--filters", '{"a": {"b": 1}}'],
        ["--filters", '{"a": NaN}'],
        ["--top-k", "0"],
        ["--strategy", "guess"],
        ["--nope"],
    ],
)
def test_wrong_usage_exits_with_2(ibid: Ibid, options: list[str]) -> None:
    result = ibid("ask", "moon?", *options)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr
    assert "Traceback" not in result.stderr


def test_a_failure_is_one_line_on_stderr(ibid: Ibid) -> None:
    result = ibid("ask", "moon?", "-c", "nope")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "ibid: no collection 'nope'\n"


def test_a_failure_as_json_is_a_problem_on_stderr(ibid: Ibid) -> None:
    result = ibid("ask", "moon?", "-c", "nope", "--json")

    assert (result.exit_code, result.stdout) == (1, "")
    problem = json.loads(result.stderr)
    assert (problem["status"], problem["detail"]) == (404, "no collection 'nope'")


def test_the_lease_of_another_server_on_the_same_port_is_ignored(
    ibid: Ibid, data_dir: Path, service: ScriptedService
) -> None:
    url = json.loads((data_dir / "server.json").read_text())["url"]
    write_lease(data_dir, Lease(url=url, token="of one that ended", pid=os.getpid()))

    result = ibid("collections", "list")

    assert result.exit_code == 1
    assert "nothing has been ingested yet" in result.stderr, "it was not the server that answered"


def test_a_backup_is_refused_while_a_server_holds_the_store(ibid: Ibid) -> None:
    result = ibid("backup", "a.tar.gz")

    assert result.exit_code == 1
    assert f"(process {os.getpid()}) holds the store; end it to back up" in result.stderr


def test_a_plan_says_how_it_would_be_answered(ibid: Ibid) -> None:
    result = ibid("ask", "How is the moon?", "--plan")

    assert result.exit_code == 0
    assert "retrieval · extractive" in result.stdout
    assert "about 10 tokens in, 5 out, 1 call, price unknown" in result.stdout


def test_a_plan_as_json_is_the_plan_and_nothing_else(ibid: Ibid) -> None:
    result = ibid("ask", "How is the moon?", "--plan", "--json")

    assert set(json.loads(result.stdout)) == {"route", "estimate"}


def test_all_options_reach_the_service(
    ibid: Ibid, service: ScriptedService, tmp_path: Path
) -> None:
    schema = tmp_path / "schema.json"
    schema.write_text('{"type": "object"}')
    options = {
        "--strategy": "long_context",
        "--max-context-tokens": "900",
        "--max-cost": "0.5",
        "--task": "code",
        "--language": "de",
        "--reasoning": "off",
        "--schema": str(schema),
        "--model": "x/y",
        "--max-tokens": "70",
        "--temperature": "0.1",
    }
    result = ibid("ask", "How is the moon?", *(part for pair in options.items() for part in pair))

    assert result.exit_code == 0
    asked = service.asked[-1]
    assert (asked.strategy, asked.task, asked.reasoning) == ("long_context", "code", "off")
    assert (asked.max_context_tokens, asked.max_cost_usd) == (900, 0.5)
    assert (asked.language, asked.model, asked.schema) == ("de", "x/y", {"type": "object"})
    assert (asked.sampling.max_tokens, asked.sampling.temperature) == (70, 0.1)


def test_a_schema_that_cannot_be_read_is_wrong_usage(ibid: Ibid, tmp_path: Path) -> None:
    broken = tmp_path / "schema.json"
    for content, why in (("{", "is not JSON"), ("[]", "allowed: a JSON object")):
        broken.write_text(content)
        result = ibid("ask", "How is the moon?", "--schema", str(broken))
        assert (result.exit_code, why in result.stderr) == (2, True)


def test_a_batch_is_answered_into_a_file(ibid: Ibid, tmp_path: Path) -> None:
    questions, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    questions.write_text('"How is the moon?"\n{"id": "two", "question": "Who won?"}\n')
    result = ibid("ask", "--batch", str(questions), "--out", str(out))

    assert (result.exit_code, result.stdout) == (0, "")
    assert "2 of 2 questions answered" in result.stderr
    found = {line["id"]: line["answer"] for line in map(json.loads, out.read_text().splitlines())}
    assert found["two"]["abstained"]["reason"] == "no_evidence"
    assert ibid("ask", "--batch", str(questions)).exit_code == 2


def test_a_batch_that_fails_in_part_says_so(
    ibid: Ibid, service: ScriptedService, tmp_path: Path
) -> None:
    from core.errors import EmbedderError  # noqa: PLC0415 - here alone

    questions, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    questions.write_text('"How is the moon?"\n')
    service.failure = EmbedderError("the embedder broke")
    result = ibid("ask", "--batch", str(questions), "--out", str(out))

    assert result.exit_code == 3
    assert "the embedder broke" in result.stderr
    assert "1 failed, run it again" in result.stderr


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--batch", "in.jsonl", "--out", "out.jsonl", "--plan"], "leave out --batch or --plan"),
        (["How?", "--batch", "in.jsonl", "--out", "out.jsonl"], "leave out QUESTION"),
        (["How?", "--out", "out.jsonl"], "--out is where the answers of --batch go"),
        (["--batch", "in.jsonl", "--out", "in.jsonl"], "is the file with the questions"),
        (["--batch", "in.jsonl", "--out", "linked.jsonl"], "is the file with the questions"),
        (["--batch", "in.jsonl", "--out", "."], "cannot be written: Is a directory"),
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(
    ibid: Ibid, service: ScriptedService, tmp_path: Path, options: list[str], why: str
) -> None:
    (tmp_path / "in.jsonl").write_text('"How is the moon?"\n')
    (tmp_path / "linked.jsonl").hardlink_to(tmp_path / "in.jsonl")
    result = ibid("ask", *options)

    assert (result.exit_code, result.stdout, service.asked) == (2, "", [])
    assert why in result.stderr
    assert (tmp_path / "in.jsonl").read_text() == '"How is the moon?"\n'
    assert not (tmp_path / "out.jsonl").exists()


def test_no_question_is_wrong_usage(ibid: Ibid) -> None:
    result = ibid("ask")

    assert result.exit_code == 2
    assert "blank" in result.stderr
