from __future__ import annotations

import asyncio
from itertools import cycle
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.clock import SystemClock
from core.errors import DeadlineError, NoRoomError
from core.limits.limiter import Limiter, Rates, open_limiter
from core.limits.slots import FileSlots
from core.limits.windows import MemoryWindows
from tests.doubles.clock import ScaledClock, VirtualClock
from tests.doubles.endpoint import (
    LANE,
    OTHER_ACCOUNT,
    OTHER_MODEL,
    OWN_SERVER,
    Endpoint,
    deadline_in,
    limiter_of,
    most_in_a_minute,
    settle,
)

if TYPE_CHECKING:
    from pathlib import Path


class SlowSlot:
    """The only slot, and a way to it; it is given back when `gate` opens, perhaps with `error`."""

    def __init__(self, clock: VirtualClock, error: OSError | None = None) -> None:
        self.gate = asyncio.Event()
        self.error, self.held, self.tries = error, False, 0
        rates, windows = Rates(under_way=1), MemoryWindows(clock=clock)
        self._limiter = Limiter(rates, clock=clock, windows=windows, slots=self)
        self._deadline = deadline_in(clock, 60)

    async def take(self, account: str, number: int, *, lease_s: float) -> SlowSlot | None:
        del account, number, lease_s
        self.tries += 1
        if self.held:
            return None
        self.held = True
        return self

    async def release(self) -> None:
        await self.gate.wait()
        self.held = False
        if self.error:
            raise self.error

    async def close(self) -> None: ...

    async def pass_through(self) -> None:
        async with self._limiter.admit(LANE, deadline=self._deadline):
            pass


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


async def test_no_minute_has_more_requests_for_a_model_than_its_limit(clock: VirtualClock) -> None:
    endpoint = Endpoint(clock)
    await endpoint.ask_all(limiter_of(clock), *[LANE] * 120)
    assert len(endpoint.came) == 120
    assert endpoint.most_in_a_minute() == 35


async def test_no_minute_has_more_requests_of_all_than_the_limit_overall(
    clock: VirtualClock,
) -> None:
    endpoint = Endpoint(clock)
    limiter = limiter_of(clock, Rates(per_model=10, overall=15, under_way=6))
    await endpoint.ask_all(limiter, *[LANE, OTHER_MODEL, OTHER_ACCOUNT] * 30)
    assert endpoint.most_in_a_minute() == 15
    for lane in (LANE, OTHER_MODEL, OTHER_ACCOUNT):
        assert endpoint.most_in_a_minute(lane) <= 10


@given(
    travel_s=st.lists(st.floats(0, 20) | st.sampled_from([0.0, 1.0]), min_size=1, max_size=40),
    answer_s=st.floats(0, 3),
)
@settings(max_examples=25, deadline=None)
def test_a_provider_that_takes_40_a_minute_is_never_asked_too_often(
    travel_s: list[float], answer_s: float
) -> None:
    clock, came = VirtualClock(), list[float]()
    limiter, travels = limiter_of(clock), cycle(travel_s)

    async def ask() -> None:
        async with limiter.admit(LANE, deadline=deadline_in(clock, 1e6)):
            await clock.sleep(next(travels))
            came.append(clock.monotonic())
            await clock.sleep(answer_s)

    async def ask_all() -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(80):
                group.create_task(ask())

    asyncio.run(ask_all())
    assert len(came) == 80
    assert most_in_a_minute(came) <= 39


def test_200_requests_take_no_longer_than_the_limit_makes_them(clock: VirtualClock) -> None:
    endpoint = Endpoint(clock, latency_s=0.05)
    asyncio.run(endpoint.ask_all(limiter_of(clock), *[LANE] * 200))
    assert clock.monotonic() < 301


async def test_no_more_are_under_way_than_an_account_may_have(clock: VirtualClock) -> None:
    endpoint = Endpoint(clock)
    limiter = limiter_of(clock, Rates(under_way=3))
    await endpoint.ask_all(limiter, *[LANE] * 20, *[OTHER_MODEL] * 10)
    assert endpoint.most_under_way == 3


async def test_accounts_do_not_wait_for_each_others_answers(clock: VirtualClock) -> None:
    endpoint = Endpoint(clock)
    limiter = limiter_of(clock, Rates(under_way=2))
    await endpoint.ask_all(limiter, *[LANE, OTHER_ACCOUNT] * 5)
    assert endpoint.most_under_way == 4


async def test_a_server_of_ones_own_is_asked_as_often_as_it_answers(clock: VirtualClock) -> None:
    endpoint = Endpoint(clock, latency_s=0.1)
    await endpoint.ask_all(limiter_of(clock), *[OWN_SERVER] * 400)
    assert clock.monotonic() < 15
    assert endpoint.most_under_way == 4


async def test_a_server_of_ones_own_that_refuses_is_asked_less(clock: VirtualClock) -> None:
    endpoint, limiter = Endpoint(clock, latency_s=0.1), limiter_of(clock)
    limiter.refused(OWN_SERVER, sent_at=0.0, retry_after_s=None)
    await endpoint.ask_all(limiter, *[OWN_SERVER] * 40)
    assert endpoint.most_in_a_minute() <= 35 // 2 + 2


async def test_limits_that_are_off_hold_nothing_back(clock: VirtualClock) -> None:
    endpoint = Endpoint(clock, latency_s=0.1)
    limiter = limiter_of(clock, Rates(per_model=None, overall=None))
    await endpoint.ask_all(limiter, *[LANE] * 400)
    assert clock.monotonic() < 15


async def test_no_room_before_the_deadline_is_known_at_once(clock: VirtualClock) -> None:
    endpoint, limiter = Endpoint(clock, latency_s=0.0), limiter_of(clock, Rates(per_model=2))
    await endpoint.ask_all(limiter, LANE, LANE)
    with pytest.raises(NoRoomError, match="2 requests a minute now") as caught:
        await endpoint.ask(limiter, LANE, seconds=30)
    assert clock.monotonic() == 0.0
    assert caught.value.retry_after_s == pytest.approx(60, abs=0.1)
    await endpoint.ask(limiter, LANE, seconds=90)
    assert len(endpoint.came) == 3


async def test_another_model_has_room_while_one_waits(clock: VirtualClock) -> None:
    endpoint, limiter = Endpoint(clock), limiter_of(clock, Rates(per_model=2, under_way=1))
    await endpoint.ask_all(limiter, LANE, LANE, LANE, OTHER_MODEL)
    others = [at for at, lane in endpoint.came if lane == OTHER_MODEL]
    assert others
    assert others[0] < 2, "who waits for room holds no slot"


async def test_a_wait_for_a_slot_ends_with_the_deadline(clock: VirtualClock) -> None:
    endpoint, limiter = Endpoint(clock, latency_s=100), limiter_of(clock, Rates(under_way=1))
    async with asyncio.TaskGroup() as group:
        group.create_task(endpoint.ask(limiter, LANE))
        await settle()
        with pytest.raises(DeadlineError, match="1 requests are under way"):
            await endpoint.ask(limiter, LANE, seconds=10)
        assert clock.monotonic() == pytest.approx(10)
    await endpoint.ask(limiter, LANE)
    assert len(endpoint.came) == 2


async def test_a_slot_is_given_back_by_those_who_fail_and_those_who_are_cancelled(
    clock: VirtualClock,
) -> None:
    endpoint, limiter = Endpoint(clock, latency_s=50), limiter_of(clock, Rates(under_way=1))
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            async with limiter.admit(LANE, deadline=deadline_in(clock)):
                raise ZeroDivisionError
    holder = asyncio.create_task(endpoint.ask(limiter, LANE))
    waiter = asyncio.create_task(endpoint.ask(limiter, LANE))
    await settle()
    waiter.cancel()
    holder.cancel()
    await asyncio.wait([holder, waiter])
    await endpoint.ask(limiter, LANE, seconds=60)
    assert [at for at, _ in endpoint.came] == [0.0, 0.0]


async def test_who_waits_looks_for_a_slot_when_it_is_free_again(clock: VirtualClock) -> None:
    slot = SlowSlot(clock)
    asking = [asyncio.create_task(slot.pass_through()) for _ in range(2)]
    await settle()
    assert (slot.held, slot.tries) == (True, 1)
    slot.gate.set()
    await asyncio.wait(asking)
    assert (slot.tries, clock.monotonic()) == (2, 0.0)


async def test_a_slot_that_cannot_be_given_back_keeps_nobody_here_waiting(
    clock: VirtualClock,
) -> None:
    slot = SlowSlot(clock, OSError("the disk is gone"))
    slot.gate.set()
    for tries in (1, 2):
        with pytest.raises(OSError, match="the disk is gone"):
            await slot.pass_through()
        assert slot.tries == tries


async def test_who_is_cancelled_while_giving_back_keeps_nobody_here_waiting(
    clock: VirtualClock,
) -> None:
    slot = SlowSlot(clock)
    holder = asyncio.create_task(slot.pass_through())
    await settle()
    holder.cancel()
    await asyncio.wait([holder])
    assert holder.cancelled()
    slot.held = False  # its lease has run out
    slot.gate.set()
    await slot.pass_through()
    assert slot.tries == 2


async def test_after_a_refusal_nothing_is_sent_before_the_time_it_named(
    clock: VirtualClock,
) -> None:
    endpoint, limiter = Endpoint(clock), limiter_of(clock)
    limiter.refused(LANE, sent_at=0.0, retry_after_s=20.0)
    await endpoint.ask_all(limiter, LANE, OTHER_MODEL)
    assert {lane.model: at for at, lane in endpoint.came} == {"x/z": 0.0, "x/y": 20.0}
    assert limiter.per_minute(LANE) == 17
    assert limiter.per_minute(OTHER_MODEL) == 35


async def test_further_requests_of_one_attempt_are_counted(clock: VirtualClock) -> None:
    limiter = limiter_of(clock, Rates(per_model=3, under_way=1))
    deadline = deadline_in(clock, 100)
    async with limiter.admit(LANE, deadline=deadline):
        await limiter.count(LANE, deadline=deadline)
        await limiter.count(LANE, deadline=deadline)
        assert clock.monotonic() == 0.0
        await limiter.count(LANE, deadline=deadline)
        assert clock.monotonic() == pytest.approx(60, abs=0.1)
        await limiter.count(LANE, deadline=deadline)
        await limiter.count(LANE, deadline=deadline)
        with pytest.raises(NoRoomError):
            await limiter.count(LANE, deadline=deadline)


async def test_limiters_on_one_directory_share_their_limits(data_dir: Path) -> None:
    clock = ScaledClock(100)
    rates = Rates(per_model=20, overall=None, under_way=2)
    limiters = [open_limiter(rates, clock=clock, directory=data_dir) for _ in range(2)]
    endpoint = Endpoint(clock, latency_s=1)
    async with asyncio.TaskGroup() as group:
        for limiter in limiters * 21:
            group.create_task(endpoint.ask(limiter, LANE))
    assert clock.monotonic() >= 120, "42 requests at 20 a minute"
    assert endpoint.most_under_way == 2
    for limiter in limiters:
        await limiter.close()


async def test_a_cancelled_wait_for_a_shared_slot_gives_back_the_one_of_this_process(
    data_dir: Path,
) -> None:
    clock = ScaledClock(100)
    rates = Rates(under_way=1)
    held = await FileSlots(data_dir).take(LANE.account, 0, lease_s=60)
    assert held is not None
    limiter = open_limiter(rates, clock=clock, directory=data_dir)
    endpoint = Endpoint(clock)
    with pytest.raises(DeadlineError):
        await endpoint.ask(limiter, LANE, seconds=20)
    await held.release()
    await endpoint.ask(limiter, LANE, seconds=1000)
    assert len(endpoint.came) == 1
    await limiter.close()


async def test_with_a_redis_that_does_not_answer_the_directory_is_shared(data_dir: Path) -> None:
    clock = SystemClock()
    rates = Rates(per_model=2, overall=None)
    one, other = (
        open_limiter(rates, clock=clock, directory=data_dir, redis_url="redis://127.0.0.1:1/0")
        for _ in range(2)
    )
    endpoint = Endpoint(clock, latency_s=0)
    await endpoint.ask_all(one, LANE, LANE)
    with pytest.raises(NoRoomError):
        await endpoint.ask(other, LANE, seconds=20)
    for limiter in (one, other):
        await limiter.close()


async def test_a_wait_that_the_endpoint_asked_for_is_named_as_such(clock: VirtualClock) -> None:
    limiter = limiter_of(clock, Rates(per_model=None, overall=None))
    limiter.refused(OWN_SERVER, sent_at=0.0, retry_after_s=50)
    with pytest.raises(NoRoomError, match=r"sent for 50 s \(17 requests a minute"):
        await Endpoint(clock).ask(limiter, OWN_SERVER, seconds=30)
