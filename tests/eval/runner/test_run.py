from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.answers import AbstainReason, Abstention, Answer
from core.errors import ConflictError
from core.ids import CollectionName
from eval.metrics.scores import CaseId
from eval.runner.cases import ANSWERS, CASES, FOUND, Case, RunInfo, outcome_of
from eval.runner.documents import SuiteDocuments
from eval.runner.index import LineIndex
from eval.runner.run import Asking, ask_all, begin, end, goes_on, info_in, items_of
from eval.suites.suite import Suite
from serve.answer.question import Question
from serve.wire import to_bytes
from tests.doubles.answers import abstention, answer

INFO = RunInfo(
    suite="s",
    suite_hash="1",
    config_hash="2",
    data_hash="3",
    started_at="2026-01-02T03:04:05+00:00",
    ended_at="",
    settings={"top_k": 10},
    ibid_version="0",
    mode="live",
)


def test_a_run_that_goes_on_keeps_its_beginning_and_loses_half_a_line(tmp_path: Path) -> None:
    begin(tmp_path, INFO)
    (tmp_path / FOUND).write_bytes(b'{"id": "a"}\n{"id": "b')

    again = begin(tmp_path, replace(INFO, started_at="2027-01-01T00:00:00+00:00"))

    assert again.started_at == INFO.started_at
    assert (tmp_path / FOUND).read_bytes() == b'{"id": "a"}\n'


@pytest.mark.parametrize("name", ["suite_hash", "config_hash", "data_hash"])
def test_a_run_of_something_else_is_not_gone_on_with(tmp_path: Path, name: str) -> None:
    begin(tmp_path, INFO)
    other = replace(INFO, **{name: "9"})

    assert not goes_on(tmp_path, other)
    with pytest.raises(ConflictError, match=name):
        begin(tmp_path, other)


def test_answers_of_nobody_knows_what_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / ANSWERS).write_text("")

    with pytest.raises(ConflictError, match="no known run"):
        begin(tmp_path, INFO)


def test_only_what_was_cut_short_goes_on(tmp_path: Path) -> None:
    assert not goes_on(tmp_path, INFO)
    begin(tmp_path, INFO)
    assert goes_on(tmp_path, INFO)
    (tmp_path / CASES).write_text("")
    end(tmp_path, INFO)

    assert not goes_on(tmp_path, INFO)
    found = info_in(tmp_path)
    assert found is not None
    assert found.ended_at


def test_an_index_has_whole_lines_only_and_the_last_of_each_id(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"id": "a", "n": 1}\n{"id": "a", "n": 2}\n{"id": "b", "n')

    index = LineIndex(path)

    assert (index.get("a"), index.get("b"), len(index)) == (b'{"id": "a", "n": 2}\n', None, 1)


@pytest.mark.parametrize("reason", [AbstainReason.MODEL_UNAVAILABLE, AbstainReason.OVER_BUDGET])
async def test_what_had_no_result_is_asked_again_and_what_declined_is_not(
    tmp_path: Path, reason: AbstainReason
) -> None:
    down = Abstention(reason=reason, detail="all are down")
    before = {"down": replace(abstention(), abstained=down), "declined": abstention()}
    lines = [to_bytes({"id": name, "answer": each}) + b"\n" for name, each in before.items()]
    (tmp_path / ANSWERS).write_bytes(b"".join(lines))
    cases = [Case(id=CaseId(name), question=f"{name}?") for name in before]
    asking = Asking(collection=CollectionName("sky"), fields={})
    items = items_of(cases, asking, SuiteDocuments(Suite(name="s", cases=tuple(cases))))
    asked: list[str] = []

    async def ask(question: Question) -> Answer:
        asked.append(question.text)
        return answer({"It is up.": []})

    _ = [progress async for progress in ask_all(ask, items, tmp_path, at_once=1)]

    assert asked == ["down?"]
    index = LineIndex(tmp_path / ANSWERS)
    found = {name: outcome_of(index.get(name) or b"").answer for name in before}
    assert [each is not None and each.answer for each in found.values()] == ["It is up.", None]
