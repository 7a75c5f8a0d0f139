"""The plots of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eval.report.figures import label
from eval.report.plots.canvas import Axis, Canvas, Plot
from eval.report.plots.scale import Linear, Log
from eval.report.plots.spending import cost_plot
from eval.report.written import counted, interval, written

if TYPE_CHECKING:
    from eval.report.numbers import CalibrationCurve, LatencyCurve, RiskCurve
    from eval.report.values import Report

_LINE = 13.0
"""Height of a line of text: one below the other, labels of near percentiles do not overlap."""
_NEAR_END = 0.75
"""The share of an axis from which a label has no room on the right."""
_NOTABLE = 0.03
"""A gap between confidence and rightness that is worth a word."""


def plots_of(report: Report) -> list[Plot]:
    """Return a plot of everything that there are numbers of."""
    right = label(report.headline)
    return [
        *([calibration_plot(report.calibration, right)] if report.calibration else []),
        *([risk_plot(report.risk, right)] if report.risk else []),
        *cost_plot(report.routes, right),
        *([latency_plot(report.latency)] if report.latency else []),
    ]


def calibration_plot(curve: CalibrationCurve, right: str) -> Plot:
    """Return how right answers are by how sure they are."""
    says = _calibrated(curve)
    unit = Linear(0.0, 1.0)
    canvas = Canvas(
        Axis(scale=unit, label="confidence of the answer", tick=_share),
        Axis(scale=unit, label=right, tick=_share),
        f"Correctness against confidence. {says}",
        floor=46.0,
    )
    canvas.segment("ideal", (0.0, 0.0), (1.0, 1.0))
    most = max(each.score.n for each in curve.bins)
    for each in curve.bins:
        value = each.score.value or 0.0
        told = (
            f"Confidence {each.low:.1f} to {each.high:.1f}: {written(value, 'share')} right, "
            f"{counted(each.score.n, 'answer')}"
        )
        canvas.footing(each.low, each.high, share=each.score.n / most, told=told)
        if each.score.low is not None and each.score.high is not None:
            ends = (each.confidence, each.score.low), (each.confidence, each.score.high)
            canvas.segment("span", *ends)
        canvas.dot((each.confidence, value), radius=4.5, told=told)
    return Plot(
        key="calibration",
        title="Does confidence mean what it says?",
        svg=canvas.drawn(),
        says=says,
        head=("confidence", "mean", right, "95 % interval", "answers"),
        rows=tuple(
            (
                f"{each.low:.1f}–{each.high:.1f}",
                written(each.confidence, "share"),
                written(each.score.value, "share"),
                interval(each.score, "share"),
                f"{each.score.n:,}",
            )
            for each in curve.bins
        ),
    )


def risk_plot(curve: RiskCurve, right: str) -> Plot:
    """Return how the risk grows with the share of questions that are answered."""
    last = curve.points[-1]
    says = _risked(curve)
    canvas = Canvas(
        Axis(scale=Linear(0.0, 1.0), label="questions answered, surest first", tick=_share),
        Axis(
            scale=Linear.from_zero(max(point.risk for point in curve.points)),
            label=f"risk: 1 − {right}",
            tick=_share,
        ),
        f"Risk against coverage. {says}",
    )
    canvas.segment("ideal", (0.0, last.risk), (last.coverage, last.risk))
    canvas.path("curve", [(point.coverage, point.risk) for point in curve.points])
    told = f"All answers: {written(last.risk, 'share')} at {written(last.coverage, 'share')}"
    canvas.dot((last.coverage, last.risk), radius=4.5, told=told)
    shown = curve.points[:: max(1, len(curve.points) // 10)]
    return Plot(
        key="risk",
        title="What does it cost to answer more?",
        svg=canvas.drawn(),
        says=says,
        head=("answered", "risk", "least confidence"),
        rows=tuple(
            (
                written(point.coverage, "share"),
                written(point.risk, "share"),
                f"{point.threshold:.3f}",
            )
            for point in dict.fromkeys((*shown, last))
        ),
    )


def latency_plot(curve: LatencyCurve) -> Plot:
    """Return how long questions took."""
    spread = curve.spread
    says = (
        f"Half of the questions took up to {written(spread.p50, 'ms')}, 95 of 100 up to "
        f"{written(spread.p95, 'ms')}, the slowest {written(spread.most, 'ms')}."
    )
    most = max(each.count for each in curve.bars)
    canvas = Canvas(
        Axis(
            scale=Log(curve.bars[0].low, curve.bars[-1].high),
            label="time until the answer was whole (logarithmic)",
            tick=_time,
        ),
        Axis(scale=Linear.from_zero(most * 1.12), label="questions", tick=lambda n: f"{n:,.0f}"),
        f"How long questions took. {says}",
    )
    for each in curve.bars:
        ends = f"{written(each.low, 'ms')} to {written(each.high, 'ms')}"
        told = f"{ends}: {counted(each.count, 'question')}"
        canvas.column(each.low, each.high, top=each.count, told=told)
    top = canvas.y.scale.ticks()[-1]
    for row, (name, value) in enumerate((("p50", spread.p50), ("p95", spread.p95))):
        canvas.segment("mark", (value, 0.0), (value, top))
        anchor, gap = ("end", -5) if canvas.x.scale.at(value) > _NEAR_END else ("start", 5)
        place = (canvas.across(value) + gap, canvas.down(top) + 10 + row * _LINE)
        canvas.text("note", place, f"{name} {written(value, 'ms')}", anchor=anchor)
    return Plot(
        key="latency",
        title="How long does it take?",
        svg=canvas.drawn(),
        says=says,
        head=("percentile", "time"),
        rows=_percentiles(curve),
    )


def _percentiles(curve: LatencyCurve) -> tuple[tuple[str, str], ...]:
    spread = curve.spread
    named = {
        "50": spread.p50,
        "90": spread.p90,
        "95": spread.p95,
        "99": spread.p99,
        "most": spread.most,
    }
    return tuple((name, written(value, "ms")) for name, value in named.items())


def _calibrated(curve: CalibrationCurve) -> str:
    gap = f"{abs(100 * curve.bias):.0f} points"
    if curve.bias > _NOTABLE:
        told = f"Answers are surer than they are right, on average by {gap}"
    elif curve.bias < -_NOTABLE:
        told = f"Answers are better than their confidence, on average by {gap}"
    else:
        told = "On average answers are about as right as they are sure"
    return (
        f"{told} (expected calibration error {curve.error:.3f}, {counted(curve.n, 'answer')}). "
        "Above the dashed line they are right more often than they are sure; the bars count them."
    )


def _risked(curve: RiskCurve) -> str:
    last = curve.points[-1]
    half = min(curve.points, key=lambda point: abs(point.coverage - last.coverage / 2))
    told = (
        f"All answers together risk {written(last.risk, 'share')}; the surer half of them "
        f"{written(half.risk, 'share')}."
    )
    return (
        f"{told} Area under the curve {curve.area:.3f}; in the best order it would be "
        f"{curve.ideal_area:.3f}, the dashed line is any order."
    )


def _share(value: float) -> str:
    return f"{round(100 * value, 1):g} %"


def _time(value: float) -> str:
    return f"{value:g} ms" if value < 1_000 else f"{value / 1_000:,g} s"
