"""An ingestion as it runs, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from rich.console import Group
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
)
from rich.table import Table
from rich.text import Text

from cli.terminal import counted, one_line, shown_source

if TYPE_CHECKING:
    from types import TracebackType

    from rich.console import Console, RenderableType

    from core.records import Job

_SHOWN_FAILURES = 50
_WITH_TIME, _WITH_BAR, _WITH_RATES = 44, 70, 104
"""Columns from which on there is room beside the count."""


class IngestProgress:
    """A bar on a terminal, and nothing elsewhere."""

    def __init__(self, console: Console) -> None:
        columns: list[ProgressColumn] = [
            SpinnerColumn(),
            TextColumn("{task.description}"),
            MofNCompleteColumn(),
        ]
        if console.width >= _WITH_BAR:
            columns.insert(2, BarColumn(bar_width=24))
        if console.width >= _WITH_TIME:
            columns.append(TextColumn("{task.fields[rates]}", style="dim"))
        self._all_rates = console.width >= _WITH_RATES
        self._bar = Progress(
            *columns,
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self._task = self._bar.add_task("opening", total=None, rates="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def show(self, job: Job) -> None:
        """Show how `job` stands."""
        counts = job.documents
        self._bar.update(
            self._task,
            description="documents",
            total=counts.total or None,
            completed=counts.done + counts.skipped + counts.failed,
            rates=_rates(job) if self._all_rates else _left(job),
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
