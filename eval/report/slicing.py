"""What a run scores by what questions have in common, and which of it stands out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eval.metrics.catalog import is_share, metric_of
from eval.metrics.slices import slices
from eval.report.figures import figure_of
from eval.report.values import SliceRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from eval.metrics.slices import Slice
    from eval.report.numbers import Figure
    from eval.report.table import Table
    from eval.report.values import Way

_MOST = 40
"""Values of a facet that are shown."""
_FEWEST = 10
"""Scores below which an interval by resampling says too little for a slice to stand out."""


def slice_rows(table: Table, names: Sequence[str], every: Mapping[str, Figure]) -> list[SliceRow]:
    """Return the slices of a run: of every facet the values with the most questions.

    Args:
        table: the run.
        names: the metrics to show.
        every: what these are over all questions.
    """
    places = {each.id: row for row, each in enumerate(table.taken)}
    found = slices({each.id: each.facets for each in table.taken})
    rows: list[SliceRow] = []
    for each in _largest({key: len(cases) for key, cases in found.items()}):
        within = [places[case] for case in found[each]]
        figures = {
            name: figure_of(table.scores(name, within), shares=is_share(name)) for name in names
        }
        rows.append(
            SliceRow(
                facet=each.facet,
                value=each.value,
                n=len(within),
                figures=figures,
                stands_out=_standing_out(figures, every),
            )
        )
    return rows


def _largest(sizes: Mapping[Slice, int]) -> list[Slice]:
    """Return the largest slices of every facet, facets in order."""
    kept: list[Slice] = []
    for facet in dict.fromkeys(each.facet for each in sizes):
        of_facet = [each for each in sizes if each.facet == facet]
        kept += sorted(of_facet, key=lambda each: (-sizes[each], each))[:_MOST]
    return kept


def _standing_out(part: Mapping[str, Figure], every: Mapping[str, Figure]) -> dict[str, Way]:
    found: dict[str, Way] = {}
    for name, each in part.items():
        if way := _way(name, each, every[name]):
            found[name] = way
    return found


def _way(name: str, part: Figure, every: Figure) -> Way | None:
    """Return how a slice stands out: where the intervals of it and of all do not overlap."""
    if part.n < _FEWEST or part.low is None or part.high is None:
        return None
    if every.low is None or every.high is None:
        return None
    higher = metric_of(name).better == "higher"
    if part.low > every.high:
        return "better" if higher else "worse"
    if part.high < every.low:
        return "worse" if higher else "better"
    return None
