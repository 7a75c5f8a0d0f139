"""Whether escalating pays, on LaRA's recorded answers: `python -m bench.lara --data DIR`."""

from __future__ import annotations

import argparse
import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from bench.lara_answers import UNANSWERABLE, collect
from bench.rows import Row, save
from bench.train_escalation import Budget, gains, tuned

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from bench.lara_answers import Table

    Array: TypeAlias = NDArray[np.float64]
    Mask: TypeAlias = NDArray[np.bool_]

HALVINGS, FEW = 20, 5
SAMPLES = 1_000
CHEAP = Budget(summed=0.29, ratio=1.0)
"""For the older goal: 30 % of the tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What was decided on questions that were not tuned on."""

    rows: Mask
    escalated: Mask
    """By question and model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How a router did, in points and shares."""

    gains: Array
    """By model: right answers above those of the better of retrieval and long context."""
    low: float
    high: float
    """The ends of the 95 % interval of their mean, by resampling documents."""
    summed: float
    ratio: float
    refused: float
    """Unanswerable questions that were refused, above those of retrieval."""

    @property
    def mean(self) -> float:
        """Return the mean gain over the models."""
        return float(self.gains.mean())

    @property
    def better(self) -> int:
        """Return how many models gained."""
        return int((self.gains > 0).sum())


def halves(table: Table, count: int) -> Iterator[Mask]:
    """Yield which questions to tune on: those of half the documents."""
    documents = np.unique(table.documents)
    for seed in range(count):
        order = np.random.default_rng(seed).permutation(documents)
        yield np.isin(table.documents, order[: len(order) // 2])


def figures(table: Table, held: Sequence[Held]) -> Figures:
    """Return how the decisions of many halvings did."""
    spent = np.array([table.spent(each.escalated, each.rows) for each in held])
    low, high = _interval(table, held)
    return Figures(
        gains=np.mean([_gains(table, each.escalated, each.rows) for each in held], axis=0),
        low=low,
        high=high,
        summed=float(spent[:, 0].mean()),
        ratio=float(spent[:, 1].mean()),
        refused=float(np.mean([_refused(table, each) for each in held])),
    )


def _gains(table: Table, escalated: Mask, rows: Mask) -> Array:
    retrieval, long_context = table.retrieval[rows], table.long_context[rows]
    routed = np.where(escalated[rows], long_context, retrieval).mean(axis=0)
    return 100 * (routed - np.maximum(retrieval.mean(axis=0), long_context.mean(axis=0)))


def _refused(table: Table, held: Held) -> float:
    rows = held.rows & (table.kinds == UNANSWERABLE)
    retrieval = table.retrieval[rows]
    routed = np.where(held.escalated[rows], table.long_context[rows], retrieval)
    return float(100 * (routed.mean() - retrieval.mean())) if rows.any() else 0.0


def _interval(table: Table, held: Sequence[Held]) -> tuple[float, float]:
    """Return the ends of the interval of the mean gain, by resampling documents.

    An answer counts by the share of the halvings that held it out and chose it.
    """
    times = np.sum([each.rows for each in held], axis=0)
    chosen = np.sum([each.escalated & each.rows[:, None] for each in held], axis=0)
    share = chosen / np.maximum(times, 1)[:, None]
    routed = share * table.long_context + (1 - share) * table.retrieval
    documents = [
        np.flatnonzero((table.documents == document) & (times > 0))
        for document in np.unique(table.documents[times > 0])
    ]
    sums = np.array(
        [
            [way[rows].sum(axis=0) for way in (routed, table.retrieval, table.long_context)]
            for rows in documents
        ]
    )
    counts = np.array([len(rows) for rows in documents], dtype=np.float64)
    chance = np.random.default_rng(0)
    means: list[float] = []
    for _ in range(SAMPLES):
        picked = chance.integers(len(documents), size=len(documents))
        ours, short, long = 100 * sums[picked].sum(axis=0) / counts[picked].sum()
        means.append(float((ours - np.maximum(short, long)).mean()))
    return float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))


def routed(
    table: Table, count: int, *, known: bool = True, budget: Budget | None = None
) -> list[Held]:
    """Return what the router decides on one half, tuned on the other."""
    result: list[Held] = []
    for seen in halves(table, count):
        model = tuned(table, seen, known=known, budget=budget)
        escalated = gains(model, table, known=known) > model.needed
        result.append(Held(rows=~seen, escalated=escalated))
    return result


def unseen_models(table: Table) -> list[Held]:
    """Return what the router decides for each model, tuned on the others and the other half."""
    result: list[Held] = []
    for seen in halves(table, FEW):
        escalated = np.zeros(table.retrieval.shape, dtype=np.bool_)
        for number in range(len(table.models)):
            others = table.only([each for each in range(len(table.models)) if each != number])
            model = tuned(others, seen, known=False)
            expected = gains(model, table.only([number]), known=False)
            escalated[:, number] = expected[:, 0] > model.needed
        result.append(Held(rows=~seen, escalated=escalated))
    return result


def unseen_genres(table: Table) -> dict[str, Held]:
    """Return what the router decides for each genre, tuned on the others."""
    result: dict[str, Held] = {}
    for genre in np.unique(table.genres):
        model = tuned(table, table.genres != genre)
        escalated = gains(model, table, known=True) > model.needed
        result[str(genre)] = Held(rows=table.genres == genre, escalated=escalated)
    return result


def always(table: Table, escalated: Mask) -> list[Held]:
    """Return the same decisions in every halving."""
    return [Held(rows=~seen, escalated=escalated) for seen in halves(table, HALVINGS)]


def measure(table: Table) -> list[tuple[str, Figures]]:
    """Return how each router does, the baselines first."""
    every = np.ones(table.retrieval.shape, dtype=np.bool_)
    measured = [
        ("always retrieval", always(table, ~every)),
        ("always long context", always(table, every)),
        ("every refusal escalated", always(table, table.refused)),
        ("oracle", always(table, table.long_context > table.retrieval)),
        ("router", routed(table, HALVINGS)),
        ("router, no history of the models", routed(table, HALVINGS, known=False)),
        ("router, each model unseen", unseen_models(table)),
        ("router, 30 % of the tokens, five halvings", routed(table, FEW, budget=CHEAP)),
    ]
    by_genre = unseen_genres(table)
    measured += [(f"router, genre unseen: {genre}", [held]) for genre, held in by_genre.items()]
    return [(name, figures(table, held)) for name, held in measured]


def show(table: Table, measured: Sequence[tuple[str, Figures]]) -> None:
    """Print the figures of every router, and the gains of each model."""
    for name, each in measured:
        print(
            f"{name:42} {each.mean:+5.1f} ({each.low:+.1f} to {each.high:+.1f}), better for"
            f" {each.better:2} of {len(each.gains)}, worst {each.gains.min():+5.1f};"
            f" tokens {100 * each.summed:5.1f} % summed, {100 * each.ratio:5.1f} % mean ratio;"
            f" unanswerable refused {each.refused:+.1f}"
        )
    shown = [(name, each) for name, each in measured if name.startswith("router")]
    for number, (name, _) in enumerate(shown):
        print(f"{number}: {name}")
    print(f"{'':28} {'retrieval':>9} {'long':>6}", *(f"{n:>6}" for n in range(len(shown))))
    for number, model in enumerate(table.models):
        right = [100 * way[:, number].mean() for way in (table.retrieval, table.long_context)]
        cells = (f"{each.gains[number]:+6.1f}" for _, each in shown)
        print(f"{model:28} {right[0]:9.1f} {right[1]:6.1f}", *cells)


def rows(measured: Sequence[tuple[str, Figures]]) -> Iterator[Row]:
    """Yield what the README shows."""
    found = dict(measured)
    names = ("always retrieval", "always long context", "every refusal escalated", "oracle")
    others = ", ".join(f"{name} {found[name].mean:+.1f}" for name in names)
    dear = ", ".join(f"{name} {100 * found[name].summed:.0f} %" for name in names[2:])
    ours = found["router"]
    yield Row(
        what="LaRA: right answers above the better of retrieval and long context, points",
        ours=f"{ours.mean:+.1f} ({ours.low:+.1f} to {ours.high:+.1f})",
        goal="≥ +2.3, interval above 0",
        others=others,
    )
    yield Row(
        what="LaRA: models of 12 that gain; the worst of them, points",
        ours=f"{ours.better}; {ours.gains.min():+.1f}",
        goal="≥ 9; ≥ −2",
    )
    yield Row(
        what="LaRA: tokens of long context, summed; as the mean of ratios",
        ours=f"{100 * ours.summed:.0f} %; {100 * ours.ratio:.0f} %",
        goal="≤ 40 %; ≤ 45 %",
        others=dear,
    )
    yield Row(
        what="LaRA: unanswerable questions refused, above retrieval, points",
        ours=f"{ours.refused:+.1f}",
        goal="≥ −1",
        others=f"every refusal escalated {found['every refusal escalated'].refused:+.1f}",
    )
    for name, each in measured:
        if name.startswith("router,"):
            yield Row(
                what=f"LaRA: {name}",
                ours=f"{each.mean:+.1f} ({each.low:+.1f} to {each.high:+.1f})"
                f" at {100 * each.summed:.0f} %",
                goal="≥ 0" if "history" in name else "–",
            )


def main() -> None:
    """Measure, print, and keep the rows for the README."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True)
    table = asyncio.run(collect(parser.parse_args().data))
    measured = measure(table)
    save("lara", list(rows(measured)))
    show(table, measured)


if __name__ == "__main__":
    main()
