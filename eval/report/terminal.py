"""A report as it looks in a terminal of any width."""

from __future__ import annotations

from collections import Counter
from itertools import zip_longest
from typing import TYPE_CHECKING

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from eval.metrics.catalog import metric_of
from eval.report.figures import label
from eval.report.judged import judges_told
from eval.report.noticed import noticed, told_noticed
from eval.report.written import (
    apart,
    counted,
    cut,
    interval,
    moment,
    one_line,
    probability,
    signed,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from eval.report.values import Against, Change, MetricRow, Report, Way

WIDE, MEDIUM = 96, 64
"""Columns from which a table shows all it has, and from which it shows more than the means."""
_STYLES = {"better": "green", "worse": "red"}
_SIGNS = {"better": "▲", "worse": "▼"}
_REASONS = 6
_FLIPS = 5
"""Cases that are named of a gate, and of those that flipped."""
_ASKED = 70
"""Characters of a question beside its id."""
_MARGIN = 2


def report_view(report: Report, *, width: int) -> RenderableType:
    """Return a report to be shown in `width` columns: what matters first, the rest on the page."""
    inner = width - 2 * _MARGIN
    parts = [
        *_head(report),
        *_gates(report),
        _scores(report, inner),
        *_unscored(report.metrics),
        *_judges(report),
        *_detectable(report),
        *(_changes(report, report.against, inner) if report.against else []),
        *_slices(report),
        *_routes(report, inner),
        *_worst(report, inner),
    ]
    return Padding(Group(*parts), (1, _MARGIN))


def _head(report: Report) -> list[RenderableType]:
    about, counts = report.about, report.counts
    facts = [
        f"{counts['answered']:,} answered",
        f"{counts['abstained']:,} declined",
        f"{counts['failed']:,} without a result",
        f"{about.mode.replace('_', ' ')} run",
        moment(about.started_at),
    ]
    head = Text.assemble((one_line(about.suite), "bold"), f"  {counted(report.cases, 'question')}")
    notes = [Text(one_line(note), style="yellow") for note in about.notes]
    return [head, Text(" · ".join(facts), style="dim"), *notes, Text()]


def _gates(report: Report) -> list[RenderableType]:
    lines: list[RenderableType] = []
    for gate in report.gates:
        how, style = ("✓ passed", "green") if gate.passed else ("✕ missed", "bold red")
        line = Text.assemble((how, style), f"  {one_line(gate.condition)}  ")
        lines.append(line.append(one_line(gate.detail), style="dim"))
        named = list(zip_longest(gate.cases, gate.questions, fillvalue=""))
        told = [f"{one_line(case)}  {cut(asked, _ASKED)}".rstrip() for case, asked in named]
        more = [f"and {len(told) - _FLIPS:,} more"] if len(told) > _FLIPS else []
        lines += [
            Padding(Text(each, style="dim"), (0, 0, 0, 4)) for each in [*told[:_FLIPS], *more]
        ]
    return [*lines, Text()] if lines else []


def _scores(report: Report, width: int) -> Table:
    """Return the means that there are, family by family, without what nothing was spent of."""
    is_compared = report.against is not None
    table = _table(("metric", False), ("mean", True), ("95 %", True))
    if width >= MEDIUM:
        table.add_column("n", justify="right", no_wrap=True)
    if width >= WIDE:
        table.add_column("unscored", justify="right", no_wrap=True)
        table.add_column("shows", justify="right", no_wrap=True)
    if is_compared:
        table.add_column("change", justify="right", no_wrap=True)
    if is_compared and width >= MEDIUM:
        table.add_column("p", justify="right", no_wrap=True)
    family = ""
    for row in report.metrics:
        if not row.figure.value and (row.figure.value is None or row.family == "spending"):
            continue
        if row.family != family:
            family = row.family
            table.add_section()
            table.add_row(Text(family, style="bold cyan"))
        table.add_row(*_cells(row, width, is_compared=is_compared))
    return table


def _cells(row: MetricRow, width: int, *, is_compared: bool) -> list[Text]:
    name = Text(label(row.name) + (" ↓" if row.better == "lower" else ""))
    if row.judge:
        name.append(" judged" if row.calibrated else " judged, not calibrated", style="yellow")
    cells = [
        name,
        Text(written(row.figure.value, row.unit), style="bold"),
        Text(interval(row.figure, row.unit), style="dim"),
    ]
    if width >= MEDIUM:
        cells.append(Text(f"{row.figure.n:,}"))
    if width >= WIDE:
        cells.append(Text(f"{sum(row.figure.unscored.values()) or '–'}", style="dim"))
        cells.append(Text(noticed(row), style="dim"))
    if is_compared:
        cells.append(_change(row))
    if is_compared and width >= MEDIUM:
        cells.append(Text(probability(row.change.p_adjusted if row.change else None), style="dim"))
    return cells


def _change(row: MetricRow) -> Text:
    change = row.change
    if change is None or change.difference is None:
        return Text("–", style="dim")
    return _marked(change.way, signed(change.difference, row.unit))


def _marked(way: Way | None, told: str) -> Text:
    return Text(f"{_SIGNS[way]} {told}", style=_STYLES[way]) if way else Text(told)


def _unscored(rows: Sequence[MetricRow]) -> list[RenderableType]:
    """Return why questions have no score: the most frequent reasons, and how many that are."""
    most: Counter[str] = Counter()
    for row in rows:
        for reason, count in row.figure.unscored.items():
            most[reason] = max(most[reason], count)
    told = [f"{one_line(reason)} {count:,}" for reason, count in most.most_common(_REASONS)]
    none = [label(row.name) for row in rows if row.figure.value is None]
    return [
        *([Text(f"unscored: {' · '.join(told)}", style="dim")] if told else []),
        *([Text(f"without any score: {', '.join(none)}", style="dim")] if none else []),
    ]


def _judges(report: Report) -> list[RenderableType]:
    """Return how far every judge of a score agrees with people, or that nobody has looked."""
    judged = [row for row in report.metrics if row.judge and row.figure.value is not None]
    return [
        Text(f"judged by {told}", style="dim" if is_known else "yellow")
        for told, is_known in judges_told(judged, report.judges)
    ]


def _detectable(report: Report) -> list[RenderableType]:
    told = told_noticed(report)
    return [Text(told, style="dim"), Text()] if told else [Text()]


def _changes(report: Report, against: Against, width: int) -> list[RenderableType]:
    lines: list[RenderableType] = [
        _title(f"Against {one_line(against.about.directory)}"),
        Text(f"{counted(against.shared, 'question')} in both", style="dim"),
    ]
    if against.differs:
        lines.append(Text(f"also different: {', '.join(against.differs)}", style="yellow"))
    shown = [(row, row.change) for row in report.metrics if row.change and row.change.way]
    lines += [_changed(row, change) for row, change in shown if change]
    if not shown:
        lines.append(Text("no difference is shown"))
    return [*lines, *_flipped(against, width), Text()]


def _flipped(against: Against, width: int) -> list[RenderableType]:
    """Return the questions that changed sides, and by which metric."""
    if not against.flips_by:
        return [Text("which cases flipped is not known: no metric of both runs tells")]
    lines: list[RenderableType] = []
    for way, told in (("worse", "right before, wrong now"), ("better", "wrong before, right now")):
        flips = [flip for flip in against.flips if flip.way == way]
        line = Text(f"{counted(len(flips), 'case')} {told}", style="bold")
        lines.append(line.append(f"  by {label(against.flips_by)}", style="dim not bold"))
        lines += [
            Text(f"  {one_line(flip.id)}  {cut(flip.question, max(20, width - 30))}", style="dim")
            for flip in flips[:_FLIPS]
        ]
    return lines


def _changed(row: MetricRow, change: Change) -> Text:
    line = _marked(change.way, f"{label(row.name)} {signed(change.difference, row.unit)}")
    told = f" ({apart(change.low, change.high, row.unit)}, p {probability(change.p_adjusted)})"
    return line.append(told, style="dim")


def _slices(report: Report) -> list[RenderableType]:
    lines: list[RenderableType] = []
    for row in report.slices:
        for name, way in row.stands_out.items():
            figure, unit = row.figures[name], metric_of(name).unit
            head = f"{one_line(row.facet)}: {one_line(row.value)}"
            line = _marked(way, f"{head}  {label(name)} {written(figure.value, unit)}")
            lines.append(line.append(f" ({interval(figure, unit)}, n {figure.n:,})", style="dim"))
    if not lines:
        return []
    return [_title("Slices that stand out"), *lines, Text()]


def _routes(report: Report, width: int) -> list[RenderableType]:
    table = _table(("route", False), ("questions", True))
    heads = ["tokens", "cost", "p50", "p95"] if width >= MEDIUM else ["p50"]
    for head in [label(report.headline) or "score", *heads]:
        table.add_column(head, justify="right", no_wrap=True)
    for row in report.routes:
        slow = row.latencies
        cells = {
            "tokens": written(row.tokens.value, "tokens"),
            "cost": written(row.cost_usd.value, "usd"),
            "p50": written(slow.p50 if slow else None, "ms"),
            "p95": written(slow.p95 if slow else None, "ms"),
        }
        table.add_row(
            Text(one_line(row.route).replace("_", " ")),
            Text(written(row.share.value, "share")),
            Text(written(row.score.value, "share"), style="bold"),
            *(Text(cells[head]) for head in heads),
        )
    return [table, Text()]


def _worst(report: Report, width: int) -> list[RenderableType]:
    if not report.worst:
        return []
    lines: list[RenderableType] = [_title("Worst cases")]
    for case in report.worst:
        lines.append(Text(cut(case.question, width), overflow="ellipsis", no_wrap=True))
        lines.append(
            Padding(Text(f"{one_line(case.id)}: {one_line(case.why)}", style="dim"), (0, 0, 0, 2))
        )
    return lines


def _title(text: str) -> Text:
    return Text(text, style="bold cyan")


def _table(*columns: tuple[str, bool]) -> Table:
    """Return a table without lines; a column is its head and whether it holds numbers."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for head, is_number in columns:
        table.add_column(
            head,
            justify="right" if is_number else "left",
            no_wrap=is_number,
            overflow="fold",
        )
    return table
