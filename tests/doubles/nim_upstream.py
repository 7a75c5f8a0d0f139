"""The stand-in and the way to it as it is wired: real HTTP, real policy, minutes in seconds."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property

import core.nim.clients
from core.catalog.card import ModelCard
from core.catalog.catalog import Catalog
from core.catalog.load import load_catalog
from core.limits.limiter import Limiter, Rates
from core.limits.windows import MemoryWindows
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
IMPORTED = core.nim.clients.__name__
"""By now: the seconds that it takes would be minutes of the clock."""


@dataclass(frozen=True, kw_only=True)
class WayToStandin:
    nim: NimStandin
    clock: ScaledClock
    health: Health
    upstream: Upstream

    @cached_property
    def catalog(self) -> Catalog:
        return load_catalog(base_url=self.nim.url)

    def card(self, name: str) -> ModelCard:
        return self.catalog.card(name)


@asynccontextmanager
async def way_to_standin(
    conditions: Conditions | None = None, *, rates: Rates = UNLIMITED
) -> AsyncGenerator[WayToStandin]:
    clock = ScaledClock(SPEED)
    limiter = Limiter(rates, clock=clock, windows=MemoryWindows(clock=clock))
    health = Health(MemoryRecords(), clock=clock)
    upstream = Upstream(
        limiter=limiter,
        health=health,
        keys=Keys({"NVIDIA_API_KEY": KEY}),
        clock=clock,
        draw=lambda: 0.5,
    )
    with NimStandin(conditions, clock=clock) as nim:
        try:
            yield WayToStandin(nim=nim, clock=clock, health=health, upstream=upstream)
        finally:
            await limiter.close()
