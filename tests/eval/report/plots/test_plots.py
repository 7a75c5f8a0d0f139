from dataclasses import replace
from xml.etree.ElementTree import Element, fromstring

import pytest

from eval.report.build import build_report
from eval.report.numbers import Bar, Figure, LatencyCurve, Spread
from eval.report.plots.canvas import whisker
from eval.report.plots.plots import latency_plot, plots_of
from eval.report.plots.spending import cost_plot
from eval.report.values import Report
from eval.runner.cases import load_run
from tests.eval.report.made_runs import made_run


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return build_report(load_run(made_run(tmp_path_factory.mktemp("run"), 120)))


def _parsed(drawn: str) -> Element:
    return fromstring(drawn)  # noqa: S314 - of our own making


def _drawn(report: Report, key: str) -> Element:
    (plot,) = [plot for plot in plots_of(report) if plot.key == key]
    return _parsed(plot.svg)


def test_a_run_has_four_plots_each_with_a_sentence_and_its_numbers(report: Report) -> None:
    plots = plots_of(report)
    assert [plot.key for plot in plots] == ["calibration", "risk", "cost", "latency"]
    for plot in plots:
        assert plot.says.endswith(".")
        assert plot.says in (_parsed(plot.svg).get("aria-label") or "")
        assert {len(row) for row in plot.rows} == {len(plot.head)}


def test_every_bin_of_confidence_is_a_dot_with_its_interval(report: Report) -> None:
    assert report.calibration is not None
    drawn = _drawn(report, "calibration")
    assert len(drawn.findall("circle")) == len(report.calibration.bins)
    assert len(drawn.findall("line[@class='span']")) == sum(
        each.score.low is not None for each in report.calibration.bins
    )


def test_a_surer_answer_stands_further_right_and_a_better_one_higher(report: Report) -> None:
    assert report.calibration is not None
    dots = _drawn(report, "calibration").findall("circle")
    places = [(float(dot.get("cx", "")), float(dot.get("cy", ""))) for dot in dots]
    assert places == sorted(places)
    values = [each.score.value or 0.0 for each in report.calibration.bins]
    highest = min(range(len(places)), key=lambda at: places[at][1])
    assert values[highest] == max(values)


def test_every_route_with_a_cost_is_named_in_the_plot(report: Report) -> None:
    texts = {text.text for text in _drawn(report, "cost").findall("text")}
    assert {"retrieval", "long context", "windowed"} <= texts


def test_routes_that_cost_nothing_are_compared_by_their_time(report: Report) -> None:
    free = Figure(value=0.0, n=9)
    routes = [replace(row, cost_usd=free, tokens=free) for row in report.routes]
    (plot,) = cost_plot(routes, "containment")
    assert "time for a question" in plot.head


def test_a_whisker_shows_interval_value_and_what_was_before() -> None:
    drawn = _parsed(whisker(0.2, 0.5, 0.8, 0.9))
    span, before = drawn.find("line[@class='span']"), drawn.find("line[@class='before']")
    assert span is not None
    assert before is not None
    assert [span.get("x1"), span.get("x2"), before.get("x1")] == ["22.0", "82.0", "92.0"]
    assert _parsed(whisker(None, 0.5, None, None)).find("line[@class='span']") is None


@pytest.mark.parametrize(
    ("bias", "told"),
    [(0.2, "surer than they are right"), (-0.2, "better than their"), (0.0, "about as right")],
)
def test_the_sentence_says_which_way_confidence_errs(
    report: Report, bias: float, told: str
) -> None:
    assert report.calibration is not None
    curve = replace(report.calibration, bias=bias)
    assert told in plots_of(replace(report, calibration=curve))[0].says


def test_a_label_with_markup_is_text_in_a_plot(report: Report) -> None:
    routes = [replace(row, route=f"<script>&{n}") for n, row in enumerate(report.routes)]
    (plot,) = cost_plot(routes, "containment")
    assert "<script" not in plot.svg
    assert "<script>&0" in {text.text for text in _parsed(plot.svg).findall("text")}


def test_labels_of_percentiles_stay_within_the_plot_and_do_not_overlap() -> None:
    bars = tuple(Bar(low=10.0**n, high=10.0 ** (n + 1), count=1) for n in range(3))
    spread = Spread(p50=950.0, p90=960.0, p95=980.0, p99=990.0, most=999.0, n=3)
    drawn = _parsed(latency_plot(LatencyCurve(bars=bars, spread=spread)).svg)

    p50, p95 = (each for each in drawn.findall("text") if (each.text or "").startswith("p"))
    assert [p50.get("text-anchor"), p95.get("text-anchor")] == ["end", "end"]
    assert abs(float(p50.get("y", "")) - float(p95.get("y", ""))) >= 11
