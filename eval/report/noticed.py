"""How small a difference to another run would be noticed, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eval.report.figures import label
from eval.report.written import NOTHING, counted, signed

if TYPE_CHECKING:
    from eval.report.values import MetricRow, Report

_TOO_FEW = "too few"


def noticed(row: MetricRow) -> str:
    """Return the least difference that would be noticed: `±4.2`, or that none would."""
    if row.detectable is None:
        return NOTHING
    if _is_none(row):
        return _TOO_FEW
    return signed(row.detectable, row.unit).replace("+", "±")


def told_noticed(report: Report) -> str:
    """Return the same of the headline as a sentence; empty where nothing is known of it."""
    row = next((each for each in report.metrics if each.name == report.headline), None)
    if row is None or row.detectable is None:
        return ""
    count = counted(row.figure.n, "question")
    if _is_none(row):
        return (
            f"With {count}, no difference of {label(row.name)} between two runs would be noticed "
            "for certain: the suite is too small"
        )
    least = signed(row.detectable, row.unit).removeprefix("+")
    return (
        f"With {count}, only differences of more than {least} points of {label(row.name)} between "
        "two runs would be noticed (power .8, unpaired)"
    )


def _is_none(row: MetricRow) -> bool:
    """Tell whether only a difference larger than any would be noticed."""
    return row.unit == "share" and row.detectable is not None and row.detectable >= 1
