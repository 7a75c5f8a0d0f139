"""How well questions about whole documents are known: `python -m bench.whole --data DIR`."""

from __future__ import annotations

import argparse
import asyncio
import statistics
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.rows import Row, save
from bench.train_whole import ACROSS, EMBEDDER, LOOKUPS, PASSAGES, QUARTERS, cases, vectors
from eval.metrics.interval import bootstrap_interval
from serve.answer.routing.whole import WholeModel, names_part, words_whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.train_whole import Case

RECALL_GOAL, FALSE_ALARM_GOAL = "≥ 70 %", "≤ 2 %"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What is said of a question."""

    case: Case
    words: bool
    """By its words alone."""
    both: bool
    """By its words, or its vector."""


async def judged(found: Sequence[Case]) -> list[Judged]:
    """Return what the product says of each question."""
    model = WholeModel.load()
    result: list[Judged] = []
    for case, vector in zip(found, await vectors(found), strict=True):
        part = names_part(case.question)
        words = words_whole(case.question) and not part
        sure = model.probability(vector.astype("float32")) >= model.threshold
        result.append(Judged(case=case, words=words, both=words or (sure and not part)))
    return result


def rows(found: Sequence[Judged]) -> Iterator[Row]:
    """Yield recall and precision on what was not fitted to, then false alarms, set by set.

    The words were chosen with the other sets in view; of ours, without what is held out.
    """
    ours = [each for each in found if each.case.suite == "own" and each.case.held_out]
    english = [each for each in ours if each.case.kind == "en"]
    elsewhere = [each for each in ours if each.case.kind != "en"]
    quarters = [e for e in found if e.case.suite == QUARTERS and e.case.held_out]
    across = [each for each in quarters if each.case.kind == ACROSS]
    single = [each for each in quarters if each.case.kind != ACROSS]
    whole = "whole-document questions known"
    yield _row(f"{whole}: ours, English", [e for e in english if e.case.whole], RECALL_GOAL)
    yield _row(f"{whole}: ours, 11 other languages", [e for e in elsewhere if e.case.whole])
    yield _row(f"{whole}: across several 10-Qs (docugami, seen when words were chosen)", across)
    yield _precision(ours)
    alarm = "taken for whole-document questions"
    yield _row(f"{alarm}: ours, for passages", [e for e in ours if not e.case.whole])
    for suite in PASSAGES:
        chosen = [e for e in found if e.case.suite == suite and e.case.held_out]
        yield _row(f"{alarm}: {suite}", chosen, FALSE_ALARM_GOAL)
    yield _row(f"{alarm}: of one 10-Q (docugami)", single)
    for suite in LOOKUPS:
        chosen = [e for e in found if e.case.suite == suite and e.case.held_out]
        yield _row(f"{alarm}: lookups of {suite}", [e for e in chosen if e.case.whole is False])
    compared = [e for e in found if e.case.kind == "comp"]
    yield _row("sent to whole documents at once: comparisons of lara", compared)


def _row(what: str, chosen: Sequence[Judged], goal: str = "–") -> Row:
    return Row(
        what=what,
        ours=_share([each.both for each in chosen]),
        goal=goal,
        others=f"by words alone {_share([each.words for each in chosen])}",
    )


def _precision(ours: Sequence[Judged]) -> Row:
    return Row(
        what="whole-document questions: precision on ours, half of which are such",
        ours=_share([bool(each.case.whole) for each in ours if each.both]),
        goal="≥ 90 %",
        others=f"by words alone {_share([bool(each.case.whole) for each in ours if each.words])}",
    )


def _share(hits: Sequence[bool]) -> str:
    values = [float(hit) for hit in hits]
    low, high = bootstrap_interval(values)
    share = f"{100 * statistics.fmean(values):.1f} % ({100 * low:.1f}–{100 * high:.1f})"
    return f"{share} of {len(values)}"


def main() -> None:
    """Measure, print, and keep the rows for the README."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True)
    found = asyncio.run(judged(cases(parser.parse_args().data)))
    shown = list(rows(found))
    save("whole", shown)
    print(f"vectors by {EMBEDDER}")
    for row in shown:
        print(f"{row.what:75} {row.ours:>30}   goal {row.goal:>6}   {row.others}")


if __name__ == "__main__":
    main()
