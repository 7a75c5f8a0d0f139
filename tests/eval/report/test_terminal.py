import io
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from eval.report.build import build_report
from eval.report.terminal import report_view
from eval.report.values import Gate, Report, WorstCase
from eval.runner.cases import load_run
from tests.eval.report.made_runs import made_run


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Report:
    directory = tmp_path_factory.mktemp("runs")
    before = load_run(made_run(directory / "before", 60, seed=1, skill=0.95))
    now = load_run(made_run(directory / "now", 60, skill=0.4))
    gate = Gate(condition="containment>=0.9", passed=False, detail="40 %", cases=("case-00001",))
    return build_report(now, baseline=before, gates=[gate])


def _shown(report: Report, width: int) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, highlight=False, markup=False, emoji=False)
    console.print(report_view(report, width=width))
    return out.getvalue()


@pytest.mark.parametrize("width", [48, 60, 80, 100, 140])
def test_no_line_is_wider_than_the_terminal(compared: Report, width: int) -> None:
    assert max(cell_len(line) for line in _shown(compared, width).splitlines()) <= width


@pytest.mark.parametrize("width", [48, 100])
def test_every_mean_is_whole_at_any_width(compared: Report, width: int) -> None:
    shown = _shown(compared, width)
    for row in compared.metrics:
        if row.unit == "share" and row.figure.value is not None and row.figure.low is not None:
            assert f"{100 * row.figure.value:.1f} %" in shown
            assert f"{100 * row.figure.low:.1f}–" in shown


def test_a_wide_terminal_shows_counts_and_what_can_be_detected(compared: Report) -> None:
    head = next(line for line in _shown(compared, 100).splitlines() if "metric" in line)
    assert head.split() == ["metric", "mean", "95", "%", "n", "unscored", "shows", "change", "p"]
    assert "With 60 questions, only differences of more than" in _shown(compared, 100)


def test_gates_and_the_cases_that_miss_them_are_named(compared: Report) -> None:
    assert "✕ missed  containment>=0.9" in _shown(compared, 100)
    assert "case-00001" in _shown(compared, 100)


def test_reasons_of_what_is_unscored_are_counted(compared: Report) -> None:
    row = next(row for row in compared.metrics if row.name == "abstention_recall")
    ((reason, count),) = row.figure.unscored.items()
    assert f"{reason} {count}" in " ".join(_shown(compared, 140).split())


def test_what_became_worse_is_marked_in_words_and_signs(compared: Report) -> None:
    assert "▼ containment −" in _shown(compared, 100)
    assert "right before, wrong now" in _shown(compared, 100)


def test_judges_stand_with_how_far_they_agree_with_people(compared: Report) -> None:
    rows = [
        replace(row, figure=replace(row.figure, value=0.5)) if row.name == "judged_correct" else row
        for row in compared.metrics
    ]
    shown = " ".join(_shown(replace(compared, metrics=tuple(rows)), 100).split())
    assert "agrees with people in 82.0 % (78.0–86.0), kappa 0.61" in shown
    assert "x/judge (judged correct): never compared with people" in shown


def test_text_of_a_suite_does_not_steer_the_terminal(compared: Report) -> None:
    worst = (WorstCase(id="a\x1b[2J", question="Who\x1b]0;x\x07\r?\u202e", why="no\x9b result"),)
    shown = _shown(replace(compared, worst=worst), 80)
    assert not set("\x1b\x07\r\x9b\u202e") & set(shown)
