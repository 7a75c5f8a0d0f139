"""An endpoint behind a limiter."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.clock import Deadline
from core.limits.limiter import Lane, Limiter, Rates
from core.limits.windows import MemoryWindows

if TYPE_CHECKING:
    from core.clock import Clock

LANE = Lane(account="key-1", model="x/y")
OTHER_MODEL = Lane(account="key-1", model="x/z")
OTHER_ACCOUNT = Lane(account="key-2", model="x/y")
OWN_SERVER = Lane(account="http://127.0.0.1:8000/v1", model="x/y", limited=False)


def limiter_of(clock: Clock, rates: Rates | None = None) -> Limiter:
    return Limiter(rates or Rates(), clock=clock, windows=MemoryWindows(clock=clock))


def deadline_in(clock: Clock, seconds: float = 3600.0) -> Deadline:
    return Deadline.after(seconds, clock=clock)


@dataclass
class Endpoint:
    """Notes when each request came, and how many were under way together."""

    clock: Clock
    latency_s: float = 0.5
    came: list[tuple[float, Lane]] = field(default_factory=list[tuple[float, Lane]])
    under_way: int = 0
    most_under_way: int = 0

    async def ask(self, limiter: Limiter, lane: Lane, *, seconds: float = 3600.0) -> None:
        async with limiter.admit(lane, deadline=deadline_in(self.clock, seconds)):
            self.came.append((self.clock.monotonic(), lane))
            self.under_way += 1
            self.most_under_way = max(self.most_under_way, self.under_way)
            try:
                await self.clock.sleep(self.latency_s)
            finally:
                self.under_way -= 1

    async def ask_all(self, limiter: Limiter, *lanes: Lane) -> None:
        async with asyncio.TaskGroup() as group:
            for lane in lanes:
                group.create_task(self.ask(limiter, lane))

    def most_in_a_minute(self, *lanes: Lane) -> int:
        times = [at for at, lane in self.came if not lanes or lane in lanes]
        return most_in_a_minute(times)


def most_in_a_minute(times: list[float]) -> int:
    return max(sum(at - 60 < other <= at for other in times) for at in times)


async def settle() -> None:
    """Let whatever can go on go on."""
    for _ in range(10):
        await asyncio.sleep(0)
