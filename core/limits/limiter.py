"""When a request may be sent: so many a minute, so many under way, as the endpoint bears it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import defaultdict
from contextlib import asynccontextmanager
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from core.errors import DeadlineError, NoRoomError
from core.limits.line import Line
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
_MINUTE_S = 60.0


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wait:
    """The seconds until one more request fits; 0: it fits now."""

    own_s: float
    """Into what its lane is limited to."""
    overall_s: float
    """Into what all are limited to together."""

    @property
    def seconds(self) -> float:
        """Until it fits into both."""
        return max(self.own_s, self.overall_s)


class Limiter:
    """Lets requests through; every one that is sent is counted, retries and polls too.

    Of those that wait in one lane, the one whose deadline comes first goes first. For one event
    loop.
    """

    def __init__(
        self, rates: Rates, *, clock: Clock, windows: Windows, slots: Slots | None = None
    ) -> None:
        """Count in `windows`; `None` for `slots`: those of this process are all there are."""
        self._rates, self._clock, self._windows, self._slots = rates, clock, windows, slots
        self._paces: dict[tuple[str, str], Pace] = {}
        self._lines = defaultdict[Lane, Line](Line)
        self._under_way: dict[str, asyncio.Semaphore] = {}
        self._taking = asyncio.Lock()

    @asynccontextmanager
    async def admit(
        self, lane: Lane, *, deadline: Deadline, turn_s: float = inf
    ) -> AsyncGenerator[None]:
        """Wait until one request may be sent, count it, and hold a slot for it inside.

        Args:
            lane: what it counts for.
            deadline: of what it is sent for; of those that wait, the earliest goes first.
            turn_s: how much longer it may wait than a request in another lane would.

        Raises:
            NoRoomError: it would wait longer than that, or beyond the deadline; known at once where
                it can be.
            DeadlineError: the deadline came while waiting for other requests.
        """
        try:
            async with deadline.enforced():
                slot = await self._enter(lane, deadline, turn_s=turn_s)
        except TimeoutError:
            raise DeadlineError(
                f"its turn did not come before the deadline; no more than "
                f"{self._rates.under_way} requests are under way at one time",
                model=lane.model,
            ) from None
        try:
            yield
        finally:
            await self._give_back(slot, lane)

    async def count(self, lane: Lane, *, deadline: Deadline) -> None:
        """Wait until one more request may be sent in a slot that is already held, and count it.

        It goes before those that have not begun.

        Raises:
            NoRoomError: there is no room before the deadline.
        """
        with self._lines[lane].stand(until=-inf):
            while not await self._take(lane):
                wait = await self._look(lane)
                self._check(wait, lane, deadline)
                await self._clock.sleep(max(wait.seconds, _LOOK_AGAIN_S))

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

    async def _enter(self, lane: Lane, deadline: Deadline, *, turn_s: float) -> Slot:
        """Return a slot, with the request counted; nobody holds a slot while waiting for room."""
        line = self._lines[lane]
        with line.stand(until=deadline.at) as place:
            while True:
                wait = await self._look(lane, ahead=line.ahead(place))
                self._check(wait, lane, deadline, turn_s=turn_s)
                if line.ahead(place):
                    await line.first(place)
                elif wait.seconds:
                    await self._clock.sleep(wait.seconds)
                elif slot := await self._counted_slot(lane, deadline):
                    return slot

    async def _counted_slot(self, lane: Lane, deadline: Deadline) -> Slot | None:
        """Return a slot, with the request counted; `None`: there is no room any more."""
        slot = await self._slot(lane, deadline)
        taken = False
        try:
            taken = await self._take(lane)
        finally:
            if not taken:
                await self._give_back(slot, lane)
        return slot if taken else None

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
        """Release what is held; the slot first, or the next one here would find it taken."""
        try:
            await slot.release()
        finally:
            self._semaphore(lane).release()

    async def _shared_slot(self, account: str, number: int, deadline: Deadline) -> Slot | None:
        if self._slots is None:
            return UNSHARED
        lease_s = deadline.remaining_s() + _LEASE_MARGIN_S
        return await self._slots.take(account, number, lease_s=lease_s)

    def _check(self, wait: _Wait, lane: Lane, deadline: Deadline, *, turn_s: float = inf) -> None:
        """Raise if a wait goes beyond what is left of the time."""
        left_s = min(deadline.remaining_s(), wait.overall_s + turn_s)
        if wait.seconds and wait.seconds >= left_s:
            rate = self.per_minute(lane)
            now = f"{rate} requests a minute now" if rate else "the endpoint asked for it"
            raise NoRoomError(
                f"nothing may be sent for {wait.seconds:.0f} s ({now}), and {left_s:.0f} s are "
                f"left for that; ask later, or raise the limits if the account bears more",
                model=lane.model,
                retry_after_s=wait.seconds,
            )

    async def _look(self, lane: Lane, *, ahead: int = 0) -> _Wait:
        async with self._taking:
            return await self._room_in(lane, ahead=ahead)

    async def _room_in(self, lane: Lane, *, ahead: int = 0) -> _Wait:
        """Return how long to wait, behind so many others."""
        waits = {
            name: await self._window_wait_s(name, per_minute, ahead=ahead)
            for name, per_minute in self._limits(lane).items()
        }
        overall_s = waits.pop(_ALL, 0.0)
        return _Wait(own_s=max([self._pace(lane).paused_s(), *waits.values()]), overall_s=overall_s)

    async def _window_wait_s(self, name: str, per_minute: int, *, ahead: int) -> float:
        minutes, others = divmod(ahead, per_minute)
        window = await self._windows.window(name)
        return minutes * _MINUTE_S + await window.wait_s(per_minute - others)

    async def _take(self, lane: Lane) -> bool:
        """Count one request everywhere, if it fits; tell if it did.

        Between the look and the counting another process may take the room: then what was counted
        stays counted, and a little less is sent than could have been.
        """
        async with self._taking:
            if (await self._room_in(lane)).seconds:
                return False
            for name, per_minute in self._limits(lane).items():
                window = await self._windows.window(name)
                if not await window.take(per_minute):
                    return False
        return True

    def _limits(self, lane: Lane) -> dict[str, int]:
        """Return the requests a minute that are allowed in each window; its own comes first."""
        limits = {
            f"{lane.account} {lane.model}": self._pace(lane).per_minute,
            _ALL: self._rates.overall if lane.limited else None,
        }
        return {name: limit for name, limit in limits.items() if limit is not None}

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
