from dataclasses import replace
from pathlib import Path

import pytest

from eval.metrics.mean import mean_of
from eval.metrics.scores import Unscored
from eval.metrics.slices import sliced_means
from eval.report.build import build_report
from eval.runner.cases import Gold, load_run
from tests.doubles.answers import abstention, answer, citation
from tests.eval.report.made_runs import INFO_OF, made_run, scored, write_run


def test_every_mean_and_interval_is_that_of_the_metrics(tmp_path: Path) -> None:
    run = load_run(made_run(tmp_path, 60))
    cases = list(run.cases())
    for row in build_report(run).metrics:
        mean = mean_of((case.scores[row.name] for case in cases), shares=row.unit == "share")
        figure = row.figure
        if isinstance(mean, Unscored):
            assert (figure.value, figure.why) == (None, mean.reason)
        else:
            shown = (figure.value, figure.low, figure.high, figure.n, figure.unscored)
            assert shown == (mean.value, mean.low, mean.high, mean.n, dict(mean.unscored))


def test_every_slice_has_the_means_of_its_questions(tmp_path: Path) -> None:
    run = load_run(made_run(tmp_path, 60))
    cases = list(run.cases())
    expected = sliced_means({c.id: c.scores for c in cases}, {c.id: c.facets for c in cases})
    report = build_report(run)
    found = {(each.facet, each.value): each for each in report.slices}
    assert set(found) == {(each.facet, each.value) for each in expected}
    for key, means in expected.items():
        for name in report.key_metrics:
            mean = means[name]
            value = None if isinstance(mean, Unscored) else mean.value
            assert found[key.facet, key.value].figures[name].value == value


def test_questions_are_counted_by_what_became_of_them(tmp_path: Path) -> None:
    gold = Gold(answerable=True, answers=("blue",))
    outcomes = {
        "answered": answer({"It is blue.": [1]}, [citation(1, "It is blue.")]),
        "declined": abstention(),
        "failed": None,
    }
    pairs = [(scored(name, given, gold), given) for name, given in outcomes.items()]
    report = build_report(load_run(write_run(tmp_path, pairs)))
    assert report.counts == {"answered": 1, "abstained": 1, "failed": 1}
    assert report.cases == 3


def test_the_worst_cases_are_named_with_what_is_wrong(tmp_path: Path) -> None:
    gold = Gold(answerable=True, answers=("blue",))
    right = answer({"It is blue.": [1]}, [citation(1, "It is blue.")])
    wrong = answer({"It is red.": [1]}, [citation(1, "It is red.")])
    given = {"right": right, "wrong": wrong, "declined": abstention(), "failed": None}
    pairs = [(scored(name, each, gold), each) for name, each in given.items()]
    report = build_report(load_run(write_run(tmp_path, pairs)))
    why = {case.id: case.why for case in report.worst}
    assert set(why) == {"wrong", "declined", "failed"}
    assert report.worst[-1].id == "wrong"
    assert why["declined"] == "declined, though there is an answer"
    assert why["failed"].startswith("no result: the endpoint")
    assert "containment 0 %" in why["wrong"]


def test_an_answer_to_what_has_none_is_among_the_worst(tmp_path: Path) -> None:
    given = answer({"It is red.": [1]}, [citation(1, "It is red.")])
    pairs = [(scored("made up", given, Gold(answerable=False)), given)]
    report = build_report(load_run(write_run(tmp_path, pairs)))
    assert report.worst[0].why.startswith("answered, though there is no answer")


@pytest.mark.parametrize(
    ("gold", "headline"),
    [
        ("blue", "containment"),
        ("It is blue because the light of the sun is scattered in it.", "token_f1"),
        (None, "citation_recall"),
    ],
    ids=["a word", "a sentence", "nothing"],
)
def test_what_says_right_depends_on_what_is_expected(
    tmp_path: Path, gold: str | None, headline: str
) -> None:
    given = answer({"It is blue.": [1]}, [citation(1, "It is blue.")])
    expected = Gold(answerable=True, answers=(gold,) if gold else ())
    case = scored("one", given, expected)
    if gold is None:
        unknown = Unscored(reason="the gold answer has no text")
        words = ("exact_match", "token_f1", "containment", "numeric_match")
        case = replace(case, scores={**case.scores, **dict.fromkeys(words, unknown)})
    report = build_report(load_run(write_run(tmp_path, [(case, given)])))
    assert report.headline == headline


def test_a_judge_that_graded_all_says_what_is_right(tmp_path: Path) -> None:
    given = answer({"It is blue.": [1]}, [citation(1, "It is blue.")])
    case = scored("one", given, Gold(answerable=True, answers=("blue",)))
    judged = replace(case, scores={**case.scores, "judged_correct": 0.5})
    report = build_report(load_run(write_run(tmp_path, [(judged, given)])))
    assert report.headline == "judged_correct"


def test_a_score_of_a_judge_that_nobody_measured_is_flagged(tmp_path: Path) -> None:
    report = build_report(load_run(made_run(tmp_path, 5)))
    rows = {row.name: row for row in report.metrics}
    assert not rows["judged_correct"].calibrated
    assert rows["citation_recall"].calibrated
    assert rows["citation_recall"].judge == "local checker"
    assert rows["containment"].judge == ""


def test_a_slice_stands_out_only_where_the_intervals_are_apart(tmp_path: Path) -> None:
    gold = Gold(answerable=True, answers=("blue",))
    right = answer({"It is blue.": [1]}, [citation(1, "It is blue.")])
    wrong = answer({"It is red.": [1]}, [citation(1, "It is red.")])
    pairs = [
        (scored(f"{number}", given, gold, type=kind, half=str(number % 2)), given)
        for number in range(80)
        for kind, given in [("hard", wrong) if number < 20 else ("easy", right)]
    ]
    report = build_report(load_run(write_run(tmp_path, pairs)))
    ways = {(row.facet, row.value): row.stands_out.get("containment") for row in report.slices}
    assert ways["type", "hard"] == "worse"
    assert ways["type", "easy"] == "better"
    assert ways["half", "0"] is ways["half", "1"] is None


def test_a_run_of_no_question_has_a_report(tmp_path: Path) -> None:
    report = build_report(load_run(write_run(tmp_path, [], info=INFO_OF)))
    assert (report.cases, report.metrics, report.worst) == (0, (), ())
    assert report.calibration is report.risk is report.latency is None
