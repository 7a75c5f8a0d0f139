from __future__ import annotations

import asyncio

import pytest

from core.clock import Deadline, SystemClock
from tests.doubles.clock import VirtualClock


def test_what_remains_shrinks_and_never_goes_below_nothing() -> None:
    clock = VirtualClock()
    deadline = Deadline.after(10, clock=clock)
    assert deadline.remaining_s() == 10
    clock.advance(4)
    assert deadline.remaining_s() == 6
    clock.advance(40)
    assert deadline.remaining_s() == 0


async def test_what_takes_longer_is_cut_off_when_the_time_is_over() -> None:
    clock = VirtualClock()
    deadline = Deadline.after(10, clock=clock)
    with pytest.raises(TimeoutError):
        async with deadline.enforced():
            await asyncio.Event().wait()
    assert clock.monotonic() == 10
    assert deadline.remaining_s() == 0


async def test_the_clock_of_the_machine_cuts_off_too() -> None:
    deadline = Deadline.after(0.01, clock=SystemClock())
    with pytest.raises(TimeoutError):
        async with deadline.enforced():
            await asyncio.Event().wait()
    assert deadline.remaining_s() == 0


async def test_what_is_done_in_time_is_left_alone_afterwards() -> None:
    clock = VirtualClock()
    async with Deadline.after(10, clock=clock).enforced():
        await clock.sleep(9)
    await clock.sleep(9)
    assert clock.monotonic() == 18


async def test_a_time_out_inside_is_not_taken_for_the_end_of_the_time() -> None:
    deadline = Deadline.after(10, clock=VirtualClock())
    with pytest.raises(TimeoutError, match="a socket's"):
        async with deadline.enforced():
            raise TimeoutError("a socket's")
    assert deadline.remaining_s() == 10


async def test_what_is_cut_off_raises_what_the_caller_says_of_it() -> None:
    deadline = Deadline.after(10, clock=VirtualClock())
    with pytest.raises(RuntimeError, match="too slow") as caught:
        async with deadline.enforced(late=RuntimeError("too slow")):
            await asyncio.Event().wait()
    assert isinstance(caught.value.__cause__, TimeoutError)
    with pytest.raises(TimeoutError, match="a socket's"):
        async with Deadline.after(10, clock=VirtualClock()).enforced(late=RuntimeError("late")):
            raise TimeoutError("a socket's")


async def test_who_is_cancelled_from_outside_stays_cancelled() -> None:
    async def wait() -> None:
        async with Deadline.after(10, clock=SystemClock()).enforced():
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
