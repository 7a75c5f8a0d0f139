"""How well contradictions among the evidence are found: `python -m bench.conflict --data DIR`."""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench.disputed import (
    ALONE,
    ANSWERING,
    LEXICON,
    PARAPHRASED,
    QUOTED,
    SHORT,
    UNTOLD,
    situations,
)
from bench.rows import Row, save
from bench.siblings import ASKED_ALIKE, BUILT_ALIKE, siblings
from bench.train_conflict import example, rivalry
from eval.metrics.interval import bootstrap_interval
from serve.answer.verify.conflicts.conflict import ConflictFinder
from serve.answer.verify.conflicts.rivals import Rivalry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bench.disputed import Situation
    from serve.answer.verify.conflicts.conflict import Rival

DISPUTED = (QUOTED, ANSWERING, SHORT, ALONE, PARAPHRASED)
CLEAN = (QUOTED, ANSWERING, SHORT)
FOUND_GOAL, CLEAN_GOAL, UNTOLD_GOAL = "≥ 70 %", "≤ 10 %", "≤ 5 %"


def reported(situation: Situation, model: Rivalry) -> list[Rival]:
    """Return what the product reports of `situation`."""
    finder = ConflictFinder(LEXICON, rivalry=model)
    return finder.find(situation.question, situation.claims, situation.passages)


def held_out(found: Sequence[Situation]) -> list[tuple[Situation, list[Rival]]]:
    """Return the odd questions with what a model made on the even ones reports, and vice versa."""
    examples = [example(each) for each in found]
    result: list[tuple[Situation, list[Rival]]] = []
    for half in (0, 1):
        model = rivalry([each for each in examples if each.situation.number % 2 != half])
        print(f"thresholds chosen on half {1 - half}: {model.against_claims:.3f}", end=", ")
        print(f"{model.between_passages:.3f}")
        result += [(each, reported(each, model)) for each in found if each.number % 2 == half]
    return result


def rows(found: Sequence[tuple[Situation, list[Rival]]], which: str) -> Iterator[Row]:
    """Yield the shares of the situations that are reported."""
    for what in DISPUTED:
        chosen = [(s, r) for s, r in found if s.what == what and s.disputed]
        against = _share(chosen, lambda rivals: any(r.claim is not None for r in rivals))
        yield Row(
            what=f"{which}: contradiction reported; {what}",
            ours=_share(chosen, bool),
            goal=FOUND_GOAL if what in {QUOTED, ANSWERING} else "–",
            others=f"against a claim {against}",
        )
    for what in (*CLEAN, UNTOLD, BUILT_ALIKE, ASKED_ALIKE):
        chosen = [(s, r) for s, r in found if s.what == what and s.clean and not s.disputed]
        against = _share(chosen, lambda rivals: any(r.claim is not None for r in rivals))
        yield Row(
            what=f"{which}: reported without false passages; {what}",
            ours=_share(chosen, bool),
            goal=CLEAN_GOAL if what in CLEAN else UNTOLD_GOAL,
            others=f"against a claim {against}",
        )


def _share(
    chosen: Sequence[tuple[Situation, list[Rival]]], hit: Callable[[list[Rival]], bool]
) -> str:
    hits = [float(hit(rivals)) for _, rivals in chosen]
    low, high = bootstrap_interval(hits)
    share = f"{100 * statistics.fmean(hits):.1f} % ({100 * low:.1f}–{100 * high:.1f})"
    return f"{share} of {len(hits)}"


def cost(found: Sequence[Situation], model: Rivalry) -> Row:
    """Return the CPU time of one question of clapnq."""
    spent: list[float] = []
    for each in found:
        if each.what == UNTOLD:
            start = time.process_time()
            reported(each, model)
            spent.append(1000 * (time.process_time() - start))
    *_, last = statistics.quantiles(spent, n=20)
    return Row(
        what="CPU time for the evidence of a question of clapnq, median and 95th percentile",
        ours=f"{statistics.median(spent):.0f} ms, {last:.0f} ms",
        goal="≤ 30 ms",
    )


async def measure(data: Path) -> list[Row]:
    """Return what the README shows: each half of the questions by a model of the other half."""
    found = await situations(data)
    found += siblings(found)
    shipped = Rivalry.load()
    return [*rows(held_out(found), "conflicts on rgb_fact, held out"), cost(found, shipped)]


def main() -> None:
    """Measure, print, and keep the rows for the README."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True)
    shown = asyncio.run(measure(parser.parse_args().data))
    save("conflict", shown)
    for row in shown:
        print(f"{row.what:88} {row.ours:>30}   goal {row.goal:>6}   {row.others}")


if __name__ == "__main__":
    main()
