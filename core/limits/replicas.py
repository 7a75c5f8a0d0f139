"""Limits that replicas share, in Redis."""

from __future__ import annotations

import asyncio
import logging
from inspect import isawaitable
from typing import TYPE_CHECKING

from pyrate_limiter import Rate, RedisBucket
from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError

from core.errors import SettingsError
from core.limits.slots import UNSHARED, Slot, Slots
from core.limits.windows import MINUTE, OUT_S, BucketWindow, Window

if TYPE_CHECKING:
    from core.clock import Clock

_log = logging.getLogger(__name__)
_PREFIX = "ibid:limits:"
_TIMEOUT_S = 2.0


def connect(url: str) -> Redis:
    """Return a client that fails soon when the server is away; nothing is sent yet.

    Raises:
        SettingsError: `url` is not the URL of a Redis server.
    """
    try:
        return Redis.from_url(  # pyright: ignore[reportUnknownMemberType] - untyped keywords
            url,
            socket_timeout=_TIMEOUT_S,
            socket_connect_timeout=_TIMEOUT_S,
            retry=Retry(NoBackoff(), 0),  # there is a narrower place to count in
        )
    except ValueError:
        # What it says would show a part of the URL, which may have a password.
        raise SettingsError(
            "IBID_REDIS_URL is no URL of a Redis server; allowed are redis://HOST:PORT/DB, "
            "rediss:// and unix://"
        ) from None


class RedisWindows:
    """Windows of all replicas that name the same Redis."""

    def __init__(self, redis: Redis, *, clock: Clock) -> None:
        self._redis, self._clock = redis, clock
        self._buckets: dict[str, RedisBucket] = {}
        self._opening = asyncio.Lock()

    async def window(self, name: str) -> Window:
        """Return the window of that name."""
        async with self._opening:
            if name not in self._buckets:
                self._buckets[name] = await self._open(name)
        return _RedisWindow(name, self)

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()

    async def wait_s(self, name: str, per_minute: int) -> float:
        """Return the seconds until one more request fits into a window."""
        return await self._of(name).wait_s(per_minute)

    async def take(self, name: str, per_minute: int) -> bool:
        """Count one more request in a window, if it fits."""
        try:
            taken = await self._of(name).take(per_minute)
        except NoScriptError:  # the server has been restarted since
            self._buckets[name] = await self._open(name)
            taken = await self._of(name).take(per_minute)
        await self._redis.pexpire(_PREFIX + name, 2 * MINUTE.value)
        return taken

    def _of(self, name: str) -> BucketWindow:
        return BucketWindow(self._buckets[name], clock=self._clock)

    async def _open(self, name: str) -> RedisBucket:
        bucket = RedisBucket.init([Rate(1, MINUTE)], self._redis, _PREFIX + name)
        return await bucket if isawaitable(bucket) else bucket


class _RedisWindow:
    def __init__(self, name: str, windows: RedisWindows) -> None:
        self._name, self._windows = name, windows

    async def wait_s(self, per_minute: int) -> float:
        return await self._windows.wait_s(self._name, per_minute)

    async def take(self, per_minute: int) -> bool:
        return await self._windows.take(self._name, per_minute)


class RedisSlots:
    """Slots of all replicas that name the same Redis; each is a lock with a lease."""

    def __init__(self, redis: Redis, *, clock: Clock, otherwise: Slots | None = None) -> None:
        """While Redis is out, give the slots of `otherwise`."""
        self._redis, self._clock, self._otherwise = redis, clock, otherwise
        self._out_until = float("-inf")
        self._releasing = set[asyncio.Task[None]]()

    async def take(self, account: str, number: int, *, lease_s: float) -> Slot | None:
        """Return an account's slot of that number, if it is free."""
        if self._clock.monotonic() >= self._out_until:
            lock = Lock(self._redis, f"{_PREFIX}slot:{account}:{number}", timeout=lease_s)
            try:
                free = await lock.acquire(blocking=False)
                return _Lease(lock, self._releasing) if free else None
            except (OSError, RedisError) as error:
                self._out_until = self._clock.monotonic() + OUT_S
                _log.warning("requests under way are not shared out between replicas: %s", error)
        if self._otherwise is None:
            return UNSHARED
        return await self._otherwise.take(account, number, lease_s=lease_s)

    async def close(self) -> None:
        """Close the connections, once what is being given back has been."""
        if self._releasing:
            await asyncio.wait(self._releasing)
        await self._redis.aclose()


class _Lease:
    def __init__(self, lock: Lock, releasing: set[asyncio.Task[None]]) -> None:
        """Hold `lock`; while it is given back, `releasing` has the task that does."""
        self._lock, self._releasing = lock, releasing

    async def release(self) -> None:
        """Give it back, even if who waits for that is cancelled."""
        task = asyncio.create_task(self._release())
        self._releasing.add(task)
        task.add_done_callback(self._releasing.discard)
        await asyncio.shield(task)

    async def _release(self) -> None:
        try:
            await self._lock.release()
        except (OSError, RedisError) as error:  # it ends by itself
            _log.debug("a slot was not given back: %s", error)
