"""`ibid eval calibrate`: judges measured against people."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from cli.eval_open import evals_dir, open_judges, open_models
from cli.run import DONE, FAILED
from cli.terminal import show, stdout_table, write_json
from eval.judges.calibrate import answer_calibrations, keep_calibrations, support_calibrations
from eval.judges.labels import FILES, FINANCEBENCH, sets_in

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from pathlib import Path

    from core.settings import Settings
    from eval.runner.cases import Calibration, Estimated
    from eval.runner.score import Judges


async def calibrate_judges(settings: Settings, data: Path, *, asks: bool, as_json: bool) -> int:
    """Measure who judges on the labels in `data`, keep what was found, and return the exit code."""
    found: dict[str, list[Calibration]] = {}
    async with open_models(settings) as clients:
        judges = await open_judges(clients, asks=asks)
        unmeasured = judges.answers is None and FINANCEBENCH in sets_in(data)
        async for name, each in _measured(judges, data):
            found.setdefault(name, []).append(each)
            sys.stderr.write(f"{name} · {each.data}: {each.n} compared\n")
    for name, several in found.items():
        keep_calibrations(name, several, evals_dir(settings))
    if unmeasured:
        sys.stderr.write(f"ibid: {FINANCEBENCH}/ {_needs_model(asks=asks)}\n")
    elif not found:
        sys.stderr.write(f"ibid: {str(data)!r} has none of {', '.join(FILES)}\n")
    if not found:
        return FAILED
    if as_json:
        write_json(found)
    else:
        show(_table(found), stdout_table())
    return DONE


async def _measured(judges: Judges, data: Path) -> AsyncIterator[tuple[str, Calibration]]:
    for judge in (judges.support, judges.second):
        if judge is not None:
            async for each in support_calibrations(judge, data):
                yield judge.name, each
    if judges.answers is not None:
        async for each in answer_calibrations(judges.answers, data):
            yield judges.answers.name, each


def _needs_model(*, asks: bool) -> str:
    how = "set NVIDIA_API_KEY, or IBID_MODEL and its key" if asks else "leave out --no-judge"
    return f"has graded answers, which only a model judges, and none is asked; {how}"


def _table(found: Mapping[str, Sequence[Calibration]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("judge", "labels", "judges"):
        table.add_column(name, overflow="fold")
    for name in ("n", "agreement", "kappa", "bias", "balanced accuracy"):
        table.add_column(name, justify="right")
    for judge, several in found.items():
        for each in several:
            table.add_row(
                judge,
                each.data,
                each.task,
                f"{each.n:,}",
                _shown(each.agreement),
                _shown(each.kappa),
                _shown(each.bias),
                _shown(each.balanced_accuracy),
            )
    return table


def _shown(estimated: Estimated) -> str:
    if estimated.low is None or estimated.high is None:
        return f"{estimated.value:.2f}"
    return f"{estimated.value:.2f} ({estimated.low:.2f} to {estimated.high:.2f})"
