"""What is different from the baseline: metrics, and questions that were right in one run only."""

from __future__ import annotations

from dataclasses import replace
from math import fsum
from typing import TYPE_CHECKING

from eval.metrics.catalog import metric_of
from eval.metrics.paired import holm, paired
from eval.metrics.scores import Unscored
from eval.report.figures import right_in_both
from eval.report.values import Against, Change, Flip
from eval.report.worst import RIGHT
from eval.report.written import NOTHING, cut

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from eval.metrics.scores import CaseId, Score
    from eval.report.table import Table, Taken
    from eval.report.values import About

_SIGNIFICANT = 0.05
_NAMED = 8
"""Settings that are named, at most."""
_LONGEST = 60
"""Characters of the value of a setting."""
_OUTCOMES = {"answered": "answered", "abstained": "declined", "failed": "no result"}
_TOLD_APART = {
    "suite_hash": "suite",
    "data_hash": "documents",
    "ibid_version": "version of ibid",
    "mode": "mode",
}


def shared_cases(ours: Table, theirs: Table) -> list[CaseId]:
    """Return the questions that both runs have, in the order of ours."""
    known = {each.id for each in theirs.taken}
    return [each.id for each in ours.taken if each.id in known]


def changes_of(ours: Table, theirs: Table) -> dict[str, Change]:
    """Return how every metric that both runs have differs over the questions both have."""
    cases = shared_cases(ours, theirs)
    names = [name for name in ours.columns if name in theirs.columns]
    found = {
        name: _change(ours.by_case(name, cases), theirs.by_case(name, cases)) for name in names
    }
    adjusted = holm({name: each.p for name, each in found.items() if each.p is not None})
    return {name: _judged(name, each, adjusted.get(name)) for name, each in found.items()}


def against(ours: Table, theirs: Table, *, about: About, baseline: About) -> Against:
    """Return what the baseline is and which questions changed sides."""
    shared = shared_cases(ours, theirs)
    flips_by = right_in_both(ours, theirs, shared)
    return Against(
        about=baseline,
        shared=len(shared),
        only_here=len(ours.taken) - len(shared),
        only_there=len(theirs.taken) - len(shared),
        differs=(
            *(
                told
                for name, told in _TOLD_APART.items()
                if getattr(about, name) != getattr(baseline, name)
            ),
            *_configuration(about, baseline),
        ),
        flips=_flips(ours, theirs, shared, flips_by) if flips_by else (),
        flips_by=flips_by,
    )


def _configuration(about: About, baseline: About) -> list[str]:
    """Return how the configuration differs, by its settings where they tell; empty: it does not."""
    now, before = about.settings, baseline.settings
    changed = [
        f"{name} {_value(before, name)} → {_value(now, name)}"
        for name in dict.fromkeys((*before, *now))
        if before.get(name) != now.get(name)
    ]
    if not changed:
        return ["configuration"] if about.config_hash != baseline.config_hash else []
    more = len(changed) - _NAMED
    rest = [f"{more} more"] if more > 0 else []
    return [f"configuration ({', '.join([*changed[:_NAMED], *rest])})"]


def _value(settings: Mapping[str, str], name: str) -> str:
    return cut(settings.get(name, NOTHING), _LONGEST)


def _change(ours: dict[CaseId, Score], theirs: dict[CaseId, Score]) -> Change:
    compared = paired(ours, theirs)
    before = [score for score in theirs.values() if not isinstance(score, Unscored)]
    mean = fsum(before) / len(before) if before else None
    if isinstance(compared, Unscored):
        return Change(baseline=mean, why=compared.reason)
    return Change(
        baseline=mean,
        difference=compared.difference,
        low=compared.low,
        high=compared.high,
        p=compared.p,
        test=compared.test,
        wins=compared.wins,
        losses=compared.losses,
        n=compared.n,
    )


def _judged(name: str, change: Change, p: float | None) -> Change:
    if p is None or p >= _SIGNIFICANT or not change.difference:
        return replace(change, p_adjusted=p)
    up = change.difference > 0
    better = up == (metric_of(name).better == "higher")
    return replace(change, p_adjusted=p, way="better" if better else "worse")


def _flips(ours: Table, theirs: Table, shared: Sequence[CaseId], name: str) -> tuple[Flip, ...]:
    after, before = ours.by_case(name, shared), theirs.by_case(name, shared)
    mine = {each.id: each for each in ours.taken}
    other = {each.id: each for each in theirs.taken}
    flips = [
        Flip(
            id=case,
            question=mine[case].question,
            way="better" if _right(after[case]) else "worse",
            before=_told(other[case], before[case]),
            after=_told(mine[case], after[case]),
        )
        for case in shared
        if None not in {_right(after[case]), _right(before[case])}
        and _right(after[case]) != _right(before[case])
    ]
    return tuple(sorted(flips, key=lambda flip: flip.way != "worse"))


def _right(score: Score) -> bool | None:
    return None if isinstance(score, Unscored) else score >= RIGHT


def _told(each: Taken, score: Score) -> str:
    shown = "unscored" if isinstance(score, Unscored) else f"{100 * score:.0f} %"
    return f"{_OUTCOMES[each.outcome]}, {shown}"
