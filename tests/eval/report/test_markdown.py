from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from eval.report.build import build_report
from eval.report.markdown import code, report_to_markdown
from eval.report.values import Gate, Report, WorstCase
from eval.report.written import cut
from eval.runner.cases import load_run
from tests.eval.report.made_runs import made_run

_TEXTS = st.text(
    st.one_of(st.sampled_from("`|*_[]()<>&#@!\\\n~:/"), st.characters(exclude_categories=["C"])),
    min_size=1,
    max_size=60,
)


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Report:
    directory = tmp_path_factory.mktemp("runs")
    before = load_run(made_run(directory / "before", 40, seed=1, skill=0.95))
    return build_report(load_run(made_run(directory / "now", 40, skill=0.4)), baseline=before)


@given(text=_TEXTS)
def test_text_in_a_code_span_is_text_and_nothing_else(text: str) -> None:
    (paragraph,) = [
        token for token in MarkdownIt().parse(f"a {code(text)} z") if token.type == "inline"
    ]
    spans = [(each.type, each.content) for each in paragraph.children or []]
    line = cut(text, 140)
    middle = ("code_inline", line) if line else None
    expected = [("text", "a "), middle, ("text", " z")] if middle else [("text", "a – z")]
    assert spans == expected


def test_missed_gates_stand_in_the_first_line(compared: Report) -> None:
    gates = (
        Gate(
            condition="citation_recall>=0.9",
            passed=False,
            detail="12.0 %",
            cases=("case-1",),
            questions=("Who?",),
        ),
        Gate(condition="containment>=0.1", passed=True, detail="30.0 %"),
    )
    text = report_to_markdown(replace(compared, gates=gates))
    assert text.startswith("## Evaluation of `made-up`: ❌ 1 of 2 gates missed\n")
    assert "- ❌ `citation_recall>=0.9`: 12.0 %\n  - `case-1` `Who?`" in text


def test_what_got_worse_is_told_with_interval_and_p(compared: Report) -> None:
    text = report_to_markdown(compared)
    assert "### What got worse, against `before`" in text
    assert any(line.startswith("- containment −") and ", p " in line for line in text.splitlines())


def test_ten_worst_cases_are_named_and_no_more(compared: Report) -> None:
    worst = tuple(WorstCase(id=str(n), question=f"Q{n}?", why="no result") for n in range(12))
    text = report_to_markdown(replace(compared, worst=worst))
    assert "10. `9` `Q9?`: `no result`" in text
    assert "`Q10?`" not in text


def test_a_judged_score_stands_with_how_far_its_judge_agrees(compared: Report) -> None:
    assert "agrees with people in 82.0 % (78.0–86.0), kappa 0.61" in report_to_markdown(compared)


def test_a_comment_is_short(compared: Report) -> None:
    assert len(report_to_markdown(compared).splitlines()) < 60
