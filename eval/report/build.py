"""A run as a report."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from eval.report.changes import against, changes_of
from eval.report.curves import calibration_of, latency_of, risk_of, route_rows
from eval.report.figures import headline_of, key_metrics_of, metric_rows
from eval.report.numbers import Figure
from eval.report.slicing import slice_rows
from eval.report.table import read_table
from eval.report.values import OUTCOMES, About, Agreement, Report
from eval.report.worst import worst_cases

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eval.report.values import Gate
    from eval.runner.cases import Calibration, Estimated, JudgeInfo, Run


def build_report(run: Run, *, baseline: Run | None = None, gates: Sequence[Gate] = ()) -> Report:
    """Return what `run` says, and how it differs from `baseline`.

    Cases and answers are read one at a time; only their scores are kept.
    """
    table = read_table(run)
    theirs = read_table(baseline) if baseline else None
    headline = headline_of(table)
    keys = key_metrics_of(table, headline)
    metrics = metric_rows(table, run.info.judges, changes_of(table, theirs) if theirs else {})
    about = about_of(run)
    outcomes = Counter(each.outcome for each in table.taken)
    return Report(
        about=about,
        counts={outcome: outcomes[outcome] for outcome in OUTCOMES},
        metrics=metrics,
        headline=headline,
        key_metrics=keys,
        slices=tuple(slice_rows(table, keys, {row.name: row.figure for row in metrics})),
        routes=route_rows(table, headline),
        calibration=calibration_of(table, headline),
        risk=risk_of(table, headline),
        latency=latency_of(table),
        worst=worst_cases(table, keys),
        gates=tuple(gates),
        judges=tuple(_agreement(j, each) for j in run.info.judges for each in j.calibrations),
        against=against(table, theirs, about=about, baseline=about_of(baseline))
        if baseline and theirs
        else None,
    )


def about_of(run: Run) -> About:
    """Return what was run."""
    info = run.info
    return About(
        suite=info.suite,
        mode=info.mode,
        started_at=info.started_at,
        ended_at=info.ended_at,
        ibid_version=info.ibid_version,
        suite_hash=info.suite_hash,
        config_hash=info.config_hash,
        data_hash=info.data_hash,
        settings={name: str(value) for name, value in info.settings.items()},
        notes=tuple(info.notes),
        directory=run.directory.name,
    )


def _agreement(judge: JudgeInfo, found: Calibration) -> Agreement:
    return Agreement(
        judge=judge.name,
        data=found.data,
        n=found.n,
        agreement=_figure(found.agreement, found.n),
        kappa=_figure(found.kappa, found.n),
        bias=_figure(found.bias, found.n),
    )


def _figure(estimated: Estimated, n: int) -> Figure:
    return Figure(value=estimated.value, low=estimated.low, high=estimated.high, n=n)
