from dataclasses import replace
from pathlib import Path

import pytest

from eval.report.build import build_report
from eval.report.noticed import noticed, told_noticed
from eval.report.values import MetricRow, Report
from eval.runner.cases import load_run
from tests.eval.report.made_runs import made_run


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return build_report(load_run(made_run(tmp_path_factory.mktemp("run"), 60)))


def _headline(report: Report) -> MetricRow:
    return next(row for row in report.metrics if row.name == report.headline)


def test_the_sentence_names_the_questions_and_the_difference(report: Report) -> None:
    row = replace(_headline(report), detectable=0.0912)
    told = told_noticed(replace(report, metrics=(row,)))
    assert told.startswith(f"With {row.figure.n} questions, only differences of more than 9.1 poi")
    assert noticed(row) == "±9.1"


def test_no_difference_of_shares_above_all_of_it_is_promised(tmp_path: Path) -> None:
    small = build_report(load_run(made_run(tmp_path, 3, skill=0.5)))
    shares = [row for row in small.metrics if row.unit == "share" and row.detectable is not None]
    assert shares
    assert max(row.detectable or 0.0 for row in shares) <= 1
    too_few = replace(_headline(small), detectable=1.0)
    assert noticed(too_few) == "too few"
    assert "the suite is too small" in told_noticed(replace(small, metrics=(too_few,)))


def test_of_what_has_no_spread_nothing_is_said(report: Report) -> None:
    row = replace(_headline(report), detectable=None)
    assert (noticed(row), told_noticed(replace(report, metrics=(row,)))) == ("–", "")
