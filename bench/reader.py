"""How well the extractive reader answers and declines: `python -m bench.reader --data DIR`."""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench.answering import COLLECTION, OUT, opened
from bench.questions import chroma, clapnq
from bench.train_reader import ANSWERED, DECLINED, fit
from core.text import words
from serve.answer.answerable import Answerability, Signals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bench.answering import Desk
    from bench.questions import Case, Suite
    from bench.train_reader import Array
    from core.answers import Citation
    from serve.answer.read import Reading

F1_GOAL = 0.50
HALVINGS = 100
RESAMPLES = 1_000
TIMED = 100
LEXICAL = ("coverage", "absent")
CURVE = (0.95, 0.9, 0.875, 0.85, 0.825, 0.8, 0.75, 0.7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What came of one question."""

    answerable: bool
    signals: Signals
    f1: float | None
    """Of the quoted text against the gold sentences; `None` where the set has none."""
    citations: int
    verbatim: int


def token_f1(quoted: str, gold: str) -> float:
    """Return the F1 of the bags of words of the two."""
    ours, theirs = Counter(words(quoted)), Counter(words(gold))
    both = sum((ours & theirs).values())
    return 2 * both / (ours.total() + theirs.total()) if both else 0.0


async def rows(suite: Suite) -> tuple[list[Row], float]:
    """Return what came of each question of `suite`, and the median of reading in ms."""
    async with opened(suite) as desk:
        found = [await _row(desk, case) for case in suite.cases]
        return found, statistics.median([await _timed(desk, c) for c in suite.cases[:TIMED]])


async def _row(desk: Desk, case: Case) -> Row:
    reading = await desk.read(case)
    answer = await desk.answer(case)
    nearest = answer.abstained.nearest if answer.abstained else ()
    cited = (*answer.citations, *nearest)
    return Row(
        answerable=case.answerable,
        signals=reading.signals,
        f1=token_f1(_text(reading), case.gold) if case.gold else None,
        citations=len(cited),
        verbatim=sum([await _is_verbatim(desk, citation) for citation in cited]),
    )


async def _timed(desk: Desk, case: Case) -> float:
    passages = await desk.find(case)
    began = time.perf_counter()
    await desk.uncached.read(case.question, passages)
    return (time.perf_counter() - began) * 1000


def _text(reading: Reading) -> str:
    return "\n".join(
        quote.passage.text[
            span.start - quote.passage.span.start : span.end - quote.passage.span.start
        ]
        for quote in reading.quotes
        for span in quote.spans
    )


async def _is_verbatim(desk: Desk, citation: Citation) -> bool:
    _, text = await desk.library.text(COLLECTION, citation.document_id, citation.span)
    return text == citation.quote


def halves(found: Sequence[Row], names: Sequence[str]) -> list[tuple[float, float, float]]:
    """Return answered, declined and F1 on one half, of a model and threshold made on the other."""
    x = np.array([[asdict(row.signals)[name] for name in names] for row in found])
    y = np.array([row.answerable for row in found], dtype=np.float64)
    f1 = np.array([np.nan if row.f1 is None else row.f1 for row in found])
    result: list[tuple[float, float, float]] = []
    for seed in range(HALVINGS):
        order = np.random.default_rng(seed).permutation(len(found))
        known, fresh = order[: len(found) // 2], order[len(found) // 2 :]
        model = fit(x[known], y[known], np.ones(len(known)))
        threshold = _threshold(model.probabilities(x[known]), y[known])
        answered = model.probabilities(x[fresh]) >= threshold
        yes = y[fresh] == 1
        result.append(
            (
                float(answered[yes].mean()),
                float((~answered[~yes]).mean()),
                float(np.nanmean(f1[fresh][yes & answered])),
            )
        )
    return result


def _threshold(probabilities: Array, truth: Array) -> float:
    def margin(threshold: float) -> float:
        answered = probabilities >= threshold
        return min(
            float(answered[truth == 1].mean()) - ANSWERED,
            float((~answered[truth == 0]).mean()) - DECLINED,
        )

    return max((float(p) for p in np.unique(probabilities)), key=margin)


def as_shipped(found: Sequence[Row], kept: Answerability) -> dict[str, object]:
    """Return how the weights and threshold that are shipped do, with 95 % bootstrap intervals."""
    probabilities = np.array([kept.probability(row.signals) for row in found])
    truth = np.array([row.answerable for row in found])
    answered = probabilities >= kept.threshold
    f1 = [
        row.f1 for row, shown in zip(found, answered, strict=True) if shown and row.f1 is not None
    ]
    return {
        "answered": interval(answered[truth].astype(np.float64)),
        "declined": interval((~answered[~truth]).astype(np.float64)),
        "token_f1": interval(np.array(f1)),
        "curve": [
            {"answered": share, "declined": _declined(probabilities, truth, share)}
            for share in CURVE
        ],
    }


def _declined(probabilities: Array, truth: NDArray[np.bool_], share: float) -> float:
    """Return what is declined of the unanswerable where `share` of the answerable is answered."""
    threshold = np.quantile(probabilities[truth], 1 - share)
    return round(float((probabilities[~truth] < threshold).mean()), 3)


def interval(values: Array) -> tuple[float, float, float]:
    """Return the mean and its 95 % bootstrap interval."""
    random = np.random.default_rng(0)
    means = [random.choice(values, len(values)).mean() for _ in range(RESAMPLES)]
    low, high = np.quantile(means, [0.025, 0.975])
    return round(float(values.mean()), 3), round(float(low), 3), round(float(high), 3)


async def measure(data: Path) -> dict[str, object]:
    """Return every figure, as JSON values."""
    found, median = await rows(clapnq(data))
    mixed, _ = await rows(chroma(data))
    kept = Answerability.load()
    every = [*found, *mixed]
    return {
        "held_out": _means(halves(found, list(kept.weights))),
        "lexical_held_out": _means(halves(found, LEXICAL)),
        "as_shipped": as_shipped(found, kept),
        "chroma_answered": round(
            statistics.fmean(kept.probability(row.signals) >= kept.threshold for row in mixed), 3
        ),
        "citations": sum(row.citations for row in every),
        "verbatim": sum(row.verbatim for row in every),
        "reading_p50_ms": round(median, 2),
    }


def _means(found: Sequence[tuple[float, float, float]]) -> dict[str, float]:
    names = ("answered", "declined", "token_f1")
    return {
        name: round(statistics.fmean(values), 3)
        for name, values in zip(names, zip(*found, strict=True), strict=True)
    }


def main() -> None:
    """Measure, print, and keep what was measured in bench/out/reader.json."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True)
    measured = asyncio.run(measure(parser.parse_args().data))
    OUT.mkdir(exist_ok=True)
    (OUT / "reader.json").write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(measured, indent=2))
    print(
        f"goals: answered ≥ {ANSWERED}, declined ≥ {DECLINED}, token F1 ≥ {F1_GOAL}, verbatim 100 %"
    )


if __name__ == "__main__":
    main()
