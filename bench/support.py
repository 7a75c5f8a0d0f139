"""How well the local checker tells supported claims: `python -m bench.support --data DIR`."""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from bench.rows import OUT, Row, save
from bench.support_cases import Kind, Truth, wice
from bench.train_support import FOLDS, collect, divided, fit
from core.local.embedder import MiniLmEmbedder
from core.store.bm25 import Bm25Encoder
from serve.answer.terms import Lexicon
from serve.answer.verify.entailment.support import SupportScorer
from serve.answer.verify.verify import SUPPORTED_FROM

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from bench.support_cases import Case
    from bench.train_support import Example

    Array: TypeAlias = NDArray[np.float64]

SEEDS = 6
BINS = 10
RESAMPLES = 2_000
DOUBTED = 1 / 3
"""The share of claims that a judge may be asked about, at most."""
TIMED = 40
PUBLISHED = (
    "lexical features alone 70.2; on its test split: Llama-3.1-8B 72.0, Llama-3.3-70B 76.6, "
    "GPT-4o 78.5, MiniCheck-7B 83.0"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """What models that saw nothing of a claim's article say of it, by one division into folds."""

    supported: Array
    partial: Array
    thresholds: Array
    """From which probability on it was taken to be supported, as was best on what was seen."""

    def only(self, of: NDArray[np.bool_]) -> HeldOut:
        return HeldOut(
            supported=self.supported[of],
            partial=self.partial[of],
            thresholds=self.thresholds[of],
        )


def held_out(found: Sequence[Example], seed: int) -> HeldOut:
    """Return what is said of each of `found` by the weights fitted to the other folds."""
    folds = divided(found, seed)
    said = np.zeros((len(found), 3))
    for fold in range(FOLDS):
        weights = fit([each for each, of in zip(found, folds, strict=True) if of != fold])
        scored = [weights.support(each.signals.astype(np.float32)) for each in found]
        probabilities = np.array([each.supported for each in scored])
        seen = (folds != fold) & _of_kind(found, Kind.WICE)
        threshold = _best_threshold(_supported(found)[seen], probabilities[seen])
        for place in np.flatnonzero(folds == fold):
            said[place] = (scored[place].supported, scored[place].partial, threshold)
    return HeldOut(supported=said[:, 0], partial=said[:, 1], thresholds=said[:, 2])


def balanced_accuracy(truth: Array, said: Array) -> float:
    """Return the mean of the shares of the supported and of the others that are told right."""
    return float((said[truth == 1].mean() + 1 - said[truth == 0].mean()) / 2)


def area(truth: Array, p: Array) -> float:
    """Return how often a supported claim has a higher probability than another; ties half."""
    yes, no = p[truth == 1], p[truth == 0]
    return float(((yes[:, None] > no).mean() + (yes[:, None] >= no).mean()) / 2)


def calibration(truth: Array, p: Array) -> list[tuple[float, float, int]]:
    """Return the mean probability, the share that is true and the size of each tenth of `p`."""
    return [
        (float(p[of].mean()), float(truth[of].mean()), len(of))
        for of in np.array_split(np.argsort(p, kind="stable"), BINS)
    ]


def calibration_error(truth: Array, p: Array) -> float:
    """Return the mean distance of the two over the tenths."""
    return sum(abs(q - t) * n for q, t, n in calibration(truth, p)) / len(p)


def curve(truth: Array, p: Array) -> dict[float, tuple[float, float]]:
    """Return the shares of the supported and of the others told right, by threshold."""
    return {
        float(at.round(2)): (
            float((p[truth == 1] >= at).mean()),
            float((p[truth == 0] < at).mean()),
        )
        for at in np.arange(0.1, 0.95, 0.05)
    }


def sure(truth: Array, said: HeldOut) -> float:
    """Return the balanced accuracy of the claims farthest from the threshold, less the doubted."""
    far = np.abs(_logit(said.supported) - _logit(said.thresholds))
    kept = far >= np.quantile(far, DOUBTED)
    return balanced_accuracy(truth[kept], _told(said)[kept])


def judged_rows(found: Sequence[Example], runs: Sequence[HeldOut]) -> list[Row]:
    """Return what holds of the claims that people judged."""
    of = _of_kind(found, Kind.WICE)
    truth = _supported(found)[of]
    anything = np.array([each.case.truth is not Truth.NOT for each in found], np.float64)[of]
    runs = [each.only(of) for each in runs]
    told = np.mean([_told(each) for each in runs], axis=0)
    low, high = _interval(truth, told)
    what = f"WiCE dev, {SEEDS} × {FOLDS} folds by article: "
    accuracy = 100 * float(np.mean([balanced_accuracy(truth, _told(each)) for each in runs]))
    rest = 100 * float(np.mean([sure(truth, each) for each in runs]))
    shipped = [_from(each.supported, SUPPORTED_FROM) for each in runs]
    as_shipped = 100 * float(np.mean([balanced_accuracy(truth, said) for said in shipped]))

    def mean(figure: Callable[[Array, Array], float]) -> float:
        return float(np.mean([figure(truth, each.supported) for each in runs]))

    any_area = float(np.mean([area(anything, r.supported + r.partial) for r in runs]))
    any_error = float(np.mean([calibration_error(anything, r.supported + r.partial) for r in runs]))
    return [
        Row(
            what=what + "balanced accuracy",
            ours=f"{accuracy:.1f} % ({low:.1f}–{high:.1f})",
            goal="≥ 75 %",
            others=PUBLISHED,
        ),
        _shown(what + f"balanced accuracy from {SUPPORTED_FROM} on", f"{as_shipped:.1f} %"),
        _shown(what + "area under the curve", f"{mean(area):.3f}"),
        _shown(
            what + "expected calibration error, ten bins (by chance alone)",
            f"{mean(calibration_error):.3f} ({mean(_by_chance):.3f})",
        ),
        _shown(what + "support for any of it: area, error", f"{any_area:.3f}, {any_error:.3f}"),
        _shown(what + "balanced accuracy without the third in doubt, a judge's", f"{rest:.1f} %"),
    ]


def _shown(what: str, ours: str) -> Row:
    return Row(what=what, ours=ours, goal="–")


def made_rows(found: Sequence[Example], runs: Sequence[HeldOut]) -> list[Row]:
    """Return what is said of the claims that were made from passages."""
    p = np.mean([each.supported for each in runs], axis=0)
    rows: list[Row] = []
    for kind in Kind:
        of = _of_kind(found, kind)
        if kind not in {Kind.WICE, Kind.PART}:
            truth = _supported(found)[of][0] == 1
            likely = 100 * float((p[of] >= SUPPORTED_FROM).mean())
            rows.append(
                Row(
                    what=f"clapnq, {kind}: of {of.sum()}, supported from {SUPPORTED_FROM} on; mean",
                    ours=f"{likely:.1f} %, {p[of].mean():.3f}",
                    goal="high" if truth else "low",
                )
            )
    return rows


async def cost_rows(cases: Sequence[Case], name: str) -> list[Row]:
    """Return the CPU time of a claim, of all threads, evidence new or known, from `cases`."""
    fresh: list[float] = []
    known: list[float] = []
    seen: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        embedder = MiniLmEmbedder(Path(folder), workers=1)
        lexicon = Lexicon(Bm25Encoder())
        await SupportScorer(embedder, lexicon).score([case.given for case in cases[:3]])
        for case in cases[:TIMED]:
            scorer = SupportScorer(embedder, lexicon)
            fresh.append(await _cpu_ms(scorer, case))
            # Another text, so that the claim is embedded again, and nothing of its evidence.
            again = replace(case.given, claim=case.given.claim + ".")
            known.append(await _cpu_ms(scorer, replace(case, given=again)))
            seen.append(await _cpu_ms(scorer, replace(case, given=again)))
        await embedder.close()
    return [
        Row(what=f"CPU time of a claim, {name}, {how}: mean, worst in ten", ours=shown, goal=goal)
        for how, times, goal in (
            ("its vectors and its evidence's known", seen, "–"),
            ("its evidence's vectors known", known, "≤ 3 ms"),
            ("evidence never read before", fresh, "≤ 60 ms"),
        )
        for shown in [f"{np.mean(times):.1f}, {np.quantile(times, 0.9):.1f} ms"]
    ]


async def _cpu_ms(scorer: SupportScorer, case: Case) -> float:
    start = time.process_time()
    await scorer.score([case.given])
    return 1000 * (time.process_time() - start)


def _of_kind(found: Sequence[Example], kind: Kind) -> NDArray[np.bool_]:
    return np.array([each.case.kind is kind for each in found])


def _supported(found: Sequence[Example]) -> Array:
    return np.array([each.case.truth is Truth.SUPPORTED for each in found], np.float64)


def _told(said: HeldOut) -> Array:
    return _from(said.supported, said.thresholds)


def _from(p: Array, threshold: Array | float) -> Array:
    return (p >= threshold).astype(np.float64)


def _logit(p: Array) -> Array:
    clipped = np.clip(p, 1e-6, 1 - 1e-6)
    return np.log(clipped / (1 - clipped))


def _best_threshold(truth: Array, p: Array) -> float:
    return max(map(float, np.unique(p)), key=lambda at: balanced_accuracy(truth, _from(p, at)))


def _by_chance(truth: Array, p: Array) -> float:
    """Return the calibration error to expect on these claims if each `p` were right."""
    random = np.random.default_rng(0)
    drawn = (random.random((100, len(truth))) < p).astype(np.float64)
    return float(np.mean([calibration_error(each, p) for each in drawn]))


def _interval(truth: Array, told: Array) -> tuple[float, float]:
    """Return the ends of the 95 % bootstrap interval over claims, in per cent."""
    random = np.random.default_rng(0)
    drawn = [random.integers(len(truth), size=len(truth)) for _ in range(RESAMPLES)]
    figures = [100 * balanced_accuracy(truth[of], told[of]) for of in drawn]
    low, high = np.quantile(figures, [0.025, 0.975])
    return float(low), float(high)


def kept_curves(found: Sequence[Example], runs: Sequence[HeldOut]) -> dict[str, object]:
    """Return the curve and the calibration on the claims that people judged."""
    of = _of_kind(found, Kind.WICE)
    truth = np.tile(_supported(found)[of], len(runs))
    p = np.concatenate([each.supported[of] for each in runs])
    return {
        "supported and others told right, by threshold": curve(truth, p),
        "probability, share supported, claims": calibration(truth, p),
        "thresholds": sorted({round(float(t), 3) for each in runs for t in each.thresholds}),
    }


def main() -> None:
    """Measure, print, and keep the rows for the README."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data
    found = asyncio.run(collect(data))
    runs = [held_out(found, seed) for seed in range(SEEDS)]
    answers = [each.case for each in found if each.case.kind is Kind.ANSWER]
    rows = [
        *judged_rows(found, runs),
        *made_rows(found, runs),
        *asyncio.run(cost_rows(wice(data), "a WiCE page")),
        *asyncio.run(cost_rows(answers, "a clapnq passage")),
    ]
    save("support", rows)
    curves = json.dumps(kept_curves(found, runs), indent=1)
    (OUT / "support.json").write_text(curves + "\n", encoding="utf-8")
    for row in rows:
        print(f"{row.what:92} {row.ours:>24}   goal {row.goal:>8}   {row.others}")


if __name__ == "__main__":
    main()
