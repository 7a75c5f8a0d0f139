"""Makes `serve/answer/answerable.json` from data: `python -m bench.train_reader --data DIR`."""

from __future__ import annotations

import argparse
import asyncio
import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from bench.answering import opened
from bench.questions import asked_elsewhere, chroma, clapnq, lara
from serve.answer.answerable import WEIGHTS, Signals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bench.questions import Case, Suite

    Array: TypeAlias = NDArray[np.float64]

NAMES = [field.name for field in fields(Signals)]
RIDGE = 2.0
FOLDS = 5
ANSWERED, DECLINED = 0.85, 0.70
"""What the threshold is to reach on every set: shares of the answerable and unanswerable."""
MASS = {
    ("clapnq", True): 1.0,
    ("clapnq", False): 1.0,
    ("lara", True): 0.5,
    ("lara", False): 0.5,
    ("chroma_chunking", True): 0.25,
    ("elsewhere", False): 0.25,
}
"""How much each set counts, however many questions it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    suite: str
    group: str
    """Examples of one group are never on both sides of a fold."""
    answerable: bool
    signals: Signals


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    weights: Array
    intercept: float

    def probabilities(self, x: Array) -> Array:
        return 1 / (1 + np.exp(-(x @ self.weights + self.intercept)))


async def examples(suite: Suite, cases: Sequence[Case], *, name: str) -> list[Example]:
    """Return what the product's pipeline sees of `cases`."""
    async with opened(suite) as desk:
        return [
            Example(
                suite=name,
                group=case.document or case.key,
                answerable=case.answerable,
                signals=(await desk.read(case)).signals,
            )
            for case in cases
        ]


def matrix(found: Sequence[Example]) -> tuple[Array, Array, Array]:
    """Return the signals, what is true, and how much each example counts."""
    x = np.array([list(asdict(each.signals).values()) for each in found], dtype=np.float64)
    y = np.array([each.answerable for each in found], dtype=np.float64)
    kinds = [(each.suite, each.answerable) for each in found]
    mass = np.array([MASS[kind] / kinds.count(kind) for kind in kinds])
    return x, y, mass * len(found) / mass.sum()


def fit(x: Array, y: Array, mass: Array) -> Model:
    """Return a ridge logistic regression over standardised signals, in their own units."""
    mean, scale = x.mean(axis=0), x.std(axis=0)
    z = np.column_stack([np.ones(len(x)), (x - mean) / scale])
    ridge = np.diag([0.0, *[RIDGE] * x.shape[1]])
    beta = np.zeros(z.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-(z @ beta)))
        gradient = z.T @ (mass * (y - p)) - ridge @ beta
        beta += np.linalg.solve((z.T * (mass * p * (1 - p))) @ z + ridge, gradient)
    weights = beta[1:] / scale
    return Model(weights=weights, intercept=float(beta[0] - weights @ mean))


def held_out(found: Sequence[Example]) -> Array:
    """Return each example's probability by a model that saw nothing of its group."""
    x, y, mass = matrix(found)
    groups = sorted({each.group for each in found})
    places = dict(
        zip(np.random.default_rng(0).permutation(groups), range(len(groups)), strict=True)
    )
    folds = np.array([places[each.group] % FOLDS for each in found])
    result = np.zeros(len(found))
    for fold in range(FOLDS):
        seen = folds != fold
        result[~seen] = fit(x[seen], y[seen], mass[seen]).probabilities(x[~seen])
    return result


def shares(
    found: Sequence[Example], probabilities: Array, threshold: float
) -> dict[str, tuple[float | None, float | None]]:
    """Return for each set which share of the answerable is answered, of the others declined."""
    result: dict[str, tuple[float | None, float | None]] = {}
    for suite in sorted({each.suite for each in found}):
        rows = [
            (each.answerable, p >= threshold)
            for each, p in zip(found, probabilities, strict=True)
            if each.suite == suite
        ]
        yes = [answered for answerable, answered in rows if answerable]
        no = [not answered for answerable, answered in rows if not answerable]
        result[suite] = (float(np.mean(yes)) if yes else None, float(np.mean(no)) if no else None)
    return result


def best_threshold(found: Sequence[Example], probabilities: Array) -> float:
    """Return where the set that is worst off, against what is to be reached, is best off."""

    def margin(threshold: float) -> float:
        margins = [
            share - goal
            for suite, both in shares(found, probabilities, threshold).items()
            for share, goal in zip(both, (ANSWERED, DECLINED), strict=True)
            if share is not None and suite in {"clapnq", "lara"}
        ]
        return min(margins)

    return max((float(t) for t in np.arange(0.2, 0.8, 0.005)), key=margin)


async def collect(data: Path) -> list[Example]:
    """Return the examples of every set."""
    wikipedia, long, mixed = clapnq(data), lara(data), chroma(data)
    answerable = [case for case in mixed.cases if case.answerable]
    return [
        *await examples(wikipedia, wikipedia.cases, name="clapnq"),
        *await examples(long, long.cases, name="lara"),
        *await examples(mixed, answerable, name="chroma_chunking"),
        *await examples(wikipedia, asked_elsewhere(wikipedia, mixed, limit=150), name="elsewhere"),
        *await examples(mixed, asked_elsewhere(mixed, wikipedia, limit=150), name="elsewhere"),
    ]


def main() -> None:
    """Fit the model and its threshold, show how they do on what they did not see, keep them."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    found = asyncio.run(collect(arguments.data))
    x, y, mass = matrix(found)
    model = fit(x, y, mass)
    threshold = best_threshold(found, model.probabilities(x))
    for suite, (answered, declined) in shares(found, held_out(found), threshold).items():
        print(f"{suite}: answered {answered}, declined {declined}")
    kept = {
        "made_by": "python -m bench.train_reader",
        "weights": {
            name: round(float(weight), 3) for name, weight in zip(NAMES, model.weights, strict=True)
        },
        "intercept": round(model.intercept, 3),
        "threshold": round(threshold, 3),
    }
    arguments.out.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(kept, indent=2))


if __name__ == "__main__":
    main()
