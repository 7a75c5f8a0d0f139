"""How long a user waits: `python -m bench.latency --data DIR`."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from bench.ingest_run import OneEmbedder
from bench.rows import Row, save
from core.ids import CollectionName
from core.settings import Settings
from core.types import ChunkKind, Scope
from core.wiring import open_clients
from serve.answer.question import Question
from serve.engine import Engine
from serve.lease import read_lease
from serve.service import IngestRequest
from tests.doubles.hash_embedder import HashEmbedder

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

IBID = Path(sys.executable).with_name("ibid")
HERE = CollectionName("default")
COPIES = 5
"""Of the 1,394 documents of `bigtext`: about 118,000 chunks in all."""
ROUNDS = 5


def questions(data: Path, count: int) -> list[str]:
    """Return real questions, of several sets in turn."""
    texts = [
        [json.loads(line)["question"] for line in path.open(encoding="utf-8")]
        for name in ("chroma_chunking", "clapnq", "lara", "financebench")
        if (path := data / name / "questions.jsonl").exists()
    ]
    return [asked[i % len(asked)] for i in range(count) for asked in [texts[i % len(texts)]]]


class WideHashEmbedder(HashEmbedder):
    """As wide as the real embedder, at no cost: what is timed here is all the rest."""

    name = "hash-384"
    dimensions = 384


async def search_latencies(data: Path) -> tuple[int, list[float]]:
    """Return how many chunks were searched, and milliseconds a question without embedding it."""
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(data_dir=Path(scratch))
        clients = replace(open_clients(settings), embedders=OneEmbedder(WideHashEmbedder()))
        engine = Engine(clients, settings)
        for copy in range(COPIES):
            shutil.copytree(data / "bigtext", Path(scratch) / "docs" / str(copy))
        request = IngestRequest(collection=HERE, paths=[str(Path(scratch) / "docs")])
        async for _ in engine.ingest(request):
            pass
        chunks = await (await clients.library.index(HERE)).count(ChunkKind.CHUNK)
        asked = [Question(text=text, scope=Scope(collection=HERE)) for text in questions(data, 400)]
        taken = [(await engine.search(question)).timings_ms["total"] for question in asked]
        await engine.close()
    return chunks, taken[100:]


def ask_latencies(url: str, asked: Sequence[str]) -> list[float]:
    """Return milliseconds of whole questions over HTTP."""
    taken: list[float] = []
    with httpx.Client(base_url=url, timeout=60) as client:
        for question in asked:
            began = time.perf_counter()
            client.post("/v1/query", json={"question": question}).raise_for_status()
            taken.append((time.perf_counter() - began) * 1_000)
    return taken


@contextmanager
def server(environment: dict[str, str]) -> Generator[str]:
    """Run `ibid serve` and give its address."""
    command = [str(IBID), "serve", "--port", "0"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:  # noqa: S603
        try:
            yield _address(Path(environment["IBID_DATA_DIR"]))
        finally:
            process.terminate()


def command_seconds(environment: dict[str, str], *arguments: str) -> float:
    """Return the median seconds that `ibid` takes with these arguments."""
    taken: list[float] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        subprocess.run(  # noqa: S603
            [str(IBID), *arguments], env=environment, check=True, stdout=subprocess.DEVNULL
        )
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data
    with tempfile.TemporaryDirectory() as scratch:
        environment = {**os.environ, "IBID_DATA_DIR": scratch}  # noqa: TID251
        # As a user has it: what Python has compiled is kept.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        corpora = [str(data / name / "corpus.jsonl") for name in ("clapnq", "cranfield")]
        corpora.append(str(data / "chroma_chunking" / "docs"))
        subprocess.run([str(IBID), "ingest", *corpora], env=environment, check=False)  # noqa: S603
        with server(environment) as url:
            asked = ask_latencies(url, questions(data, 300))[100:]
        cold = command_seconds(environment, "ask", questions(data, 1)[0])
        help_ = command_seconds(environment, "--help")
    chunks, searched = asyncio.run(search_latencies(data))
    rows = [
        _row(f"search, {chunks:,} chunks, without embedding the question", searched, (5, 20)),
        _row("`ask` over HTTP, running server", asked, (15, 40)),
        Row(what="`ibid ask`, no server, typed to answered", ours=f"{cold:.2f} s", goal="≤ 2 s"),
        Row(what="`ibid --help`", ours=f"{help_:.2f} s", goal="≤ 0.3 s"),
    ]
    save("latency", rows)
    for row in rows:
        print(f"{row.what}: {row.ours} (goal {row.goal})")


def _row(what: str, taken: Sequence[float], goal: tuple[int, int]) -> Row:
    cuts = statistics.quantiles(taken, n=100)
    return Row(
        what=f"{what}: p50, p99",
        ours=f"{cuts[49]:.1f}, {cuts[98]:.1f} ms",
        goal=f"≤ {goal[0]}, {goal[1]} ms",
    )


def _address(data_dir: Path, *, patience_s: float = 60) -> str:
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        lease = read_lease(data_dir)
        if lease is not None:
            return lease.url
        time.sleep(0.05)
    raise TimeoutError(f"no server in {data_dir} after {patience_s:.0f} s")


if __name__ == "__main__":
    main()
