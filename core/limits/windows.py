"""Requests of the last minute, counted in this process, in a file, or in Redis.

The counting is pyrate-limiter's. Its own `Limiter` waits by the machine's clock, which no deadline
of ours and no test of minutes could take part in, so its buckets are asked and the waiting is ours.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from inspect import isawaitable
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from pyrate_limiter import (
    AbstractBucket,
    Duration,
    InMemoryBucket,
    Rate,
    RateItem,
    SlidingWindowLog,
    SQLiteBucket,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from core.clock import Clock

T = TypeVar("T")
_log = logging.getLogger(__name__)

MINUTE = Duration.MINUTE
_ANY = Rate(1, MINUTE)
"""Replaced whenever a window is asked."""
_ALGORITHM = SlidingWindowLog()
OUT_S = 30.0
"""How long a place that failed is not asked again."""


class Window(Protocol):
    """The requests of the last minute, wherever they are counted."""

    async def wait_s(self, per_minute: int) -> float:
        """Return the seconds until one more request fits; 0: it fits now."""
        ...

    async def take(self, per_minute: int) -> bool:
        """Count one more request, if it fits; tell if it did."""
        ...


class Windows(Protocol):
    """All windows of one place."""

    async def window(self, name: str) -> Window:
        """Return the window of that name."""
        ...

    async def close(self) -> None:
        """Let go of files and connections; the counts stay."""
        ...


class BucketWindow:
    """A window in a bucket of the library's."""

    def __init__(self, bucket: AbstractBucket, *, clock: Clock, in_thread: bool = False) -> None:
        self._bucket, self._clock, self._in_thread = bucket, clock, in_thread

    async def wait_s(self, per_minute: int) -> float:
        """Return the seconds until one more request fits; 0: it fits now."""
        rate = Rate(per_minute, MINUTE)
        # The request that must have left the window before one more fits.
        blocking = await self._run(lambda: self._bucket.peek(per_minute - 1))
        now = self._now()
        wait = _ALGORITHM.retry_after(rate, now, blocking.timestamp if blocking else None)
        if wait > rate.interval + 1:  # counted in the future: the time of day was set back
            await self._run(self._bucket.flush)
            return 0.0
        return max(0, wait) / 1000

    async def take(self, per_minute: int) -> bool:
        """Count one more request, if it fits; tell if it did."""
        now = self._now()
        await self._run(lambda: self._bucket.leak(now))
        self._bucket.rates = [Rate(per_minute, MINUTE)]
        return await self._run(lambda: self._bucket.put(RateItem("request", now)))

    def _now(self) -> int:
        return int(self._clock.now().timestamp() * 1000)

    async def _run(self, ask: Callable[[], T | Awaitable[T]]) -> T:
        answer = await asyncio.to_thread(ask) if self._in_thread else ask()
        return cast("T", await answer if isawaitable(answer) else answer)


class MemoryWindows:
    """Windows of this process alone."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._windows: dict[str, Window] = {}

    async def window(self, name: str) -> Window:
        """Return the window of that name."""
        if name not in self._windows:
            self._windows[name] = BucketWindow(InMemoryBucket([_ANY]), clock=self._clock)
        return self._windows[name]

    async def close(self) -> None:
        """Let go of nothing."""


class FileWindows:
    """Windows of all processes that name the same file."""

    def __init__(self, path: Path, *, clock: Clock) -> None:
        self._path, self._clock = path, clock
        self._buckets: dict[str, SQLiteBucket] = {}

    async def window(self, name: str) -> Window:
        """Return the window of that name."""
        if name not in self._buckets:
            self._buckets[name] = await asyncio.to_thread(self._open, name)
        return BucketWindow(self._buckets[name], clock=self._clock, in_thread=True)

    async def close(self) -> None:
        """Close the file."""
        for bucket in self._buckets.values():
            bucket.close()
        self._buckets.clear()

    def _open(self, name: str) -> SQLiteBucket:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        table = "window_" + hashlib.sha256(name.encode()).hexdigest()[:24]
        return SQLiteBucket.init_from_file(
            [_ANY], table=table, db_path=str(self._path), use_file_lock=True
        )


class FallbackWindows:
    """Windows of one place; while that place is out, those of another."""

    def __init__(
        self,
        first: Windows,
        then: Windows,
        *,
        errors: tuple[type[Exception], ...],
        clock: Clock,
    ) -> None:
        self._first, self._then, self._errors, self._clock = first, then, errors, clock
        self._out_until = float("-inf")

    async def window(self, name: str) -> Window:
        """Return the window of that name."""
        return _FallbackWindow(name, self)

    async def close(self) -> None:
        """Let go of both places."""
        await self._first.close()
        await self._then.close()

    async def ask(self, name: str, ask: Callable[[Window], Awaitable[T]]) -> T:
        """Return what the window of that name answers, in the place that works."""
        if self._clock.monotonic() >= self._out_until:
            try:
                return await ask(await self._first.window(name))
            except self._errors as error:
                self._out_until = self._clock.monotonic() + OUT_S
                _log.warning("requests are counted in a narrower place for now: %s", error)
        return await ask(await self._then.window(name))


class _FallbackWindow:
    def __init__(self, name: str, windows: FallbackWindows) -> None:
        self._name, self._windows = name, windows

    async def wait_s(self, per_minute: int) -> float:
        return await self._windows.ask(self._name, lambda window: window.wait_s(per_minute))

    async def take(self, per_minute: int) -> bool:
        return await self._windows.ask(self._name, lambda window: window.take(per_minute))
