"""When a request may be sent: so many a minute, so many under way, as the endpoint bears it."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import DeadlineError, NoRoomError
from core.limits.pace import Pace
from core.limits.slots import UNSHARED, FileSlots, Slot, Slots
from core.limits.windows import FallbackWindows, FileWindows, MemoryWindows, Windows

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from core.clock import Clock, Deadline

_ALL = "all"
"""The window of all limited requests together."""
_LOOK_AGAIN_S = 0.1
"""How often a slot that another process holds is looked at."""
_LEASE_MARGIN_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What may be asked of endpoints that take a key.

    However long requests are on their way, a provider sees at most `overall` and `under_way`
    together in any minute: these stay below the 40 that a hosted account has been given.
    """

    per_model: int | None = 35
    """Requests a minute for one model with one key; `None`: any number."""
    overall: int | None = 35
    """Requests a minute for all of them together; `None`: any number."""
    under_way: int = 4
    """Requests of one account at one time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """What shares a limit."""

    account: str
    """Identifies the key (by its fingerprint) or, where there is none, the endpoint."""
    model: str
    limited: bool = True
    """Whether requests a minute are limited before the endpoint says so by a 429."""


class Limiter:
    """Lets requests through; every one that is sent is counted, retries and polls too.

    For one event loop.
    """

    def __init__(
        self, rates: Rates, *, clock: Clock, windows: Windows, slots: Slots | None = None
    ) -> None:
        """Count in `windows`; `None` for `slots`: those of this process are all there are."""
        self._rates, self._clock, self._windows, self._slots = rates, clock, windows, slots
        self._paces: dict[tuple[str, str], Pace] = {}
        self._under_way: dict[str, asyncio.Semaphore] = {}
        self._taking = asyncio.Lock()

    @asynccontextmanager
    async def admit(self, lane: Lane, *, deadline: Deadline) -> AsyncGenerator[None]:
        """Wait until one request may be sent, count it, and hold a slot for it inside.

        Raises:
            NoRoomError: there is no room before the deadline; known at once where it can be.
            DeadlineError: the deadline came while waiting for another request to end.
        """
        try:
            async with deadline.enforced():
                slot = await self._enter(lane, deadline)
        except TimeoutError:
            raise DeadlineError(
                f"no room before the deadline: {self._rates.under_way} requests are under way",
                model=lane.model,
            ) from None
        try:
            yield
        finally:
            await self._give_back(slot, lane)

    async def count(self, lane: Lane, *, deadline: Deadline) -> None:
        """Wait until one more request may be sent in a slot that is already held, and count it.

        Raises:
            NoRoomError: there is no room before the deadline.
        """
        while wait := await self._take(lane):
            await self._wait(wait, lane, deadline)

    def refused(self, lane: Lane, *, sent_at: float, retry_after_s: float | None) -> None:
        """Note a 429 to a request that was sent at that (monotonic) time."""
        self._pace(lane).refused(sent_at=sent_at, retry_after_s=retry_after_s)

    def per_minute(self, lane: Lane) -> int | None:
        """Return the requests a minute that are allowed now; `None`: any number."""
        return self._pace(lane).per_minute

    async def close(self) -> None:
        """Let go of files and connections."""
        await self._windows.close()
        if self._slots is not None:
            await self._slots.close()

    async def _enter(self, lane: Lane, deadline: Deadline) -> Slot:
        """Return a slot, with the request counted; nobody holds a slot while waiting for room."""
        while True:
            while wait := await self._look(lane):
                await self._wait(wait, lane, deadline)
            slot = await self._slot(lane, deadline)
            taken = False
            try:
                taken = not await self._take(lane)
            finally:
                if not taken:
                    await self._give_back(slot, lane)
            if taken:
                return slot

    async def _slot(self, lane: Lane, deadline: Deadline) -> Slot:
        semaphore = self._semaphore(lane)
        await semaphore.acquire()
        try:
            while True:
                for number in range(self._rates.under_way):
                    slot = await self._shared_slot(lane.account, number, deadline)
                    if slot is not None:
                        return slot
                await self._clock.sleep(_LOOK_AGAIN_S)
        except BaseException:
            semaphore.release()
            raise

    async def _give_back(self, slot: Slot, lane: Lane) -> None:
        self._semaphore(lane).release()
        await slot.release()

    async def _shared_slot(self, account: str, number: int, deadline: Deadline) -> Slot | None:
        if self._slots is None:
            return UNSHARED
        lease_s = deadline.remaining_s() + _LEASE_MARGIN_S
        return await self._slots.take(account, number, lease_s=lease_s)

    async def _wait(self, wait_s: float, lane: Lane, deadline: Deadline) -> None:
        left_s = deadline.remaining_s()
        if wait_s >= left_s:
            rate = self.per_minute(lane)
            now = f"{rate} requests a minute now" if rate else "the endpoint asked for it"
            raise NoRoomError(
                f"nothing may be sent for {wait_s:.0f} s ({now}), and {left_s:.0f} s are left; "
                f"ask later, or raise the limits if the account bears more",
                model=lane.model,
                retry_after_s=wait_s,
            )
        await self._clock.sleep(wait_s)

    async def _look(self, lane: Lane) -> float:
        async with self._taking:
            return await self._room_in(lane)

    async def _room_in(self, lane: Lane) -> float:
        """Return the seconds until one more request fits; 0: it fits now."""
        waits = [self._pace(lane).paused_s()]
        for name, per_minute in self._limits(lane):
            waits.append(await (await self._windows.window(name)).wait_s(per_minute))
        return max(waits)

    async def _take(self, lane: Lane) -> float:
        """Count one request everywhere and return 0, or return how long to wait and count none.

        Between the look and the counting another process may take the room: then what was counted
        stays counted, and a little less is sent than could have been.
        """
        async with self._taking:
            if wait := await self._room_in(lane):
                return wait
            for name, per_minute in self._limits(lane):
                window = await self._windows.window(name)
                if not await window.take(per_minute):
                    return max(_LOOK_AGAIN_S, await window.wait_s(per_minute))
        return 0.0

    def _limits(self, lane: Lane) -> list[tuple[str, int]]:
        model = (f"{lane.account} {lane.model}", self._pace(lane).per_minute)
        overall = (_ALL, self._rates.overall if lane.limited else None)
        return [(name, limit) for name, limit in (model, overall) if limit is not None]

    def _pace(self, lane: Lane) -> Pace:
        key = lane.account, lane.model
        if key not in self._paces:
            self._paces[key] = Pace(
                most=self._rates.per_model if lane.limited else None,
                after_refusal=self._rates.per_model or Rates().per_model or 1,
                clock=self._clock,
            )
        return self._paces[key]

    def _semaphore(self, lane: Lane) -> asyncio.Semaphore:
        if lane.account not in self._under_way:
            self._under_way[lane.account] = asyncio.Semaphore(self._rates.under_way)
        return self._under_way[lane.account]


def open_limiter(
    rates: Rates, *, clock: Clock, directory: Path | None = None, redis_url: str = ""
) -> Limiter:
    """Return a limiter whose counts are shared as widely as can be.

    With all replicas that name the same Redis, else with all processes that name the same
    directory, else with nobody. While Redis or the directory is out, the narrower one is used.
    """
    windows: Windows = MemoryWindows(clock=clock)
    slots: Slots | None = None
    if directory is not None:
        file = FileWindows(directory / "limits.sqlite", clock=clock)
        windows = FallbackWindows(file, windows, errors=(OSError, sqlite3.Error), clock=clock)
        slots = FileSlots(directory)
    if redis_url:
        from redis.exceptions import RedisError  # noqa: PLC0415 - a second to import

        from core.limits.replicas import RedisSlots, RedisWindows, connect  # noqa: PLC0415

        redis = connect(redis_url)
        shared = RedisWindows(redis, clock=clock)
        windows = FallbackWindows(shared, windows, errors=(OSError, RedisError), clock=clock)
        slots = RedisSlots(redis, clock=clock, otherwise=slots)
    return Limiter(rates, clock=clock, windows=windows, slots=slots)
