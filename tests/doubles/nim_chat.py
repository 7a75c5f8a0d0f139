"""`NimChat` as it is wired, on the stand-in: real HTTP, real policy, minutes in seconds."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import openai

from core.catalog.card import ModelCard
from core.catalog.catalog import Catalog
from core.catalog.load import load_catalog
from core.chat import Completion, Message, Prompt, Role
from core.clock import Deadline
from core.limits.limiter import Limiter, Rates
from core.limits.windows import MemoryWindows
from core.nim.chat import NimChat
from core.nim.connections import Timeouts
from core.nim.health import Health
from core.nim.keys import Keys
from core.nim.policy import Upstream
from tests.doubles.clock import ScaledClock
from tests.doubles.memory_records import MemoryRecords
from tests.doubles.nim.conditions import Conditions
from tests.doubles.nim.standin import NimStandin

KEY = "nvapi-a-secret"
SPEED = 50
"""Seconds of the product's clock, and the stand-in's, in one of the machine's."""
UNLIMITED = Rates(per_model=None, overall=None, under_way=8)
PATIENCE = Timeouts(first_event_s=40, between_events_s=40)
IMPORTED = openai.__name__
"""By now: the seconds that it takes would be minutes of the clock."""
ANSWER = "The tower stands in Paris [1]."


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatAtStandin:
    nim: NimStandin
    clock: ScaledClock
    health: Health
    records: MemoryRecords
    chat: NimChat
    catalog: Catalog

    def card(self, name: str) -> ModelCard:
        return self.catalog.card(name)

    async def ask(self, name: str, prompt: Prompt, *, within_s: float = 1000) -> Completion:
        deadline = Deadline.after(within_s, clock=self.clock)
        return await self.chat.complete(self.card(name), prompt, deadline=deadline)


@asynccontextmanager
async def chat_at_standin(
    conditions: Conditions | None = None, *, records: MemoryRecords | None = None
) -> AsyncGenerator[ChatAtStandin]:
    clock = ScaledClock(SPEED)
    kept = records or MemoryRecords()
    health = Health(kept, clock=clock)
    limiter = Limiter(UNLIMITED, clock=clock, windows=MemoryWindows(clock=clock))
    keys = Keys({"NVIDIA_API_KEY": KEY})
    upstream = Upstream(limiter=limiter, health=health, keys=keys, clock=clock, draw=lambda: 0.5)
    chat = NimChat(upstream, clock=clock, timeouts=PATIENCE)
    with NimStandin(conditions, clock=clock) as nim:
        try:
            yield ChatAtStandin(
                nim=nim,
                clock=clock,
                health=health,
                records=kept,
                chat=chat,
                catalog=load_catalog(base_url=nim.url),
            )
        finally:
            await chat.close()
            await limiter.close()


def question(text: str = "Where does the tower stand?", *, evidence: str = "") -> Prompt:
    """A prompt with one numbered block of evidence, as the stand-in understands it."""
    evidence = evidence or "The tower stands in Paris."
    message = Message(role=Role.USER, text=f"[1] {evidence}\n\n{text}")
    return Prompt(messages=(message,), max_tokens=200)
