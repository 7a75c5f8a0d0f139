"""A process that is killed while it reads, and the next one."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING

import orjson
import pytest

from tests.doubles.engine_at_standin import engine_at_standin
from tests.doubles.haystack import READER_SERVED, haystack, small_windows
from tests.doubles.nim.broken import Stall
from tests.doubles.nim.needles import Finds
from tests.doubles.nim.standin import NimStandin

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

NEEDLES = ("The toll at Ostrava was 47 florins.", "The bell of Ostrava was cast by Marek Hlinka.")
TEXT = haystack(230, dict(zip((0.1, 0.9), NEEDLES, strict=True)))
FINDS = Finds(NEEDLES)
READ = 5
ASKING = """
import asyncio, sys
from pathlib import Path
import orjson
from core.ids import CollectionName
from core.settings import Settings
from core.types import Scope
from serve.answer.question import Question, Strategy
from serve.engine import open_engine

async def main(data_dir, url):
    settings = Settings(
        data_dir=data_dir, catalog=data_dir / "catalog.toml", nvidia_base_url=url,
        embedder="all-MiniLM-L6-v2", requests_per_minute=1_000, rerank=False, judge=False,
    )
    engine = await open_engine(settings)
    scope = Scope(collection=CollectionName("default"))
    question = Question(text="What is known of Ostrava?", scope=scope,
                        strategy=Strategy.LONG_CONTEXT)
    async for event in engine.stream(question):
        if event.kind in ("progress", "final"):
            print(orjson.dumps(event.data).decode(), flush=True)
    await engine.close()

asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
"""
PART = re.compile(rb"Markers: (\[\w+\] to \[\w+\])")


def asking(data_dir: Path, nim: NimStandin) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", ASKING, str(data_dir), nim.url]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - it is ours


def parts(nim: NimStandin) -> list[tuple[bytes, int | None]]:
    """Return which blocks were read in each request for notes, and what became of it."""
    found = ((PART.search(asked.raw), asked.status) for asked in nim.log.of(READER_SERVED))
    return [(part[1], status) for part, status in found if part]


def within(found: Iterable[bytes]) -> set[int]:
    """Return the blocks inside parts; the last of one is also the first of the next."""
    ends = (map(int, re.findall(rb"\d+", part)) for part in found)
    return {number for first, last in ends for number in range(first + 1, last)}


def test_no_part_that_was_answered_is_asked_again_after_a_kill(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NVIDIA_API_KEY", "nvapi-1")

    async def ingest() -> None:
        async with engine_at_standin(data_dir) as at:
            await at.ingest(("Annals", TEXT))

    asyncio.run(ingest())
    small_windows(data_dir)
    with NimStandin() as nim:
        nim.script(READER_SERVED, *[FINDS] * READ)
        nim.always(READER_SERVED, Stall(after=None))
        with asking(data_dir, nim) as process:
            assert process.stdout
            told = (orjson.loads(line) for line in process.stdout)
            progress = next(each for each in told if each["windows_read"] == READ)
            process.send_signal(signal.SIGKILL)
        assert progress["windows_planned"] >= 12
        # The first ones were answered, by the script; those behind them stall, if with a status.
        answered = [part for part, _ in parts(nim)][:READ]

        nim.reset()
        nim.always(READER_SERVED, FINDS)
        with asking(data_dir, nim) as process:
            assert process.stdout
            *_, answer = (orjson.loads(line) for line in process.stdout)
        again = Counter(part for part, _ in parts(nim))

    assert set(again.values()) == {1}
    # What the killed process learned of tokens may move borders: so blocks are compared, too.
    assert within(answered).isdisjoint(within(again))
    assert answer["coverage"]["windows_read"] == answer["coverage"]["windows_planned"]
    assert answer["coverage"]["windows_read"] == READ + len(again)
    assert answer["complete"]
    assert [citation["quote"] for citation in answer["citations"]] == list(NEEDLES)
    for citation in answer["citations"]:
        assert TEXT[citation["span"]["start"] : citation["span"]["end"]] == citation["quote"]
