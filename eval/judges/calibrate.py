"""Measures judges against people, and keeps what was found beside the documents."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import orjson
from pydantic import TypeAdapter, ValidationError

from core.answers import Verdict
from core.errors import RequestError
from eval.judges.agreement import agreement
from eval.judges.labels import FAITHBENCH, FINANCEBENCH, WICE, faithbench, financebench, wice
from eval.metrics.answers import Grade
from eval.metrics.scores import Unscored
from eval.runner.cases import Calibration

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from pathlib import Path

    from eval.judges.judge import AnswerJudge, SupportJudge
    from eval.judges.labels import LabelledAnswer, LabelledText

SUPPORT, CORRECTNESS = "support", "correctness"
_FILE = "calibrations.json"
_AT_ONCE = 20
_KEPT: TypeAdapter[dict[str, list[Calibration]]] = TypeAdapter(dict[str, list[Calibration]])


async def support_calibrations(judge: SupportJudge, data: Path) -> AsyncIterator[Calibration]:
    """Yield how far `judge` agrees with people on each set of `data` that has supported claims."""
    for name, labels in ((WICE, wice(data)), (FAITHBENCH, faithbench(data))):
        if labels:
            yield _calibration(name, SUPPORT, await _passed(judge, labels))


async def answer_calibrations(judge: AnswerJudge, data: Path) -> AsyncIterator[Calibration]:
    """Yield how far `judge` agrees with people on each set of `data` that has graded answers."""
    labels = financebench(data)
    if labels:
        yield _calibration(FINANCEBENCH, CORRECTNESS, await _right(judge, labels))


def calibrations_of(judge: str, directory: Path) -> tuple[Calibration, ...]:
    """Return what is known of a judge, by its name; nothing where nobody measured it."""
    return tuple(read_calibrations(directory).get(judge, ()))


def keep_calibrations(judge: str, found: Sequence[Calibration], directory: Path) -> None:
    """Add to what is known; a set that was measured before is replaced."""
    known = dict(read_calibrations(directory))
    new = {each.data for each in found}
    known[judge] = [each for each in known.get(judge, ()) if each.data not in new] + [*found]
    directory.mkdir(parents=True, exist_ok=True)
    beside = directory / f"{_FILE}.part"
    values = {name: [asdict(each) for each in several] for name, several in known.items()}
    beside.write_bytes(orjson.dumps(values, option=orjson.OPT_INDENT_2))
    beside.replace(directory / _FILE)


def read_calibrations(directory: Path) -> Mapping[str, Sequence[Calibration]]:
    """Return what is known of every judge, by name; raises `RequestError`."""
    path = directory / _FILE
    if not path.exists():
        return {}
    try:
        return _KEPT.validate_json(path.read_bytes())
    except ValidationError as error:
        raise RequestError(f"{path} cannot be read; delete it and calibrate again") from error


async def _passed(judge: SupportJudge, labels: Sequence[LabelledText]) -> list[tuple[bool, bool]]:
    pairs: list[tuple[bool, bool]] = []
    for at in range(0, len(labels), _AT_ONCE):
        several = labels[at : at + _AT_ONCE]
        said = iter(await judge.support([r for each in several for r in each.readings]))
        for each in several:
            verdicts = [next(said) for _ in each.readings]
            if not any(isinstance(verdict, Unscored) for verdict in verdicts):
                passes = all(verdict is Verdict.SUPPORTED for verdict in verdicts)
                pairs.append((passes, each.passes))
    return pairs


async def _right(judge: AnswerJudge, labels: Sequence[LabelledAnswer]) -> list[tuple[bool, bool]]:
    grades = await judge.grade([each.graded for each in labels])
    return [
        (grade is Grade.CORRECT, each.passes)
        for grade, each in zip(grades, labels, strict=True)
        if not isinstance(grade, Unscored)
    ]


def _calibration(data: str, task: str, pairs: Sequence[tuple[bool, bool]]) -> Calibration:
    if not pairs:
        raise RequestError(f"the judge answered nothing of {data}; nothing was measured")
    found = agreement(pairs)
    return Calibration(
        data=data,
        task=task,
        n=found.n,
        agreement=found.agreement,
        kappa=found.kappa,
        bias=found.bias,
        balanced_accuracy=found.balanced_accuracy,
        measured_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
