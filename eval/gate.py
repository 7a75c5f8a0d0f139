"""Conditions on a run that a release has to meet."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from core.errors import RequestError
from eval.metrics.catalog import metric_of
from eval.metrics.mean import mean_of
from eval.metrics.scores import Unscored
from eval.report.values import Gate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from eval.metrics.scores import Score
    from eval.runner.cases import Run

_CONDITION = re.compile(r"\s*([a-z0-9_]+(?:@\d+)?)\s*(>=|<=|>|<)\s*(\d*\.?\d+(?:e[+-]?\d+)?)\s*")
_HOLDS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What the mean of a metric has to be."""

    given: str
    """As it was written."""
    metric: str
    sign: str
    bound: float

    def holds(self, value: float) -> bool:
        """Tell whether a value meets it."""
        return _HOLDS[self.sign](value, self.bound)


def parse_condition(given: str) -> Condition:
    """Return the condition that `given` is, such as `citation_recall>=0.9`.

    Raises:
        RequestError: it is none, or names no metric.
    """
    found = _CONDITION.fullmatch(given)
    if found is None:
        raise RequestError(f"gate {given!r}; allowed: a metric, >=, <=, > or <, and a number")
    metric, sign, bound = found.groups()
    try:
        metric_of(metric)
    except KeyError as error:
        raise RequestError(f"gate {given!r}: there is no metric {metric!r}") from error
    return Condition(given=given.strip(), metric=metric, sign=sign, bound=float(bound))


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A case that does not meet a condition alone."""

    case: str
    score: float
    by: float
    """How far it is from the bound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A condition with what became of it."""

    gate: Gate
    missed: tuple[Missed, ...] = ()
    """The worst first; none where it is met."""


def check_gates(run: Run, conditions: Sequence[Condition]) -> list[Checked]:
    """Return whether the means of `run` meet each condition.

    One that fails names the cases that do not meet it alone. A metric that no case has a score for
    fails, too: nothing was measured.
    """
    found: dict[str, dict[str, Score]] = {each.metric: {} for each in conditions}
    for case in run.cases():
        for name, scores in found.items():
            if name in case.scores:
                scores[case.id] = case.scores[name]
    return [_checked(each, found[each.metric]) for each in conditions]


def _checked(condition: Condition, scores: Mapping[str, Score]) -> Checked:
    mean = mean_of(scores.values())
    if isinstance(mean, Unscored):
        detail = f"nothing was measured: {mean.reason}"
        return Checked(gate=Gate(condition=condition.given, passed=False, detail=detail))
    interval = "" if mean.low is None else f" ({mean.low:.3g}–{mean.high:.3g})"
    detail = f"{condition.metric} is {mean.value:.3g}{interval}, n={mean.n}"
    if condition.holds(mean.value):
        return Checked(gate=Gate(condition=condition.given, passed=True, detail=detail))
    missed = _missed(condition, scores)
    return Checked(
        gate=Gate(
            condition=condition.given,
            passed=False,
            detail=f"{detail}: {abs(mean.value - condition.bound):.3g} off {condition.bound:g}",
            cases=tuple(each.case for each in missed),
        ),
        missed=missed,
    )


def _missed(condition: Condition, scores: Mapping[str, Score]) -> tuple[Missed, ...]:
    missed = [
        Missed(case=case, score=score, by=abs(score - condition.bound))
        for case, score in scores.items()
        if not isinstance(score, Unscored) and not condition.holds(score)
    ]
    return tuple(sorted(missed, key=lambda each: (-each.by, each.case)))
