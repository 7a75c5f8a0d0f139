"""Time, as something that can be handed over: tests pass a clock that runs faster."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


class Clock(Protocol):
    """The time of day, the time that passes, and waiting."""

    def now(self) -> datetime:
        """Return the time of day, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back; only differences mean something."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after so many seconds of this clock."""
        ...


class SystemClock:
    """The machine's."""

    def now(self) -> datetime:
        """Return the time of day, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never go back; only differences mean something."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Return after so many seconds."""
        await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment after which nobody waits any more."""

    clock: Clock
    at: float
    """In the clock's `monotonic()`."""

    @classmethod
    def after(cls, seconds: float, *, clock: Clock) -> Deadline:
        """Return the deadline so many seconds from now."""
        return cls(clock, clock.monotonic() + seconds)

    def remaining_s(self) -> float:
        """Return the seconds that are left; never below 0."""
        return max(0.0, self.at - self.clock.monotonic())

    def later(self, seconds: float) -> Deadline:
        """Return the deadline so many seconds after this one."""
        return Deadline(self.clock, self.at + seconds)

    @asynccontextmanager
    async def enforced(self, *, late: Exception | None = None) -> AsyncGenerator[None]:
        """Cut off what is inside when the time is over, and raise `late`.

        Raises:
            TimeoutError: it was cut off, and no `late` is given; `remaining_s()` is then 0.
        """
        limit = asyncio.timeout(None)
        try:
            async with limit:
                timer = asyncio.create_task(self._expire(limit))
                try:
                    yield
                finally:
                    timer.cancel()
        except TimeoutError as error:
            if late is None or not limit.expired():
                raise
            raise late from error

    async def _expire(self, limit: asyncio.Timeout) -> None:
        while left := self.remaining_s():
            await self.clock.sleep(left)
        limit.reschedule(asyncio.get_running_loop().time())
