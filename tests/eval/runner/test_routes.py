from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from core.answers import Answer
from core.errors import RequestError
from eval.metrics.mean import Mean
from eval.metrics.paired import Paired
from eval.metrics.scores import CaseId
from eval.runner.cases import ANSWERS, CASES, Gold, Run, RunInfo, ScoredCase
from eval.runner.routes import read_routes, routing_of
from serve.wire import to_bytes
from tests.doubles.answers import ROUTE, answer

INFO = RunInfo(
    suite="s",
    suite_hash="",
    config_hash="",
    data_hash="",
    started_at="",
    ended_at="",
    settings={},
    ibid_version="0",
    mode="recorded",
)


def by(strategy: str) -> Answer:
    return answer({}, route=replace(ROUTE, strategy=strategy))


def run_of(directory: Path, *ways: tuple[str, float]) -> Run:
    directory.mkdir()
    with (directory / CASES).open("wb") as cases, (directory / ANSWERS).open("wb") as answers:
        for n, (way, score) in enumerate(ways):
            row = ScoredCase(
                id=CaseId(f"c{n}"),
                question="?",
                expected=Gold(),
                scores={"judged_correct": score, "token_f1": 0.5},
                facets={},
            )
            cases.write(orjson.dumps(row.to_json()) + b"\n")
            answers.write(to_bytes({"id": row.id, "answer": by(way)}) + b"\n")
    return Run(directory=directory, info=INFO)


def test_a_policy_is_measured_beside_going_one_way_always(tmp_path: Path) -> None:
    routing = routing_of(
        run_of(tmp_path / "routed", ("retrieval", 1.0), ("long_context", 1.0)),
        retrieval=run_of(tmp_path / "short", ("retrieval", 1.0), ("retrieval", 0.0)),
        long_context=run_of(tmp_path / "long", ("long_context", 0.0), ("long_context", 1.0)),
    )

    assert routing.score == "judged_correct"
    share = routing.routes["retrieval"].share
    assert isinstance(share, Mean)
    assert share.value == 0.5
    for against in (routing.against_retrieval, routing.against_long_context):
        assert isinstance(against.score, Paired)
        assert against.score.difference == 0.5


@pytest.mark.parametrize("line", [{"id": "a"}, {"route": "retrieval"}, "a"])
def test_a_line_without_a_route_is_named(tmp_path: Path, line: object) -> None:
    path = tmp_path / "routes.jsonl"
    path.write_text('{"id": "b", "route": "rag"}\n' + json.dumps(line) + "\n")

    with pytest.raises(RequestError, match="line 2: has no route"):
        read_routes(path)


def test_answers_tell_their_routes_and_laras_names_are_known(tmp_path: Path) -> None:
    path = tmp_path / "routes.jsonl"
    lines = [{"id": "a", "route": "full"}, {"id": "b", "answer": by("retrieval")}]
    path.write_bytes(b"".join(to_bytes(line) + b"\n" for line in lines))

    assert read_routes(path) == {"a": "long_context", "b": "retrieval"}
