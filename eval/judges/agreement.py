"""How far a judge agrees with people: shares, Cohen's kappa, bias, balanced accuracy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from eval.metrics.interval import wilson_interval
from eval.runner.cases import Estimated

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Counts: TypeAlias = NDArray[np.float64]
    """Both pass, the judge alone passes, people alone pass, neither; a row each."""

_SAMPLES = 2_000
_SEED = 20_240_229


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A judge beside people."""

    n: int
    agreement: Estimated
    kappa: Estimated
    bias: Estimated
    balanced_accuracy: Estimated


def agreement(pairs: Sequence[tuple[bool, bool]]) -> Agreement:
    """Return how far a judge and people pass the same things.

    Kappa as Cohen 1960 (https://doi.org/10.1177/001316446002000104). Intervals are Wilson's for
    the agreement, else by bootstrap over what was judged, the same every time.

    Args:
        pairs: of each thing whether the judge passes it, and whether people do.

    Raises:
        ValueError: people pass all of it, or none: then nothing can be said.
    """
    seen = np.zeros(4)
    for judge, people in pairs:
        seen[2 * (not judge) + (not people)] += 1
    if not (seen[0] + seen[2] and seen[1] + seen[3]):
        raise ValueError("agreement needs things that people pass and things that they do not")
    chance = np.random.default_rng(_SEED)
    drawn = chance.multinomial(len(pairs), seen / len(pairs), size=_SAMPLES).astype(np.float64)
    same = int(seen[0] + seen[3])
    low, high = wilson_interval(same, len(pairs))
    return Agreement(
        n=len(pairs),
        agreement=Estimated(value=same / len(pairs), low=low, high=high),
        kappa=_estimated(_kappa, seen, drawn),
        bias=_estimated(_bias, seen, drawn),
        balanced_accuracy=_estimated(_balanced, seen, drawn),
    )


def _estimated(figure: Callable[[Counts], Counts], seen: Counts, drawn: Counts) -> Estimated:
    found = figure(drawn)
    low, high = np.nanquantile(found, (0.025, 0.975))
    return Estimated(value=float(figure(seen[None, :])[0]), low=float(low), high=float(high))


def _kappa(counts: Counts) -> Counts:
    both, judge, people, neither = (counts / counts.sum(axis=1, keepdims=True)).T
    by_chance = (both + judge) * (both + people) + (people + neither) * (judge + neither)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (both + neither - by_chance) / (1 - by_chance)


def _bias(counts: Counts) -> Counts:
    return (counts[:, 1] - counts[:, 2]) / counts.sum(axis=1)


def _balanced(counts: Counts) -> Counts:
    with np.errstate(invalid="ignore", divide="ignore"):
        passed = counts[:, 0] / (counts[:, 0] + counts[:, 2])
        failed = counts[:, 3] / (counts[:, 1] + counts[:, 3])
    return (passed + failed) / 2
