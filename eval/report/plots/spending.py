"""What every route costs against how right it is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from eval.report.plots.canvas import Axis, Canvas, Plot
from eval.report.plots.scale import Linear, Log
from eval.report.written import interval, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eval.metrics.catalog import Unit
    from eval.report.numbers import Figure
    from eval.report.plots.scale import Scale
    from eval.report.values import RouteRow

_FAR = 20.0
"""A factor between the dearest and the cheapest route above which an axis is logarithmic."""
_LARGEST = 11.0
"""Radius of the dot of a route that all questions take."""


def cost_plot(routes: Sequence[RouteRow], right: str) -> list[Plot]:
    """Return the plot; none where no route has both a score and something that it took.

    Money where any is spent, else tokens, else time.
    """
    scored = [each for each in routes if each.score.value is not None]
    measures: tuple[tuple[str, Unit, str], ...] = (
        ("cost_usd", "usd", "US dollars for a question"),
        ("tokens", "tokens", "tokens for a question"),
        ("latency_ms", "ms", "time for a question"),
    )
    for name, unit, told in measures:
        taken = {each.route: _spent(each, name) for each in scored}
        if any(figure.value for figure in taken.values()):
            known = [each for each in scored if taken[each.route].value is not None]
            return [_plot(known, taken, unit=unit, told=told, right=right)]
    return []


def _spent(row: RouteRow, name: str) -> Figure:
    return {"cost_usd": row.cost_usd, "tokens": row.tokens, "latency_ms": row.latency_ms}[name]


def _plot(
    routes: Sequence[RouteRow], taken: dict[str, Figure], *, unit: Unit, told: str, right: str
) -> Plot:
    says = _compared(routes, taken, unit)
    scale = _scale([taken[each.route] for each in routes])
    canvas = Canvas(
        Axis(scale=scale, label=told, tick=lambda value: _tick(value, unit)),
        Axis(scale=Linear(0.0, 1.0), label=right, tick=lambda value: f"{100 * value:.0f} %"),
        f"Correctness against cost of every route. {says}",
    )
    for each in routes:
        _draw(canvas, each, taken[each.route], unit)
    return Plot(
        key="cost",
        title="What does being right cost?",
        svg=canvas.drawn(),
        says=says,
        head=("route", "questions", right, "95 % interval", told, "95 % interval"),
        rows=tuple(
            (
                each.route,
                written(each.share.value, "share"),
                written(each.score.value, "share"),
                interval(each.score, "share"),
                written(taken[each.route].value, unit),
                interval(taken[each.route], unit),
            )
            for each in routes
        ),
    )


def _draw(canvas: Canvas, row: RouteRow, spent: Figure, unit: Unit) -> None:
    right, paid = row.score.value or 0.0, spent.value or 0.0
    if row.score.low is not None and row.score.high is not None:
        canvas.segment("span", (paid, row.score.low), (paid, row.score.high))
    if spent.low is not None and spent.high is not None:
        canvas.segment("span", (spent.low, right), (spent.high, right))
    radius = max(3.5, _LARGEST * math.sqrt(row.share.value or 0.0))
    told = f"{row.route}: {written(right, 'share')} right at {written(paid, unit)}"
    canvas.dot((paid, right), radius=radius, told=told)
    is_right_half = canvas.x.scale.at(paid) > 0.55
    anchor, gap = ("end", -radius - 5) if is_right_half else ("start", radius + 5)
    place = (canvas.across(paid) + gap, canvas.down(right) - radius - 2)
    canvas.text("note strong", place, row.route.replace("_", " "), anchor=anchor)


def _scale(figures: Sequence[Figure]) -> Scale:
    values = [figure.value for figure in figures if figure.value is not None]
    ends = [end for figure in figures for end in (figure.low, figure.high) if end is not None]
    every = [*values, *ends]
    if min(every) > 0 and max(values) > _FAR * min(values):
        return Log(min(every) / 1.6, max(every) * 1.6)
    return Linear.from_zero(max(every) * 1.05)


def _tick(value: float, unit: Unit) -> str:
    if unit == "tokens" and value >= 1_000:
        return f"{value / 1_000:g}K"
    if unit == "usd":
        return f"${value:g}"
    if unit == "ms":
        return f"{value:g} ms" if value < 1_000 else f"{value / 1_000:g} s"
    return f"{value:g}"


def _compared(routes: Sequence[RouteRow], taken: dict[str, Figure], unit: Unit) -> str:
    best = max(routes, key=lambda each: each.score.value or 0.0)
    usual = max(routes, key=lambda each: each.share.value or 0.0)
    told = (
        f"{_named(usual)} takes {written(usual.share.value, 'share')} of the questions, scores "
        f"{written(usual.score.value, 'share')} and costs "
        f"{written(taken[usual.route].value, unit)} each."
    )
    if best is usual:
        return told if len(routes) == 1 else f"{told} No route scores higher."
    return (
        f"{told} {_named(best)} scores {written(best.score.value, 'share')} at "
        f"{written(taken[best.route].value, unit)}. Routes are given different questions."
    )


def _named(row: RouteRow) -> str:
    return row.route.replace("_", " ").capitalize()
