"""Conditions on a run that a release has to meet."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from core.errors import RequestError
from eval.metrics.catalog import METRICS, is_share, metric_of
from eval.metrics.mean import mean_of
from eval.metrics.scores import Unscored
from eval.report.figures import figure, label
from eval.report.values import Gate
from eval.report.written import interval, written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from eval.metrics.catalog import Unit
    from eval.metrics.scores import Score
    from eval.runner.cases import Run

_CONDITION = re.compile(r"\s*([^<>=]*[^<>=\s])\s*(>=|<=|>|<)\s*(\d*\.?\d+(?:e[+-]?\d+)?)\s*(%?)\s*")
_SPELT: Final[Mapping[str, str]] = {
    spelt.casefold(): metric.name
    for metric in METRICS
    for spelt in (metric.name.replace("_", " "), label(metric.name))
}
"""The names of metrics as they are written, and as reports show them."""
_ALL = ", ".join(metric.name for metric in METRICS)
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
        raise RequestError(
            f"gate {given!r}; allowed: a metric, >=, <=, > or <, and a number, as in "
            "citation_recall>=0.9"
        )
    named, sign, bound, percent = found.groups()
    metric = _metric(given, named)
    return Condition(
        given=given.strip(),
        metric=metric,
        sign=sign,
        bound=_bound(given, metric, float(bound), is_percent=bool(percent)),
    )


def _metric(given: str, named: str) -> str:
    """Return the name of a score, which may be written as reports show it."""
    base, at, cutoff = named.partition("@")
    spelt = " ".join(base.replace("_", " ").casefold().split())
    if spelt in _SPELT and (not at or cutoff.isdecimal()):
        return f"{_SPELT[spelt]}{at}{cutoff}"
    names = dict.fromkeys(_SPELT[each] for each in get_close_matches(spelt, _SPELT, n=3))
    hint = f"did you mean {' or '.join(map(repr, names))}?" if names else f"there are {_ALL}"
    raise RequestError(f"gate {given!r}: there is no metric {named!r}; {hint}")


def _bound(given: str, metric: str, bound: float, *, is_percent: bool) -> float:
    if not is_share(metric):
        if is_percent:
            raise RequestError(f"gate {given!r}: {metric} is no share; leave out the %")
        return bound
    share = bound / 100 if is_percent else bound
    if share <= 1:
        return share
    meant = f"write {bound / 100:g} or {bound:g}%" if share <= 100 and not is_percent else ""
    raise RequestError(
        f"gate {given!r}: {metric} is a share, from 0 to 1{f'; {meant}' if meant else ''}"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A case that does not meet a condition alone."""

    case: str
    question: str
    score: float
    by: float
    """How far it is from the bound."""
    unit: Unit


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
    questions: dict[str, str] = {}
    for case in run.cases():
        questions[case.id] = case.question
        for name, scores in found.items():
            if name in case.scores:
                scores[case.id] = case.scores[name]
    return [_checked(each, found[each.metric], questions) for each in conditions]


def told_apart(difference: float, unit: Unit) -> str:
    """Return how far a value is from a bound: `4.2 points`, `1.24 s`."""
    return f"{100 * difference:.1f} points" if unit == "share" else written(difference, unit)


def _checked(
    condition: Condition, scores: Mapping[str, Score], questions: Mapping[str, str]
) -> Checked:
    unit = metric_of(condition.metric).unit
    mean = mean_of(scores.values(), shares=unit == "share")
    if isinstance(mean, Unscored):
        detail = f"nothing was measured: {mean.reason}"
        return Checked(gate=Gate(condition=condition.given, passed=False, detail=detail))
    ends = interval(figure(mean), unit)
    shown = "" if mean.low is None else f" ({ends})"
    detail = f"{label(condition.metric)} is {written(mean.value, unit)}{shown}, n={mean.n}"
    if condition.holds(mean.value):
        return Checked(gate=Gate(condition=condition.given, passed=True, detail=detail))
    missed = _missed(condition, scores, questions)
    off = told_apart(abs(mean.value - condition.bound), unit)
    return Checked(
        gate=Gate(
            condition=condition.given,
            passed=False,
            detail=f"{detail}: {off} off {written(condition.bound, unit)}",
            cases=tuple(each.case for each in missed),
            questions=tuple(each.question for each in missed),
        ),
        missed=missed,
    )


def _missed(
    condition: Condition, scores: Mapping[str, Score], questions: Mapping[str, str]
) -> tuple[Missed, ...]:
    missed = [
        Missed(
            case=case,
            question=questions[case],
            score=score,
            by=abs(score - condition.bound),
            unit=metric_of(condition.metric).unit,
        )
        for case, score in scores.items()
        if not isinstance(score, Unscored) and not condition.holds(score)
    ]
    return tuple(sorted(missed, key=lambda each: (-each.by, each.case)))
