"""Makes `serve/answer/routing/whole.json` from data: `python -m bench.train_whole --data DIR`."""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from zlib import crc32

import numpy as np
from pydantic import BaseModel

from core.local.embedder import MiniLmEmbedder
from serve.answer.routing.whole import WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[np.float64]

OWN = Path(__file__).with_name("whole_questions.jsonl")
"""Written by us, as such questions are asked of contracts, filings, papers, manuals and code."""
EMBEDDER = "all-MiniLM-L6-v2"
PASSAGES = ("clapnq", "chroma_chunking", "financebench", "cranfield", "anthropic_codebase")
"""Sets whose questions passages answer."""
QUARTERS = "docugami_sec10q"
ACROSS = "Multi-Doc RAG"
LOOKUPS = {
    "lara": {"location", "hallu"},
    "leval": {"legal_contract_qa", "natural_question", "multidoc_qa", "sci_fi"},
}
"""Kinds of questions, of sets that have others too, that are not about the whole."""
RIDGE = 0.3
FOLDS = 5
FALSE_ALARMS = 0.006
"""The share of questions for passages that may be taken for others, while fitting."""
READ = 600
_MASS = {("own", True): 1.0, (QUARTERS, True): 0.3, ("own", False): 0.5}
_ELSEWHERE = 1.5
"""How much each set counts, however many questions it has; and the others together."""
_SCALE = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question, and whether it is about documents as a whole."""

    suite: str
    kind: str
    """Of its set; of ours, its language."""
    question: str
    whole: bool | None
    """`None`: its set does not say."""
    held_out: bool
    """Never fitted to. Of other sets, half."""


class _Own(BaseModel):
    question: str
    language: str
    about: str
    whole: bool
    reasoning: bool
    split: str


class _Question(BaseModel):
    question: str
    type: str


def own(path: Path = OWN) -> Iterator[Case]:
    """Yield our own questions."""
    for line in path.read_text(encoding="utf-8").splitlines():
        each = _Own.model_validate_json(line)
        yield Case(
            suite="own",
            kind=each.language,
            question=each.question,
            whole=each.whole,
            held_out=each.split == "held_out",
        )


def cases(data: Path) -> list[Case]:
    """Return the questions of all sets, ours first."""
    return [*own(), *(c for s in (*PASSAGES, QUARTERS, *LOOKUPS) for c in _of(s, data))]


def _of(suite: str, data: Path) -> Iterator[Case]:
    path = data / suite / "questions.jsonl"
    with path.open(encoding="utf-8", newline="") as lines:
        for line in lines:
            each = _Question.model_validate_json(line)
            yield Case(
                suite=suite,
                kind=each.type,
                question=each.question[:READ],
                whole=_is_whole(suite, each.type),
                held_out=crc32(each.question.encode()) % 2 == 1,
            )


def _is_whole(suite: str, kind: str) -> bool | None:
    if suite == QUARTERS:
        return kind == ACROSS
    return False if suite in PASSAGES or kind in LOOKUPS[suite] else None


async def vectors(found: Sequence[Case]) -> Array:
    """Return the vectors of the questions, by the embedder that search uses without a key."""
    with tempfile.TemporaryDirectory() as folder:
        embedder = MiniLmEmbedder(Path(folder))
        made = [await embedder.embed_query(each.question) for each in found]
        await embedder.close()
    return np.array(made, dtype=np.float64)


def masses(found: Sequence[Case]) -> Array:
    """Return how much each example counts; they sum to `_SCALE` of their number."""
    kinds = [(each.suite, bool(each.whole)) for each in found]
    count = Counter(kinds)
    others = sum(kind not in _MASS for kind in count)
    mass = np.array([_MASS.get(kind, _ELSEWHERE / others) / count[kind] for kind in kinds])
    return mass * len(found) * _SCALE / mass.sum()


def fit(x: Array, y: Array, mass: Array) -> Array:
    """Return the intercept and the weights of a ridge logistic regression."""
    z = np.column_stack([np.ones(len(x)), x])
    ridge = np.diag([0.0, *[RIDGE] * x.shape[1]])
    beta = np.zeros(z.shape[1])
    for _ in range(30):
        p = probabilities(beta, x)
        gradient = z.T @ (mass * (y - p)) - ridge @ beta
        beta += np.linalg.solve((z.T * (mass * p * (1 - p))) @ z + ridge, gradient)
    return beta


def probabilities(beta: Array, x: Array) -> Array:
    """Return how likely the questions of the vectors `x` are about the whole."""
    return 1 / (1 + np.exp(-(beta[0] + x @ beta[1:])))


def threshold(x: Array, y: Array, mass: Array) -> float:
    """Return from where on few enough questions for passages, not fitted to, are taken for others.

    Every fifth question is judged by what a model made on the others says.
    """
    fold = np.random.default_rng(0).permutation(len(x)) % FOLDS
    judged = np.zeros(len(x))
    for each in range(FOLDS):
        seen = fold != each
        judged[~seen] = probabilities(fit(x[seen], y[seen], mass[seen]), x[~seen])
    return float(np.quantile(judged[y == 0], 1 - FALSE_ALARMS))


def main() -> None:
    """Fit the model to the questions that are not held out, and keep it."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    found = [
        each
        for each in cases(arguments.data)
        if not each.held_out
        and each.whole is not None
        and (each.suite != "own" or each.kind == "en")  # the embedder knows English
    ]
    x = asyncio.run(vectors(found))
    y = np.array([bool(each.whole) for each in found], dtype=np.float64)
    mass = masses(found)
    beta = fit(x, y, mass)
    kept = {
        "made_by": "python -m bench.train_whole",
        "embedder": EMBEDDER,
        "intercept": round(float(beta[0]), 3),
        "threshold": round(threshold(x, y, mass), 3),
        "weights": [round(float(weight), 3) for weight in beta[1:]],
    }
    text = json.dumps(kept)
    arguments.out.write_text(text.replace(', "', ',\n "') + "\n", encoding="utf-8")
    print(f"{len(found)} questions, {int(y.sum())} about the whole; sure from {kept['threshold']}")


if __name__ == "__main__":
    main()
