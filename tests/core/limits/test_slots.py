from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, cast

import pytest
from fakeredis import FakeAsyncRedis, FakeServer

from core.limits.replicas import RedisSlots
from core.limits.slots import UNSHARED, FileSlots, Slots
from tests.doubles.clock import VirtualClock
from tests.doubles.endpoint import settle

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable
    from pathlib import Path

    Open = Callable[[], Slots]


@pytest.fixture(params=["file", "redis"])
async def open_slots(request: pytest.FixtureRequest, data_dir: Path) -> AsyncGenerator[Open]:
    """Opens the same slots again, as another process would."""
    server, opened, clock = FakeServer(), list[Slots](), VirtualClock()

    def open_again() -> Slots:
        slots: Slots = (
            FileSlots(data_dir)
            if request.param == "file"
            else RedisSlots(FakeAsyncRedis(server=server), clock=clock)
        )
        opened.append(slots)
        return slots

    yield open_again
    for slots in opened:
        await slots.close()


async def test_a_slot_is_held_by_one(open_slots: Open) -> None:
    one, other = open_slots(), open_slots()
    held = await one.take("a", 0, lease_s=60)
    assert held is not None
    assert await other.take("a", 0, lease_s=60) is None
    await held.release()
    assert await other.take("a", 0, lease_s=60) is not None


async def test_numbers_and_accounts_have_slots_of_their_own(open_slots: Open) -> None:
    slots = open_slots()
    taken = [await slots.take(*which, lease_s=60) for which in (("a", 0), ("a", 1), ("b", 0))]
    assert None not in taken


HOLDER = """
import asyncio, sys
from pathlib import Path
from core.limits.slots import FileSlots

async def main():
    held = await FileSlots(Path(sys.argv[1])).take("a", 0, lease_s=60)
    print("held" if held else "refused", flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


async def test_a_process_that_is_killed_holds_nothing(data_dir: Path) -> None:
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", HOLDER, str(data_dir)), stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    assert await child.stdout.readline() == b"held\n"
    slots = FileSlots(data_dir)
    assert await slots.take("a", 0, lease_s=60) is None
    child.kill()
    await child.wait()
    assert await slots.take("a", 0, lease_s=60) is not None


async def test_where_no_file_can_be_written_work_goes_on(data_dir: Path) -> None:
    (data_dir / "file").write_text("in the way")
    assert await FileSlots(data_dir / "file").take("a", 0, lease_s=60) is UNSHARED


async def test_while_redis_is_away_work_goes_on() -> None:
    server = FakeServer()
    server.connected = False
    slots = RedisSlots(FakeAsyncRedis(server=server), clock=VirtualClock())
    assert await slots.take("a", 0, lease_s=60) is UNSHARED
    await slots.close()


async def test_while_redis_is_away_the_slots_of_the_machine_count(data_dir: Path) -> None:
    server, clock = FakeServer(), VirtualClock()
    redis = FakeAsyncRedis(server=server)
    slots = RedisSlots(redis, clock=clock, otherwise=FileSlots(data_dir))
    server.connected = False
    held = await slots.take("a", 0, lease_s=60)
    assert held is not None
    assert await FileSlots(data_dir).take("a", 0, lease_s=60) is None
    server.connected = True
    clock.advance(31)
    assert await slots.take("a", 0, lease_s=60) is not None, "Redis is asked again"
    await slots.close()


async def test_a_slot_whose_redis_went_away_is_given_back_without_an_error() -> None:
    server = FakeServer()
    slots = RedisSlots(FakeAsyncRedis(server=server), clock=VirtualClock())
    held = await slots.take("a", 0, lease_s=60)
    assert held is not None
    server.connected = False
    await held.release()
    server.connected = True
    assert await slots.take("a", 0, lease_s=60) is None, "its lease has not run out"
    await slots.close()


class SlowRedis(FakeAsyncRedis):
    """Runs a script, as a release is, when `gate` opens."""

    gate: asyncio.Event

    async def execute_command(self, *args: object, **options: object) -> object:
        if args[0] == "EVALSHA":
            await self.gate.wait()
        send = cast(
            "Callable[..., Awaitable[object]]",
            super().execute_command,  # pyright: ignore[reportUnknownMemberType] - untyped
        )
        return await send(*args, **options)


async def test_who_is_cancelled_while_giving_back_has_given_back() -> None:
    server, clock = FakeServer(), VirtualClock()
    redis = SlowRedis(server=server)
    redis.gate = asyncio.Event()
    slots = RedisSlots(redis, clock=clock)
    held = await slots.take("a", 0, lease_s=60)
    assert held is not None
    giving_back = asyncio.create_task(held.release())
    await settle()
    giving_back.cancel()
    await asyncio.wait([giving_back])
    assert giving_back.cancelled()
    redis.gate.set()
    await slots.close()
    other = RedisSlots(FakeAsyncRedis(server=server), clock=clock)
    assert await other.take("a", 0, lease_s=60) is not None
    await other.close()
