"""Who goes first of those that wait for room, and who does not wait."""

from __future__ import annotations

import asyncio

import pytest

from core.errors import NoRoomError
from core.limits.limiter import Rates
from tests.doubles.clock import VirtualClock
from tests.doubles.endpoint import (
    LANE,
    OTHER_MODEL,
    Endpoint,
    deadline_in,
    limiter_of,
    settle,
)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


async def test_nobody_waits_longer_than_those_before_make_it(clock: VirtualClock) -> None:
    """Eight ask again and again for what ten a minute may have."""
    limiter, waited = limiter_of(clock, Rates(per_model=10)), list[float]()

    async def ask_often(latency_s: float) -> None:
        for _ in range(12):
            began = clock.monotonic()
            async with limiter.admit(LANE, deadline=deadline_in(clock)):
                waited.append(clock.monotonic() - began)
                await clock.sleep(latency_s)

    async with asyncio.TaskGroup() as group:
        for number in range(8):
            group.create_task(ask_often(0.5 + 0.3 * number))
    assert len(waited) == 96
    assert max(waited) <= 60.5


async def test_of_those_that_wait_who_has_least_time_is_sent_first(clock: VirtualClock) -> None:
    endpoint, limiter = Endpoint(clock, latency_s=0.0), limiter_of(clock, Rates(per_model=1))
    await endpoint.ask(limiter, LANE)
    order = list[float]()

    async def ask(seconds: float) -> None:
        await endpoint.ask(limiter, LANE, seconds=seconds)
        order.append(seconds)

    async with asyncio.TaskGroup() as group:
        for seconds in (900.0, 600.0, 300.0):
            group.create_task(ask(seconds))
    assert order == [300.0, 600.0, 900.0]
    assert [at for at, _ in endpoint.came] == pytest.approx([0, 60, 120, 180], abs=0.1)


async def test_those_before_it_are_reckoned_with(clock: VirtualClock) -> None:
    endpoint, limiter = Endpoint(clock, latency_s=0.0), limiter_of(clock, Rates(per_model=2))
    async with asyncio.TaskGroup() as group:
        for _ in range(6):
            group.create_task(endpoint.ask(limiter, LANE, seconds=130))
        await settle()
        with pytest.raises(NoRoomError) as caught:
            await endpoint.ask(limiter, LANE, seconds=140)  # behind four, two a minute
        assert caught.value.retry_after_s == pytest.approx(180, abs=0.1)
        assert clock.monotonic() == 0.0
    assert len(endpoint.came) == 6


async def test_who_waits_no_longer_than_its_turn_is_told_at_once(clock: VirtualClock) -> None:
    endpoint, limiter = Endpoint(clock, latency_s=0.0), limiter_of(clock, Rates(per_model=1))
    await endpoint.ask(limiter, LANE)
    with pytest.raises(NoRoomError, match="12 s are left for that"):
        async with limiter.admit(LANE, deadline=deadline_in(clock), turn_s=12):
            pass
    assert clock.monotonic() == 0.0
    async with limiter.admit(LANE, deadline=deadline_in(clock), turn_s=61):
        assert clock.monotonic() == pytest.approx(60, abs=0.1)


async def test_what_has_begun_goes_before_what_has_not(clock: VirtualClock) -> None:
    endpoint, limiter = Endpoint(clock), limiter_of(clock, Rates(per_model=1))
    async with asyncio.TaskGroup() as group, limiter.admit(LANE, deadline=deadline_in(clock)):
        group.create_task(endpoint.ask(limiter, LANE, seconds=200))
        await settle()
        await limiter.count(LANE, deadline=deadline_in(clock))
        assert clock.monotonic() == pytest.approx(60, abs=0.1)
    assert [at for at, _ in endpoint.came] == pytest.approx([120], abs=0.1)


async def test_who_would_wait_as_long_for_another_model_waits_for_this_one(
    clock: VirtualClock,
) -> None:
    endpoint, limiter = Endpoint(clock, latency_s=0.0), limiter_of(clock, Rates(overall=2))
    await endpoint.ask_all(limiter, LANE, OTHER_MODEL)
    async with limiter.admit(LANE, deadline=deadline_in(clock), turn_s=12):
        assert clock.monotonic() == pytest.approx(60, abs=0.1)
