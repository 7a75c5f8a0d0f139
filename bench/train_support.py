"""Makes the weights of the entailment score: `python -m bench.train_support --data DIR`."""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from bench.support_cases import Kind, Truth, clapnq, wice, wice_parts
from bench.train_reader import fit as fit_logistic
from core.local.embedder import MiniLmEmbedder
from core.store.bm25 import Bm25Encoder
from serve.answer.terms import Lexicon
from serve.answer.verify.entailment.align import SIGNALS
from serve.answer.verify.entailment.scaled import in_full
from serve.answer.verify.entailment.support import SupportScorer
from serve.answer.verify.entailment.weigh import WEIGHTS, Weights, bent
from serve.answer.verify.entailment.wording import claim_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from bench.support_cases import Case

    Array: TypeAlias = NDArray[np.float64]

MASS = {
    Kind.ANSWER: 120.0,
    Kind.QUOTE: 40.0,
    Kind.CHANGED: 60.0,
    Kind.LEFT_OUT: 60.0,
    Kind.ELSEWHERE: 40.0,
    Kind.QUOTE_ELSEWHERE: 20.0,
}
"""For how many claims of WiCE each made kind counts; together for as many as there are."""
UNTOLD = frozenset({Kind.PART, Kind.LEFT_OUT})
"""Kinds of which it is not known whether there is support for any of it, or always is."""
RIDGE = 10.0
WORDS = 0.05
"""What a word whose support people marked counts beside a claim."""
FOLDS = 5
CALIBRATION_SEED = 1_000
"""Of the division for calibration, which no measurement uses."""
STEPS, RATE = 300, 0.05
MOMENTS = 0.9, 0.99


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    case: Case
    signals: Array
    words: Array
    """For each word 1 where it has support, 0 where it has none, NaN where nobody said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The words of many claims, one after the other."""

    x: Array
    starts: NDArray[np.intp]
    claims: NDArray[np.intp]
    """Of each word, the place of its claim."""

    @classmethod
    def of(cls, examples: Sequence[Example], mean: Array, scale: Array) -> Rows:
        lengths = [len(each.signals) for each in examples]
        return cls(
            x=(np.concatenate([each.signals for each in examples]) - mean) / scale,
            starts=np.cumsum([0, *lengths[:-1]]),
            claims=np.repeat(np.arange(len(examples)), lengths),
        )

    def softest(self, z: Array) -> tuple[Array, Array]:
        """Return the soft minimum of each claim's words, and how it changes with each word's."""
        least = np.minimum.reduceat(z, self.starts)
        shares = np.exp(least[self.claims] - z)
        shares /= np.add.reduceat(shares, self.starts)[self.claims]
        soft = np.add.reduceat(shares * z, self.starts)
        return soft, shares * (1 - (z - soft[self.claims]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What the weights are fitted to: claims by their labels, words by people's marks."""

    claims: Rows
    supported: Array
    mass: Array
    words: Rows
    marks: Array

    def gradient(self, theta: Array) -> Array:
        """Return where the likelihood rises: by the weights, an intercept, a scale, a shift."""
        *_, intercept, scale, shift = theta
        weights = theta[:-3]
        soft, change = self.claims.softest(self.claims.x @ weights + intercept)
        error = (self.supported - _sigmoid(scale * soft + shift)) * self.mass
        by_word = (error * scale)[self.claims.claims] * change
        known = ~np.isnan(self.marks)
        marked = np.nan_to_num(self.marks) - _sigmoid(self.words.x @ weights + intercept)
        by_mark = WORDS * np.where(known, marked, 0)
        rise = by_word @ self.claims.x + by_mark @ self.words.x - RIDGE * weights
        rest = [by_word.sum() + by_mark.sum(), error @ soft + 1 - scale, error.sum()]
        return np.array([*rise, *rest]) / self.mass.sum()


async def examples(cases: Iterable[Case], scorer: SupportScorer, lexicon: Lexicon) -> list[Example]:
    """Return what the product's checker sees of `cases`; those without words are left out."""
    found: list[Example] = []
    for case in cases:
        (signals,) = await scorer.signals([case.given])
        if signals is not None:
            written = " ".join(case.given.claim.split())
            claim = in_full(written)
            words = claim_words(claim, language=case.given.language, lexicon=lexicon)
            ends = [(word.span.start, word.span.end) for word in words]
            # The marks are for the claim as it was written.
            faults = case.faults if claim == written else None
            marks = [
                np.nan if faults is None else not any(f.start < e and s < f.end for f in faults)
                for s, e in ends
            ]
            found.append(
                Example(
                    case=case, signals=signals.astype(np.float64), words=np.array(marks, np.float64)
                )
            )
    return found


async def collect(data: Path) -> list[Example]:
    """Return the examples of every kind."""
    with tempfile.TemporaryDirectory() as folder:
        embedder = MiniLmEmbedder(Path(folder))
        lexicon = Lexicon(Bm25Encoder())
        cases = [*wice(data), *wice_parts(data), *await clapnq(data, embedder)]
        found = await examples(cases, SupportScorer(embedder, lexicon), lexicon)
        await embedder.close()
        return found


def divided(found: Sequence[Example], seed: int) -> NDArray[np.intp]:
    """Return the fold of each of `found`; those of one article are in the same."""
    groups = sorted({each.case.group for each in found})
    order = np.random.default_rng(seed).permutation(len(groups))
    places = {group: int(place) % FOLDS for group, place in zip(groups, order, strict=True)}
    return np.array([places[each.case.group] for each in found])


def fit(found: Sequence[Example]) -> Weights:
    """Return the weights that `found` makes likely, calibrated on what they were not fitted to."""
    folds = divided(found, CALIBRATION_SEED)
    overall = np.zeros((len(found), 3))
    for fold in range(FOLDS):
        weights = _fit_words([each for each, of in zip(found, folds, strict=True) if of != fold])
        left = folds == fold
        overall[left] = [
            weights.overall(each.signals.astype(np.float32))
            for each, out in zip(found, left, strict=True)
            if out
        ]
    truths = [each.case.truth for each in found]
    return replace(
        _fit_words(found),
        calibration=_logistic(
            np.array([bent(weakest) for weakest in overall[:, 0]]),
            np.array([truth is Truth.SUPPORTED for truth in truths]),
            _mass(found) * [each.case.kind is not Kind.PART for each in found],
        ),
        partly=_logistic(
            overall,
            np.array([truth is not Truth.NOT for truth in truths]),
            _mass(found) * [each.case.kind not in UNTOLD for each in found],
        ),
    )


def _logistic(x: Array, y: NDArray[np.bool_], mass: Array) -> tuple[float, ...]:
    used = mass > 0
    model = fit_logistic(x[used], y[used].astype(np.float64), mass[used])
    return (model.intercept, *map(float, model.weights))


def _fit_words(found: Sequence[Example]) -> Weights:
    """Return weights that are not calibrated, by Adam from the same start every time."""
    claims = [each for each in found if each.case.kind is not Kind.PART]
    parts = [each for each in found if each.case.kind is Kind.PART]
    seen = np.concatenate([e.signals for e in found if e.case.kind in {Kind.WICE, Kind.PART}])
    mean, scale = seen.mean(axis=0), seen.std(axis=0) + 1e-9
    task = Task(
        claims=Rows.of(claims, mean, scale),
        supported=np.array([e.case.truth is Truth.SUPPORTED for e in claims], np.float64),
        mass=_mass(claims),
        words=Rows.of(parts, mean, scale),
        marks=np.concatenate([each.words for each in parts]),
    )
    theta = _climb(task, np.array([0.3] * 3 + [0.0] * (len(SIGNALS) - 3) + [0.0, 1.0, 0.0]))
    weights, (intercept, softness, shift) = theta[:-3] / scale, theta[-3:]
    return Weights(
        words=(softness * weights).astype(np.float32),
        intercept=float(softness * (intercept - mean @ weights) + shift),
        softness=float(softness),
        calibration=(0.0, 1.0, 0.0),
        partly=(0.0, 1.0, 0.0, 0.0),
    )


def _climb(task: Task, theta: Array) -> Array:
    first, second = np.zeros_like(theta), np.zeros_like(theta)
    for step in range(1, STEPS + 1):
        gradient = task.gradient(theta)
        first = MOMENTS[0] * first + (1 - MOMENTS[0]) * gradient
        second = MOMENTS[1] * second + (1 - MOMENTS[1]) * gradient**2
        size = np.sqrt(second / (1 - MOMENTS[1] ** step)) + 1e-8
        theta = theta + RATE * first / (1 - MOMENTS[0] ** step) / size
    return theta


def _mass(found: Sequence[Example]) -> Array:
    counts = Counter(each.case.kind for each in found)
    return np.array(
        [
            MASS[kind] / counts[kind] if kind in MASS else 1.0
            for e in found
            for kind in [e.case.kind]
        ]
    )


def _sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def main() -> None:
    """Fit the weights to all there is, and keep them."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    weights = fit(asyncio.run(collect(arguments.data)))
    kept = {
        "made_by": "python -m bench.train_support",
        "words": {
            name: round(float(weight), 3)
            for name, weight in zip(SIGNALS, weights.words, strict=True)
        },
        "intercept": round(weights.intercept, 3),
        "softness": round(weights.softness, 3),
        "calibration": [round(each, 3) for each in weights.calibration],
        "partly": [round(each, 3) for each in weights.partly],
    }
    arguments.out.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(kept, indent=2))


if __name__ == "__main__":
    main()
