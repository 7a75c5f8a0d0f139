"""Ten million tokens: planned, read whole in one call, or in windows, and cited where they stand.

The model is a stand-in that says a sentence only if it really is in its prompt. Its time is not
ours: ours is what this process computes.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bench.long_context_reader import standin
from bench.rows import OUT, Row, save
from core.filters import parse_filters
from core.ids import CollectionName
from core.settings import Settings
from core.text import sentences
from core.types import Scope, Span
from core.wiring import open_clients
from serve.answer.question import Question, Strategy
from serve.answer.strategies.documents import evidence_of
from serve.answer.strategies.windowed.windows import windows
from serve.engine import Engine
from serve.service import IngestRequest
from tests.doubles.haystack import READER

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Sequence

    from core.answers import Answer, Citation, Plan
    from core.ids import DocumentId
    from core.wiring import Clients
    from retrieval.pack import Evidence

HERE = CollectionName("long")
SETS = {
    "peps": "bigtext/peps",
    "rfcs": "bigtext/rust-rfcs",
    "lara": "lara/docs",
    "financebench": "financebench/pdfs",
}
TEXTS = ("peps", "rfcs", "lara")
SHARES = (0.01, 0.5, 0.99)
ASKED = "Which sentences were hidden?"
_LENGTH = range(60, 200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Needle:
    """A sentence that stands once in all documents, and where."""

    document: DocumentId
    span: Span
    text: str

    def is_cited(self, citations: Sequence[Citation]) -> bool:
        """Tell whether citations cover all of its words where it stands."""
        covered = {
            at
            for each in citations
            if each.document_id == self.document
            for at in range(each.span.start, each.span.end)
        }
        return all(at in covered for at in range(self.span.start, self.span.end))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A reading to measure."""

    name: str
    window: int
    sets: Sequence[str]


CASES = (
    Case(name="9.2M tokens, a window of 10M", window=10_500_000, sets=TEXTS),
    Case(name="9.2M tokens, a window of 1M", window=1_000_000, sets=TEXTS),
    Case(name="11.8M tokens, a window of 10M", window=10_500_000, sets=tuple(SETS)),
)


async def main() -> None:
    logging.getLogger("ibid").setLevel(logging.ERROR)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the development data")
    parser.add_argument("--store", type=Path, default=OUT / "long", help="kept for the next time")
    arguments = parser.parse_args()
    await _ingest(arguments.data, arguments.store)
    rows: list[Row] = []
    for case in CASES:
        rows += await _measure(case, arguments.store)
    save("long_context", rows)


async def _ingest(data: Path, store: Path) -> None:
    settings = Settings(data_dir=store, model="extractive", embedder="all-MiniLM-L6-v2")
    engine = Engine(open_clients(settings), settings)
    try:
        for name, path in SETS.items():
            request = IngestRequest(
                collection=HERE, paths=[str((data / path).resolve())], metadata={"set": name}
            )
            async for job in engine.ingest(request):
                done = job.documents
                print(f"\r{name}: {done.done + done.skipped} of {done.total}", end="", flush=True)
            print()
    finally:
        await engine.close()


async def _measure(case: Case, store: Path) -> list[Row]:
    print(f"\n{case.name}")
    scope = Scope(collection=HERE, filters=parse_filters({"set": {"any": list(case.sets)}}))
    question = Question(text=ASKED, scope=scope, strategy=Strategy.LONG_CONTEXT)
    with standin(case.window) as nim:
        async with _opened(store, case.window, nim.url) as (engine, clients):
            plan_ms, plan = await _planned(engine, question)
            needles = await _needles(clients, scope, room=case.window)
            tokens = sum(each.tokens for each in await clients.library.in_scope(scope))
            nim.hide([needle.text for needle in needles])
            await engine.ask(replace(question, text="?", strategy=Strategy.RETRIEVAL))  # warms up
            answer, cost = await _asked(engine, question)
    around = plan.route.context_tokens / tokens - 1
    return [_overhead(case, around), *_rows(case, plan_ms, plan, answer, cost, needles)]


async def _planned(engine: Engine, question: Question) -> tuple[float, Plan]:
    plan = await engine.plan(question)  # reads the records
    took: list[float] = []
    for _ in range(9):
        began = time.perf_counter()
        plan = await engine.plan(question)
        took.append(time.perf_counter() - began)
    return median(took) * 1_000, plan


async def _needles(clients: Clients, scope: Scope, *, room: int) -> list[Needle]:
    """Return sentences at each of the shares, and one across a border of two windows."""
    documents = sorted(
        await clients.library.in_scope(scope), key=lambda each: (each.source, each.document_id)
    )
    evidence = await evidence_of(documents, clients.library)
    texts = "\n".join(each.passage.text for each in evidence)
    places = [int(share * len(evidence)) for share in SHARES]
    found = [
        next(chain(_hidden(evidence[at:], texts), _hidden(evidence[:at][::-1], texts)))
        for at in places
    ]
    return [*found, *_across(evidence, texts, room=room)]


def _hidden(evidence: Sequence[Evidence], texts: str) -> Generator[Needle]:
    for each in evidence:
        passage = each.passage
        for span in sentences(passage.text):
            text = span.slice(passage.text).strip()
            plain = text.replace(" ", "").isalpha() or text[:-1].replace(" ", "").isalpha()
            if len(text) in _LENGTH and plain and "\n" not in text and texts.count(text) == 1:
                start = passage.span.start + span.slice(passage.text).index(text) + span.start
                yield Needle(
                    document=passage.document_id,
                    span=Span(start, start + len(text)),
                    text=text,
                )


def _across(evidence: Sequence[Evidence], texts: str, *, room: int) -> list[Needle]:
    """Return the sentence that a border of two blocks cuts, where two windows meet."""
    for one, other in pairwise(windows(evidence, room=int(0.9 * room))):
        last, following = one.evidence[-1].passage, other.evidence[-1].passage
        if last.document_id == following.document_id:
            needle = next(_hidden([one.evidence[-1]], texts), None)
            return [needle] if needle else []
    return []


async def _asked(engine: Engine, question: Question) -> tuple[Answer, Cost]:
    before = _memory_now()
    began, cpu = time.perf_counter(), time.process_time()
    answer = await engine.ask(question)
    cost = Cost(
        wall_s=time.perf_counter() - began,
        own_s=time.process_time() - cpu,
        extra_bytes=_memory("VmHWM") - before,
    )
    return answer, cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What an answer took."""

    wall_s: float
    own_s: float
    """Computed by this process."""
    extra_bytes: int
    """Resident at the peak, beyond what was before."""


def _memory_now() -> int:
    """Return what is resident, and forget the peak so far."""
    Path("/proc/self/clear_refs").write_text("5")
    return _memory("VmRSS")


def _memory(field: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1_024 * next(int(line.split()[1]) for line in lines if line.startswith(field))


def _overhead(case: Case, around: float) -> Row:
    return Row(
        what=f"{case.name}: markers, titles and rules, beside the documents",
        ours=f"{around:.1%}",
        goal="≤ 3 %",
    )


def _rows(
    case: Case,
    plan_ms: float,
    plan: Plan,
    answer: Answer,
    cost: Cost,
    needles: Sequence[Needle],
) -> list[Row]:
    cited = sum(needle.is_cited(answer.citations) for needle in needles)
    calls = answer.coverage.windows_read or 1
    print(
        f"{plan.route.strategy}, {plan.route.context_tokens:,} tokens planned in {plan_ms:.1f} ms; "
        f"{calls} calls, {cost.own_s:.1f} s our own of {cost.wall_s:.1f} s, "
        f"{cost.extra_bytes / 1e6:.0f} MB; {cited} of {len(needles)} cited"
    )
    for fallback in answer.route.fallbacks:
        print(f"{fallback.model}: {fallback.error[:300]}")
    if answer.abstained:
        print(answer.abstained.detail[:500])
    return [
        Row(what=f"{case.name}: planned", ours=f"{plan_ms:.1f} ms", goal="≤ 50 ms"),
        Row(
            what=f"{case.name}: our own time, memory beyond, calls",
            ours=f"{cost.own_s:.1f} s, {cost.extra_bytes / 1e6:.0f} MB, {calls}",
            goal="≤ 5 s, ≤ 400 MB" if calls == 1 else "–",
        ),
        Row(
            what=f"{case.name}: hidden sentences cited where they stand",
            ours=f"{cited} of {len(needles)}",
            goal="all",
        ),
    ]


@asynccontextmanager
async def _opened(store: Path, window: int, url: str) -> AsyncGenerator[tuple[Engine, Clients]]:
    catalog = store / "catalog.toml"
    tiers = "\n".join(
        f'[tiers.{tier}]\ncandidates = ["{READER}"]'
        for tier in ("standard", "long", "whole_document")
    )
    catalog.write_text(
        f'[models."{READER}"]\nwindow = {window}\neffective_window = {window}\n'
        f'max_output = 16_384\nfamily = "llama3"\n\n{tiers}\n\n[languages]\nen = ["{READER}"]\n'
    )
    settings = Settings(
        data_dir=store,
        catalog=catalog,
        nvidia_base_url=url,
        embedder="all-MiniLM-L6-v2",
        rerank=False,
        judge=False,
        answer_days=0,
        requests_per_minute=1_000,
        timeout_s=600,
    )
    clients = open_clients(settings)
    engine = Engine(clients, settings)
    try:
        yield engine, clients
    finally:
        await engine.close()


if __name__ == "__main__":
    asyncio.run(main())
