"""Makes `serve/answer/routing/escalation.json`: `python -m bench.train_escalation --data DIR`."""

from __future__ import annotations

import argparse
import asyncio
import json
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from bench.lara_answers import Table, collect
from serve.answer.routing.escalation import (
    KINDS,
    WEIGHTS,
    Escalation,
    Signals,
    crossed,
    kinds_of,
    plain_name,
    recalled,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[np.float64]
    Mask: TypeAlias = NDArray[np.bool_]

FOLDS = 5
STEPS = 6
KINDS_RIDGE = 20.0
RIDGES = (1_000.0, 3_000.0)
HISTORY_RIDGES = (500.0, 1_500.0)
"""How much the ways, and what is added for a model, are held back: one of each is chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What share of the tokens of long context may be spent on the questions tuned on."""

    summed: float = 0.39
    ratio: float = 0.435
    """As the mean over the questions; both are a little less than the goals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """How much the weights are held back."""

    ways: float
    history: float


def fit(table: Table, seen: Mask, strength: Strength) -> Escalation:
    """Return the models made from the questions that are `seen`; every gain above 0 is worth it."""
    kinds = _kinds_unseen(table, seen)[seen]
    return _recorded(_shared(table, seen, kinds, strength.ways), table, seen, kinds, strength)


def gains(model: Escalation, table: Table, *, known: bool) -> Array:
    """Return the gain that is expected for each question and model of `table`.

    Args:
        model: what expects it.
        table: the questions.
        known: whether the history of each model may be used.
    """
    kinds = kinds_of(model.kinds, table.questions)
    return np.column_stack(
        [
            model.gains(kinds, table.answers[:, number], model=name if known else "")
            for number, name in enumerate(table.models)
        ]
    )


def tuned(
    table: Table, seen: Mask, *, known: bool = True, budget: Budget | None = None
) -> Escalation:
    """Return the models made from what is `seen`, with strengths and threshold chosen within it.

    They are chosen by folds of documents: the most right answers for the tokens that may be spent.

    Args:
        table: the questions.
        seen: those to make the models from.
        known: whether the history of each model may be used.
        budget: what may be spent.
    """
    strengths = [
        Strength(ways=ways, history=history)
        for ways, history in product(RIDGES, HISTORY_RIDGES if known else HISTORY_RIDGES[:1])
    ]
    expected = _expected(table, seen, strengths, known=known)
    tries = [
        _Try(strength=strength, needed=needed, better=table.better(each > needed, seen))
        for strength, each in expected.items()
        for needed in [_threshold(table, seen, each, budget or Budget())]
    ]
    best = max(tries, key=lambda each: each.better)
    return replace(fit(table, seen, best.strength), needed=best.needed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Try:
    strength: Strength
    needed: float
    better: float


def _expected(
    table: Table, seen: Mask, strengths: Sequence[Strength], *, known: bool
) -> dict[Strength, Array]:
    """Return the gains that each strength expects of what is `seen`, fold by fold."""
    result = {strength: np.zeros(table.retrieval.shape) for strength in strengths}
    for rest, held in _folds(table, seen):
        kinds = _kinds_unseen(table, rest)[rest]
        shared = {ways: _shared(table, rest, kinds, ways) for ways in {s.ways for s in strengths}}
        for strength, expected in result.items():
            model = shared[strength.ways]
            if known:
                model = _recorded(model, table, rest, kinds, strength)
            expected[held] = gains(model, table, known=known)[held]
    return result


def _shared(table: Table, seen: Mask, kinds: Array, ridge: float) -> Escalation:
    """Return the models without the history of any."""
    answers = table.answers[seen]
    rows = np.concatenate([crossed(kinds, each) for each in answers.swapaxes(0, 1)])
    ways = [
        _fit(rows, right[seen].T.ravel(), ridge) for right in (table.retrieval, table.long_context)
    ]
    return Escalation(
        signals=Signals(asked=table.asked, answered=table.answered),
        kinds=_fit_kinds(table, seen),
        ways=np.array(ways),
        history={},
        needed=0.0,
    )


def _recorded(
    shared: Escalation, table: Table, seen: Mask, kinds: Array, strength: Strength
) -> Escalation:
    """Return `shared` with the history of every model."""
    gained = (table.long_context - table.retrieval)[seen]
    answers = table.answers[seen]
    history = {
        plain_name(model): _history(
            shared, kinds, answers[:, number], gained[:, number], strength.history
        )
        for number, model in enumerate(table.models)
    }
    return replace(shared, history=history)


def _threshold(table: Table, seen: Mask, expected: Array, budget: Budget) -> float:
    """Return the least gain, from 0 on, at which no more tokens are spent than may be."""
    for needed in np.arange(0.0, 0.3, 0.001):
        summed, ratio = table.spent(expected > needed, seen)
        if summed <= budget.summed and ratio <= budget.ratio:
            return float(needed)
    return 0.3


def _folds(table: Table, seen: Mask) -> Iterator[tuple[Mask, Mask]]:
    """Yield what is seen and what is held out of the questions `seen`; documents are not split."""
    documents = np.random.default_rng(0).permutation(np.unique(table.documents[seen]))
    for fold in range(FOLDS):
        held = seen & np.isin(table.documents, documents[fold::FOLDS])
        yield seen & ~held, held


def _kinds_unseen(table: Table, seen: Mask) -> Array:
    """Return the likely kinds of the questions `seen`, each by what saw nothing of its document."""
    result = np.zeros((len(table.questions), len(KINDS)))
    for rest, held in _folds(table, seen):
        result[held] = kinds_of(_fit_kinds(table, rest), table.questions[held])
    return result


def _fit_kinds(table: Table, seen: Mask) -> Array:
    truth = table.kinds[seen]
    return np.array(
        [
            _fit(table.questions[seen], (truth == kind).astype(np.float64), KINDS_RIDGE)
            for kind in range(len(KINDS))
        ]
    )


def _history(
    shared: Escalation, kinds: Array, answers: Array, gained: Array, ridge: float
) -> Array:
    """Return what the recorded gain of one model is beyond what is expected of any."""
    x, mean, scale = _standard(recalled(kinds, answers))
    missed = gained - shared.gains(kinds, answers, model="")
    # The constant is held back less: whether a model reads long texts well is most of it.
    held_back = np.diag([ridge / 10, *[ridge] * (x.shape[1] - 1)])
    beta = np.linalg.solve(x.T @ x + held_back, x.T @ missed)
    return _plain(beta, mean, scale)


def _fit(rows: Array, truth: Array, ridge: float) -> Array:
    """Return a ridge logistic regression over standardised signals, in their own units."""
    x, mean, scale = _standard(rows)
    held_back = np.diag([0.0, *[ridge] * rows.shape[1]])
    beta = np.zeros(x.shape[1])
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-(x @ beta)))
        gradient = x.T @ (truth - p) - held_back @ beta
        beta += np.linalg.solve((x.T * np.maximum(p * (1 - p), 1e-4)) @ x + held_back, gradient)
    return _plain(beta, mean, scale)


def _standard(rows: Array) -> tuple[Array, Array, Array]:
    mean, scale = rows.mean(axis=0), rows.std(axis=0)
    scale = np.where(scale < 1e-9, 1.0, scale)
    return np.column_stack([np.ones(len(rows)), (rows - mean) / scale]), mean, scale


def _plain(beta: NDArray[np.floating[Any]], mean: Array, scale: Array) -> Array:
    weights = beta[1:] / scale
    return np.concatenate([[beta[0] - mean @ weights], weights]).astype(np.float64)


def kept(model: Escalation) -> dict[str, object]:
    """Return `model` as it is stored."""

    def short(weights: Sequence[float] | Array) -> list[float]:
        return [float(f"{weight:.4g}") for weight in weights]

    return {
        "made_by": "python -m bench.train_escalation",
        "asked": list(model.signals.asked),
        "answered": list(model.signals.answered),
        "kinds": {kind: short(row) for kind, row in zip(KINDS, model.kinds, strict=True)},
        "retrieval": short(model.ways[0]),
        "long_context": short(model.ways[1]),
        "history": {name: short(row) for name, row in model.history.items()},
        "needed": round(model.needed, 4),
        "needed_per_100k_tokens": model.needed_per_100k_tokens,
    }


def main() -> None:
    """Fit the models to all there is, and keep them."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    table = asyncio.run(collect(arguments.data))
    model = tuned(table, np.ones(len(table.questions), dtype=np.bool_))
    stored = json.dumps(kept(model), indent=1)
    arguments.out.write_text(stored + "\n", encoding="utf-8")
    print(f"needed {model.needed:.3f}, {len(stored):,} bytes")


if __name__ == "__main__":
    main()
