"""How well the extractive reader answers and declines: `python -m bench.reader --data DIR`."""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from bench.answering import COLLECTION, OUT, opened
from bench.questions import chroma, clapnq
from bench.rows import Row, save
from bench.train_reader import ANSWERED, DECLINED, NAMES, fit
from core.text import words
from eval.metrics.interval import bootstrap_interval
from serve.answer.answerable import Answerability, Signals

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bench.answering import Desk
    from bench.questions import Case, Suite
    from bench.train_reader import Array
    from core.answers import Citation
    from serve.answer.read import Reading

    Figures: TypeAlias = Mapping[str, tuple[float, float, float]]
    """Means by what was measured, each with the ends of its 95 % interval."""

F1_GOAL = 0.50
HALVINGS = 100
LEXICAL = ("coverage", "fits")
CURVE = (0.95, 0.9, 0.875, 0.85, 0.825, 0.8, 0.75, 0.7)
WHATS = ("answered, of the answerable", "declined, of the unanswerable", "token F1 of the quotes")
GOALS = (ANSWERED, DECLINED, F1_GOAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
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


async def outcomes(suite: Suite) -> list[Outcome]:
    """Return what came of each question of `suite`."""
    async with opened(suite) as desk:
        return [await _outcome(desk, case) for case in suite.cases]


async def _outcome(desk: Desk, case: Case) -> Outcome:
    reading = await desk.read(case)
    answer = await desk.answer(case)
    nearest = answer.abstained.nearest if answer.abstained else ()
    cited = (*answer.citations, *nearest)
    return Outcome(
        answerable=case.answerable,
        signals=reading.signals,
        f1=token_f1(_text(reading), case.gold) if case.gold else None,
        citations=len(cited),
        verbatim=sum([await _is_verbatim(desk, citation) for citation in cited]),
    )


def _text(reading: Reading) -> str:
    return "\n".join(
        quote.passage.text[span.start - start : span.end - start]
        for quote in reading.quotes
        for start in [quote.passage.span.start]
        for span in quote.spans
    )


async def _is_verbatim(desk: Desk, citation: Citation) -> bool:
    _, text = await desk.library.text(COLLECTION, citation.document_id, citation.span)
    return text == citation.quote


def halves(found: Sequence[Outcome], names: Sequence[str]) -> Figures:
    """Return the figures on one half, of a model and threshold made on the other, of many halvings.

    The intervals hold 95 % of the halvings.
    """
    x = np.array([[asdict(each.signals)[name] for name in names] for each in found])
    y = np.array([each.answerable for each in found], dtype=np.float64)
    f1 = np.array([np.nan if each.f1 is None else each.f1 for each in found])
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
    columns = zip(WHATS, np.array(result).T, strict=True)
    return {
        what: (float(c.mean()), float(np.quantile(c, 0.025)), float(np.quantile(c, 0.975)))
        for what, c in columns
    }


def _threshold(probabilities: Array, truth: Array) -> float:
    def margin(threshold: float) -> float:
        answered = probabilities >= threshold
        return min(
            float(answered[truth == 1].mean()) - ANSWERED,
            float((~answered[truth == 0]).mean()) - DECLINED,
        )

    return max((float(p) for p in np.unique(probabilities)), key=margin)


def shipped(found: Sequence[Outcome], kept: Answerability) -> Figures:
    """Return how the weights and threshold that are shipped do."""
    shown = [(each, kept.probability(each.signals) >= kept.threshold) for each in found]
    figures: Sequence[list[float]] = (
        [float(answered) for each, answered in shown if each.answerable],
        [float(not answered) for each, answered in shown if not each.answerable],
        [each.f1 for each, answered in shown if answered and each.f1 is not None],
    )
    return {what: _interval(f) for what, f in zip(WHATS, figures, strict=True) if f}


def curve(found: Sequence[Outcome], kept: Answerability) -> dict[float, float]:
    """Return what is declined of the unanswerable, by the share of the answerable answered."""
    yes = np.array([kept.probability(each.signals) for each in found if each.answerable])
    no = np.array([kept.probability(each.signals) for each in found if not each.answerable])
    return {share: float((no < np.quantile(yes, 1 - share)).mean()) for share in CURVE}


def _interval(values: Sequence[float]) -> tuple[float, float, float]:
    return (statistics.fmean(values), *bootstrap_interval(values))


async def measure(data: Path) -> tuple[list[Row], dict[float, float]]:
    """Return what the README shows, and the curve on clapnq."""
    found = await outcomes(clapnq(data))
    mixed = await outcomes(chroma(data))
    kept = Answerability.load()
    lexical = halves(found, LEXICAL)
    every = [*found, *mixed]
    citations = sum(each.citations for each in every)
    verbatim = 100 * sum(each.verbatim for each in every) / citations
    rows = [
        *_rows(
            "clapnq, threshold chosen on half, shown on the other", halves(found, NAMES), lexical
        ),
        *_rows("clapnq, as shipped", shipped(found, kept), {}),
        *_rows("chroma_chunking, as shipped", shipped(mixed, kept), {}),
        Row(
            what=f"`text[start:end] == quote`, of {citations:,} citations",
            ours=f"{verbatim:g} %",
            goal="100 %",
        ),
    ]
    return rows, curve(found, kept)


def _rows(which: str, figures: Figures, baseline: Figures) -> Iterable[Row]:
    goals: Mapping[str, float] = dict(zip(WHATS, GOALS, strict=True))
    for what, (mean, low, high) in figures.items():
        scale = 1 if what == WHATS[-1] else 100
        digits = 2 if what == WHATS[-1] else 1
        lexical = (
            f"lexical features alone {scale * baseline[what][0]:.{digits}f}" if baseline else "–"
        )
        yield Row(
            what=f"{which}: {what}",
            ours=f"{scale * mean:.{digits}f} ({scale * low:.{digits}f}–{scale * high:.{digits}f})",
            goal=f"≥ {scale * goals[what]:g}" if which.startswith("clapnq") else "–",
            others=lexical,
        )


def main() -> None:
    """Measure, print, and keep the rows for the README."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True)
    rows, declined = asyncio.run(measure(parser.parse_args().data))
    save("reader", rows)
    (OUT / "reader.json").write_text(json.dumps(declined, indent=1) + "\n", encoding="utf-8")
    for row in rows:
        print(f"{row.what:88} {row.ours:>20}   goal {row.goal:>6}   {row.others}")
    for share, no in declined.items():
        print(f"clapnq, as shipped: {100 * share:.1f} answered, {100 * no:.1f} declined")


if __name__ == "__main__":
    main()
