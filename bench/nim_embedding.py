"""How fast texts are embedded on NIM, beside LlamaIndex's way: `python -m bench.nim_embedding`.

All ways ask one stand-in, in a process of its own, that waits 50 ms before each answer; every round
times each of them once.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bench.rows import Row, save
from core.catalog.catalog import ModelRole
from core.catalog.load import load_catalog
from core.clock import SystemClock
from core.limits.limiter import Limiter, Rates
from core.limits.windows import MemoryWindows
from core.nim.embeddings import NimEmbedder
from core.nim.health import Health
from core.nim.keys import Keys
from core.nim.policy import Upstream
from core.nim.vector_cache import VectorCache
from tests.doubles.memory_records import MemoryRecords

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator, Sequence

    Timer = Callable[[], Awaitable[float]]

LATENCY_MS = 50
PASSAGE_CHARACTERS = 1000
ROUNDS = 5
OURS, DEFAULT = "ibid", "default"
PEER = Path(__file__).with_name("nim_embedding_peer.py")


async def measure(address: str, texts: Sequence[str], peer: Path) -> dict[str, list[float]]:
    """Return the seconds of each way in each round; the first round is not counted."""
    with _peer_timers(peer, address, texts) as timers:
        ways = {OURS: _timer(address, texts), **timers}
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS + 1):
            for name, timer in ways.items():
                seconds[name].append(await timer())
    return {name: taken[1:] for name, taken in seconds.items()}


def _timer(address: str, texts: Sequence[str]) -> Timer:
    """Return what times our way, with its policy, and with a new file for the vectors."""
    clock = SystemClock()
    card = load_catalog(base_url=address).role(ModelRole.EMBED)[0]
    card = replace(card, endpoint=replace(card.endpoint, api_key_env=None))

    async def timer() -> float:
        upstream = Upstream(
            limiter=Limiter(Rates(), clock=clock, windows=MemoryWindows(clock=clock)),
            health=Health(MemoryRecords(), clock=clock),
            keys=Keys({}),
            clock=clock,
        )
        with TemporaryDirectory() as directory:
            cache = VectorCache(Path(directory) / "vectors.sqlite")
            embedder = NimEmbedder(card, upstream, clock=clock, cache=cache)
            start = time.perf_counter()
            vectors = await embedder.embed_passages(texts)
            taken = time.perf_counter() - start
            await embedder.close()
            cache.close()
        assert len(vectors) == len(texts)
        return taken

    return timer


@contextmanager
def _standin() -> Generator[str]:
    """Give the address of a stand-in."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    command = ["-m", "tests.doubles.nim", "--port", port, "--latency-ms", str(LATENCY_MS)]
    with subprocess.Popen(  # noqa: S603 - this very Python
        [sys.executable, *command], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("export NVIDIA_BASE_URL")
        try:
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.kill()


@contextmanager
def _peer_timers(python: Path, address: str, texts: Sequence[str]) -> Generator[dict[str, Timer]]:
    with subprocess.Popen(  # noqa: S603 - the path is the caller's own
        [python, "-I", PEER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"NVIDIA_USAGE_TELEMETRY_ENABLED": "0"},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        commands, answers = process.stdin, process.stdout
        model = load_catalog().role(ModelRole.EMBED)[0].name
        print(json.dumps([address, model, list(texts)]), file=commands, flush=True)

        def timer(setting: str) -> Timer:
            async def timed() -> float:
                print(setting, file=commands, flush=True)
                return float(await asyncio.to_thread(answers.readline))

            return timed

        yield {setting: timer(setting) for setting in json.loads(answers.readline())}
        commands.close()


def _passages(cranfield: Path, count: int) -> list[str]:
    with (cranfield / "corpus.jsonl").open(encoding="utf-8", newline="\n") as file:
        text = "\n".join(str(json.loads(line)["text"]) for line in file)
    step = PASSAGE_CHARACTERS
    return [text[i * step : (i + 1) * step] for i in range(count)]


def _times_as_fast(seconds: dict[str, list[float]], peer: str) -> float:
    pairs = zip(seconds[peer], seconds[OURS], strict=True)
    return statistics.median(theirs / ours for theirs, ours in pairs)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--peer", type=Path, required=True, help="python with bench/peers.txt")
    parser.add_argument("--passages", type=int, default=1024)
    options = parser.parse_args()
    texts = _passages(options.data / "cranfield", options.passages)
    with _standin() as address:
        seconds = await measure(address, texts, options.peer)
    ratios = {name: _times_as_fast(seconds, name) for name in seconds}
    for name, taken in seconds.items():
        print(
            f"{name:34} {len(texts) / statistics.median(taken):7.0f} passages/s, "
            f"ibid is {ratios[name]:.2f} times as fast"
        )
    rate = len(texts) / statistics.median(seconds[OURS])
    best = min(ratios.keys() - {OURS, DEFAULT}, key=ratios.__getitem__)
    what = f"embedding on NIM, {LATENCY_MS} ms away: speed beside LlamaIndex's LangchainEmbedding"
    rows = [(what, DEFAULT, "≥ 5×"), (f"{what}, at its best ({best})", best, "≥ 1.5×")]
    save(
        "nim_embedding",
        [
            Row(what=what, ours=f"{ratios[peer]:.1f}× ({rate:,.0f} passages/s)", goal=goal)
            for what, peer, goal in rows
        ],
    )


if __name__ == "__main__":
    asyncio.run(main())
