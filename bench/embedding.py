"""How fast the local embedder is, and what its precision costs: `python -m bench.embedding`."""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from bench.rows import Row, save
from core.local.embedder import MiniLmEmbedder
from core.local.precision import Precision
from core.local.weights import model_folder

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator, Sequence

    Timer = Callable[[], Awaitable[float]]

PASSAGE_CHARACTERS = 1000
PEER = Path(__file__).with_name("embedding_peer.py")
ROUNDS = 5
GAINS = {1: 15, 2: 7, 3: 3, 4: 1}
"""2^g - 1 with g = 4…1 for Cranfield's grades 1 (best) to 4; the rest are worth nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """The speed of one embedder: medians over the rounds."""

    name: str
    passages_per_s: float
    tokens_per_s: float
    ratio: float | None
    """Of its speed to the peer's, round by round; `None`: there was no peer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """How well one precision ranks Cranfield's abstracts, by vectors alone."""

    name: str
    ndcg_at_10: float
    recall_at_10: float


async def measure_rates(
    embedders: Sequence[MiniLmEmbedder], texts: Sequence[str], peer: Path | None
) -> list[Rate]:
    """Return the speed of each, all of them timed in turn in every round.

    Args:
        embedders: ours.
        texts: what each embeds, once a round.
        peer: the Python of an environment with `bench/peers.txt`.
    """
    timers = {embedder.name: _timer(embedder, texts) for embedder in embedders}
    tokens = sum(min(embedders[0].count_tokens(t), embedders[0].max_tokens) for t in texts)
    if peer is None:
        seconds = await _rounds(timers)
    else:
        with _peer_timer(peer, texts) as timer:
            seconds = await _rounds({**timers, "sentence-transformers-fp32": timer})
    baseline = seconds.get("sentence-transformers-fp32")
    return [
        Rate(
            name=name,
            passages_per_s=len(texts) / statistics.median(taken),
            tokens_per_s=tokens / statistics.median(taken),
            ratio=_ratio(baseline, taken) if baseline else None,
        )
        for name, taken in seconds.items()
    ]


async def measure_ranking(embedder: MiniLmEmbedder, cranfield: Path) -> Ranking:
    """Return what `embedder` finds of Cranfield's judged abstracts."""
    documents = _lines(cranfield / "corpus.jsonl")
    questions = _lines(cranfield / "questions.jsonl")
    ids = [str(document["doc_id"]) for document in documents]
    matrix = np.stack(await embedder.embed_passages([str(d["text"]) for d in documents]))
    asked = np.stack(await embedder.embed_passages([str(q["question"]) for q in questions]))
    scores: list[tuple[float, float]] = []
    for question, row in zip(questions, asked @ matrix.T, strict=True):
        found = [ids[int(i)] for i in np.argsort(-row, kind="stable")[:10].tolist()]
        scores.append(_score(found, _gains(question)))
    ndcg, recall = np.mean(scores, axis=0)
    return Ranking(name=embedder.name, ndcg_at_10=float(ndcg), recall_at_10=float(recall))


async def _rounds(timers: dict[str, Timer]) -> dict[str, list[float]]:
    seconds: dict[str, list[float]] = {name: [] for name in timers}
    for _ in range(ROUNDS):
        for name, timer in timers.items():
            seconds[name].append(await timer())
    return seconds


def _ratio(baseline: Sequence[float], taken: Sequence[float]) -> float:
    return statistics.median(b / t for b, t in zip(baseline, taken, strict=True))


def _timer(embedder: MiniLmEmbedder, texts: Sequence[str]) -> Timer:
    async def timer() -> float:
        start = time.perf_counter()
        await embedder.embed_passages(texts)
        return time.perf_counter() - start

    return timer


@contextmanager
def _peer_timer(python: Path, texts: Sequence[str]) -> Generator[Timer]:
    with subprocess.Popen(  # noqa: S603 - the path is the caller's own
        [python, "-I", PEER, model_folder()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={"HF_HUB_OFFLINE": "1"},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        commands, answers = process.stdin, process.stdout
        print(json.dumps(list(texts)), file=commands, flush=True)
        assert answers.readline() == "ready\n"

        async def timer() -> float:
            print("again", file=commands, flush=True)
            return float(await asyncio.to_thread(answers.readline))

        yield timer
        commands.close()


def _gains(question: dict[str, object]) -> dict[str, int]:
    judged = cast("list[dict[str, object]]", question["evidence"])
    return {str(e["doc_id"]): GAINS.get(int(str(e["relevance"])), 0) for e in judged}


def _score(found: Sequence[str], gains: dict[str, int]) -> tuple[float, float]:
    """Return nDCG and recall of the ids found."""
    discounts = 1 / np.log2(np.arange(2, len(found) + 2))
    ideal = np.zeros(len(found))
    best = sorted(gains.values(), reverse=True)[: len(found)]
    ideal[: len(best)] = best
    ndcg = float(np.dot([gains.get(i, 0) for i in found], discounts) / np.dot(ideal, discounts))
    relevant = {i for i, gain in gains.items() if gain}
    return ndcg, len(relevant & set(found)) / len(relevant)


def _lines(path: Path) -> list[dict[str, object]]:
    with path.open(encoding="utf-8", newline="\n") as file:
        return [json.loads(line) for line in file]


def _passages(cranfield: Path, count: int) -> list[str]:
    text = "\n".join(str(document["text"]) for document in _lines(cranfield / "corpus.jsonl"))
    step = PASSAGE_CHARACTERS
    return [text[i * step : (i + 1) * step] for i in range(count)]


def _row(rate: Rate) -> Row:
    return Row(
        what=f"embedding, {rate.name}: speed beside sentence-transformers fp32, same machine",
        ours=f"{rate.ratio:.1f}× ({rate.tokens_per_s:,.0f} tokens/s)",
        goal="≥ 2.5×" if rate.name.endswith("int8") else "–",
    )


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--data-dir", type=Path, default=Path(".ibid"), help="for the built model")
    parser.add_argument("--peer", type=Path, help="python with bench/peers.txt installed")
    parser.add_argument("--passages", type=int, default=200)
    options = parser.parse_args()
    cranfield = options.data / "cranfield"
    embedders = [MiniLmEmbedder(options.data_dir, precision=p) for p in Precision]
    texts = _passages(cranfield, options.passages)
    rates = await measure_rates(embedders, texts, options.peer)
    if options.peer:
        save("embedding", [_row(rate) for rate in rates if rate.ratio])
    for rate in rates:
        ratio = f"{rate.ratio:.2f}x" if rate.ratio else "-"
        print(
            f"{rate.name:28} {rate.passages_per_s:7.1f} passages/s "
            f"{rate.tokens_per_s:8.0f} tokens/s  {ratio}"
        )
    for embedder in embedders:
        ranking = await measure_ranking(embedder, cranfield)
        print(
            f"{ranking.name:28} Cranfield, vectors alone: "
            f"nDCG@10 {ranking.ndcg_at_10:.4f}, recall@10 {ranking.recall_at_10:.4f}"
        )


if __name__ == "__main__":
    asyncio.run(main())
