"""An `Engine` as it is wired, whose models are the stand-in's: minutes of theirs in seconds."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, Unpack

import openai
from langchain_nvidia_ai_endpoints import NVIDIARerank

from core.answers import Answer
from core.catalog.catalog import Catalog
from core.chat import Message
from core.ids import CollectionName
from core.nim.nim import Nim, NimOptions
from core.settings import Settings
from core.types import Scope
from core.wiring import open_clients
from serve.answer.events import Event
from serve.answer.question import Question, Reasoning, Sampling, Strategy, Task
from serve.engine import Engine
from serve.service import IngestRequest, SearchResult, TextSource
from tests.doubles.clock import ScaledClock
from tests.doubles.nim.conditions import Conditions
from tests.doubles.nim.model import Kind
from tests.doubles.nim.script import Fault
from tests.doubles.nim.standin import NimStandin

SPEED = 50
"""Seconds of the clock in one of the machine's."""
HERE = CollectionName("default")
IMPORTED = (openai.__name__, NVIDIARerank.__name__)
"""By now: the seconds that it takes would be minutes of the clock."""


class Wishes(TypedDict, total=False):
    """Of a question, beside its text."""

    strategy: Strategy
    task: Task
    language: str
    reasoning: Reasoning
    schema: dict[str, object]
    model: str
    sampling: Sampling
    history: tuple[Message, ...]
    max_context_tokens: int
    max_cost_usd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineAtStandin:
    engine: Engine
    nim: NimStandin
    catalog: Catalog
    strategy: Strategy = Strategy.RETRIEVAL
    """Of questions that name none."""

    async def ingest(self, *documents: tuple[str, str]) -> None:
        texts = [TextSource(title=title, text=text) for title, text in documents]
        jobs = [
            job async for job in self.engine.ingest(IngestRequest(collection=HERE, texts=texts))
        ]
        assert jobs[-1].documents.done == len(documents)

    async def ask(self, text: str, **wishes: Unpack[Wishes]) -> Answer:
        return await self.engine.ask(self._question(text, wishes))

    def stream(self, text: str, **wishes: Unpack[Wishes]) -> AsyncGenerator[Event]:
        return self.engine.stream(self._question(text, wishes))

    def _question(self, text: str, wishes: Wishes) -> Question:
        wishes = {"strategy": self.strategy, **wishes}
        return Question(text=text, scope=Scope(collection=HERE), **wishes)

    async def search(self, text: str) -> SearchResult:
        return await self.engine.search(Question(text=text, scope=Scope(collection=HERE)))

    def always(self, fault: Fault, *, but: Sequence[str] = ()) -> None:
        """Have this happen to every request for a chat model."""
        for model in self.nim.models.values():
            if model.kind is Kind.CHAT and model.id not in but:
                self.nim.always(model.id, fault)


@asynccontextmanager
async def engine_at_standin(
    data_dir: Path,
    conditions: Conditions | None = None,
    *,
    model: str = "auto",
    embedder: str = "all-MiniLM-L6-v2",
    timeout_s: float = 240,
    whole_tokens: int = 0,
    strategy: Strategy = Strategy.RETRIEVAL,
    catalog: Path | None = None,
    speed: float = SPEED,
) -> AsyncGenerator[EngineAtStandin]:
    clock = ScaledClock(speed)
    with NimStandin(conditions, clock=clock) as nim:
        settings = Settings(
            data_dir=data_dir,
            nvidia_base_url=nim.url,
            embedder=embedder,
            model=model,
            requests_per_minute=1_000,
            timeout_s=timeout_s,
            whole_tokens=whole_tokens,
            catalog=catalog,
        )
        clients = open_clients(settings)
        models = clients.models
        models.nim = Nim(
            NimOptions(
                catalog=models.catalog,
                data_dir=data_dir,
                requests_per_minute=settings.requests_per_minute,
                timeout_s=settings.timeout_s,
                clock=clock,
                keys=models.keys,
            ),
            clients.store.records,
        )
        engine = Engine(clients, settings, clock=clock)
        try:
            yield EngineAtStandin(engine=engine, nim=nim, catalog=models.catalog, strategy=strategy)
        finally:
            await engine.close()
