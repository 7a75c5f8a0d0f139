"""An ingestion as it runs, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from cli.bar import Bar
from cli.terminal import counted, one_line, shown_source

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from core.records import Job

_SHOWN_FAILURES = 50
_WITH_TIME, _WITH_BAR, _WITH_RATES = 44, 70, 104
"""Columns from which on there is room beside the count."""


class IngestProgress(Bar):
    """How many documents have been ingested."""

    def __init__(self, console: Console) -> None:
        with_bar, with_note = console.width >= _WITH_BAR, console.width >= _WITH_TIME
        super().__init__(console, "opening", with_bar=with_bar, with_note=with_note)
        self._all_rates = console.width >= _WITH_RATES

    def show(self, job: Job) -> None:
        """Show how `job` stands."""
        counts = job.documents
        self.update(
            doing="documents",
            done=counts.done + counts.skipped + counts.failed,
            total=counts.total or None,
            note=_rates(job) if self._all_rates else _left(job),
        )


def summary(job: Job, *, seconds: float) -> Group:
    """Return what became of the documents, each failed one with its reason."""
    counts = job.documents
    head = Text()
    head.append(f"{counts.done:,} new or changed", style="green" if counts.done else "")
    head.append(f" · {counts.skipped:,} unchanged · ")
    head.append(f"{counts.failed:,} failed", style="red" if counts.failed else "")
    head.append(f" · collection {job.collection}")
    made = [
        *([counted(job.progress.pages, "page")] if job.progress.pages else []),
        counted(job.progress.chunks, "chunk"),
        f"{seconds:.1f} s",
    ]
    parts: list[RenderableType] = [head, Text(" · ".join(made), style="dim")]
    if job.failures:
        parts.append(_failures(job))
    return Group(*parts)


def _failures(job: Job) -> Group:
    grid = Table.grid(padding=(0, 2))
    for _ in range(3):
        grid.add_column(overflow="fold")
    for failure in job.failures[:_SHOWN_FAILURES]:
        source = Text(shown_source(failure.source), style="red")
        grid.add_row(source, Text(failure.stage, style="dim"), Text(one_line(failure.reason)))
    more = len(job.failures) - _SHOWN_FAILURES
    return Group(grid, *([Text(f"and {more:,} more; --json names all")] if more > 0 else []))


def _rates(job: Job) -> str:
    progress = job.progress
    shown = [
        *([f"{progress.pages_per_s:,.0f} pages/s"] if progress.pages_per_s else []),
        *([f"{progress.chunks_per_s:,.0f} chunks/s"] if progress.chunks_per_s else []),
        *([_left(job)] if progress.eta_s is not None else []),
    ]
    return " · ".join(shown)


def _left(job: Job) -> str:
    return "" if job.progress.eta_s is None else f"{_clock(job.progress.eta_s)} left"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
