from __future__ import annotations

import asyncio
import sqlite3
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from fakeredis import FakeAsyncRedis, FakeServer
from redis.exceptions import RedisError

from core.limits.replicas import RedisWindows
from core.limits.windows import FallbackWindows, FileWindows, MemoryWindows, Windows
from tests.doubles.clock import START, VirtualClock

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from pathlib import Path

    Open = Callable[[], Windows]


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture(params=["memory", "file", "redis"])
async def open_windows(
    request: pytest.FixtureRequest, data_dir: Path, clock: VirtualClock
) -> AsyncGenerator[Open]:
    """Opens the same windows again, as another process would; in memory there is no other."""
    server, opened = FakeServer(), list[Windows]()
    memory = MemoryWindows(clock=clock)

    def open_again() -> Windows:
        match request.param:
            case "memory":
                windows: Windows = memory
            case "file":
                windows = FileWindows(data_dir / "limits.sqlite", clock=clock)
            case _:
                windows = RedisWindows(FakeAsyncRedis(server=server), clock=clock)
        opened.append(windows)
        return windows

    yield open_again
    for windows in opened:
        await windows.close()


async def _taken(windows: Windows, times: int, *, per_minute: int, name: str = "one") -> int:
    window = await windows.window(name)
    return sum([await window.take(per_minute) for _ in range(times)])


async def test_no_more_than_the_limit_fit_into_a_minute(open_windows: Open) -> None:
    assert await _taken(open_windows(), 8, per_minute=5) == 5


async def test_what_was_counted_once_counts_for_all_who_open_the_window(open_windows: Open) -> None:
    assert await _taken(open_windows(), 3, per_minute=5) == 3
    assert await _taken(open_windows(), 5, per_minute=5) == 2


async def test_windows_of_other_names_are_not_touched(open_windows: Open) -> None:
    windows = open_windows()
    assert await _taken(windows, 5, per_minute=5) == 5
    assert await _taken(windows, 5, per_minute=5, name="other") == 5


async def test_the_minute_slides(open_windows: Open, clock: VirtualClock) -> None:
    windows = open_windows()
    assert await _taken(windows, 3, per_minute=5) == 3
    clock.advance(40)
    assert await _taken(windows, 3, per_minute=5) == 2
    clock.advance(21)
    assert await _taken(windows, 5, per_minute=5) == 3


async def test_the_wait_is_until_one_more_fits(open_windows: Open, clock: VirtualClock) -> None:
    windows = open_windows()
    window = await windows.window("one")
    assert await window.wait_s(2) == 0.0
    await _taken(windows, 1, per_minute=2)
    clock.advance(10)
    await _taken(windows, 1, per_minute=2)
    wait = await window.wait_s(2)
    assert wait == pytest.approx(50.0, abs=0.01)
    clock.advance(wait)
    assert await window.wait_s(2) == 0.0
    assert await window.take(2)
    assert not await window.take(2)


async def test_a_lower_limit_counts_what_went_before(open_windows: Open) -> None:
    windows = open_windows()
    assert await _taken(windows, 5, per_minute=10) == 5
    assert await _taken(windows, 1, per_minute=4) == 0
    assert await _taken(windows, 2, per_minute=6) == 1


async def test_a_clock_that_was_set_back_stops_nothing(
    open_windows: Open, clock: VirtualClock
) -> None:
    clock.advance(timedelta(days=1).total_seconds())
    await _taken(open_windows(), 5, per_minute=5)
    clock.advance(-timedelta(days=1).total_seconds())
    assert clock.now() == START
    window = await open_windows().window("one")
    assert await window.wait_s(5) == 0.0
    assert await window.take(5)


PROCESS = """
import asyncio, sys
from pathlib import Path
from core.clock import SystemClock
from core.limits.windows import FileWindows

async def main():
    windows = FileWindows(Path(sys.argv[1]), clock=SystemClock())
    window = await windows.window("one")
    print(sum([await window.take(15) for _ in range(10)]))
    await windows.close()

asyncio.run(main())
"""


async def test_processes_share_one_limit(data_dir: Path) -> None:
    async def process() -> int:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", PROCESS, str(data_dir / "limits.sqlite")),
            stdout=asyncio.subprocess.PIPE,
        )
        output, _ = await child.communicate()
        assert child.returncode == 0
        return int(output)

    async with asyncio.TaskGroup() as group:
        processes = [group.create_task(process()) for _ in range(3)]
    assert sum(each.result() for each in processes) == 15


async def test_redis_that_was_restarted_goes_on_counting(clock: VirtualClock) -> None:
    redis = FakeAsyncRedis()
    windows = RedisWindows(redis, clock=clock)
    assert await _taken(windows, 2, per_minute=3) == 2
    await redis.script_flush()
    assert await _taken(windows, 2, per_minute=3) == 1
    await windows.close()


async def test_counts_in_redis_do_not_stay_for_ever(clock: VirtualClock) -> None:
    redis = FakeAsyncRedis()
    windows = RedisWindows(redis, clock=clock)
    await _taken(windows, 1, per_minute=3)
    assert 0 < await redis.ttl("ibid:limits:one") <= 120
    await windows.close()


async def test_while_redis_is_away_the_narrower_windows_count(clock: VirtualClock) -> None:
    server = FakeServer()
    shared = RedisWindows(FakeAsyncRedis(server=server), clock=clock)
    windows = FallbackWindows(
        shared, MemoryWindows(clock=clock), errors=(OSError, RedisError), clock=clock
    )
    assert await _taken(windows, 2, per_minute=3) == 2
    server.connected = False
    assert await _taken(windows, 5, per_minute=3) == 3
    server.connected = True
    clock.advance(31)
    assert await _taken(windows, 5, per_minute=3) == 1, "the two from before it went away count"
    await windows.close()


async def test_where_no_file_can_be_written_this_process_counts_alone(
    data_dir: Path, clock: VirtualClock
) -> None:
    (data_dir / "file").write_text("in the way")
    windows = FallbackWindows(
        FileWindows(data_dir / "file" / "limits.sqlite", clock=clock),
        MemoryWindows(clock=clock),
        errors=(OSError, sqlite3.Error),
        clock=clock,
    )
    assert await _taken(windows, 5, per_minute=3) == 3
