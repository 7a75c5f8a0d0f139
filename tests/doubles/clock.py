"""Clocks that do not keep the machine's time."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import count

from core.clock import Deadline, SystemClock

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
_SETTLE = 50
"""Turns of the loop after which whatever can go on without time has gone on."""


def in_good_time() -> Deadline:
    """A deadline that nothing here comes near."""
    return Deadline.after(600, clock=SystemClock())


class VirtualClock:
    """Stands still while anything can go on, then jumps to when the next sleeper wakes.

    For what waits on nothing but this clock: not where threads or sockets are waited for.
    """

    def __init__(self, start: datetime = START) -> None:
        self._start, self._passed = start, 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = count()
        self._driver: asyncio.Task[None] | None = None
        self.slept: list[float] = []
        """What was asked of `sleep`, in order."""

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._passed)

    def monotonic(self) -> float:
        return self._passed

    def advance(self, seconds: float) -> None:
        """Let time pass; who should have woken by then wakes."""
        self._passed += seconds
        while self._sleepers and self._sleepers[0][0] <= self._passed:
            self._wake_next()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        waking: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heappush(self._sleepers, (self._passed + max(0.0, seconds), next(self._order), waking))
        if self._driver is None or self._driver.done():
            self._driver = asyncio.create_task(self._drive())
        await waking

    async def _drive(self) -> None:
        while self._sleepers:
            for _ in range(_SETTLE):
                await asyncio.sleep(0)
            self._wake_next()

    def _wake_next(self) -> None:
        while self._sleepers:
            at, _, waking = heappop(self._sleepers)
            if not waking.done():  # a cancelled sleeper moves no time
                self._passed = max(self._passed, at)
                waking.set_result(None)
                return


class ScaledClock:
    """The machine's time, so many times as fast; for what waits on threads, files or sockets."""

    def __init__(self, factor: float, start: datetime = START) -> None:
        self.factor = factor
        self._start, self._begun = start, time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return (time.monotonic() - self._begun) * self.factor

    def advance(self, seconds: float) -> None:
        """Let so much time pass at once; who sleeps by then sleeps on."""
        self._begun -= seconds / self.factor

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self.factor)
