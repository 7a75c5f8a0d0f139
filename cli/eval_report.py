"""Reports of a run: files beside it, a table in the terminal, and whether its gates are met."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from cli.run import DONE, FAILED
from cli.terminal import one_line, show, shown_source, stdout, write_json
from eval.gate import check_gates, parse_condition, told_apart
from eval.report.build import build_report
from eval.report.html import write_page
from eval.report.json import report_to_json
from eval.report.markdown import report_to_markdown
from eval.report.terminal import report_view
from eval.report.written import cut, written
from eval.runner.cases import load_run

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence
    from pathlib import Path

    from eval.gate import Checked, Condition
    from eval.report.values import Report
    from eval.runner.cases import Run

PAGE = "report.html"
_ASKED = 60
"""Characters of a question beside its id."""
_SHOWN = 20
"""Cases that a gate names, at most; the report has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What a run has to meet."""

    conditions: tuple[Condition, ...]
    baseline: Run | None

    @classmethod
    def of(cls, gates: Iterable[str], baseline: Path | None) -> Release:
        """Return what options ask for; raises `RequestError`, and `NotFoundError` of a run."""
        return cls(
            conditions=tuple(parse_condition(each) for each in gates),
            baseline=load_run(baseline) if baseline else None,
        )


def finish(run: Run, release: Release, *, as_json: bool) -> int:
    """Write the reports of `run` beside it, show them, and return the exit code of the gates."""
    checked = check_gates(run, release.conditions)
    gates = [each.gate for each in checked]
    report = build_report(run, baseline=release.baseline, gates=gates)
    _write(report, run, release.baseline)
    _show(report, run, run.directory / PAGE, as_json=as_json)
    return _told(checked)


def show_compared(run: Run, release: Release, *, as_json: bool) -> int:
    """Show how `run` differs from the baseline, and return the exit code of the gates.

    The page of it lies beside the run's own, which stays as it is.
    """
    checked = check_gates(run, release.conditions)
    report = build_report(run, baseline=release.baseline, gates=[each.gate for each in checked])
    page = run.directory / PAGE
    if release.baseline:
        page = run.directory / f"compare-{release.baseline.directory.resolve().name}.html"
        write_page(report, run, page, baseline=release.baseline)
    _show(report, run, page, as_json=as_json)
    return _told(checked)


def _write(report: Report, run: Run, baseline: Run | None) -> None:
    (run.directory / "report.json").write_bytes(report_to_json(report))
    (run.directory / "report.md").write_text(report_to_markdown(report), encoding="utf-8")
    write_page(report, run, run.directory / PAGE, baseline=baseline)


def _show(report: Report, run: Run, page: Path, *, as_json: bool) -> None:
    with _whoever_reads():
        if as_json:
            shown = {"directory": str(run.directory), "page": str(page), "report": _json(report)}
            write_json(shown)
            return
        console = stdout()
        show(report_view(report, width=console.width), console)
        if page.exists():
            show(f"report: {shown_source(str(page.absolute()))}", console)


@contextmanager
def _whoever_reads() -> Generator[None]:
    """Let what reads stdout stop, as `head` does: the gates decide the exit code all the same."""
    try:
        yield
    except BrokenPipeError:
        # What is still buffered would fail again when Python exits:
        # https://docs.python.org/3/library/signal.html#note-on-sigpipe
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _json(report: Report) -> object:
    return orjson.loads(report_to_json(report))


def _told(checked: Sequence[Checked]) -> int:
    """Say on stderr which gates are met, and which cases keep the others from it."""
    for each in checked:
        met = "met" if each.gate.passed else "NOT met"
        sys.stderr.write(f"gate {each.gate.condition}: {met}; {one_line(each.gate.detail)}\n")
        for missed in each.missed[:_SHOWN]:
            sys.stderr.write(
                f"  {one_line(missed.case)} {cut(missed.question, _ASKED)!r}: "
                f"{written(missed.score, missed.unit)}, {told_apart(missed.by, missed.unit)} off\n"
            )
        if len(each.missed) > _SHOWN:
            sys.stderr.write(f"  and {len(each.missed) - _SHOWN:,} more; report.json has all\n")
    return DONE if all(each.gate.passed for each in checked) else FAILED
