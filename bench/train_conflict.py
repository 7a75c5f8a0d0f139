"""Makes the weights of the conflicts: `python -m bench.train_conflict --data DIR`."""

from __future__ import annotations

import argparse
import asyncio
import json
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from bench.disputed import (
    ALONE,
    ANSWERING,
    PARAPHRASED,
    QUOTED,
    UNTOLD,
    situations,
)
from bench.siblings import ASKED_ALIKE, BUILT_ALIKE, siblings
from bench.train_reader import fit
from serve.answer.verify.conflicts.rivals import WEIGHTS, Likeness, Rivalry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bench.disputed import Situation
    from bench.train_reader import Model
    from serve.answer.verify.conflicts.rivals import Pair

    Array: TypeAlias = NDArray[np.float64]

NAMES = [field.name for field in fields(Likeness)]
FOLDS = 5
MASS = {
    (QUOTED, True): 0.5,
    (ANSWERING, True): 1.0,
    (ALONE, True): 1.0,
    (PARAPHRASED, True): 1.0,
    (QUOTED, False): 1.0,
    (ANSWERING, False): 2.0,
    (UNTOLD, False): 1.0,
    (BUILT_ALIKE, False): 1.0,
    (ASKED_ALIKE, False): 1.0,
}
"""How much the situations of a kind count, disputed or clean, however many there are."""
TOTAL = 100.0
"""What all examples weigh together against the ridge: little, so that no signal rules alone."""
FALSE_CLAIMS, FALSE_BETWEEN = 0.05, 0.03
"""The share of clean situations that may be reported: against claims, and between passages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A situation with the likeness of its pairs, and which of them are disputes."""

    situation: Situation
    of_claims: Array
    between: Array
    disputes_of_claims: Array
    disputes_between: Array

    @property
    def kind(self) -> tuple[str, bool]:
        return self.situation.what, self.situation.disputed

    @property
    def counts(self) -> bool:
        """Tell whether a report of it is surely right or surely wrong."""
        return self.situation.disputed or self.situation.clean


def example(situation: Situation) -> Example:
    """Return what the product sees of `situation`."""
    case = situation.case()
    of_claims = [pair for _, pair in case.of(situation.claims)]
    between = list(case.between_passages(situation.claims))
    return Example(
        situation=situation,
        of_claims=_matrix(of_claims),
        between=_matrix(between),
        disputes_of_claims=np.array(
            [situation.is_dispute(pair) for pair in of_claims], dtype=float
        ),
        disputes_between=np.array([situation.is_dispute(pair) for pair in between], dtype=float),
    )


def _matrix(pairs: Sequence[Pair]) -> Array:
    return np.array([astuple(pair.likeness) for pair in pairs]).reshape(-1, len(NAMES))


def trained(examples: Sequence[Example]) -> Model:
    """Return a model that tells disputes from other pairs."""
    x: list[Array] = []
    y: list[Array] = []
    mass: list[Array] = []
    for kind, weight in MASS.items():
        chosen = [each for each in examples if each.kind == kind and each.counts]
        rows = np.vstack([m for each in chosen for m in (each.of_claims, each.between)])
        truth = np.concatenate(
            [m for each in chosen for m in (each.disputes_of_claims, each.disputes_between)]
        )
        x.append(rows)
        y.append(truth)
        if not len(truth):
            continue
        disputes = truth.sum()
        mass.append(
            np.where(truth == 1, weight / max(1.0, disputes), weight / (len(truth) - disputes))
        )
    weights = np.concatenate(mass)
    return fit(np.vstack(x), np.concatenate(y), weights * TOTAL / weights.sum())


def rivalry(examples: Sequence[Example]) -> Rivalry:
    """Return the model over `examples`, its thresholds chosen on what it did not see of them."""
    clean: list[tuple[float, float]] = []
    for fold in range(FOLDS):
        model = trained([each for each in examples if each.situation.number // 2 % FOLDS != fold])
        clean += [
            (_most(model, each.of_claims), _most(model, each.between))
            for each in examples
            if each.situation.number // 2 % FOLDS == fold
            and each.kind in {(QUOTED, False), (ANSWERING, False)}
            and each.situation.clean
        ]
    model = trained(examples)
    return Rivalry(
        weights=dict(zip(NAMES, map(float, model.weights), strict=True)),
        intercept=model.intercept,
        against_claims=float(np.quantile([claims for claims, _ in clean], 1 - FALSE_CLAIMS)),
        between_passages=float(np.quantile([other for _, other in clean], 1 - FALSE_BETWEEN)),
    )


def _most(model: Model, rows: Array) -> float:
    return float(model.probabilities(rows).max()) if len(rows) else 0.0


def main() -> None:
    """Fit the model and its thresholds, and keep them."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    found = asyncio.run(situations(arguments.data))
    found += siblings(found)
    kept = stored(rivalry([example(each) for each in found]))
    arguments.out.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(kept, indent=2))


def stored(model: Rivalry) -> dict[str, object]:
    """Return `model` as it is kept."""
    return {
        "made_by": "python -m bench.train_conflict",
        "weights": {name: round(weight, 3) for name, weight in model.weights.items()},
        "intercept": round(model.intercept, 3),
        "against_claims": round(model.against_claims, 3),
        "between_passages": round(model.between_passages, 3),
    }


if __name__ == "__main__":
    main()
