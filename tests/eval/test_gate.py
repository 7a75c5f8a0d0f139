from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from core.errors import RequestError
from eval.gate import check_gates, parse_condition
from eval.metrics.scores import CaseId, Score, Unscored
from eval.runner.cases import CASES, Gold, Run, RunInfo, ScoredCase

INFO = RunInfo(
    suite="s",
    suite_hash="",
    config_hash="",
    data_hash="",
    started_at="",
    ended_at="",
    settings={},
    ibid_version="0",
    mode="live",
)


def run_of(directory: Path, *scores: Score) -> Run:
    rows = [
        ScoredCase(
            id=CaseId(f"c{n}"),
            question=f"What is {n}?",
            expected=Gold(),
            scores={"citation_recall": score},
            facets={},
        )
        for n, score in enumerate(scores)
    ]
    (directory / CASES).write_bytes(b"".join(orjson.dumps(r.to_json()) + b"\n" for r in rows))
    return Run(directory=directory, info=INFO)


def test_a_gate_that_is_met_passes_whatever_single_cases_score(tmp_path: Path) -> None:
    [checked] = check_gates(run_of(tmp_path, 1.0, 0.8), [parse_condition("citation_recall>=0.9")])

    assert checked.gate.passed
    assert not checked.missed


def test_a_gate_that_is_missed_names_the_cases_and_by_how_much_the_worst_first(
    tmp_path: Path,
) -> None:
    [checked] = check_gates(
        run_of(tmp_path, 0.7, 1.0, 0.25), [parse_condition("citation_recall >= 0.9")]
    )

    assert not checked.gate.passed
    assert [(each.case, each.score) for each in checked.missed] == [("c2", 0.25), ("c0", 0.7)]
    assert checked.missed[0].by == pytest.approx(0.65)
    assert checked.gate.cases == ("c2", "c0")


@pytest.mark.parametrize("metric", ["citation_recall", "judged_correct"])
def test_a_metric_that_nothing_was_measured_of_is_not_met(tmp_path: Path, metric: str) -> None:
    run = run_of(tmp_path, Unscored(reason="abstained"))

    [checked] = check_gates(run, [parse_condition(f"{metric}>=0")])

    assert not checked.gate.passed
    assert "nothing was measured" in checked.gate.detail


@pytest.mark.parametrize(
    ("condition", "passed"),
    [("citation_recall>0.5", False), ("citation_recall<=0.5", True), ("citation_recall<.6", True)],
)
def test_the_sign_decides_what_is_met(tmp_path: Path, condition: str, passed: object) -> None:
    [checked] = check_gates(run_of(tmp_path, 0.5), [parse_condition(condition)])

    assert checked.gate.passed is passed


@pytest.mark.parametrize("given", ["citation_recall", "citation_recall=0.9", "nonsense>=1", ">=1"])
def test_what_is_no_condition_is_refused(given: str) -> None:
    with pytest.raises(RequestError, match="gate"):
        parse_condition(given)


def test_a_case_that_misses_is_told_with_its_question_and_in_percent(tmp_path: Path) -> None:
    [checked] = check_gates(run_of(tmp_path, 0.25, 0.75), [parse_condition("citation_recall>=0.9")])

    assert checked.gate.questions == ("What is 0?", "What is 1?")
    assert checked.gate.detail.startswith("citation recall is 50.0 % (")
    assert checked.gate.detail.endswith("n=2: 40.0 points off 90.0 %")


@pytest.mark.parametrize(
    ("given", "metric", "bound"),
    [
        ("latency<=500", "latency_ms", 500.0),
        ("token F1 >= 0.5", "token_f1", 0.5),
        ("Abstention recall>=90%", "abstention_recall", 0.9),
        ("page recall@5>=0.5", "page_recall@5", 0.5),
        ("mrr>=.5", "mrr", 0.5),
        ("answered_rate >= 90 %", "answered_rate", 0.9),
    ],
)
def test_a_gate_may_be_written_as_reports_show_it(given: str, metric: str, bound: float) -> None:
    condition = parse_condition(given)

    assert (condition.metric, condition.bound) == (metric, bound)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("answered_rate>=90", "a share, from 0 to 1; write 0.9 or 90%"),
        ("answered_rate>=150%", "a share, from 0 to 1$"),
        ("latency_ms<=90%", "latency_ms is no share; leave out the %"),
        ("abstention recal>=0.5", "did you mean 'abstention_recall'"),
        ("answered>=0.5", "did you mean 'answered_rate'"),
        ("zzz>=0.5", "there are recall, "),
    ],
)
def test_a_gate_that_is_refused_says_what_was_meant(given: str, told: str) -> None:
    with pytest.raises(RequestError, match=told):
        parse_condition(given)
