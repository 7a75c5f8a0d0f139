from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import pairwise

import pytest

from core.errors import (
    DeadlineError,
    NoRoomError,
    ProviderError,
    UnavailableError,
)
from core.limits.limiter import Rates
from core.nim.retries import Retries
from tests.doubles.scripted_world import HALF, OWN, ScriptedWorld, down, limited


async def test_an_attempt_gets_the_id_the_key_and_the_time_left() -> None:
    world = ScriptedWorld()
    assert await world.ask(seconds=30) == "from x/old"
    (request,) = world.requests
    assert request.model_id == "x/old"
    assert world.keys == ["nvapi-1"]
    assert request.timeout_s == pytest.approx(30)
    assert request.without == {"seed"}


async def test_a_server_without_a_key_is_asked_without_one() -> None:
    world = ScriptedWorld(environment={})
    await world.ask(card=OWN)
    assert world.keys == [""]


@pytest.mark.parametrize("error", [down(), limited(), HALF], ids=["503", "429", "half"])
async def test_what_may_do_better_is_tried_again(error: ProviderError) -> None:
    world = ScriptedWorld()
    assert await world.ask(error, error) == "from x/old"
    assert world.asked == ["x/old"] * 3


async def test_waits_between_attempts_are_2_4_8_up_to_60_seconds() -> None:
    world = ScriptedWorld(retries=Retries(attempts=8))
    await world.ask(*[down()] * 7)
    waits = [later - earlier for earlier, later in pairwise(world.sent_at)]
    assert waits == pytest.approx([2, 4, 8, 16, 32, 60, 60])


async def test_a_wait_is_drawn_from_nothing_to_the_whole() -> None:
    draws = iter([0.0, 0.5, 0.25])
    world = ScriptedWorld(draw=lambda: next(draws))
    await world.ask(*[down()] * 3)
    waits = [later - earlier for earlier, later in pairwise(world.sent_at)]
    assert waits == pytest.approx([0, 2, 2])


async def test_after_the_last_attempt_its_error_is_raised() -> None:
    world = ScriptedWorld()
    with pytest.raises(UnavailableError, match="503: down"):
        await world.ask(*[down()] * 9)
    assert len(world.requests) == 5


async def test_a_large_prompt_is_tried_again_once() -> None:
    world = ScriptedWorld()
    with pytest.raises(UnavailableError):
        await world.ask(*[down()] * 9, large=True)
    assert len(world.requests) == 2


@pytest.mark.parametrize("make", [down, limited])
async def test_a_wait_that_the_endpoint_names_is_waited(
    make: Callable[[float], ProviderError],
) -> None:
    world = ScriptedWorld()
    await world.ask(make(45.0))
    assert world.sent_at == pytest.approx([0, 45])


@pytest.mark.parametrize("make", [down, limited])
async def test_a_named_wait_beyond_the_deadline_fails_at_once(
    make: Callable[[float], ProviderError],
) -> None:
    world = ScriptedWorld()
    error = make(45.0)
    with pytest.raises(type(error)) as caught:
        await world.ask(error, seconds=40)
    assert caught.value is error
    assert world.clock.monotonic() == 0.0


async def test_a_wait_of_our_own_beyond_the_deadline_fails_at_once() -> None:
    world = ScriptedWorld()
    with pytest.raises(UnavailableError, match="503"):
        await world.ask(*[down()] * 9, seconds=5)
    assert world.sent_at == pytest.approx([0, 2])
    assert world.clock.monotonic() == pytest.approx(2)


async def test_after_a_429_the_model_is_asked_half_as_often() -> None:
    world = ScriptedWorld(rates=Rates(per_model=10))
    await world.ask(limited(1.0))
    for _ in range(10):
        await world.ask()
    first_minute = [at for at in world.sent_at if at < 60]
    assert len(first_minute) == 5


async def test_every_attempt_is_counted() -> None:
    world = ScriptedWorld(rates=Rates(per_model=4), draw=lambda: 0.0)
    await world.ask(down(), down())
    await world.ask()
    await world.ask()
    assert world.sent_at == pytest.approx([0, 0, 0, 0, 60], abs=0.1)


async def test_further_requests_of_an_attempt_are_counted() -> None:
    world = ScriptedWorld(rates=Rates(per_model=3))

    async def poll() -> str:
        await world.requests[-1].count()
        await world.requests[-1].count()
        return "polled"

    assert await world.ask(poll) == "polled"
    await world.ask()
    assert world.sent_at == pytest.approx([0, 60], abs=0.1)


async def test_no_room_before_the_deadline_is_told_at_once_and_nothing_is_sent() -> None:
    world = ScriptedWorld(rates=Rates(per_model=1))
    await world.ask()
    with pytest.raises(NoRoomError):
        await world.ask(seconds=30)
    assert len(world.requests) == 1
    assert world.clock.monotonic() == 0.0


async def test_who_would_wait_too_long_for_its_turn_is_told_at_once() -> None:
    world = ScriptedWorld(rates=Rates(per_model=1))
    await world.ask()
    with pytest.raises(NoRoomError):
        await world.ask(turn_s=30)
    assert len(world.requests) == 1
    assert world.clock.monotonic() == 0.0
    await world.ask(turn_s=61)
    assert world.sent_at == pytest.approx([0, 60], abs=0.1)


async def test_an_attempt_that_hangs_is_cut_off_at_the_deadline() -> None:
    world = ScriptedWorld()
    cancelled: list[float] = []

    async def hang() -> str:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.append(world.clock.monotonic())
        return "never"

    with pytest.raises(DeadlineError, match="30 s"):
        await world.ask(hang, seconds=30)
    assert cancelled == [30.0]
    assert await world.ask() == "from x/old", "its slot is free again"


async def test_a_deadline_that_is_over_sends_nothing() -> None:
    world = ScriptedWorld()
    with pytest.raises(DeadlineError):
        await world.ask(seconds=0)
    assert not world.requests


async def test_an_attempt_that_times_out_itself_is_tried_again() -> None:
    world = ScriptedWorld()

    async def time_out() -> str:
        raise TimeoutError

    assert await world.ask(time_out) == "from x/old"
    assert len(world.requests) == 2


async def test_what_is_no_error_of_a_provider_is_raised_and_frees_the_slot() -> None:
    world = ScriptedWorld(rates=Rates(under_way=1))

    async def broken() -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await world.ask(broken)
    assert await world.ask(seconds=30) == "from x/old"
