from dataclasses import replace
from pathlib import Path

import pytest

from core.answers import Answer
from eval.metrics.paired import holm, paired
from eval.metrics.scores import Unscored
from eval.report.build import build_report
from eval.report.markdown import report_to_markdown
from eval.report.values import Against, Report
from eval.runner.cases import Gold, load_run
from tests.doubles.answers import answer, citation
from tests.eval.report.made_runs import INFO_OF, made_run, scored, write_run

_GOLD = Gold(answerable=True, answers=("blue",))
_RIGHT = answer({"It is blue.": [1]}, [citation(1, "It is blue.")])
_WRONG = answer({"It is red.": [1]}, [citation(1, "It is red.")])


def test_differences_are_those_of_the_metrics_over_shared_questions(tmp_path: Path) -> None:
    ours = load_run(made_run(tmp_path / "ours", 60))
    theirs = load_run(made_run(tmp_path / "theirs", 50, seed=1))
    shared = {case.id for case in theirs.cases()}
    mine = {case.id: case.scores for case in ours.cases() if case.id in shared}
    other = {case.id: case.scores for case in theirs.cases()}
    p: dict[str, float] = {}
    report = build_report(ours, baseline=theirs)
    for row in report.metrics:
        expected = paired(
            {case: scores[row.name] for case, scores in mine.items()},
            {case: scores[row.name] for case, scores in other.items()},
        )
        assert row.change is not None
        if isinstance(expected, Unscored):
            assert (row.change.difference, row.change.why) == (None, expected.reason)
            continue
        p[row.name] = expected.p
        shown = (row.change.difference, row.change.low, row.change.high, row.change.p)
        assert shown == (expected.difference, expected.low, expected.high, expected.p)
    adjusted = {row.name: row.change.p_adjusted for row in report.metrics if row.change}
    assert {name: adjusted[name] for name in p} == holm(p)
    assert _against(report).shared == 50
    assert _against(report).only_here == 10


@pytest.mark.parametrize(
    ("before", "after", "way"),
    [(_RIGHT, _WRONG, "worse"), (_WRONG, _RIGHT, "better")],
    ids=["worse", "better"],
)
def test_a_question_that_changed_sides_is_named(
    tmp_path: Path, before: Answer, after: Answer, way: str
) -> None:
    report = _compared(tmp_path, [(before, after), (_RIGHT, _RIGHT), (_WRONG, _WRONG)])
    assert [(flip.id, flip.way) for flip in _against(report).flips] == [("0", way)]


def test_a_clear_loss_is_called_worse(tmp_path: Path) -> None:
    report = _compared(tmp_path, [(_RIGHT, _WRONG)] * 20)
    ways = {row.name: row.change.way for row in report.metrics if row.change}
    assert ways["containment"] == "worse"
    assert ways["answered_rate"] is None


def test_a_loss_that_chance_explains_is_called_nothing(tmp_path: Path) -> None:
    report = _compared(tmp_path, [(_RIGHT, _WRONG)] + [(_RIGHT, _RIGHT)] * 19)
    assert {row.change.way for row in report.metrics if row.change} == {None}


def test_more_of_what_costs_is_worse(tmp_path: Path) -> None:
    slow = replace(_RIGHT, timings_ms=replace(_RIGHT.timings_ms, total=900.0))
    report = _compared(tmp_path, [(_RIGHT, slow)] * 20)
    ways = {row.name: row.change.way for row in report.metrics if row.change}
    assert ways["latency_ms"] == "worse"


def test_what_else_differs_between_the_runs_is_told(tmp_path: Path) -> None:
    ours = load_run(made_run(tmp_path / "a", 5))
    info = replace(INFO_OF, data_hash="other", config_hash="other")
    theirs = load_run(made_run(tmp_path / "b", 5, info=info))
    assert _against(build_report(ours, baseline=theirs)).differs == ("documents", "configuration")


def _compared(tmp_path: Path, pairs: list[tuple[Answer, Answer]]) -> Report:
    runs = [
        write_run(
            tmp_path / name,
            [(scored(str(n), pair[at], _GOLD), pair[at]) for n, pair in enumerate(pairs)],
        )
        for at, name in enumerate(("before", "after"))
    ]
    return build_report(load_run(runs[1]), baseline=load_run(runs[0]))


def _against(report: Report) -> Against:
    assert report.against is not None
    return report.against


def _judged(tmp_path: Path, name: str, given: Answer, grade: float | None) -> Path:
    case = scored("0", given, _GOLD)
    if grade is not None:
        case = replace(case, scores={**case.scores, "judged_correct": grade})
    return write_run(tmp_path / name, [(case, given)])


def test_flips_go_by_a_metric_that_both_runs_have(tmp_path: Path) -> None:
    before = load_run(_judged(tmp_path, "before", _RIGHT, None))
    report = build_report(load_run(_judged(tmp_path, "after", _WRONG, 0.0)), baseline=before)
    assert report.headline == "judged_correct"
    assert _against(report).flips_by == "containment"
    assert [flip.way for flip in _against(report).flips] == ["worse"]


def test_flips_go_by_the_headline_where_both_runs_have_it(tmp_path: Path) -> None:
    before = load_run(_judged(tmp_path, "before", _RIGHT, 1.0))
    report = build_report(load_run(_judged(tmp_path, "after", _RIGHT, 0.0)), baseline=before)
    assert _against(report).flips_by == "judged_correct"
    assert [flip.way for flip in _against(report).flips] == ["worse"]


def test_where_no_metric_of_both_runs_tells_right_from_wrong_no_flip_is_claimed(
    tmp_path: Path,
) -> None:
    case = scored("0", _RIGHT, _GOLD)
    nothing = {name: Unscored(reason="not judged") for name in case.scores}
    blank = replace(case, scores=nothing)
    before = load_run(write_run(tmp_path / "before", [(blank, _RIGHT)]))
    after = load_run(write_run(tmp_path / "after", [(case, _RIGHT)]))
    report = build_report(after, baseline=before)
    assert (_against(report).flips_by, _against(report).flips) == ("", ())
    assert "which cases flipped is not known" in report_to_markdown(report)


def test_settings_that_differ_are_named_with_both_values(tmp_path: Path) -> None:
    ours = load_run(made_run(tmp_path / "a", 5))
    info = replace(INFO_OF, config_hash="other", settings={"reader": "auto", "top_k": 10})
    theirs = load_run(made_run(tmp_path / "b", 5, info=info))
    told = _against(build_report(ours, baseline=theirs)).differs
    assert told == ("configuration (reader auto → extractive)",)
