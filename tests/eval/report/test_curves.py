from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from core.answers import Answer
from eval.report.build import build_report
from eval.report.values import Report
from eval.runner.cases import Gold, load_run
from tests.doubles.answers import answer, citation
from tests.eval.report.made_runs import made_run, scored, write_run

_GOLD = Gold(answerable=True, answers=("blue",))


def _said(*, right: bool, sure: float) -> Answer:
    text = "It is blue." if right else "It is red."
    given = answer({text: [1]}, [citation(1, text)])
    return replace(given, claims=tuple(replace(c, score=sure) for c in given.claims))


def _reported(tmp_path: Path, given: list[Answer]) -> Report:
    pairs = [(scored(str(n), each, _GOLD), each) for n, each in enumerate(given)]
    return build_report(load_run(write_run(tmp_path, pairs)))


def test_answers_that_are_surer_than_right_are_told_from_others(tmp_path: Path) -> None:
    given = [_said(right=n == 0, sure=0.95) for n in range(4)]
    curve = _reported(tmp_path, given).calibration
    assert curve is not None
    assert curve.bias == pytest.approx(0.95 - 0.25)
    assert curve.error == pytest.approx(0.7)
    assert [(each.low, each.score.value, each.score.n) for each in curve.bins] == [(0.9, 0.25, 4)]


def test_errors_on_both_sides_do_not_cancel_in_the_calibration_error(tmp_path: Path) -> None:
    given = [_said(right=True, sure=0.15), _said(right=False, sure=0.85)]
    curve = _reported(tmp_path, given).calibration
    assert curve is not None
    assert curve.bias == pytest.approx(0.0)
    assert curve.error == pytest.approx(0.85)


def test_a_confidence_of_one_is_in_the_last_bin(tmp_path: Path) -> None:
    curve = _reported(tmp_path, [_said(right=True, sure=1.0)]).calibration
    assert curve is not None
    assert [(each.low, each.high) for each in curve.bins] == [(0.9, 1.0)]


def test_the_risk_ends_where_all_answers_are_given(tmp_path: Path) -> None:
    given = [_said(right=n < 3, sure=0.9 - n / 10) for n in range(4)]
    curve = _reported(tmp_path, given).risk
    assert curve is not None
    assert [(point.coverage, point.risk) for point in curve.points] == [
        (0.25, 0.0),
        (0.5, 0.0),
        (0.75, 0.0),
        (1.0, 0.25),
    ]
    assert curve.area == pytest.approx(curve.ideal_area)


def test_a_long_risk_curve_keeps_its_ends(tmp_path: Path) -> None:
    given = [_said(right=n % 3 == 0, sure=n / 300) for n in range(300)]
    curve = _reported(tmp_path, given).risk
    assert curve is not None
    assert len(curve.points) == 200
    assert curve.points[0].coverage == pytest.approx(1 / 300)
    assert curve.points[-1].coverage == 1.0


def test_every_question_is_in_a_bar_of_the_latencies(tmp_path: Path) -> None:
    report = build_report(load_run(made_run(tmp_path, 80)))
    curve = report.latency
    assert curve is not None
    assert sum(bar.count for bar in curve.bars) == report.cases - report.counts["failed"]
    assert all(one.high == other.low for one, other in pairwise(curve.bars))
    assert curve.bars[0].low <= curve.spread.p50 <= curve.spread.most < curve.bars[-1].high


def test_routes_share_all_questions_between_them(tmp_path: Path) -> None:
    report = build_report(load_run(made_run(tmp_path, 80)))
    shares = [row.share.value for row in report.routes if row.share.value is not None]
    assert sum(shares) == pytest.approx(1.0)
    assert shares == sorted(shares, reverse=True)
    escalated = {row.route: row.escalated for row in report.routes}
    assert escalated["retrieval"] == 0
    assert escalated["long_context"] > 0
