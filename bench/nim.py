"""Whether faults and limits of NIM lose work or spoil it: `python -m bench.nim --data DIR`.

The stand-in runs in a process of its own; its clock and ours go many times as fast as the
machine's, so that hours are over in minutes.
"""

from __future__ import annotations

import argparse
import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from bench.rows import Row, save
from bench.standin import Seen, Standin, standin
from core.catalog.catalog import ModelRole
from core.catalog.load import load_catalog
from core.errors import ProviderError
from core.nim.keys import Keys
from core.nim.nim import Nim, NimOptions
from tests.doubles.clock import ScaledClock
from tests.doubles.memory_records import MemoryRecords
from tests.doubles.nim.conditions import Conditions
from tests.doubles.nim.faults import TooManyRequests
from tests.doubles.nim.model import Kind
from tests.doubles.nim.words import vector
from tests.doubles.nim_load import Load, Tally, ask_all, prompts

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

QUESTION_SPEED, EMBEDDING_SPEED, WAITING_SPEED = 20.0, 10.0, 30.0
"""Seconds of the clock in one of the machine's: as many as what is done in them leaves time for."""
PASSAGE_CHARACTERS, CHUNK_CHARACTERS = 400, 1000
SLACK_S = 0.5
"""Of the machine's time: a question that ends later after its deadline than this has hung."""
HOPELESS = 100
"""Questions that are asked where something happens to every request."""
PER_MINUTE = 40
"""What a hosted account has been given."""
REFUSED = 0.05
"""The share of requests for vectors that get a 429 whatever their rate is, in the second run."""
REFUSALS = {Kind.EMBEDDING: (TooManyRequests(), TooManyRequests(retry_after="20"))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """What became of chunks."""

    chunks: int
    lost: int
    """How many have no vector, or another than theirs."""
    log: Sequence[Seen]
    minutes: float
    """Of the clock."""

    @property
    def refused(self) -> int:
        """The 429s that were drawn by too many requests."""
        return sum(seen.status == 429 and not seen.fault for seen in self.log)

    @property
    def refused_share(self) -> float:
        return self.refused / len(self.log)


async def ask(passages: Sequence[str], count: int, conditions: Conditions, load: Load) -> Tally:
    """Return what becomes of so many questions about `passages`."""
    with standin(conditions, speed=load.clock.factor) as running:
        async with _nim(running, load.clock) as nim:
            outcomes = await ask_all(nim.writer(), prompts(passages, count), load)
        log = running.log()
    tally = Tally.of(outcomes)
    struck = [seen.fault for seen in log if seen.fault]
    print(
        f"{count} questions, {len(log)} requests, {len(struck)} with one of {len(set(struck))} "
        f"kinds of faults: {tally.answered} answered, {tally.wrong} wrong, {tally.hung} past the "
        f"deadline; by {dict(tally.models)}"
    )
    for error, times in tally.errors.most_common(10):
        print(f"  {times} × {error:.300}")
    return tally


async def embed(chunks: Sequence[str], conditions: Conditions, *, speed: float) -> Embedded:
    """Return what becomes of `chunks`."""
    clock = ScaledClock(speed)
    with standin(conditions, speed=clock.factor) as running:
        async with _nim(running, clock) as nim:
            card = nim.catalog.role(ModelRole.EMBED)[0]
            embedder = await nim.embedder(card)
            began = clock.monotonic()
            try:
                vectors = await embedder.embed_passages(chunks)
            except ProviderError as error:
                print(f"all given up: {error}")
                vectors = []
            minutes = (clock.monotonic() - began) / 60
        log = running.log()
    right = sum(
        np.allclose(ours, vector(text, embedder.dimensions, mark="passage"), atol=1e-6)
        for ours, text in zip(vectors, chunks, strict=False)
    )
    done = Embedded(chunks=len(chunks), lost=len(chunks) - right, log=log, minutes=minutes)
    print(
        f"{len(chunks)} chunks in {minutes:.1f} minutes of the clock, {len(log)} requests, "
        f"{done.refused} too many, {sum(bool(seen.fault) for seen in log)} refused all the same, "
        f"{done.lost} chunks without their vectors"
    )
    return done


@asynccontextmanager
async def _nim(running: Standin, clock: ScaledClock) -> AsyncGenerator[Nim]:
    """Give the way to the stand-in, as it is with the settings' defaults."""
    with TemporaryDirectory() as directory:
        options = NimOptions(
            catalog=load_catalog(base_url=running.url),
            data_dir=Path(directory),
            clock=clock,
            keys=Keys({"NVIDIA_API_KEY": "nvapi-standin"}),
        )
        nim = Nim(options, MemoryRecords())
        try:
            yield nim
        finally:
            await nim.close()


def texts(data: Path, *, count: int, characters: int) -> list[str]:
    """Return so many pieces of the documents of `bigtext`, each once."""
    found: dict[str, None] = {}
    for path in sorted((data / "bigtext").rglob("*.*")):
        text = path.read_text(encoding="utf-8")
        found.update(
            (text[at : at + characters], None)
            for at in range(0, len(text) - characters, characters)
        )
        if len(found) >= count:
            return list(found)[:count]
    raise SystemExit(f"{data / 'bigtext'} has {len(found)} pieces, {count} are wanted")


async def question_rows(data: Path, count: int, faults: float) -> list[Row]:
    passages = texts(data, count=4 * max(count, HOPELESS), characters=PASSAGE_CHARACTERS)
    load = Load(clock=ScaledClock(QUESTION_SPEED), slack_s=SLACK_S)
    tally = await ask(passages, count, Conditions(faults=faults, seed=1), load)
    more = replace(load, clock=ScaledClock(QUESTION_SPEED), at_once=25)
    hopeless = await ask(passages, HOPELESS, Conditions(faults=1.0, seed=2), more)
    asked = tally.asked + hopeless.asked
    what = f"NIM's stand-in, faults in {faults:.0%} of requests"
    always = f"(+ {HOPELESS} with a fault in every request)"
    share = tally.answered / tally.asked
    return [
        Row(what=f"{what}: answered, of {count:,}", ours=f"{share:.1%}", goal="≥ 99.5 %"),
        Row(
            what=f"{what}: wrong taken for right, of {count:,} {always}",
            ours=str(tally.wrong + hopeless.wrong),
            goal="0",
        ),
        Row(
            what=f"{what}: past the deadline of {load.timeout_s:.0f} s, of {asked:,}",
            ours=str(tally.hung + hopeless.hung),
            goal="0",
        ),
    ]


async def ingestion_rows(data: Path, count: int) -> list[Row]:
    chunks = texts(data, count=count, characters=CHUNK_CHARACTERS)
    limited = Conditions(requests_per_minute=PER_MINUTE)
    refusing = replace(limited, faults=REFUSED, seed=3, pool=REFUSALS)
    plain = await embed(chunks, limited, speed=EMBEDDING_SPEED)
    struck = await embed(chunks, refusing, speed=WAITING_SPEED)
    what = f"NIM's stand-in, {PER_MINUTE} requests a minute, {count:,} chunks"
    return [
        Row(what=f"{what}: 429s, of all requests", ours=f"{plain.refused_share:.1%}", goal="≤ 1 %"),
        Row(
            what=f"{what}: lost, without and with {REFUSED:.0%} of requests refused",
            ours=f"{plain.lost}, {struck.lost}",
            goal="0",
        ),
    ]


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--faults", type=float, default=0.2, help="share of requests, 0 to 1")
    parser.add_argument("--chunks", type=int, default=10_000)
    options = parser.parse_args()
    rows = [
        *await question_rows(options.data, options.questions, options.faults),
        *await ingestion_rows(options.data, options.chunks),
    ]
    save("nim", rows)
    for row in rows:
        print(f"{row.what}: {row.ours} (goal {row.goal})")


if __name__ == "__main__":
    asyncio.run(main())
