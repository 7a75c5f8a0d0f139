"""`report.md`: a report as a comment on a change: what it decides, what got worse, what to look at.

Text of suites and models stands in code spans only: nothing in it is a link, a mention or markup.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING

from eval.report.figures import label
from eval.report.judged import judges_told
from eval.report.written import (
    apart,
    counted,
    cut,
    interval,
    one_line,
    probability,
    signed,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eval.report.values import MetricRow, Report

_LONGEST = 140
"""Characters of a question."""
_ASKED = 80
"""Characters of one beside the id of a case that misses a gate."""
_NAMED = 10
"""Cases that are named."""
_TICKS = re.compile("`+")


def report_to_markdown(report: Report) -> str:
    """Return a report as GitHub's Markdown, some forty lines of it."""
    blocks = [
        f"## Evaluation of {code(report.about.suite)}: {_decided(report)}",
        _facts(report),
        *_gates(report),
        _table(report),
        *_judges(report),
        *_worse(report),
        *_worst(report),
    ]
    return "\n\n".join(blocks) + "\n"


def code(text: str, most: int = _LONGEST) -> str:
    """Return `text` on one line as a code span, whatever stands in it; empty text as a dash."""
    line = cut(text, most)
    if not line:
        return "–"
    fence = "`" * (1 + max((len(run) for run in _TICKS.findall(line)), default=0))
    room = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{room}{line}{room}{fence}"


def _decided(report: Report) -> str:
    missed = sum(not gate.passed for gate in report.gates)
    if missed:
        return f"❌ {missed} of {counted(len(report.gates), 'gate')} missed"
    if report.gates:
        return f"✅ {counted(len(report.gates), 'gate')} passed"
    return counted(report.cases, "question")


def _facts(report: Report) -> str:
    counts, about = report.counts, report.about
    told = (
        f"{counted(report.cases, 'question')}: {counts['answered']:,} answered, "
        f"{counts['abstained']:,} declined, {counts['failed']:,} without a result. "
        f"{about.mode.replace('_', ' ').capitalize()} run, ibid {one_line(about.ibid_version)}."
    )
    notes = [f"> {code(note, 400)}" for note in about.notes]
    return "\n\n".join([told, *notes])


def _gates(report: Report) -> list[str]:
    lines: list[str] = []
    for gate in report.gates:
        mark = "✅" if gate.passed else "❌"
        line = f"- {mark} {code(gate.condition)}: {one_line(gate.detail)}"
        lines.append(line)
        named = list(zip_longest(gate.cases, gate.questions, fillvalue=""))
        lines += [
            f"  - {code(case)} {code(asked, _ASKED) if asked else ''}".rstrip()
            for case, asked in named[:_NAMED]
        ]
        if len(named) > _NAMED:
            lines.append(f"  - and {len(named) - _NAMED:,} more")
    return ["\n".join(lines)] if lines else []


def _table(report: Report) -> str:
    by_name = {row.name: row for row in report.metrics}
    rows = [by_name[name] for name in report.key_metrics]
    heads = ["metric", "mean", "95 % interval", "n"]
    if report.against:
        heads += ["change", "p"]
    ruled = ["---", *("---:" for _ in heads[1:])]
    cells = [_cells(row, is_compared=report.against is not None) for row in rows]
    return "\n".join(_line(each) for each in (heads, ruled, *cells))


def _cells(row: MetricRow, *, is_compared: bool) -> list[str]:
    flagged = "" if row.calibrated else " ⚠ judge not calibrated"
    cells = [
        label(row.name) + flagged,
        written(row.figure.value, row.unit),
        interval(row.figure, row.unit),
        f"{row.figure.n:,}",
    ]
    if is_compared:
        change = row.change
        sign = {"better": "▲ ", "worse": "▼ "}.get((change.way if change else None) or "", "")
        cells.append(sign + signed(change.difference if change else None, row.unit))
        cells.append(probability(change.p_adjusted if change else None))
    return cells


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _judges(report: Report) -> list[str]:
    shown = [row for row in report.metrics if row.name in report.key_metrics]
    lines = [
        f"- {'' if is_known else '⚠ '}judged by {code(told, 400)}"
        for told, is_known in judges_told(shown, report.judges)
    ]
    return ["\n".join(lines)] if lines else []


def _worse(report: Report) -> list[str]:
    if report.against is None:
        return []
    worse = [
        f"- {label(row.name)} {signed(row.change.difference, row.unit)} "
        f"({apart(row.change.low, row.change.high, row.unit)}, "
        f"p {probability(row.change.p_adjusted)})"
        for row in report.metrics
        if row.change and row.change.way == "worse"
    ]
    flips = [flip for flip in report.against.flips if flip.way == "worse"]
    better = len(report.against.flips) - len(flips)
    named = [f"  - {code(flip.id)} {code(flip.question)}" for flip in flips[:_NAMED]]
    told = (
        f"- {counted(len(flips), 'case')} right before and wrong now, "
        f"{counted(better, 'case')} the other way, by {label(report.against.flips_by)}"
        if report.against.flips_by
        else "- which cases flipped is not known: no metric of both runs tells"
    )
    head = f"### What got worse, against {code(report.against.about.directory)}"
    return ["\n".join([head, "", *(worse or ["- no metric, as far as is shown"]), told, *named])]


def _worst(report: Report) -> list[str]:
    if not report.worst:
        return []
    lines = [
        f"{n}. {code(case.id)} {code(case.question)}: {code(case.why)}"
        for n, case in enumerate(report.worst[:_NAMED], start=1)
    ]
    return ["\n".join(["### Worst cases", "", *lines])]
